#include "core/trace/turning_word.h"

#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>
#include <set>

namespace aha {

namespace {

constexpr size_t kMostDigits = 17;

struct Fraction {
    int64_t numerator, denominator;
};

Fraction reduced(int64_t numerator, int64_t denominator)
{
    const int64_t divisor = std::max<int64_t>(std::gcd(numerator, denominator), 1);
    return { numerator / divisor, denominator / divisor };
}

/// "72", "-3.5", "1,234", "$18"; nothing of anything else.
std::optional<Fraction> numberIn(std::string_view text)
{
    const size_t mark = text.rfind("####"); // GSM8K puts the answer behind it
    if (mark != std::string_view::npos)
        text.remove_prefix(mark + 4);
    bool negative = false, point = false, any = false;
    int64_t value = 0, unit = 1;
    size_t digits = 0;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            if (++digits > kMostDigits)
                return std::nullopt;
            value = 10 * value + (c - '0');
            unit *= point ? 10 : 1;
            any = true;
        } else if (c == '-' && !any && !negative) {
            negative = true;
        } else if (c == '.' && any && !point) {
            point = true;
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '$' && !(c == ',' && any && !point)) {
            return std::nullopt;
        }
    }
    return any ? std::optional(reduced(negative ? -value : value, unit)) : std::nullopt;
}

std::optional<Fraction> answerOf(std::string_view itemJson)
{
    if (const BehaviourProblem problem = behaviourProblem(itemJson); problem.target)
        return Fraction { *problem.target, 1 };
    if (!jsonDepthWithin(itemJson))
        return std::nullopt;
    const nlohmann::json item = nlohmann::json::parse(itemJson, nullptr, false);
    const auto gold = item.is_object() ? item.find("gold") : item.end();
    if (!item.is_object() || gold == item.end())
        return std::nullopt;
    return numberIn(gold->is_string() ? gold->get<std::string>() : gold->is_number() ? gold->dump() : std::string());
}

} // namespace

int turningWord(const std::vector<StatedResult>& results, const std::vector<WordHit>& words)
{
    std::optional<size_t> missed;
    for (const StatedResult& result : results) {
        if (result.hit && !missed)
            return -1; // right at the first attempt
        if (result.hit) {
            int found = -1;
            for (size_t i = 0; i < words.size() && words[i].begin < result.begin; ++i)
                if (words[i].begin >= *missed)
                    found = int(i);
            return found;
        }
        if (result.missed && !missed)
            missed = result.end;
    }
    return -1;
}

std::vector<StatedResult> statedResults(const TraceBehaviour& behaviour, std::string_view itemJson)
{
    const std::optional<Fraction> answer = answerOf(itemJson);
    std::set<int> refused; // last calculations of attempts that a verdict denies
    auto attempt = behaviour.attempts.begin();
    for (const BehaviourPlace& place : behaviour.places) {
        if (place.kind != Behaviour::Verification || !place.refuses)
            continue;
        while (attempt != behaviour.attempts.end() && attempt->end <= place.begin)
            ++attempt;
        if (attempt != behaviour.attempts.begin())
            refused.insert(std::prev(attempt)->last);
    }
    std::vector<StatedResult> results;
    std::set<std::string_view> wrong;
    for (size_t i = 0; i < behaviour.calculations.size(); ++i) {
        const Calculation& c = behaviour.calculations[i];
        const bool isAnswer
            = answer ? c.numerator == answer->numerator && c.denominator == answer->denominator : wrong.count(c.form) > 0;
        const bool hit = c.right && isAnswer;
        results.push_back({ c.begin, c.end, !hit && (!c.right || refused.count(int(i)) > 0), hit });
        if (!c.right)
            wrong.insert(c.form);
    }
    return results;
}

} // namespace aha
