#pragma once
// A batch of a fine-tuning run as the trainer gets it, before any weight is loaded: made by the code that training runs
// (training_data, sft_encoder, sft_batches), with the run's seed, packing and limit.

#include "core/config/run_config.h"

#include <functional>

namespace aha {

struct BatchPreview {
    /// A stretch of one data row. Stretches of one packed row share it; unless it is wrapped, they do not see each
    /// other.
    struct Document {
        size_t packedRow = 0; ///< of the batch, from 0
        std::string path; ///< of the source
        uint64_t row = 0; ///< there, from 0
        int64_t from = 0, to = 0, whole = 0; ///< tokens [from, to) of the row's `whole`
        std::vector<int32_t> ids;
        std::vector<uint8_t> trained; ///< that have a loss: never the first token of a sequence
    };
    std::vector<Document> documents;
    int64_t tokens = 0, trainedTokens = 0;
    int64_t droppedTokens = 0; ///< behind the limit, of the batch's rows
    double epoch = 0;
    // Of the whole training data.
    uint64_t rows = 0, heldOut = 0, cut = 0, allDroppedTokens = 0, untrained = 0, unreadable = 0;
    int64_t stepsInEpoch = 0;
};

/// `config`: of fine-tuning, valid, paths resolved. `step` counts from 1. Errors: config_rule for another stage; those
/// of the tokenizer, TrainingData and SftBatches.
Result<BatchPreview> previewBatch(const RunConfig& config, int64_t step);

} // namespace aha
