#pragma once
// A step's completions as rows of run.db.

#include "core/algo/advantages.h"
#include "core/engine/completion_scorer.h"

namespace aha {

/// Takes the rows out of `scored` and adds what the group knows: position, advantage, weighted reward, and per-token
/// detail for the configured share of the groups, up to the configured size.
std::vector<GroupRow> groupRows(int64_t step, const std::vector<TaskItem>& items,
    std::vector<CompletionScorer::Scored>& scored, const std::vector<SampledCompletion>& completions,
    const Advantages& advantages, const CompletionScorer& scorer, const RunConfig& config);

} // namespace aha
