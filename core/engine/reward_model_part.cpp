#include "core/engine/reward_model_part.h"

#include "core/algo/head_scores.h"

namespace aha {

RewardModelPart::RewardModelPart(
    const RewardConfig& rewards, std::shared_ptr<const Tokenizer> tokenizer, Workers& workers, Place place)
    : m_tokenizer(std::move(tokenizer))
    , m_workers(workers)
    , m_place(std::move(place))
{
    if (asksRewardModel(rewards))
        open(rewards);
}

void RewardModelPart::open(const RewardConfig& rewards)
{
    m_model.emplace(m_place(openRewardModel(rewards.modelPath, labelsOf(RewardObjective::Outcome),
        /*tokens=*/false, *m_tokenizer, "rewards.model_path")));
}

void RewardModelPart::fill(const std::vector<std::vector<int32_t>>& prompts, size_t groupSize,
    std::vector<CompletionScorer::Scored>& scored, const RunConfig& config)
{
    if (!asksRewardModel(config.rewards))
        return;
    if (!m_model)
        open(config.rewards);
    std::vector<HeadQuestion> questions;
    for (size_t i = 0; i < scored.size(); ++i) {
        HeadQuestion& question = questions.emplace_back(HeadQuestion { prompts[i / groupSize], {} });
        question.ids.insert(question.ids.end(), scored[i].row.tokenIds.begin(), scored[i].row.tokenIds.end());
        question.positions = { int64_t(question.ids.size()) - 1 };
    }
    const std::vector<at::Tensor> values = askHead(*m_model, questions, m_workers, config.training);
    for (size_t i = 0; i < scored.size(); ++i)
        scored[i][RewardPart::Model] = values[i].item<double>();
}

} // namespace aha
