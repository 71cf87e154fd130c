#pragma once
// What a step's training did with its completions, as rows of run.db.

#include "core/algo/online_targets.h"
#include "core/algo/policy_trainer.h"
#include "core/store/learning_rows.h"
#include "core/store/rows.h"

namespace aha {

/// Of every completion, group by group, which is the order of the samples. Rewards of tokens are kept where the row
/// keeps token detail, since they are looked at together. `replaced`: positions of groups in whose place earlier ones
/// trained, so that the report of their samples is not theirs.
std::vector<LearningRow> learningRows(const std::vector<GroupRow>& groups, const UpdateReport& report,
    const ScoredBatch& batch, const std::vector<size_t>& replaced);

} // namespace aha
