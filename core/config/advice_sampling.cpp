// Advice on groups and how they are sampled.

#include "core/config/advice_rules.h"

#include <cmath>

namespace aha {

void adviseSampling(const RunConfig& c, const AdviceContext& context, const GiveAdvice& give)
{
    const Stage stage = stageOf(c.general.kind);
    if (stage != Stage::Online && stage != Stage::Distillation)
        return;
    const RolloutConfig& r = c.rollout;
    const AlgorithmConfig& a = c.algorithm;
    const bool online = stage == Stage::Online, grpo = c.general.kind == "grpo";
    if (grpo && r.numGenerations == 2 && a.scaleRewards == "group")
        give("rollout.num_generations",
            "In a group of 2 that is divided by its deviation every advantage is ±0.71, however small the difference "
            "of the two rewards. Sample at least 4, or set algorithm.scale_rewards to none.",
            Severity::Warning);
    else if (grpo && r.numGenerations <= 4)
        give("rollout.num_generations",
            "When one answer in ten is right, "
                + std::to_string(int(std::lround(100 * std::pow(0.9, double(r.numGenerations)))))
                + " % of the groups of " + std::to_string(r.numGenerations)
                + " have no right one and teach nothing. Recipes take 8 to 16.",
            Severity::Hint);
    if (online && r.temperature < 0.3)
        give("rollout.temperature",
            "At temperature " + adviceNumber(r.temperature)
                + " the completions of a group are nearly the same: no differences in reward, no gradient. Recipes "
                  "take 0.6 to 1.",
            Severity::Warning);
    if (r.temperature > 1.5)
        give("rollout.temperature",
            "At temperature " + adviceNumber(r.temperature)
                + " most models write nonsense, and the ratio of right answers falls to 0. Recipes take 0.6 to 1.",
            Severity::Warning);
    if (online && (r.topK > 0 || r.topP < 1 || r.minP > 0))
        give(r.topK > 0      ? "rollout.top_k"
                : r.topP < 1 ? "rollout.top_p"
                             : "rollout.min_p",
            "What the filter leaves out is never sampled, so it is never corrected, and the entropy falls faster. "
            "R1-Zero's recipes sample from the whole distribution.",
            Severity::Hint);
    if (online && r.repetitionPenalty != 1)
        give("rollout.repetition_penalty",
            "The penalty changes what is sampled, and the loss knows nothing of it: the policy that trains is another "
            "one. Set it to 1 and use rewards.repetition.",
            Severity::Warning);
    if (c.task.name == "dataset" && online && r.maxCompletionLength < 512)
        give("rollout.max_completion_length",
            "With " + std::to_string(r.maxCompletionLength)
                + " tokens most solutions of mathematical problems are cut before the answer, and a cut one earns "
                  "nothing (TRL's users saw 97 % cut). Watch completions/clipped_ratio, or raise it.",
            Severity::Hint);
    if (context.model && context.model->maxPositionEmbeddings > 0
        && r.maxCompletionLength >= context.model->maxPositionEmbeddings)
        give("rollout.max_completion_length",
            "The model was made for " + std::to_string(context.model->maxPositionEmbeddings)
                + " tokens, and completions alone may have " + std::to_string(r.maxCompletionLength)
                + ". Lower it; the prompt needs room, too.",
            Severity::Warning);
    if (online && a.maskTruncatedCompletions && r.maxCompletionLength < 128)
        give("algorithm.mask_truncated_completions",
            "Completions that are cut at " + std::to_string(r.maxCompletionLength)
                + " tokens do not train: with a limit this short that may be most of them, and nothing teaches the "
                  "policy to be brief.",
            Severity::Warning);
    if (online && c.selection.dynamicSampling && c.selection.maxRounds == 1)
        give("selection.max_rounds",
            "Dynamic sampling with one round cannot sample anew: it only leaves groups out. DAPO tries up to 10.",
            Severity::Warning);
    const int64_t slices = std::max<int64_t>(1, a.stepsPerGeneration);
    const int64_t perUpdate = r.promptsPerStep * r.numGenerations / slices;
    if (online && slices > 1 && perUpdate < r.numGenerations)
        give("algorithm.steps_per_generation",
            "An update sees " + std::to_string(perUpdate) + " completions, less than one group of "
                + std::to_string(r.numGenerations)
                + ": its advantages no longer sum to 0, and updates pull in turns. Use fewer mini-batches or more "
                  "prompts.",
            Severity::Warning);
    if (online && slices * a.numIterations > 16)
        give("algorithm.steps_per_generation",
            std::to_string(slices * a.numIterations)
                + " updates on one batch: the last ones learn from a policy that is far away, and most of their "
                  "tokens are clipped. R1 takes up to 16.",
            Severity::Warning);
    if (online && r.weights != "float32" && a.samplerCorrection == "off")
        give("algorithm.sampler_correction",
            "Completions are sampled with " + r.weights
                + " weights and trained with float32 ones, and the correction for the difference is off. Set it to "
                  "auto.",
            Severity::Warning);
}

} // namespace aha
