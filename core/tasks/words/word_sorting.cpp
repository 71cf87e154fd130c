// Words in alphabetical order, or by length.

#include "core/tasks/item_fields.h"
#include "core/tasks/words/word_list.h"
#include "core/tasks/words/word_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

struct Order {
    const char* name;
    const char* text;
    bool (*before)(const std::string& a, const std::string& b);
};
constexpr Order kOrders[] = {
    { "a_to_z", "from a to z", [](const std::string& a, const std::string& b) { return a < b; } },
    { "z_to_a", "from z to a", [](const std::string& a, const std::string& b) { return b < a; } },
    { "short_to_long", "from the shortest to the longest, equally long ones from a to z",
        [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; } },
    { "long_to_short", "from the longest to the shortest, equally long ones from a to z",
        [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; } },
};

struct Problem {
    std::vector<std::string> words;
    const Order* order;
};

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

class WordSorting : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        const Order& order = kOrders[rng.between(shape.firstOrder, shape.lastOrder)];
        std::vector<std::string> words;
        const char initial = char('a' + rng.below(26));
        for (int tries = 0; int(words.size()) < shape.words && tries < 1000; ++tries) {
            const std::string word = randomWord(3, 9, rng);
            if ((!shape.sameInitial || word[0] == initial)
                && std::find(words.begin(), words.end(), word) == words.end())
                words.push_back(word);
        }
        if (int(words.size()) < shape.words)
            return std::nullopt; // few words have this initial
        Drawn drawn { "Sort these words " + std::string(order.text) + ": " + joined(words) + ".",
            Json { { "words", words }, { "order", order.name } }.dump(), "" };
        std::sort(words.begin(), words.end());
        drawn.key = std::string(order.name) + " " + joined(words); // shuffled they are the same problem
        return drawn;
    }

    /// Words with spaces or commas between them.
    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::vector<std::string> given;
        bool inWord = false;
        for (const char c : answer) {
            const bool separates = c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t';
            if (!separates && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z'))
                return AnswerCheck { Verdict::Malformed, "not_words", "The answer is not words and spaces alone.", "" };
            if (!separates && !inWord)
                given.emplace_back();
            if (!separates)
                given.back() += char(c | 0x20);
            inWord = !separates;
        }
        const std::string normal = joined(given);
        std::vector<std::string> wanted = problem->words, used = given;
        std::sort(wanted.begin(), wanted.end());
        std::sort(used.begin(), used.end());
        if (used != wanted)
            return AnswerCheck { Verdict::Wrong, "wrong_words", "The answer must have each word exactly once.",
                normal };
        for (size_t i = 1; i < given.size(); ++i)
            if (problem->order->before(given[i], given[i - 1]))
                return AnswerCheck { Verdict::Wrong, "wrong_order",
                    "\"" + given[i] + "\" must stand before \"" + given[i - 1] + "\".", normal };
        return AnswerCheck { Verdict::Correct, "ok", "The words are in order.", normal };
    }

    /// Again and again the one that no other comes before.
    Result<std::string> solve(const Json& item) const override
    {
        Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::vector<std::string>&rest = problem->words, sorted;
        while (!rest.empty()) {
            size_t first = 0;
            for (size_t i = 1; i < rest.size(); ++i)
                if (problem->order->before(rest[i], rest[first]))
                    first = i;
            sorted.push_back(rest[first]);
            rest.erase(rest.begin() + long(first));
        }
        return joined(sorted);
    }

private:
    struct Level {
        const char* text;
        int words, firstOrder, lastOrder;
        bool sameInitial;
    };
    static constexpr Level kLevels[] = {
        { "three words, a to z", 3, 0, 0, false },
        { "five words, a to z", 5, 0, 0, false },
        { "five words, z to a", 5, 1, 1, false },
        { "five words with one initial", 5, 0, 1, true },
        { "six words by length", 6, 2, 3, false },
        { "twelve words in any order", 12, 0, 3, false },
    };

    static Result<Problem> problemOf(const Json& item)
    {
        Result<std::vector<std::string>> words = textsField(item, "words", 100, 40);
        const Result<std::string> order = textField(item, "order", 20);
        if (!words || !order)
            return words ? order.error() : words.error();
        for (const std::string& word : *words)
            if (!isLowerText(word) || word.find(' ') != std::string::npos)
                return invalidItem("\"words\" are of letters a to z.");
        const auto found = std::find_if(
            std::begin(kOrders), std::end(kOrders), [&](const Order& each) { return each.name == *order; });
        if (found == std::end(kOrders))
            return invalidItem("\"order\" is a_to_z, z_to_a, short_to_long or long_to_short.");
        return Problem { std::move(*words), &*found };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeWordSorting(const TaskConfig&) { return std::make_unique<WordSorting>(); }

} // namespace aha
