#pragma once
// The completions of a step of a run, as an algorithm saw them, back from run.db.

#include "core/algo/online_targets.h"
#include "core/store/run_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct StoredRollouts {
    int64_t step = 0;
    size_t groupSize = 0;
    std::vector<TrainingSample> samples; ///< group by group; the prompt's ids are to be put before `ids`
    std::vector<std::string> prompts; ///< a group
    std::vector<std::string> items; ///< a group, JSON
    ScoredBatch batch; ///< rewards by the run's own parts and weights
    std::vector<std::string> parts; ///< names of the rewards; none where the stored total stands alone
    std::vector<double> advantage; ///< as the run stored it
    std::vector<double> reward; ///< as the run stored it; NaN = not scorable
    size_t withLogp = 0; ///< completions whose sampled log-probs are stored; the others' oldLogp is empty
    std::vector<std::string> notes; ///< where what is stored and what is worked out from it differ
};

/// `parts`: names, in the order of `weights`, that the run's configuration rewards. Where the stored parts do not add
/// up to the stored reward, the stored reward stands as the only part and a note says so. Errors: step_missing when the
/// step stored no groups of one size; those of the reader.
Result<StoredRollouts> storedRollouts(
    const RunReader& reader, int64_t step, const std::vector<std::string>& parts, const std::vector<double>& weights);

/// Steps that stored completions, in order.
Result<std::vector<int64_t>> stepsWithGroups(const RunReader& reader);

/// The named checkpoint, or the newest before `step`. Throws Failure checkpoint_missing.
CheckpointRow checkpointFor(const RunReader& reader, int64_t step, std::optional<int64_t> named);

} // namespace aha
