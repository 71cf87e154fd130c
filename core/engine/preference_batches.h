#pragma once
// The rows of a preference run as tokens, and its batches: step by step, epoch by epoch, the same for the same seed and
// rows, from any step on.

#include "core/algo/preference_trainer.h"
#include "core/engine/encoded_rows.h"
#include "core/engine/sft_encoder.h"

namespace aha {

/// Not thread-safe.
class PreferenceBatches {
public:
    /// `pairs`: rows are pairs; else single completions with a label (kto), and a pair gives two. Throws Failure: a row
    /// that cannot be used, unless bad rows are skipped; preference_nothing_trained.
    PreferenceBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config, Workers& workers,
        bool pairs, const std::function<void(double)>& progress);

    /// What one step trains on; the one of the two that the run has.
    struct Batch {
        std::vector<PreferencePair> pairs;
        std::vector<PreferenceExample> examples;
        double epoch = 0; ///< epochs done after this batch
        size_t size() const { return pairs.size() + examples.size(); }
    };
    /// Of step 1, 2, …; the last of an epoch may be smaller. Without reference log-probs.
    Batch at(int64_t step) const;
    /// The first held-out rows, all in one.
    const Batch& heldOut() const { return m_heldOut; }

    uint64_t rows() const { return m_rows.rows(); } ///< that train
    uint64_t cut() const { return m_rows.cut(); } ///< longer than the limit
    uint64_t unusable() const { return m_rows.unusable(); } ///< left out
    int64_t stepsInEpoch() const { return m_rows.stepsInEpoch(); }

private:
    struct Row {
        std::vector<TrainingSample> samples; ///< chosen, rejected; or one
        std::vector<bool> desirable;
    };
    static Result<Row> encode(
        const data::Example& example, const SftEncoder& encoder, int64_t limit, bool pairs, bool& cut);
    Batch batchOf(const std::vector<const Row*>& rows) const;

    const bool m_pairs;
    EncodedRows<Row> m_rows;
    Batch m_heldOut;
};

} // namespace aha
