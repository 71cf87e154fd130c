#include "core/tasks/countdown.h"

#include "core/base/json_depth.h"
#include "core/tasks/held_out.h"

#include <gmpxx.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <set>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

int64_t combine(int64_t a, char op, int64_t b) { return op == '+' ? a + b : op == '-' ? a - b : a * b; }

/// A step between whole numbers; a division only where nothing is left over.
std::optional<int64_t> wholeStep(int64_t a, char op, int64_t b)
{
    if (op != '/')
        return combine(a, op, b);
    return b != 0 && a % b == 0 ? std::optional(a / b) : std::nullopt;
}

std::string bare(int64_t value) { return std::to_string(value); }

/// A random expression over `numbers` (already shuffled): each step joins two neighbours, until one value is left.
/// nullopt when a value leaves the bounds.
std::optional<int64_t> randomValue(std::vector<int64_t> numbers, const TaskConfig& config, Rng& rng)
{
    while (numbers.size() > 1) {
        const size_t at = size_t(rng.below(numbers.size() - 1));
        const char op = config.operators[size_t(rng.below(config.operators.size()))];
        const int64_t value = combine(numbers[at], op, numbers[at + 1]);
        if (value < config.valueMin || value > config.valueMax)
            return std::nullopt;
        numbers[at] = value;
        numbers.erase(numbers.begin() + long(at) + 1);
    }
    return numbers[0];
}

/// The same with division: values on the way may be fractions, the last one is whole.
std::optional<int64_t> randomFractionalValue(const std::vector<int64_t>& numbers, const TaskConfig& config, Rng& rng)
{
    std::vector<mpq_class> values;
    for (const int64_t number : numbers)
        values.emplace_back(long(number));
    while (values.size() > 1) {
        const size_t at = size_t(rng.below(values.size() - 1));
        const char op = config.operators[size_t(rng.below(config.operators.size()))];
        mpq_class &value = values[at], &right = values[at + 1];
        if (op == '/' && right == 0)
            return std::nullopt;
        value = op == '+' ? mpq_class(value + right)
            : op == '-'   ? mpq_class(value - right)
            : op == '*'   ? mpq_class(value * right)
                          : mpq_class(value / right);
        if (value < long(config.valueMin) || value > long(config.valueMax))
            return std::nullopt;
        values.erase(values.begin() + long(at) + 1);
    }
    return values[0].get_den() == 1 ? std::optional<int64_t>(values[0].get_num().get_si()) : std::nullopt;
}

/// The order of the numbers does not matter.
bool isHeldOut(const CountdownItem& item, int64_t percent)
{
    std::vector<int64_t> key = item.numbers;
    std::sort(key.begin(), key.end());
    key.push_back(item.target);
    return aha::isHeldOut(
        std::string_view(reinterpret_cast<const char*>(key.data()), key.size() * sizeof key[0]), percent);
}

class Countdown : public Task {
public:
    explicit Countdown(const TaskConfig& config)
        : m_config(config)
    {
    }

    std::string name() const override { return "countdown"; }

    TaskItem trainItem(uint64_t seed, uint64_t index) const override
    {
        Rng rng(seed, Purpose::Problem, index);
        for (;;)
            if (const std::optional<CountdownItem> item = draw(rng); item && !isHeldOut(*item, m_config.heldOutPercent))
                return describe(*item);
    }

    std::vector<TaskItem> heldOut(int count) const override
    {
        std::vector<TaskItem> items;
        std::set<std::vector<int64_t>> seen;
        Rng rng(0, Purpose::HeldOut);
        // Small ranges hold few problems: stop when nothing new has come for long.
        for (int64_t idle = 0; int(items.size()) < count && idle < 200'000; ++idle) {
            const std::optional<CountdownItem> item = draw(rng);
            if (!item || !isHeldOut(*item, m_config.heldOutPercent))
                continue;
            std::vector<int64_t> key = item->numbers;
            std::sort(key.begin(), key.end());
            key.push_back(item->target);
            if (seen.insert(key).second) {
                items.push_back(describe(*item));
                idle = 0;
            }
        }
        return items;
    }

    Judgement judge(const std::string& itemJson, const std::string& completion) const override
    {
        const Result<CountdownItem> item = countdownItemFromJson(itemJson);
        if (!item)
            return { Verdict::InfraError, 0, 0, "bad_item", item.error().message, "" };
        return judgeCountdown(*item, completion);
    }

    std::vector<TaskStatistic> statistics(const std::string& itemJson, const std::string& completion) const override
    {
        const Result<CountdownItem> item = countdownItemFromJson(itemJson);
        std::vector<Equation> equations;
        if (item)
            equations = findEquations(completion, *item);
        double wrong = 0, hits = 0, misses = 0, hitStops = 0, missStops = 0;
        size_t lastAttempt = equations.size();
        for (size_t i = 0; i < equations.size(); ++i) {
            wrong += !equations[i].right;
            if (equations[i].endsAttempt)
                lastAttempt = i;
        }
        const bool closes = completion.find("</think>") != std::string::npos;
        for (size_t i = 0; i < equations.size(); ++i) {
            if (!equations[i].endsAttempt)
                continue;
            // Stopping means: the reasoning closes and nothing is calculated after this attempt.
            const bool stops = closes && i == lastAttempt && i + 1 == equations.size();
            (equations[i].hitsTarget ? hits : misses) += 1;
            (equations[i].hitsTarget ? hitStops : missStops) += stops;
        }
        return { { "countdown/false_equation_share", wrong, double(equations.size()) },
            { "countdown/stop_after_hit", hitStops, hits }, { "countdown/stop_after_miss", missStops, misses },
            { "countdown/attempts_per_trace", hits + misses, 1 },
            { "countdown/hits_per_attempt", hits, hits + misses } };
    }

    std::optional<CountdownItem> draw(Rng& rng) const
    {
        CountdownItem item;
        for (int64_t i = 0; i < m_config.numbers; ++i)
            item.numbers.push_back(rng.between(m_config.numberMin, m_config.numberMax));
        const bool divides = m_config.operators.find('/') != std::string::npos;
        if (m_config.numbers == 3 && !divides) {
            const std::vector<TwoStep> all
                = twoSteps(item.numbers, m_config.operators, m_config.valueMin, m_config.valueMax);
            if (all.empty())
                return std::nullopt;
            item.target = all[size_t(rng.below(all.size()))].value;
        } else {
            std::vector<int64_t> order = item.numbers;
            for (size_t i = order.size(); i > 1; --i)
                std::swap(order[i - 1], order[size_t(rng.below(i))]);
            const std::optional<int64_t> value
                = divides ? randomFractionalValue(order, m_config, rng) : randomValue(order, m_config, rng);
            if (!value)
                return std::nullopt;
            item.target = *value;
        }
        if (item.target < m_config.targetMin || item.target > m_config.targetMax)
            return std::nullopt;
        return item;
    }

private:
    static TaskItem describe(const CountdownItem& item) { return { countdownPrompt(item), toJson(item), "" }; }

    TaskConfig m_config;
};

} // namespace

std::string toJson(const CountdownItem& item)
{
    Json json;
    json["numbers"] = item.numbers;
    json["target"] = item.target;
    return json.dump();
}

Result<CountdownItem> countdownItemFromJson(const std::string& text)
{
    const nlohmann::json json
        = jsonDepthWithin(text) ? nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false) : nlohmann::json();
    const auto integer = [](const nlohmann::json& value) {
        return value.is_number_integer()
            && !(value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(INT64_MAX));
    };
    if (!json.is_object() || !json.contains("numbers") || !json["numbers"].is_array() || json["numbers"].empty()
        || json["numbers"].size() > 64 || !std::all_of(json["numbers"].begin(), json["numbers"].end(), integer)
        || !json.contains("target") || !integer(json["target"]))
        return Error { "task_item_invalid",
            "A countdown problem needs \"numbers\" (1 to 64 whole numbers) and \"target\" (a whole number).", "" };
    return CountdownItem { json["numbers"].get<std::vector<int64_t>>(), json["target"].get<int64_t>() };
}

std::string countdownPrompt(const CountdownItem& item)
{
    std::string text = "use";
    for (int64_t number : item.numbers)
        text += " " + std::to_string(number);
    return text + " to make " + std::to_string(item.target) + " :";
}

std::string TwoStep::answer() const
{
    const std::string inner = "( " + bare(x) + " " + op1 + " " + bare(y) + " )";
    return reversed ? bare(z) + " " + op2 + " " + inner : inner + " " + op2 + " " + bare(z);
}

std::string TwoStep::working() const
{
    const std::string second
        = reversed ? bare(z) + " " + op2 + " " + bare(first) : bare(first) + " " + op2 + " " + bare(z);
    return bare(x) + " " + op1 + " " + bare(y) + " = " + bare(first) + " , " + second + " = " + bare(value);
}

std::vector<TwoStep> twoSteps(
    std::span<const int64_t> numbers, const std::string& operators, int64_t valueMin, int64_t valueMax)
{
    std::vector<TwoStep> all;
    const auto allowed
        = [&](const std::optional<int64_t>& value) { return value && *value >= valueMin && *value <= valueMax; };
    for (size_t i = 0; i < 3; ++i) {
        const int64_t z = numbers[i], a = numbers[i == 0 ? 1 : 0], b = numbers[i == 2 ? 1 : 2];
        for (const auto& [x, y] : { std::pair(a, b), std::pair(b, a) })
            for (const char op1 : operators) {
                const std::optional<int64_t> first = wholeStep(x, op1, y);
                if (!allowed(first))
                    continue;
                for (const char op2 : operators)
                    if (const std::optional<int64_t> value = wholeStep(*first, op2, z); allowed(value))
                        all.push_back({ x, y, z, op1, op2, false, *first, *value });
                for (const char op2 : { '-', '/' })
                    if (const std::optional<int64_t> value = wholeStep(z, op2, *first);
                        operators.find(op2) != std::string::npos && allowed(value))
                        all.push_back({ x, y, z, op1, op2, true, *first, *value });
            }
    }
    return all;
}

std::vector<Equation> findEquations(std::string_view text, const CountdownItem& item)
{
    const size_t close = text.find("</think>");
    const std::string_view reasoning = text.substr(0, close);
    struct Word {
        size_t begin, end;
        std::optional<int64_t> number;
    };
    std::vector<Word> words;
    for (size_t at = 0; at < reasoning.size();) {
        const size_t begin = reasoning.find_first_not_of(" \t\r\n", at);
        if (begin == std::string_view::npos)
            break;
        at = std::min(reasoning.find_first_of(" \t\r\n", begin), reasoning.size());
        const std::string_view word = reasoning.substr(begin, at - begin);
        int64_t number = 0;
        const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
        const bool whole = parsed.ec == std::errc() && parsed.ptr == word.data() + word.size()
            && number > -1'000'000'000 && number < 1'000'000'000;
        words.push_back({ begin, at, whole ? std::optional(number) : std::nullopt });
    }
    const auto is = [&](size_t i, std::string_view what) {
        return i < words.size() && reasoning.substr(words[i].begin, words[i].end - words[i].begin) == what;
    };
    std::vector<Equation> equations;
    size_t chain = 0, chainEnd = SIZE_MAX; // equations in the running attempt, and where the next must start
    for (size_t i = 0; i + 4 < words.size() + 0; ++i) {
        if (!words[i].number || !words[i + 2].number || !words[i + 4].number || !is(i + 3, "=")
            || !(is(i + 1, "+") || is(i + 1, "-") || is(i + 1, "*") || is(i + 1, "/")))
            continue;
        const char op = reasoning[words[i + 1].begin];
        const bool right = wholeStep(*words[i].number, op, *words[i + 2].number) == words[i + 4].number;
        chain = i == chainEnd ? chain + 1 : 1;
        chainEnd = is(i + 5, ",") ? i + 6 : SIZE_MAX;
        const bool ends = chain + 1 == item.numbers.size();
        equations.push_back(
            { words[i].begin, words[i + 4].end, right, ends, ends && right && *words[i + 4].number == item.target });
        i += 4;
    }
    return equations;
}

Result<std::unique_ptr<Task>> makeCountdown(const TaskConfig& config)
{
    auto task = std::make_unique<Countdown>(config);
    Rng rng(0, Purpose::HeldOut, 1);
    bool train = false, held = false;
    for (int tries = 0; tries < 100'000 && !(train && held); ++tries)
        if (const std::optional<CountdownItem> item = task->draw(rng))
            (isHeldOut(*item, config.heldOutPercent) ? held : train) = true;
    if (!train || !held)
        return Error { "task_impossible",
            "No solvable countdown problem was found with numbers " + bare(config.numberMin) + "…"
                + bare(config.numberMax) + " and targets " + bare(config.targetMin) + "…" + bare(config.targetMax)
                + ".",
            "Widen the task's ranges." };
    return std::unique_ptr<Task>(std::move(task));
}

} // namespace aha
