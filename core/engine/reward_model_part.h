#pragma once
// The part of the reward that a reward model gives: its value at the last token of prompt and completion.

#include "core/base/workers.h"
#include "core/engine/completion_scorer.h"
#include "core/engine/reward_model_source.h"

#include <functional>
#include <optional>

namespace aha {

/// Does the run's reward need the model's value: by its weight, or because an expression with a weight names it?
bool asksRewardModel(const RewardConfig& rewards);

/// One thread at a time.
class RewardModelPart {
public:
    using Place = std::function<Transformer(Transformer)>;
    /// Reads the model now where it is needed now, else when it first is. `place` puts it where it computes. Workers
    /// are borrowed. Throws Failure: those of openRewardModel().
    RewardModelPart(
        const RewardConfig& rewards, std::shared_ptr<const Tokenizer> tokenizer, Workers& workers, Place place);

    /// Fills in RewardPart::Model of `scored`, group by group; nothing where it is not needed.
    void fill(const std::vector<std::vector<int32_t>>& prompts, size_t groupSize,
        std::vector<CompletionScorer::Scored>& scored, const RunConfig& config);

private:
    void open(const RewardConfig& rewards);

    const std::shared_ptr<const Tokenizer> m_tokenizer;
    Workers& m_workers;
    const Place m_place;
    std::optional<Transformer> m_model;
};

} // namespace aha
