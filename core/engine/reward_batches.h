#pragma once
// The rows that a reward model learns from, as tokens, and its batches.

#include "core/algo/reward_model_trainer.h"
#include "core/engine/encoded_rows.h"
#include "core/engine/sft_encoder.h"

namespace aha {

/// What rows an objective can use.
std::vector<data::Kind> rewardRowKinds(RewardObjective objective);

/// Not thread-safe.
class RewardBatches {
public:
    /// Throws Failure: a row that cannot be used, unless bad rows are skipped; reward_nothing_trained.
    RewardBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config, Workers& workers,
        const std::function<void(double)>& progress);

    struct Batch {
        std::vector<RewardRow> rows;
        double epoch = 0; ///< epochs done after this batch
    };
    /// Of step 1, 2, …; the last of an epoch may be smaller.
    Batch at(int64_t step) const;
    /// All of their steps are judged, also where only the last one teaches (as TRL evaluates).
    const std::vector<RewardRow>& heldOut() const { return m_heldOut; }

    uint64_t rows() const { return m_rows.rows(); } ///< of the data set, that train
    uint64_t cut() const { return m_rows.cut(); } ///< longer than the limit
    uint64_t unusable() const { return m_rows.unusable(); } ///< left out
    int64_t stepsInEpoch() const { return m_rows.stepsInEpoch(); }

private:
    using Rows = std::vector<RewardRow>; ///< that one example gives: a pair has two grades
    EncodedRows<Rows> m_rows;
    std::vector<RewardRow> m_heldOut;
};

} // namespace aha
