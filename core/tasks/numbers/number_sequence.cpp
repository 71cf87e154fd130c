// The next number of a sequence. The question names the rule's kind and gives as many numbers as settle the rule, so
// that there is one answer and not merely a likely one.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;
using Terms = std::vector<int64_t>;

constexpr int64_t kLargest = 1'000'000; // of a term that is given: products of two fit 64 bits

int64_t draw(Rng& rng, int64_t low, int64_t high) { return rng.between(low, high); }
int64_t signedDraw(Rng& rng, int64_t low, int64_t high)
{
    return rng.below(2) ? draw(rng, low, high) : -draw(rng, low, high);
}

/// The n-th differences' last row is constant: adds up the last of each row. nullopt: not constant.
std::optional<int64_t> byDifferences(Terms terms, size_t order)
{
    int64_t next = 0;
    for (size_t row = 0; row <= order; ++row) {
        next += terms.back();
        if (row == order && std::adjacent_find(terms.begin(), terms.end(), std::not_equal_to<>()) != terms.end())
            return std::nullopt;
        for (size_t i = 0; i + 1 < terms.size(); ++i)
            terms[i] = terms[i + 1] - terms[i];
        terms.pop_back();
    }
    return next;
}

/// Lagrange's polynomial through the first order + 1 terms, at the place after the last: another way to the same.
std::optional<int64_t> byPolynomial(const Terms& terms, size_t order)
{
    const int64_t at = int64_t(terms.size());
    int64_t value = 0;
    for (int64_t i = 0; i <= int64_t(order); ++i) {
        int64_t over = terms[size_t(i)], under = 1;
        for (int64_t j = 0; j <= int64_t(order); ++j)
            if (j != i) {
                over *= at - j;
                under *= i - j;
            }
        value += over / under; // whole: a binomial coefficient times the term
    }
    return value;
}

/// next = p * last + q, from the first three terms. nullopt: no whole p, or a term that breaks the rule.
struct Affine {
    int64_t p, q;
};
std::optional<Affine> affineOf(const Terms& terms)
{
    const int64_t step = terms[1] - terms[0], next = terms[2] - terms[1];
    if (step == 0 || next % step != 0)
        return std::nullopt;
    const int64_t p = next / step, q = terms[1] - p * terms[0];
    for (size_t i = 1; i < terms.size(); ++i)
        if (terms[i] != p * terms[i - 1] + q)
            return std::nullopt;
    return Affine { p, q };
}

/// next = p * last + q * (the one before), by Cramer's rule from the first four terms.
std::optional<Affine> recurrenceOf(const Terms& terms)
{
    const int64_t determinant = terms[1] * terms[1] - terms[0] * terms[2];
    if (determinant == 0)
        return std::nullopt;
    const int64_t p = terms[2] * terms[1] - terms[0] * terms[3], q = terms[1] * terms[3] - terms[2] * terms[2];
    if (p % determinant != 0 || q % determinant != 0)
        return std::nullopt;
    const Affine rule { p / determinant, q / determinant };
    if (std::max(std::abs(rule.p), std::abs(rule.q)) > kLargest)
        return std::nullopt;
    for (size_t i = 2; i < terms.size(); ++i)
        if (terms[i] != rule.p * terms[i - 1] + rule.q * terms[i - 2])
            return std::nullopt;
    return rule;
}

/// A kind of rule. All functions want at least `least` terms; `next` and `again` find the answer in two ways.
struct Family {
    const char* name;
    const char* rule; ///< in words, as the question says it
    size_t least, given;
    Terms (*draw)(Rng& rng, bool hard); ///< what determines the rest: see `next`
    std::optional<int64_t> (*next)(const Terms& terms); ///< nullopt: the terms break the rule, or leave it open
    std::optional<int64_t> (*again)(const Terms& terms);
};

const Family kFamilies[] = {
    { "arithmetic", "Each number is the one before plus a fixed number.", 2, 4,
        [](Rng& rng, bool hard) {
            const int64_t first = hard ? draw(rng, -50, 200) : draw(rng, 1, 30);
            return Terms { first, first + (hard ? signedDraw(rng, 3, 40) : draw(rng, 1, 10)) };
        },
        [](const Terms& t) { return byDifferences(t, 1); }, [](const Terms& t) { return byPolynomial(t, 1); } },
    { "geometric", "Each number is the one before times a fixed number.", 2, 4,
        [](Rng& rng, bool hard) {
            const int64_t first = hard ? signedDraw(rng, 2, 12) : draw(rng, 1, 9);
            return Terms { first, first * (hard ? signedDraw(rng, 2, 6) : draw(rng, 2, 4)) };
        },
        [](const Terms& t) -> std::optional<int64_t> {
            if (t[0] == 0 || t[1] % t[0] != 0)
                return std::nullopt;
            for (size_t i = 1; i < t.size(); ++i)
                if (t[i] != t[i - 1] * (t[1] / t[0]))
                    return std::nullopt;
            return t.back() * (t[1] / t[0]);
        },
        [](const Terms& t) -> std::optional<int64_t> {
            const int64_t last = t.back(), before = t[t.size() - 2];
            return before == 0 ? 0 : last * last / before;
        } },
    { "fibonacci", "Each number is the sum of the two before.", 3, 5,
        [](Rng& rng, bool hard) {
            return hard ? Terms { draw(rng, -20, 60), draw(rng, -20, 60) } : Terms { draw(rng, 1, 9), draw(rng, 1, 9) };
        },
        [](const Terms& t) -> std::optional<int64_t> {
            for (size_t i = 2; i < t.size(); ++i)
                if (t[i] != t[i - 1] + t[i - 2])
                    return std::nullopt;
            return t[t.size() - 1] + t[t.size() - 2];
        },
        [](const Terms& t) -> std::optional<int64_t> { // the sum of all but the last, plus the second, twice over
            int64_t sum = t[1];
            for (size_t i = 0; i < t.size() - 1; ++i)
                sum += t[i];
            return sum;
        } },
    { "quadratic", "The steps between the numbers grow by a fixed number.", 4, 5,
        [](Rng& rng, bool hard) {
            const int64_t first = draw(rng, hard ? -30 : 0, 30), step = hard ? signedDraw(rng, 0, 20) : draw(rng, 1, 8),
                          growth = hard ? signedDraw(rng, 1, 12) : draw(rng, 1, 4);
            return Terms { first, first + step, first + 2 * step + growth };
        },
        [](const Terms& t) { return byDifferences(t, 2); }, [](const Terms& t) { return byPolynomial(t, 2); } },
    { "affine", "Each number is the one before times a fixed number, plus a fixed number.", 3, 5,
        [](Rng& rng, bool hard) {
            const int64_t first = draw(rng, 1, 9), p = hard ? signedDraw(rng, 2, 5) : draw(rng, 2, 3),
                          q = hard ? signedDraw(rng, 1, 20) : draw(rng, 1, 9), second = p * first + q;
            return Terms { first, second, p * second + q };
        },
        [](const Terms& t) -> std::optional<int64_t> {
            const std::optional<Affine> rule = affineOf(t);
            return rule ? std::optional(rule->p * t.back() + rule->q) : std::nullopt;
        },
        [](const Terms& t) -> std::optional<int64_t> { // the steps form a geometric sequence
            const int64_t last = t[t.size() - 1] - t[t.size() - 2], before = t[t.size() - 2] - t[t.size() - 3];
            return before == 0 ? t.back() : t.back() + last * last / before;
        } },
    { "cubic", "The steps between the steps grow by a fixed number.", 5, 6,
        [](Rng& rng, bool) {
            const int64_t first = draw(rng, -20, 30), a = signedDraw(rng, 0, 12), b = signedDraw(rng, 0, 8),
                          c = signedDraw(rng, 1, 5);
            return Terms { first, first + a, first + 2 * a + b, first + 3 * a + 3 * b + c };
        },
        [](const Terms& t) { return byDifferences(t, 3); }, [](const Terms& t) { return byPolynomial(t, 3); } },
    { "recurrence",
        "Each number is a fixed number times the one before plus another fixed number times the one before "
        "that.",
        4, 6,
        [](Rng& rng, bool) {
            const int64_t p = signedDraw(rng, 1, 3), q = signedDraw(rng, 1, 3), first = draw(rng, 1, 6),
                          second = draw(rng, -6, 9), third = p * second + q * first;
            return Terms { first, second, third, p * third + q * second };
        },
        [](const Terms& t) -> std::optional<int64_t> {
            const std::optional<Affine> rule = recurrenceOf(t);
            return rule ? std::optional(rule->p * t.back() + rule->q * t[t.size() - 2]) : std::nullopt;
        },
        [](const Terms& t) -> std::optional<int64_t> { // tries small factors
            for (int64_t p = -50; p <= 50; ++p)
                for (int64_t q = -50; q <= 50; ++q)
                    if (p * t[1] + q * t[0] == t[2] && p * t[2] + q * t[1] == t[3])
                        return p * t.back() + q * t[t.size() - 2];
            const std::optional<Affine> rule = recurrenceOf(t);
            return rule ? std::optional(rule->p * t.back() + rule->q * t[t.size() - 2]) : std::nullopt;
        } },
};

struct Problem {
    const Family* family;
    Terms terms;
    int64_t next;
};

class NumberSequence : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        const Family& family
            = kFamilies[shape.families[0] + int(rng.below(uint64_t(shape.families[1] - shape.families[0]) + 1))];
        Terms terms = family.draw(rng, shape.hard);
        while (terms.size() < family.given) {
            const std::optional<int64_t> next = continuation(family, terms);
            if (!next || std::abs(*next) > kLargest)
                return std::nullopt;
            terms.push_back(*next);
        }
        if (!family.next(terms))
            return std::nullopt;
        std::string numbers;
        for (const int64_t term : terms)
            numbers += " " + std::to_string(term);
        return Drawn { std::string(family.rule) + " What comes next:" + numbers + "?",
            Json { { "family", family.name }, { "terms", terms } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return checkWholeNumber(problem->next, answer);
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return std::to_string(*problem->family->again(problem->terms));
    }

private:
    struct Level {
        const char* text;
        int families[2]; ///< first and last of kFamilies
        bool hard;
    };
    static constexpr Level kLevels[] = {
        { "a fixed step, small", { 0, 0 }, false },
        { "a fixed step or factor", { 0, 1 }, false },
        { "sums of the two before", { 2, 2 }, false },
        { "the same with larger and negative numbers", { 0, 2 }, true },
        { "steps that grow", { 3, 3 }, false },
        { "steps that grow, and factor with addend", { 3, 4 }, true },
        { "steps of steps, and two fixed factors", { 5, 6 }, true },
    };

    /// The rule carried on. A draw gives as many terms as settle it, but a Fibonacci sequence two and a polynomial its
    /// degree plus one: too few for `next` to tell whether they keep the rule.
    static std::optional<int64_t> continuation(const Family& family, const Terms& terms)
    {
        if (terms.size() >= family.least)
            return family.next(terms);
        if (std::string_view(family.name) == "fibonacci")
            return terms[0] + terms[1];
        return byPolynomial(terms, terms.size() - 1);
    }

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> name = textField(item, "family", 20);
        if (!name)
            return name.error();
        const auto family = std::find_if(
            std::begin(kFamilies), std::end(kFamilies), [&](const Family& each) { return each.name == *name; });
        if (family == std::end(kFamilies))
            return invalidItem("There is no kind of sequence \"" + *name + "\".");
        Result<std::vector<int64_t>> terms = wholesField(item, "terms", { -kLargest, kLargest, family->least, 20 });
        if (!terms)
            return terms.error();
        const std::optional<int64_t> next = family->next(*terms);
        if (!next)
            return invalidItem("The terms are no " + *name + " sequence, or leave open which.");
        return Problem { &*family, std::move(*terms), *next };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeNumberSequence(const TaskConfig&) { return std::make_unique<NumberSequence>(); }

} // namespace aha
