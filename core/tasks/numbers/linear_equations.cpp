// Linear equations in one unknown, then two of them in two. Solutions are whole numbers.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

/// factor * ( x * X + y * Y + constant )
struct Side {
    int64_t factor = 1, x = 0, y = 0, constant = 0;
};
using Equation = std::array<Side, 2>;
using Values = std::array<int64_t, 2>;

/// Bounds that keep everything below within 64 bits: of a number in an equation, a solution, an answer that is tried.
constexpr int64_t kLargest = 2000, kLargestSolution = 1'000'000'000, kLargestAnswer = 100'000'000'000;

std::string sumText(const Side& side)
{
    std::string text;
    const auto add = [&text](int64_t value, const std::string& name) {
        if (value == 0)
            return;
        text += text.empty() ? (value < 0 ? "-" : "") : value < 0 ? " - " : " + ";
        const int64_t size = std::abs(value);
        text += name.empty() ? std::to_string(size) : size == 1 ? name : std::to_string(size) + " * " + name;
    };
    add(side.x, "x");
    add(side.y, "y");
    add(side.constant, "");
    return text.empty() ? "0" : text;
}

std::string textOf(const Side& side)
{
    return side.factor == 1 ? sumText(side) : std::to_string(side.factor) + " * ( " + sumText(side) + " )";
}
std::string textOf(const Equation& equation) { return textOf(equation[0]) + " = " + textOf(equation[1]); }

/// a * x + b * y = c
struct Row {
    int64_t a, b, c;
    std::string text() const { return sumText({ 1, a, b, 0 }) + " = " + std::to_string(c); }
};
Row rowOf(const Equation& e)
{
    return { e[0].factor * e[0].x - e[1].factor * e[1].x, e[0].factor * e[0].y - e[1].factor * e[1].y,
        e[1].factor * e[1].constant - e[0].factor * e[0].constant };
}

/// Cramer's rule; nullopt: none, many, or not whole.
std::optional<Values> solutionOf(const std::vector<Equation>& equations)
{
    const Row r = rowOf(equations[0]);
    if (equations.size() == 1)
        return r.a != 0 && r.c % r.a == 0 ? std::optional(Values { r.c / r.a, 0 }) : std::nullopt;
    const Row s = rowOf(equations[1]);
    const int64_t d = r.a * s.b - s.a * r.b, x = r.c * s.b - s.c * r.b, y = r.a * s.c - s.a * r.c;
    const bool whole = d != 0 && x % d == 0 && y % d == 0;
    return whole && std::max(std::abs(x / d), std::abs(y / d)) <= kLargestSolution
        ? std::optional(Values { x / d, y / d })
        : std::nullopt;
}

class LinearEquations : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevelTexts)); }
    std::string levelText(int level) const override { return kLevelTexts[level - 1]; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const std::vector<Equation> equations = level <= 5 ? one(level, rng) : two(level, rng);
        if (!solutionOf(equations))
            return std::nullopt;
        Json json = Json::array();
        for (const Equation& equation : equations)
            for (const Side& side : equation)
                json.insert(json.end(), { side.factor, side.x, side.y, side.constant });
        return Drawn { equations.size() == 1 ? "Solve " + textOf(equations[0]) + ". What is x?"
                                             : "Solve " + textOf(equations[0]) + " and " + textOf(equations[1])
                    + ". Answer with x and y, like 3, 4.",
            Json { { "equations", json } }.dump(), "" };
    }

    /// By putting the answer into the equations.
    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<std::vector<Equation>> equations = equationsOf(item);
        if (!equations)
            return equations.error();
        const size_t unknowns = equations->size();
        const std::optional<Values> values = valuesOf(answer, unknowns);
        if (!values)
            return AnswerCheck { Verdict::Malformed, unknowns == 1 ? "not_a_number" : "not_two_numbers",
                unknowns == 1 ? "The answer is not one whole number."
                              : "The answer is not two whole numbers with a comma between them.",
                "" };
        const auto [x, y] = *values;
        const std::string normal = std::to_string(x) + (unknowns == 1 ? "" : ", " + std::to_string(y));
        if (std::max(std::abs(x), std::abs(y)) > kLargestAnswer)
            return AnswerCheck { Verdict::Wrong, "wrong_value", "The answer is far too large.", normal };
        for (const Equation& equation : *equations) {
            const int64_t left = valueOf(equation[0], x, y), right = valueOf(equation[1], x, y);
            if (left != right)
                return AnswerCheck { Verdict::Wrong, "wrong_value",
                    "In " + textOf(equation) + " the left side becomes " + std::to_string(left) + " and the right side "
                        + std::to_string(right) + ".",
                    normal };
        }
        return AnswerCheck { Verdict::Correct, "ok", "Both sides are equal.", normal };
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<std::vector<Equation>> equations = equationsOf(item);
        if (!equations)
            return equations.error();
        const auto [x, y] = *solutionOf(*equations);
        return std::to_string(x) + (equations->size() == 1 ? "" : ", " + std::to_string(y));
    }

    /// "3 * x + 4 = 19 , 3 * x = 15 , x = 5"; with two unknowns y goes first, by what it is multiplied with.
    std::string working(const Json& item, Rng&) const override
    {
        const Result<std::vector<Equation>> equations = equationsOf(item);
        if (!equations)
            return {};
        const Values solution = *solutionOf(*equations);
        std::string text, last;
        const auto addStep = [&](const std::string& step) {
            if (step != last)
                text += (text.empty() ? "" : " , ") + step;
            last = step;
        };
        const std::string x = "x = " + std::to_string(solution[0]);
        if (equations->size() == 1) {
            addStep(textOf((*equations)[0]));
            Equation open = (*equations)[0];
            for (Side& side : open)
                side = { 1, side.factor * side.x, 0, side.factor * side.constant };
            addStep(textOf(open));
            addStep(rowOf(open).text());
            addStep(x);
            return text;
        }
        Row r = rowOf((*equations)[0]), s = rowOf((*equations)[1]);
        const Row first = r.b != 0 ? r : s;
        addStep(r.text());
        addStep(s.text());
        const int64_t byR = s.b, byS = r.b;
        r = { r.a * byR, r.b * byR, r.c * byR };
        s = { s.a * byS, s.b * byS, s.c * byS };
        if (byR != 0 && byS != 0) {
            addStep(r.text());
            addStep(s.text());
        }
        addStep(Row { r.a - s.a, 0, r.c - s.c }.text());
        addStep(x);
        const int64_t rest = first.c - first.a * solution[0];
        addStep(Row { 0, first.b, rest }.text());
        addStep("y = " + std::to_string(solution[1]));
        return text;
    }

private:
    static constexpr const char* kLevelTexts[] = {
        "x plus or minus a number",
        "a number times x",
        "a number times x, plus or minus a number",
        "x on both sides, negative solutions",
        "the same with parentheses",
        "two unknowns: their sum and their difference",
        "two unknowns, factors to 5",
        "two unknowns, factors to 20, negative solutions",
    };

    static int64_t nonzero(Rng& rng, int64_t most)
    {
        const int64_t size = rng.between(1, most);
        return rng.below(2) ? size : -size;
    }

    static std::vector<Equation> one(int level, Rng& rng)
    {
        const int64_t x = level < 4 ? rng.between(1, 20) : rng.between(-20, 20);
        Side left, right;
        left.x = level == 1 ? 1 : rng.between(2, 9);
        left.constant = level == 2 ? 0 : nonzero(rng, 20);
        if (level >= 4) {
            right.x = rng.between(1, 9);
            right.constant = nonzero(rng, 30);
        }
        if (level == 5)
            left.factor = rng.between(2, 6);
        // What the right side lacks, so that x solves it.
        right.constant += valueOf(left, x, 0) - valueOf(right, x, 0);
        return { { left, right } };
    }

    static std::vector<Equation> two(int level, Rng& rng)
    {
        const int64_t lowest = level == 8 ? -20 : 1, x = rng.between(lowest, 20), y = rng.between(lowest, 20),
                      most = level == 7 ? 5 : 20;
        std::vector<Equation> equations;
        for (int i = 0; i < 2; ++i) {
            Side left { 1, 1, i == 0 ? 1 : -1, 0 };
            if (level > 6)
                left = { 1, rng.between(1, most), nonzero(rng, most), 0 };
            equations.push_back({ left, Side { 1, 0, 0, valueOf(left, x, y) } });
        }
        return equations;
    }

    static int64_t valueOf(const Side& side, int64_t x, int64_t y)
    {
        return side.factor * (side.x * x + side.y * y + side.constant);
    }

    /// "5" or "x = 5"; "3, 4" or "x = 3, y = 4".
    static std::optional<Values> valuesOf(std::string_view answer, size_t unknowns)
    {
        const size_t comma = unknowns == 1 ? std::string_view::npos : answer.find(',');
        if (unknowns == 2 && (comma == std::string_view::npos || answer.find(',', comma + 1) != std::string_view::npos))
            return std::nullopt;
        const std::optional<int64_t> x = named(answer.substr(0, comma), 'x'),
                                     y = unknowns == 1 ? 0 : named(answer.substr(comma + 1), 'y');
        return x && y ? std::optional(Values { *x, *y }) : std::nullopt;
    }

    static std::optional<int64_t> named(std::string_view text, char name)
    {
        const auto strip = [&text] {
            while (!text.empty() && text.front() == ' ')
                text.remove_prefix(1);
            while (!text.empty() && text.back() == ' ')
                text.remove_suffix(1);
        };
        strip();
        if (!text.empty() && text[0] == name) {
            text.remove_prefix(1);
            strip();
            if (text.empty() || text[0] != '=')
                return std::nullopt;
            text.remove_prefix(1);
            strip();
        }
        return wholeNumber(text);
    }

    static Result<std::vector<Equation>> equationsOf(const Json& item)
    {
        const Result<std::vector<int64_t>> numbers = wholesField(item, "equations", { -kLargest, kLargest, 8, 16 });
        if (!numbers)
            return numbers.error();
        std::vector<Equation> equations;
        for (size_t i = 0; i + 8 <= numbers->size(); i += 8) {
            const int64_t* n = numbers->data() + i;
            equations.push_back({ Side { n[0], n[1], n[2], n[3] }, Side { n[4], n[5], n[6], n[7] } });
        }
        const bool yIsUsed = equations[0][0].y != 0 || equations[0][1].y != 0;
        if (numbers->size() % 8 != 0 || (equations.size() == 1 && yIsUsed) || !solutionOf(equations))
            return invalidItem("\"equations\" are one equation in x or two in x and y, with one solution in whole "
                               "numbers: per side a factor, how many x, how many y, and a number.");
        return equations;
    }
};

} // namespace

std::unique_ptr<Puzzle> makeLinearEquations(const TaskConfig&) { return std::make_unique<LinearEquations>(); }

} // namespace aha
