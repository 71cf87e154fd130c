// How often letters occur in a text ("strawberry").

#include "core/tasks/item_fields.h"
#include "core/tasks/words/word_list.h"
#include "core/tasks/words/word_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

struct Problem {
    std::string text, letters;
};

class LetterCounting : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        Problem problem;
        if (shape.words == 0) { // letters at random, of five kinds
            std::string kinds;
            while (kinds.size() < 5)
                kinds += randomLetter(rng);
            for (int64_t i = rng.between(8, 14); i > 0; --i)
                problem.text += kinds[size_t(rng.below(kinds.size()))];
        }
        for (int i = 0; i < shape.words; ++i)
            problem.text += (i == 0 ? "" : " ") + randomWord(shape.shortest, shape.longest, rng);
        const char inText = problem.text[size_t(rng.below(problem.text.size()))];
        problem.letters
            = shape.vowels ? "aeiou" : std::string(1, inText == ' ' || rng.below(5) == 0 ? randomLetter(rng) : inText);
        return Drawn { questionOf(problem), Json { { "text", problem.text }, { "letters", problem.letters } }.dump(),
            "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return checkWholeNumber(std::count_if(problem->text.begin(), problem->text.end(),
                                    [&](char c) { return problem->letters.find(c) != std::string::npos; }),
            answer);
    }

    /// Over the sorted letters, where equal ones stand together.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::string sorted = problem->text;
        std::sort(sorted.begin(), sorted.end());
        int64_t count = 0;
        for (const char letter : problem->letters)
            count += std::upper_bound(sorted.begin(), sorted.end(), letter)
                - std::lower_bound(sorted.begin(), sorted.end(), letter);
        return std::to_string(count);
    }

    /// "s t r 1 a w b e r 2 r 3 y : 3": the count after every hit.
    std::string working(const Json& item, Rng&) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return {};
        std::string text;
        int64_t count = 0;
        for (const char c : problem->text) {
            if (c == ' ')
                continue;
            text += c;
            text += ' ';
            if (problem->letters.find(c) != std::string::npos)
                text += std::to_string(++count) + " ";
        }
        return text + ": " + std::to_string(count);
    }

private:
    struct Level {
        const char* text;
        int words; ///< 0: letters at random
        size_t shortest, longest;
        bool vowels;
    };
    static constexpr Level kLevels[] = {
        { "a letter in a word of three to five", 1, 3, 5, false },
        { "a letter in a word of six to nine", 1, 6, 9, false },
        { "a letter in up to 14 letters that are no word", 0, 0, 0, false },
        { "a letter in three words", 3, 3, 9, false },
        { "a letter in eight words", 8, 3, 9, false },
        { "vowels in six words", 6, 3, 9, true },
    };

    static char randomLetter(Rng& rng) { return char('a' + rng.below(26)); }

    static std::string questionOf(const Problem& problem)
    {
        std::string letters;
        for (size_t i = 0; i < problem.letters.size(); ++i)
            letters += (i == 0 ? "" : i + 1 < problem.letters.size() ? ", " : " or ") + problem.letters.substr(i, 1);
        return problem.letters.size() == 1 ? "How many times is the letter " + letters + " in " + problem.text + "?"
                                           : "How many letters are " + letters + " in " + problem.text + "?";
    }

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> text = textField(item, "text", 1000), letters = textField(item, "letters", 26);
        if (!text || !letters)
            return text ? letters.error() : text.error();
        std::string kinds = *letters;
        std::sort(kinds.begin(), kinds.end());
        if (!isLowerText(*text) || !isLowerText(kinds) || std::adjacent_find(kinds.begin(), kinds.end()) != kinds.end())
            return invalidItem("\"text\" is words of letters a to z, and \"letters\" are different ones of them.");
        return Problem { *text, *letters };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeLetterCounting(const TaskConfig&) { return std::make_unique<LetterCounting>(); }

} // namespace aha
