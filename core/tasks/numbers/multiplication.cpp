// Products of whole numbers, n digits times m (TinyZero's multiply task).

#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

class Multiplication : public Puzzle {
public:
    int levels() const override { return int(std::size(kDigits)); }

    std::string levelText(int level) const override
    {
        const auto [left, right] = kDigits[level - 1];
        return std::to_string(left) + (left == 1 ? " digit times " : " digits times ") + std::to_string(right);
    }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const auto [left, right] = kDigits[level - 1];
        const int64_t a = number(left, rng), b = number(right, rng);
        return Drawn { "What is " + std::to_string(a) + " * " + std::to_string(b) + "?",
            Json { { "a", a }, { "b", b } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<std::pair<int64_t, int64_t>> factors = factorsOf(item);
        if (!factors)
            return factors.error();
        return checkWholeNumber(factors->first * factors->second, answer);
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<std::pair<int64_t, int64_t>> factors = factorsOf(item);
        if (!factors)
            return factors.error();
        int64_t sum = 0; // by the digits of the second factor, as on paper
        for (int64_t rest = std::abs(factors->second), place = 1; rest > 0; rest /= 10, place *= 10)
            sum += factors->first * (rest % 10) * place;
        return std::to_string(factors->second < 0 ? -sum : sum);
    }

    /// "47 * 36 = 47 * 30 + 47 * 6 = 1410 + 282 = 1692", a term a digit.
    std::string working(const Json& item, Rng&) const override
    {
        const Result<std::pair<int64_t, int64_t>> factors = factorsOf(item);
        if (!factors)
            return {};
        const auto [a, b] = *factors;
        std::string products, values;
        int64_t place = 1;
        while (place * 10 <= std::abs(b))
            place *= 10;
        for (int64_t rest = std::abs(b); place > 0; rest %= place, place /= 10) {
            const int64_t part = rest / place * place;
            if (part == 0)
                continue;
            products += (products.empty() ? "" : " + ") + std::to_string(a) + " * " + std::to_string(part);
            values += (values.empty() ? "" : " + ") + std::to_string(a * part);
        }
        return std::to_string(a) + " * " + std::to_string(b) + " = " + products + " = " + values + " = "
            + std::to_string(a * b);
    }

private:
    static constexpr std::pair<int, int> kDigits[]
        = { { 1, 1 }, { 2, 1 }, { 2, 2 }, { 3, 1 }, { 3, 2 }, { 3, 3 }, { 4, 3 }, { 4, 4 }, { 5, 5 }, { 6, 6 } };

    static int64_t number(int digits, Rng& rng)
    {
        int64_t smallest = 1;
        for (int i = 1; i < digits; ++i)
            smallest *= 10;
        return rng.between(digits == 1 ? 2 : smallest, smallest * 10 - 1);
    }

    static Result<std::pair<int64_t, int64_t>> factorsOf(const Json& item)
    {
        int64_t factors[2];
        for (int i = 0; i < 2; ++i) {
            const auto found = item.find(i == 0 ? "a" : "b");
            if (found == item.end() || !found->is_number_integer() || found->get<double>() > 1e9
                || found->get<double>() < -1e9)
                return Error { "task_item_invalid",
                    "A multiplication needs \"a\" and \"b\": whole numbers of at most nine digits.", "" };
            factors[i] = found->get<int64_t>();
        }
        return std::pair(factors[0], factors[1]);
    }
};

} // namespace

std::unique_ptr<Puzzle> makeMultiplication(const TaskConfig&) { return std::make_unique<Multiplication>(); }

} // namespace aha
