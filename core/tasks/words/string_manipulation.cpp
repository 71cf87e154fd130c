// Texts that are reversed, rotated, thinned out and so on, one step or a chain of them.

#include "core/base/ascii.h"
#include "core/tasks/item_fields.h"
#include "core/tasks/words/word_list.h"
#include "core/tasks/words/word_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? char(c & ~0x20) : c; }
bool isVowel(char c) { return std::string_view("aeiou").find(lower(c)) != std::string_view::npos; }

constexpr size_t kLongest = 60;

/// One step, read from "rotate 2" or "replace a o".
struct Step {
    std::string name;
    size_t count = 0;
    char from = 0, to = 0;

    std::string code() const
    {
        if (from)
            return name + " " + from + " " + to;
        return count ? name + " " + std::to_string(count) : name;
    }
};

struct Kind {
    const char* name;
    char argument; ///< 'n': a count, 'l': two letters, 0: none
    const char* text; ///< # stands for the count, @ for it as an ordinal, ? for the letters
    /// What it does, and the same written another way.
    std::string (*apply)(const std::string& text, const Step& step);
    std::string (*again)(std::string text, const Step& step);
};

constexpr Kind kKinds[] = {
    { "reverse", 0, "Reverse it.",
        [](const std::string& text, const Step&) {
            std::string out;
            for (size_t i = text.size(); i > 0; --i)
                out += text[i - 1];
            return out;
        },
        [](std::string text, const Step&) {
            std::reverse(text.begin(), text.end());
            return text;
        } },
    { "rotate", 'n', "Move the first # letters to the end.",
        [](const std::string& text, const Step& step) {
            const size_t cut = step.count % text.size();
            return text.substr(cut) + text.substr(0, cut);
        },
        [](std::string text, const Step& step) {
            for (size_t i = 0; i < step.count; ++i)
                std::rotate(text.begin(), text.begin() + 1, text.end());
            return text;
        } },
    { "capitals", 0, "Write it in capital letters.",
        [](const std::string& text, const Step&) {
            std::string out;
            for (const char c : text)
                out += upper(c);
            return out;
        },
        [](std::string text, const Step&) {
            std::transform(text.begin(), text.end(), text.begin(), upper);
            return text;
        } },
    { "remove_vowels", 0, "Remove all vowels (a, e, i, o, u).",
        [](const std::string& text, const Step&) {
            std::string out;
            for (const char c : text)
                if (!isVowel(c))
                    out += c;
            return out;
        },
        [](std::string text, const Step&) {
            text.erase(std::remove_if(text.begin(), text.end(), isVowel), text.end());
            return text;
        } },
    { "replace", 'l', "Replace every ?.",
        [](const std::string& text, const Step& step) {
            std::string out;
            for (const char c : text)
                out += c == step.from ? step.to : c;
            return out;
        },
        [](std::string text, const Step& step) {
            std::replace(text.begin(), text.end(), step.from, step.to);
            return text;
        } },
    { "capital_every", 'n', "Make every @ letter a capital.",
        [](const std::string& text, const Step& step) {
            std::string out;
            for (size_t i = 0; i < text.size(); ++i)
                out += (i + 1) % step.count == 0 ? upper(text[i]) : text[i];
            return out;
        },
        [](std::string text, const Step& step) {
            for (size_t i = step.count; i <= text.size(); i += step.count)
                text[i - 1] = upper(text[i - 1]);
            return text;
        } },
    { "double", 0, "Write every letter twice.",
        [](const std::string& text, const Step&) {
            std::string out;
            for (const char c : text)
                out += std::string(2, c);
            return out;
        },
        [](std::string text, const Step&) {
            for (size_t i = 0; i < text.size(); i += 2)
                text.insert(i, 1, text[i]);
            return text;
        } },
    { "remove_first", 'n', "Remove the first # letters.",
        [](const std::string& text, const Step& step) { return text.substr(std::min(step.count, text.size())); },
        [](std::string text, const Step& step) {
            for (size_t i = 0; i < step.count && !text.empty(); ++i)
                text.erase(text.begin());
            return text;
        } },
};

const Kind* kindOf(std::string_view name)
{
    const auto found
        = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& each) { return each.name == name; });
    return found == std::end(kKinds) ? nullptr : &*found;
}

std::string sentenceOf(const Step& step)
{
    std::string text;
    for (const char* c = kindOf(step.name)->text; *c; ++c)
        switch (*c) {
        case '#':
            text += std::to_string(step.count);
            break;
        case '@':
            text += std::to_string(step.count) + (step.count == 2 ? "nd" : step.count == 3 ? "rd" : "th");
            break;
        case '?':
            text += std::string(1, step.from) + " with " + step.to;
            break;
        default:
            text += *c;
        }
    return text;
}

struct Problem {
    std::string text;
    std::vector<Step> steps;
};

class StringManipulation : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    /// Every step changes something and leaves something.
    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        const std::string text = randomWord(shape.shortest, shape.longest, rng);
        std::string now = text, question = "Take the letters " + text + ".";
        Json codes = Json::array();
        std::string before;
        for (int i = 0; i < shape.steps; ++i) {
            const Kind& kind = kKinds[rng.below(uint64_t(shape.kinds))];
            const std::optional<Step> step = drawStep(kind, now, rng);
            if (!step || kind.name == before)
                return std::nullopt;
            before = kind.name;
            const std::string next = kind.apply(now, *step);
            if (next == now || next.size() < 2 || next.size() > 20)
                return std::nullopt;
            now = next;
            question += " " + sentenceOf(*step);
            codes.push_back(step->code());
        }
        return Drawn { question + " What is the result?", Json { { "text", text }, { "steps", codes } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::string wanted = problem->text;
        for (const Step& step : problem->steps)
            wanted = kindOf(step.name)->apply(wanted, step);
        if (!std::all_of(answer.begin(), answer.end(), isLetter))
            return AnswerCheck { Verdict::Malformed, "not_letters", "The answer is not letters alone.", "" };
        const std::string given(answer);
        if (given == wanted)
            return AnswerCheck { Verdict::Correct, "ok", "The result is " + wanted + ".", given };
        const bool onlyCase = given.size() == wanted.size()
            && std::equal(
                given.begin(), given.end(), wanted.begin(), [](char a, char b) { return lower(a) == lower(b); });
        return AnswerCheck { Verdict::Wrong, onlyCase ? "wrong_case" : "wrong_value",
            onlyCase ? "The letters are right, but small and capital ones are not: " + wanted + "."
                     : "The result is " + wanted + ".",
            given };
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        std::string text = problem->text;
        for (const Step& step : problem->steps)
            text = kindOf(step.name)->again(std::move(text), step);
        return text;
    }

    /// "planet : tenalp : tnlp", a text a step.
    std::string working(const Json& item, Rng&) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return {};
        std::string now = problem->text, text = now;
        for (const Step& step : problem->steps)
            text += " : " + (now = kindOf(step.name)->apply(now, step));
        return text;
    }

private:
    struct Level {
        const char* text;
        int steps, kinds; ///< of the first of kKinds
        size_t shortest, longest;
    };
    static constexpr Level kLevels[] = {
        { "reverse or rotate a short word", 1, 2, 3, 4 },
        { "one step, words to six letters", 1, 8, 3, 6 },
        { "two steps, words to six letters", 2, 8, 4, 6 },
        { "three steps", 3, 8, 5, 9 },
        { "five steps", 5, 8, 6, 9 },
    };

    static std::optional<Step> drawStep(const Kind& kind, const std::string& text, Rng& rng)
    {
        Step step;
        step.name = kind.name;
        if (kind.argument == 'n' && text.size() < 3)
            return std::nullopt;
        if (kind.argument == 'n')
            step.count = size_t(rng.between(2, std::min<int64_t>(4, int64_t(text.size()) - 1)));
        if (kind.argument == 'l') {
            step.from = text[size_t(rng.below(text.size()))];
            const char small = char('a' + rng.below(26));
            step.to = step.from >= 'a' ? small : upper(small);
            // "Every a" would leave open what becomes of A.
            const char other = step.from >= 'a' ? upper(step.from) : lower(step.from);
            if (step.from == step.to || text.find(other) != std::string::npos)
                return std::nullopt;
        }
        return step;
    }

    static std::optional<Step> stepFrom(const std::string& code)
    {
        const size_t space = code.find(' ');
        Step step;
        step.name = code.substr(0, space);
        const Kind* kind = kindOf(step.name);
        const std::string rest = space == std::string::npos ? "" : code.substr(space + 1);
        if (!kind)
            return std::nullopt;
        if (kind->argument == 0)
            return space == std::string::npos ? std::optional(step) : std::nullopt;
        if (kind->argument == 'n') {
            const std::optional<int64_t> count = wholeNumber(rest);
            step.count = size_t(count.value_or(0));
            return count && *count >= 1 && *count <= int64_t(kLongest) ? std::optional(step) : std::nullopt;
        }
        if (rest.size() != 3 || rest[1] != ' ' || !isLetter(rest[0]) || !isLetter(rest[2]))
            return std::nullopt;
        step.from = rest[0];
        step.to = rest[2];
        return step;
    }

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> text = textField(item, "text", kLongest);
        const Result<std::vector<std::string>> codes = textsField(item, "steps", 20, 40);
        if (!text || !codes)
            return text ? codes.error() : text.error();
        if (text->empty() || !std::all_of(text->begin(), text->end(), isLetter))
            return invalidItem("\"text\" is letters a to z and A to Z.");
        Problem problem { *text, {} };
        std::string now = *text;
        for (const std::string& code : *codes) {
            const std::optional<Step> step = stepFrom(code);
            if (!step)
                return invalidItem("\"" + code + "\" is no step like \"reverse\", \"rotate 2\" or \"replace a o\".");
            now = kindOf(step->name)->apply(now, *step);
            if (now.empty() || now.size() > kLongest)
                return invalidItem("The steps leave nothing, or more than 60 letters.");
            problem.steps.push_back(*step);
        }
        return problem;
    }
};

} // namespace

std::unique_ptr<Puzzle> makeStringManipulation(const TaskConfig&) { return std::make_unique<StringManipulation>(); }

} // namespace aha
