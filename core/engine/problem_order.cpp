#include "core/engine/problem_order.h"

#include "core/base/rng.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

constexpr uint64_t kStream = 0; // of Purpose::Prompt; the replay buffer has another

} // namespace

ProblemOrder::ProblemOrder(const RunConfig& config, std::vector<std::optional<double>> passRates)
    : m_order(config.selection.order)
    , m_seed(uint64_t(config.general.seed))
    , m_promptsPerStep(config.rollout.promptsPerStep)
    , m_curriculumSteps(config.selection.curriculumSteps > 0 ? config.selection.curriculumSteps
                                                             : std::max<int64_t>(1, config.general.maxSteps / 2))
    , m_passRates(std::move(passRates))
    , m_records(m_passRates.size())
{
}

size_t ProblemOrder::open(int64_t step) const
{
    const size_t pool = m_records.size();
    if (m_order != "curriculum")
        return pool;
    const double share = std::min(1.0, double(step) / double(m_curriculumSteps));
    return std::min(pool, std::max(size_t(m_promptsPerStep), size_t(std::ceil(double(pool) * share))));
}

ProblemOrder::Summary ProblemOrder::summary() const
{
    Summary summary;
    double rates = 0;
    for (const Record& record : m_records)
        if (record.judged > 0) {
            ++summary.sampled;
            rates += double(record.right) / double(record.judged);
        }
    summary.meanRate = summary.sampled > 0 ? rates / summary.sampled : std::nan("");
    return summary;
}

std::vector<double> ProblemOrder::weights(int64_t step) const
{
    std::vector<double> weights;
    if (m_order == "prioritized") {
        for (size_t i = 0; i < m_records.size(); ++i) {
            const Record& r = m_records[i];
            weights.push_back(1 - (r.judged > 0 ? double(r.right) / double(r.judged) : m_passRates[i].value_or(0)));
        }
        return weights;
    }
    const double mean = summary().meanRate, unknown = std::isnan(mean) ? 0.5 : mean;
    std::vector<double> ease;
    for (size_t i = 0; i < m_records.size(); ++i) {
        const Record& r = m_records[i];
        ease.push_back(m_passRates[i] ? *m_passRates[i] : r.judged > 0 ? double(r.right) / double(r.judged) : unknown);
    }
    std::vector<size_t> order(ease.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return ease[a] > ease[b]; });
    weights.assign(ease.size(), 0.0);
    for (size_t i = 0; i < open(step); ++i)
        weights[order[i]] = 1;
    return weights;
}

std::vector<uint64_t> ProblemOrder::draw(int64_t step, int64_t round, int64_t count, std::set<uint64_t>& used) const
{
    const std::vector<double> whole = weights(step);
    std::vector<double> left = whole;
    for (const uint64_t problem : used)
        left[problem] = 0;
    Rng rng(m_seed, Purpose::Prompt, uint64_t(step), kStream << 32 | uint64_t(round));
    std::vector<uint64_t> drawn;
    double sum = std::accumulate(left.begin(), left.end(), 0.0);
    while (int64_t(drawn.size()) < count) {
        if (!(sum > 1e-9)) { // all that can come have come: begin again, or all alike
            used.clear();
            left = whole;
            if (std::none_of(left.begin(), left.end(), [](double weight) { return weight > 0; }))
                left.assign(left.size(), 1.0);
            sum = std::accumulate(left.begin(), left.end(), 0.0);
        }
        double at = rng.uniform() * sum;
        size_t chosen = left.size();
        for (size_t i = 0; i < left.size(); ++i)
            if (left[i] > 0) {
                chosen = i; // the last of them where rounding leaves a rest
                if ((at -= left[i]) < 0)
                    break;
            }
        drawn.push_back(chosen);
        used.insert(chosen);
        left[chosen] = 0;
        sum = std::accumulate(left.begin(), left.end(), 0.0);
    }
    return drawn;
}

void ProblemOrder::record(uint64_t problem, int64_t right, int64_t judged)
{
    m_records[problem].right += right;
    m_records[problem].judged += judged;
}

std::string ProblemOrder::state() const
{
    nlohmann::json right = nlohmann::json::array(), judged = nlohmann::json::array();
    for (const Record& record : m_records) {
        right.push_back(record.right);
        judged.push_back(record.judged);
    }
    return nlohmann::json { { "right", right }, { "judged", judged } }.dump() + "\n";
}

Result<void> ProblemOrder::restore(const std::string& json)
{
    const Error bad { "checkpoint_invalid", "The checkpoint's success rates are not of this run's problems.",
        "Use an earlier checkpoint." };
    const nlohmann::json stored = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
    if (!stored.is_object() || !stored.contains("right") || !stored.contains("judged"))
        return bad;
    const nlohmann::json &right = stored["right"], &judged = stored["judged"];
    if (!right.is_array() || !judged.is_array() || right.size() != m_records.size() || judged.size() != right.size())
        return bad;
    std::vector<Record> records;
    for (size_t i = 0; i < right.size(); ++i) {
        if (!right[i].is_number_integer() || !judged[i].is_number_integer())
            return bad;
        records.push_back({ right[i].get<int64_t>(), judged[i].get<int64_t>() });
    }
    m_records = std::move(records);
    return {};
}

} // namespace aha
