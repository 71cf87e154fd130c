#pragma once
// The weights that a run's reward parts had at a step, so that what a part paid can be shown.

#include "core/config/run_config.h"
#include "core/store/rows.h"
#include "widgets/models/tracelistmodel.h"

#include <QString>

#include <optional>

namespace aha {

/// The run's config.json; nothing where it cannot be read (a foreign run).
std::optional<RunConfig> configOfRun(const QString& folder);
/// From the run's config.json; nothing where it cannot be read (a foreign run): parts then count as they are.
std::optional<RewardConfig> rewardsOfRun(const QString& folder);
/// Every part with its weight at `step`, schedules included; empty without a configuration.
TraceListModel::Weights weightsAt(const std::optional<RewardConfig>& rewards, qint64 step);

/// Which part told `row` apart from its group: "accuracy paid 0.62 more than the group's mean". `group`: its
/// completions. "" where no part differs.
QString decidingPart(
    const CompletionRow& row, const std::vector<CompletionRow>& group, const TraceListModel::Weights& weights);

} // namespace aha
