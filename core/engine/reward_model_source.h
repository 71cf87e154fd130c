#pragma once
// Reward models before they train, and those that a run only asks.

#include "core/algo/reward_model_trainer.h"
#include "core/text/tokenizer.h"

namespace aha {

/// What a run of reward_model starts from: a language model gets a head (ScalarHead, by the run's seed); a reward model
/// of the same objective learns on. Throws Failure model_head.
Transformer withRewardHead(Transformer model, const RunConfig& config);

/// A trained reward model: a folder, or the newest checkpoint of a run. `tokenizer`: of the run that asks it; `field`
/// names it in messages. On the CPU. Throws Failure: model_head where it has another head, other_vocabulary, and those
/// of loading.
Transformer openRewardModel(
    const std::string& path, int64_t labels, bool tokens, const Tokenizer& tokenizer, const char* field);

} // namespace aha
