// Sums, differences and products of fractions; the answer in lowest terms.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <gmpxx.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <numeric>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

struct Fraction {
    int64_t over, under; ///< under > 0
    std::string text() const { return std::to_string(over) + (under == 1 ? "" : "/" + std::to_string(under)); }
};

struct Problem {
    std::vector<Fraction> terms; ///< two or three
    std::string operators; ///< one fewer
};

class Fractions : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const Level& shape = kLevels[level - 1];
        const std::string_view operators = shape.operators;
        Problem problem;
        for (int i = 0; i < shape.terms; ++i) {
            int64_t under = rng.between(2, shape.largest);
            if (i > 0) {
                problem.operators += operators[size_t(rng.below(operators.size()))];
                if (shape.related == 0)
                    under = problem.terms[0].under;
                else if (shape.related == 1) // one is a multiple of the other
                    under = problem.terms[0].under * rng.between(2, 4);
            }
            const int64_t over = rng.between(1, under - 1);
            if (std::gcd(over, under) != 1)
                return std::nullopt;
            problem.terms.push_back({ over, under });
        }
        Json terms = Json::array();
        for (const Fraction& term : problem.terms)
            terms.push_back(term.over), terms.push_back(term.under);
        return Drawn { "What is " + expressionOf(problem) + "? Answer in lowest terms, like 3/4, or as a whole number.",
            Json { { "terms", terms }, { "operators", problem.operators } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        mpq_class sum, product;
        for (size_t i = 0; i < problem->terms.size(); ++i) {
            mpq_class term(long(problem->terms[i].over), long(problem->terms[i].under));
            term.canonicalize();
            const char op = i == 0 ? '+' : problem->operators[i - 1];
            if (op == '*') {
                product *= term;
                continue;
            }
            sum += product;
            product = op == '-' ? mpq_class(-term) : term;
        }
        sum += product;
        return compare(sum, answer);
    }

    /// Over the product of all denominators, then reduced.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return valueOf(*problem).text();
    }

    /// "1/2 + 1/3 = 3/6 + 2/6 = 5/6", products first.
    std::string working(const Json& item, Rng&) const override
    {
        Result<Problem> problem = problemOf(item);
        if (!problem)
            return {};
        std::string text = expressionOf(*problem), last = text;
        const auto addStep = [&](const std::string& step) {
            if (step != last)
                text += " = " + step;
            last = step;
        };
        for (size_t at; (at = problem->operators.find('*')) != std::string::npos;) {
            Fraction& left = problem->terms[at];
            const Fraction right = problem->terms[at + 1];
            left = { left.over * right.over, left.under * right.under };
            problem->terms.erase(problem->terms.begin() + long(at) + 1);
            problem->operators.erase(at, 1);
            addStep(expressionOf(*problem));
        }
        int64_t common = 1;
        for (const Fraction& term : problem->terms)
            common = std::lcm(common, term.under);
        for (Fraction& term : problem->terms)
            term = { term.over * (common / term.under), common };
        addStep(expressionOf(*problem));
        int64_t over = 0;
        for (size_t i = 0; i < problem->terms.size(); ++i)
            over += i > 0 && problem->operators[i - 1] == '-' ? -problem->terms[i].over : problem->terms[i].over;
        addStep(Fraction { over, common }.text());
        addStep(valueOf(*problem).text());
        return text;
    }

private:
    struct Level {
        const char* text;
        int terms;
        int64_t largest; ///< denominator
        int related; ///< 0: equal denominators, 1: one a multiple of the other, 2: any
        const char* operators;
    };
    static constexpr Level kLevels[] = {
        { "sums, one denominator", 2, 12, 0, "+" },
        { "sums and differences, one denominator a multiple of the other", 2, 9, 1, "+-" },
        { "products, denominators to 12", 2, 12, 2, "*" },
        { "sums and differences, denominators to 12", 2, 12, 2, "+-" },
        { "all three, denominators to 30", 2, 30, 2, "+-*" },
        { "three fractions, denominators to 12", 3, 12, 2, "+-*" },
    };
    static constexpr size_t kMaxTerms = 4;

    static std::string expressionOf(const Problem& problem)
    {
        std::string text = problem.terms[0].text();
        for (size_t i = 1; i < problem.terms.size(); ++i)
            text += std::string(" ") + problem.operators[i - 1] + " " + problem.terms[i].text();
        return text;
    }

    static Fraction valueOf(const Problem& problem)
    {
        int64_t under = 1, over = 0;
        for (const Fraction& term : problem.terms)
            under *= term.under;
        for (size_t i = 0; i < problem.terms.size();) { // a run of factors
            Fraction product = problem.terms[i];
            const bool minus = i > 0 && problem.operators[i - 1] == '-';
            for (++i; i < problem.terms.size() && problem.operators[i - 1] == '*'; ++i)
                product = { product.over * problem.terms[i].over, product.under * problem.terms[i].under };
            over += (minus ? -1 : 1) * product.over * (under / product.under);
        }
        const int64_t divisor = std::gcd(over, under);
        return { over / divisor, under / divisor };
    }

    static AnswerCheck compare(const mpq_class& expected, std::string_view answer)
    {
        const size_t slash = answer.find('/');
        std::string_view left = answer.substr(0, slash);
        while (!left.empty() && left.back() == ' ')
            left.remove_suffix(1);
        std::string_view right = slash == std::string_view::npos ? "1" : answer.substr(slash + 1);
        while (!right.empty() && right.front() == ' ')
            right.remove_prefix(1);
        const std::optional<int64_t> over = wholeNumber(left), under = wholeNumber(right);
        if (!over || !under || right[0] == '-' || right[0] == '+')
            return { Verdict::Malformed, "not_a_fraction", "The answer is not a fraction like 3/4 or a whole number.",
                "" };
        if (*under == 0)
            return { Verdict::Wrong, "division_by_zero", "The denominator of the answer is 0.", "" };
        mpq_class value { long(*over), long(*under) };
        value.canonicalize();
        const std::string normal = value.get_str(), wanted = expected.get_str();
        if (value != expected)
            return { Verdict::Wrong, "wrong_value", "The answer is " + wanted + ", not " + normal + ".", normal };
        if (value.get_den() != *under || (slash != std::string_view::npos && *under == 1))
            return { Verdict::Wrong, "not_lowest_terms",
                "The value is right, but in lowest terms it is " + wanted + ".", normal };
        return { Verdict::Correct, "ok", "The answer is " + wanted + ".", normal };
    }

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::vector<int64_t>> terms = wholesField(item, "terms", { -1000, 1000, 4, 2 * kMaxTerms });
        const Result<std::string> operators = textField(item, "operators", kMaxTerms - 1);
        if (!terms || !operators)
            return terms ? operators.error() : terms.error();
        Problem problem { {}, *operators };
        if (terms->size() % 2 != 0 || terms->size() / 2 != operators->size() + 1
            || operators->find_first_not_of("+-*") != std::string::npos)
            return invalidItem("\"terms\" are numerator and denominator in turn, with one of + - * in \"operators\" "
                               "between every two fractions.");
        for (size_t i = 0; i < terms->size(); i += 2) {
            if ((*terms)[i + 1] < 1)
                return invalidItem("A denominator is below 1.");
            problem.terms.push_back({ (*terms)[i], (*terms)[i + 1] });
        }
        return problem;
    }
};

} // namespace

std::unique_ptr<Puzzle> makeFractions(const TaskConfig&) { return std::make_unique<Fractions>(); }

} // namespace aha
