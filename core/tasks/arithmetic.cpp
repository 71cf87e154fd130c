#include "core/tasks/arithmetic.h"

#include "core/base/json_depth.h"
#include "core/tasks/answer_tags.h"
#include "core/tasks/held_out.h"
#include "core/tasks/strict_verdict.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

class Arithmetic : public Task {
public:
    explicit Arithmetic(const TaskConfig& config)
        : m_config(config)
    {
    }

    std::string name() const override { return "arithmetic"; }

    TaskItem trainItem(uint64_t seed, uint64_t index) const override
    {
        Rng rng(seed, Purpose::Problem, index);
        for (;;)
            if (const std::optional<ArithmeticItem> item = draw(rng);
                item && !isHeldOut(item->expression, m_config.heldOutPercent))
                return describe(*item);
    }

    std::vector<TaskItem> heldOut(int count) const override
    {
        std::vector<TaskItem> items;
        std::set<std::string> seen;
        Rng rng(0, Purpose::HeldOut);
        // Small ranges hold few problems: stop when nothing new has come for long.
        for (int64_t idle = 0; int(items.size()) < count && idle < 200'000; ++idle) {
            const std::optional<ArithmeticItem> item = draw(rng);
            if (item && isHeldOut(item->expression, m_config.heldOutPercent) && seen.insert(item->expression).second) {
                items.push_back(describe(*item));
                idle = 0;
            }
        }
        return items;
    }

    Judgement judge(const std::string& itemJson, const std::string& completion) const override
    {
        const Result<ArithmeticItem> item = arithmeticItemFromJson(itemJson);
        if (!item)
            return { Verdict::InfraError, 0, 0, "bad_item", item.error().message, "" };
        return strictVerdict(judgeArithmetic(*item, completion), completion);
    }

    std::vector<TaskStatistic> statistics(const std::string&, const std::string&) const override { return {}; }

    /// One expression; nullopt when a product or a sum leaves the bounds.
    std::optional<ArithmeticItem> draw(Rng& rng) const
    {
        const auto allowed = [&](int64_t value) { return value >= m_config.valueMin && value <= m_config.valueMax; };
        ArithmeticItem item;
        int64_t product = rng.between(m_config.numberMin, m_config.numberMax), sign = 1;
        item.expression = std::to_string(product);
        for (int64_t i = 1; i < m_config.numbers; ++i) {
            const char op = m_config.operators[size_t(rng.below(m_config.operators.size()))];
            const std::optional<int64_t> number
                = op == '/' ? divisor(product, rng) : rng.between(m_config.numberMin, m_config.numberMax);
            if (!number)
                return std::nullopt;
            item.expression += std::string(" ") + op + " " + std::to_string(*number);
            if (op == '*') {
                product *= *number; // both at most a million: no overflow
            } else if (op == '/') {
                product /= *number;
            } else {
                item.value += sign * product;
                sign = op == '-' ? -1 : 1;
                product = *number;
            }
            if (!allowed(item.value) || !allowed(sign * product))
                return std::nullopt;
        }
        item.value += sign * product;
        return allowed(item.value) ? std::optional(item) : std::nullopt;
    }

private:
    /// One of the numbers that a problem may give and that divide `value`: values stay whole.
    std::optional<int64_t> divisor(int64_t value, Rng& rng) const
    {
        std::vector<int64_t> divisors;
        for (int64_t number = std::max<int64_t>(m_config.numberMin, 1); number <= m_config.numberMax; ++number)
            if (value % number == 0)
                divisors.push_back(number);
        return divisors.empty() ? std::nullopt : std::optional(divisors[size_t(rng.below(divisors.size()))]);
    }

    static TaskItem describe(const ArithmeticItem& item)
    {
        return { "What is " + item.expression + "?", toJson(item), "" };
    }

    TaskConfig m_config;
};

} // namespace

std::string toJson(const ArithmeticItem& item)
{
    return Json { { "expression", item.expression }, { "value", item.value } }.dump();
}

Result<ArithmeticItem> arithmeticItemFromJson(const std::string& text)
{
    const Json json = jsonDepthWithin(text) ? Json::parse(text, nullptr, /*allow_exceptions=*/false) : Json();
    const auto has = [&](const char* key) { return json.is_object() && json.contains(key); };
    if (!has("value") || !json["value"].is_number_integer()
        || (json["value"].is_number_unsigned() && json["value"].get<uint64_t>() > uint64_t(INT64_MAX)))
        return Error { "task_item_invalid", "An arithmetic problem needs \"value\": a whole number.", "" };
    return ArithmeticItem { has("expression") && json["expression"].is_string() ? json["expression"].get<std::string>()
                                                                                : std::string(),
        json["value"].get<int64_t>() };
}

Judgement judgeArithmetic(const ArithmeticItem& item, std::string_view completion)
{
    const AnswerTags tags = readAnswerTags(completion);
    Judgement judgement;
    judgement.format = tags.format ? 1 : 0;
    judgement.reason = tags.reason;
    judgement.explanation = tags.explanation;
    if (!tags.reason.empty())
        return judgement;
    judgement.extracted = std::string(tags.answer);
    judgement.begin = size_t(tags.answer.data() - completion.data());
    judgement.end = judgement.begin + tags.answer.size();
    std::string_view digits = tags.answer; // not empty
    if (digits[0] == '+' && digits.substr(1, 1) != "-")
        digits.remove_prefix(1);
    int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool overflow = error == std::errc::result_out_of_range;
    if ((error != std::errc() && !overflow) || end != digits.data() + digits.size()) {
        judgement.reason = "not_a_number";
        judgement.explanation = "The answer is not one whole number.";
        return judgement;
    }
    judgement.normalForm = overflow ? std::string(digits) : std::to_string(value);
    const bool right = !overflow && value == item.value;
    judgement.verdict = right ? Verdict::Correct : Verdict::Wrong;
    judgement.accuracy = right ? 1 : 0;
    judgement.reason = right ? "ok" : "wrong_value";
    judgement.explanation = right ? "The answer is " + std::to_string(item.value) + "."
                                  : "The answer is not " + std::to_string(item.value) + ".";
    return judgement;
}

Result<std::unique_ptr<Task>> makeArithmetic(const TaskConfig& config)
{
    auto task = std::make_unique<Arithmetic>(config);
    Rng rng(0, Purpose::HeldOut, 1);
    bool train = false, held = false;
    for (int tries = 0; tries < 100'000 && !(train && held); ++tries)
        if (const std::optional<ArithmeticItem> item = task->draw(rng))
            (isHeldOut(item->expression, config.heldOutPercent) ? held : train) = true;
    if (!train || !held)
        return Error { "task_impossible",
            "No arithmetic problem was found with numbers " + std::to_string(config.numberMin) + "…"
                + std::to_string(config.numberMax) + " and values " + std::to_string(config.valueMin) + "…"
                + std::to_string(config.valueMax) + ".",
            "Widen the task's ranges." };
    return std::unique_ptr<Task>(std::move(task));
}

} // namespace aha
