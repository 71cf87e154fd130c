#pragma once
// Groups of high reward variance, kept to take the place of groups that teach nothing. The rule is TRL's
// (experimental GRPOWithReplayBufferTrainer, 1.x):
//   score of a group: Σ |advantage| · std of its rewards; only groups with std > 0 are kept
//   full: a group takes the place of the lowest score, if its own is higher
//   a step's groups are added first; then every group without variance is replaced by one that is drawn with
//   probability proportional to its score, without putting back unless more are wanted than there are
//   a replayed group trains with the advantages and log-probs that it had; its own policy's, so that ratios are right
// Deviations: while the buffer is empty nothing is replaced (TRL fails there); a group without any reward counts as one
// without variance; the deviation is of the weighted sum also where a batch is scaled as a whole; equal scores go in
// the order in which they came.

#include "core/algo/advantages.h"
#include "core/algo/training_sample.h"
#include "core/base/result.h"
#include "core/config/run_config.h"

namespace aha {

/// One thread at a time.
class ReplayBuffer {
public:
    explicit ReplayBuffer(const RunConfig& config);

    struct Exchange {
        int64_t replayed = 0; ///< groups that train in the place of sampled ones
        double meanAge = 0; ///< steps since they were sampled; NaN for none
        std::vector<size_t> groups {}; ///< positions of those whose place was taken
    };
    /// Takes the groups of a step, whose advantages are set, and replaces those without variance in `samples`.
    Exchange exchange(int64_t step, const Advantages& rewards, std::vector<TrainingSample>& samples);
    size_t size() const { return m_groups.size(); }

    std::string state() const; ///< JSON
    /// Error: checkpoint_invalid.
    Result<void> restore(const std::string& json);

private:
    struct Group {
        double score = 0;
        int64_t step = 0;
        std::vector<TrainingSample> samples;
    };
    void add(Group group);

    size_t m_most, m_groupSize;
    uint64_t m_seed;
    std::vector<Group> m_groups; ///< in the order in which they came
};

} // namespace aha
