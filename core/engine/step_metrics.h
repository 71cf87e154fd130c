#pragma once
// The metrics of one training step, under the names of metric_names.h.

#include "core/algo/advantages.h"
#include "core/algo/policy_trainer.h"
#include "core/engine/completion_scorer.h"

namespace aha {

struct StepTimes {
    double rolloutSeconds = 0, trainingSeconds = 0, stepSeconds = 0;
    int64_t rolloutTokens = 0;
};

/// Of this process; NaN where the system does not say.
double residentMegabytes();

/// `scored` and `completions`: all completions of the step, group by group. `tokensSoFar`: of the whole run.
Metrics stepMetrics(const std::vector<CompletionScorer::Scored>& scored,
    const std::vector<SampledCompletion>& completions, const Advantages& advantages, const UpdateReport& report,
    const RunConfig& config, double tokensSoFar, const StepTimes& times);

} // namespace aha
