// A whole number as a product of primes.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kLargest = 1'000'000'000;

bool isPrime(int64_t number)
{
    for (int64_t divisor = 2; divisor * divisor <= number; ++divisor)
        if (number % divisor == 0)
            return false;
    return number >= 2;
}

std::string productText(const std::vector<int64_t>& factors)
{
    std::string text;
    for (const int64_t factor : factors)
        text += (text.empty() ? "" : " * ") + std::to_string(factor);
    return text;
}

class PrimeFactors : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }

    std::string levelText(int level) const override
    {
        const auto [smallest, largest, primesToo] = kLevels[level - 1];
        return std::to_string(smallest) + " to " + std::to_string(largest) + (primesToo ? ", primes too" : "");
    }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const auto [smallest, largest, primesToo] = kLevels[level - 1];
        const int64_t number = rng.between(smallest, largest);
        if (!primesToo && isPrime(number))
            return std::nullopt;
        return Drawn { "Write " + std::to_string(number) + " as a product of primes, like 2 * 2 * 3."
                + (primesToo ? " A prime stays as it is." : ""),
            Json { { "number", number } }.dump(), "" };
    }

    /// In any order. By multiplying up what is given, and asking of each factor whether it is prime.
    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<int64_t> number = wholeField(item, "number", 2, kLargest);
        if (!number)
            return number.error();
        int64_t product = 1, composite = 0;
        std::vector<int64_t> factors;
        for (size_t at = 0; at <= answer.size();) {
            const size_t star = std::min(answer.find('*', at), answer.size());
            std::string_view text = answer.substr(at, star - at);
            while (!text.empty() && text.front() == ' ')
                text.remove_prefix(1);
            while (!text.empty() && text.back() == ' ')
                text.remove_suffix(1);
            const std::optional<int64_t> factor = wholeNumber(text);
            if (!factor || *factor < 1)
                return AnswerCheck { Verdict::Malformed, "not_a_product",
                    "The answer is not whole numbers with * between them.", "" };
            // Beyond the number it cannot come back to it: nothing more is computed.
            product = product == 0 || *factor > *number / product ? 0 : product * *factor;
            if (product != 0) {
                composite = composite == 0 && !isPrime(*factor) ? *factor : composite;
                factors.push_back(*factor);
            }
            at = star + 1;
        }
        if (product != *number)
            return AnswerCheck { Verdict::Wrong, "wrong_value",
                "The product of the answer is not " + std::to_string(*number) + ".", "" };
        std::sort(factors.begin(), factors.end());
        const std::string normal = productText(factors);
        if (composite != 0)
            return AnswerCheck { Verdict::Wrong, "not_prime",
                "The product is right, but " + std::to_string(composite) + " is not prime.", normal };
        return AnswerCheck { Verdict::Correct, "ok", "These are the primes of " + std::to_string(*number) + ".",
            normal };
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<int64_t> number = wholeField(item, "number", 2, kLargest);
        if (!number)
            return number.error();
        std::vector<int64_t> factors;
        int64_t rest = *number;
        for (int64_t divisor = 2; divisor * divisor <= rest; ++divisor)
            for (; rest % divisor == 0; rest /= divisor)
                factors.push_back(divisor);
        if (rest > 1)
            factors.push_back(rest);
        return productText(factors);
    }

private:
    struct Level {
        int64_t smallest, largest;
        bool primesToo;
    };
    static constexpr Level kLevels[] = { { 4, 100, false }, { 50, 250, false }, { 100, 500, true }, { 500, 2000, true },
        { 2000, 10000, true }, { 100000, 1000000, true } };
};

} // namespace

std::unique_ptr<Puzzle> makePrimeFactors(const TaskConfig&) { return std::make_unique<PrimeFactors>(); }

} // namespace aha
