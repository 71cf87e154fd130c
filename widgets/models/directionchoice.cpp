#include "widgets/models/directionchoice.h"

#include "core/store/metric_direction.h"
#include "core/store/workspace.h"

namespace aha {

namespace {

std::string keyOf(const QString& metric) { return "better." + metric.toStdString(); }

bool usual(const QString& metric) { return metricDirection(metric.toStdString()) == MetricDirection::Lower; }

} // namespace

bool DirectionChoice::lowerIsBetter(const QString& metric) const
{
    if (const auto known = m_chosen.constFind(metric); known != m_chosen.constEnd())
        return *known;
    bool lower = usual(metric);
    if (m_workspace)
        if (const Result<std::string> kept = m_workspace->setting(keyOf(metric)); kept && !kept->empty())
            lower = *kept == "lower";
    return *m_chosen.insert(metric, lower);
}

void DirectionChoice::choose(const QString& metric, bool lower)
{
    m_chosen[metric] = lower;
    if (m_workspace) // what cannot be kept holds until the window closes
        static_cast<void>(m_workspace->setSetting(
            keyOf(metric), lower == usual(metric) ? std::string() : std::string(lower ? "lower" : "higher")));
}

} // namespace aha
