#pragma once
// A prompt with one of its answers as tokens: what preferences and reward models learn from.

#include "core/algo/training_sample.h"
#include "core/engine/sft_encoder.h"

namespace aha {

/// As fine-tuning reads it, so that a chosen answer is the tokens that sft would imitate; `limit` tokens at most, cut
/// says whether it was longer. `field` is the name of the limit, for messages. Errors: preference_no_completion, and
/// those of SftEncoder.
Result<TrainingSample> encodeAnswer(const SftEncoder& encoder, const data::Example& example, const data::Turns& answer,
    int64_t limit, const char* field, bool& cut);

} // namespace aha
