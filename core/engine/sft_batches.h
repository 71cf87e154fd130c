#pragma once
// The batches of a fine-tuning run: step by step, epoch by epoch, the same for the same seed and rows, from any step
// on.

#include "core/algo/sequence_packing.h"
#include "core/engine/sft_encoder.h"
#include "core/engine/training_data.h"

#include <map>

namespace aha {

/// What fine-tuning can train on.
inline const std::vector<data::Kind> kSftKinds { data::Kind::PromptCompletion, data::Kind::LanguageModeling };

/// Every row is tokenized once at the start for its length, and again when its batch comes: memory is a few bytes a
/// row. Not thread-safe; uses the workers.
class SftBatches {
public:
    /// `progress(done)`: 0 … 1. Throws Failure: a row that cannot be encoded, unless bad rows are skipped;
    /// sft_nothing_trained (no row has a trained token).
    SftBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config, Workers& workers,
        const std::function<void(double)>& progress = {});

    /// Where a stretch of a batch comes from: for whoever shows it.
    struct Piece {
        size_t packedRow = 0; ///< of the batch, from 0
        uint64_t row = 0; ///< of the training data
        int64_t from = 0, to = 0, whole = 0; ///< tokens [from, to) of the row's `whole`
        size_t sequence = 0;
        int64_t begin = 0; ///< in sequences[sequence], where the piece starts
    };
    struct Batch {
        double epoch = 0; ///< epochs done after this batch, as transformers counts
        std::vector<SftSequence> sequences;
        std::vector<Piece> pieces; ///< in the order of the sequences
    };
    /// Of step 1, 2, …; the last batch of an epoch may be smaller. Throws Failure.
    Batch at(int64_t step);

    /// The first held-out rows, cut at the limit, not packed.
    const std::vector<SftSequence>& heldOut() const { return m_heldOut; }

    uint64_t rows() const { return m_rows; } ///< that train
    uint64_t cut() const { return m_cut; } ///< longer than the limit
    uint64_t droppedTokens() const { return m_dropped; } ///< behind the limit, of rows that train
    uint64_t untrained() const { return m_untrained; } ///< left out: no trained token within the limit
    uint64_t unreadable() const { return m_unreadable; } ///< left out: could not be encoded
    uint64_t boundaryMoved() const { return m_boundaryMoved; }
    int64_t stepsInFirstEpoch() { return epoch(0).steps; }

private:
    struct Epoch {
        std::vector<uint64_t> rows; ///< row numbers; a piece's document is a position in it
        std::vector<PackedRow> packed; ///< in training order
        int64_t steps = 0;
    };
    const Epoch& epoch(uint64_t number);
    SftSequence encode(const Result<data::Example>& example) const;

    const TrainingData& m_data;
    const SftEncoder& m_encoder;
    const RunConfig& m_config;
    Workers& m_workers;
    std::vector<uint32_t> m_lengths; ///< tokens of each row; 0: left out
    std::vector<SftSequence> m_heldOut;
    std::vector<int64_t> m_stepsBefore { 0 }; ///< of each epoch looked at so far
    std::optional<std::pair<uint64_t, Epoch>> m_current;
    uint64_t m_rows = 0, m_cut = 0, m_untrained = 0, m_unreadable = 0, m_boundaryMoved = 0, m_dropped = 0;
};

} // namespace aha
