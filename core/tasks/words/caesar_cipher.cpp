// Caesar's cipher: every letter moved on in the alphabet, and back.

#include "core/tasks/item_fields.h"
#include "core/tasks/words/word_list.h"
#include "core/tasks/words/word_puzzles.h"

#include <nlohmann/json.hpp>

#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

struct Problem {
    std::string text;
    int64_t shift;
    bool decode;
};

char moved(char letter, int64_t places) { return char('a' + (letter - 'a' + places % 26 + 26) % 26); }

std::string moved(const std::string& text, int64_t places)
{
    std::string result;
    for (const char c : text)
        result += c == ' ' ? c : moved(c, places);
    return result;
}

class CaesarCipher : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        std::string plain;
        for (int i = 0; i < shape.words; ++i)
            plain += (i == 0 ? "" : " ") + randomWord(3, shape.longest, rng);
        Problem problem { plain, rng.between(1, shape.mostShift), shape.decode || (shape.both && rng.below(2)) };
        if (problem.decode)
            problem.text = moved(plain, problem.shift);
        const std::string rule = std::to_string(problem.shift) + (problem.shift == 1 ? " place" : " places")
            + " on in the alphabet (after z comes a)";
        return Drawn { problem.decode
                ? "Every letter was moved " + rule + ", and " + problem.text + " came out. What was it before?"
                : "Move every letter of " + problem.text + " " + rule + ". What comes out?",
            Json { { "text", problem.text }, { "shift", problem.shift },
                { "direction", problem.decode ? "decode" : "encode" } }
                .dump(),
            "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return checkText(moved(problem->text, problem->decode ? -problem->shift : problem->shift), answer);
    }

    /// Along the alphabet, place by place.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::string answer = problem->text;
        for (int64_t place = 0; place < problem->shift; ++place)
            for (char& c : answer)
                if (c != ' ')
                    c = problem->decode ? (c == 'a' ? 'z' : char(c - 1)) : (c == 'z' ? 'a' : char(c + 1));
        return answer;
    }

    /// "c + 3 = f , a + 3 = d , t + 3 = w : fdw"
    std::string working(const Json& item, Rng&) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return {};
        const int64_t places = problem->decode ? -problem->shift : problem->shift;
        std::string text;
        for (const char c : problem->text)
            if (c != ' ')
                text += (text.empty() ? "" : " , ") + std::string(1, c) + (problem->decode ? " - " : " + ")
                    + std::to_string(problem->shift) + " = " + moved(c, places);
        return text + " : " + moved(problem->text, places);
    }

private:
    struct Level {
        const char* text;
        int words;
        size_t longest;
        int64_t mostShift;
        bool decode, both;
    };
    static constexpr Level kLevels[] = {
        { "a short word, up to 3 places on", 1, 4, 3, false, false },
        { "a word, up to 5 places on", 1, 6, 5, false, false },
        { "a word, up to 5 places back", 1, 6, 5, true, false },
        { "a word, up to 25 places on or back", 1, 9, 25, false, true },
        { "three words", 3, 9, 25, false, true },
        { "six words", 6, 9, 25, false, true },
    };

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> text = textField(item, "text", 1000), direction = textField(item, "direction", 10);
        const Result<int64_t> shift = wholeField(item, "shift", 0, 25);
        if (!text || !direction || !shift)
            return !text ? text.error() : !direction ? direction.error() : shift.error();
        if (!isLowerText(*text) || (*direction != "encode" && *direction != "decode"))
            return invalidItem("\"text\" is words of letters a to z, and \"direction\" encode or decode.");
        return Problem { *text, *shift, *direction == "decode" };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeCaesarCipher(const TaskConfig&) { return std::make_unique<CaesarCipher>(); }

} // namespace aha
