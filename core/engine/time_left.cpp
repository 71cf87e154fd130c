#include "core/engine/time_left.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {
constexpr size_t kNewestSteps = 100;
}

void TimeLeft::takeEarlier(const std::vector<double>& stepSeconds)
{
    for (const double seconds : stepSeconds)
        if (std::isfinite(seconds) && seconds > 0)
            m_steps.push_back(seconds);
    while (m_steps.size() > kNewestSteps)
        m_steps.pop_front();
}

void TimeLeft::addStep(double seconds)
{
    if (m_first < 0) {
        m_first = seconds;
        return;
    }
    m_steps.push_back(seconds);
    if (m_steps.size() > kNewestSteps)
        m_steps.pop_front();
}

void TimeLeft::addEvaluation(int64_t step, double seconds, const RunConfig& config)
{
    Evaluation& kind = step == 0 || step == config.general.maxSteps ? m_full : m_between;
    kind.seconds = kind.step == step ? kind.seconds + seconds : seconds;
    kind.step = step;
}

double TimeLeft::medianStep() const
{
    if (m_steps.empty())
        return m_first;
    std::vector<double> sorted(m_steps.begin(), m_steps.end());
    const auto middle = sorted.begin() + std::ptrdiff_t(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

double TimeLeft::after(int64_t step, const RunConfig& config) const
{
    const double median = medianStep();
    if (median < 0)
        return -1;
    const int64_t last = config.general.maxSteps, every = config.eval.everySteps;
    if (step >= last)
        return 0;
    // One kind stands for the other until it was measured, by the completions it takes.
    const double ofFull = double(std::max<int64_t>(config.eval.finalProblems * config.eval.finalSamples, 1));
    const double ofBetween = double(std::max<int64_t>(config.eval.problems * config.eval.samples, 1));
    const double full = m_full.step >= 0 ? m_full.seconds : m_between.seconds * ofFull / ofBetween;
    const double between = m_between.step >= 0 ? m_between.seconds : m_full.seconds * ofBetween / ofFull;
    const int64_t left = every > 0 ? (last - 1) / every - step / every : 0;
    return double(last - step) * median + double(std::max<int64_t>(left, 0)) * between + full;
}

std::optional<double> firstEvaluationSeconds(
    const std::vector<MarkerRow>& markers, const std::vector<EvaluationRow>& evaluations)
{
    const auto first = std::min_element(evaluations.begin(), evaluations.end(),
        [](const EvaluationRow& a, const EvaluationRow& b) { return a.id < b.id; });
    if (first == evaluations.end() || first->step != 0)
        return std::nullopt;
    const MarkerRow* begin = nullptr;
    for (const MarkerRow& marker : markers)
        if ((marker.kind == "start" || marker.kind == "resume") && marker.createdAt <= first->createdAt)
            begin = &marker;
    if (!begin || begin->step != 0)
        return std::nullopt;
    return first->createdAt - begin->createdAt;
}

} // namespace aha
