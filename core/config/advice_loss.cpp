// Advice on losses: what contradicts the paper that a choice comes from.

#include "core/config/advice_rules.h"

namespace aha {

namespace {

void adviseReference(const RunConfig& c, const GiveAdvice& give)
{
    const AlgorithmConfig& a = c.algorithm;
    if (a.beta == 0)
        return;
    if (a.beta >= 0.02 && a.refSyncSteps == 0 && c.general.maxSteps >= 500)
        give("algorithm.ref_model_sync_steps",
            "A KL weight of " + adviceNumber(a.beta) + " ties " + std::to_string(c.general.maxSteps)
                + " steps to the first policy: learning stops where that leash ends. R1 moves the reference every 400 "
                  "steps; or lower algorithm.beta.",
            Severity::Hint);
    if (a.beta > 0.2)
        give("algorithm.beta",
            "A KL weight of " + adviceNumber(a.beta)
                + " outweighs most advantages: the policy hardly moves. Recipes take 0 to 0.04.",
            Severity::Warning);
    if (a.refSyncSteps > 0 && a.refMixupAlpha == 1 && a.refSyncSteps < 20)
        give("algorithm.ref_model_sync_steps",
            "The reference becomes the policy every " + std::to_string(a.refSyncSteps)
                + " steps: the KL term holds nothing. TRL takes 512 steps and a share of 0.6.",
            Severity::Warning);
    if (a.klPlacement == "loss" && a.klEstimator == "k1")
        give("algorithm.kl_estimator",
            "In the loss, k1 has a gradient of zero on average: it does not hold the policy. Choose k3 (GRPO) or k2.",
            Severity::Warning);
}

} // namespace

void adviseLoss(const RunConfig& c, const GiveAdvice& give)
{
    if (stageOf(c.general.kind) != Stage::Online)
        return;
    const AlgorithmConfig& a = c.algorithm;
    adviseReference(c, give);
    const bool grpo = c.general.kind == "grpo", sequence = a.importanceLevel == "sequence";
    if (grpo && sequence
        && (a.lossType == "bnpo" || a.lossType == "dr_grpo" || a.lossType == "dapo" || a.lossType == "cispo"))
        give("algorithm.importance_sampling_level",
            "Ratios of whole sequences with the loss " + a.lossType
                + " weigh completions by their length. GSPO has the loss grpo.",
            Severity::Warning);
    if (grpo && a.lossType == "vespo" && a.samplerCorrection.rfind("sequence", 0) == 0)
        give("algorithm.sampler_correction",
            "VESPO weighs whole sequences itself: a correction of sequences counts twice. Choose token_truncate or "
            "token_mask.",
            Severity::Warning);
    if (grpo && a.lossType == "dr_grpo" && a.scaleRewards != "none")
        give("algorithm.scale_rewards",
            "Dr. GRPO takes both biases away, and this run keeps the one of difficulty: set algorithm.scale_rewards to "
            "none.",
            Severity::Warning);
    if (grpo && a.lossType == "cispo" && a.epsilonHigh < 1)
        give("algorithm.epsilon_high",
            "CISPO's cap is algorithm.epsilon_high itself: at " + adviceNumber(a.epsilonHigh)
                + " every ratio is cut, since an unchanged token has 1. MiniMax-M1 and ScaleRL take up to 5.",
            Severity::Warning);
    if (sequence && grpo && a.epsilon > 0.05 && a.lossType != "luspo")
        give("algorithm.epsilon",
            "Ratios of whole sequences lie close to 1: with " + adviceNumber(a.epsilon)
                + " nothing is ever clipped. GSPO takes 3e-4 and 4e-4.",
            Severity::Hint);
    if (a.lossType != "cispo" && a.epsilonHigh < a.epsilon)
        give("algorithm.epsilon_high",
            "Likelier tokens are clipped earlier (" + adviceNumber(a.epsilonHigh) + ") than less likely ones ("
                + adviceNumber(a.epsilon) + "): exploration dies out. DAPO does the opposite, 0.28 and 0.2.",
            Severity::Warning);
    if (c.entropy.coef >= 0.1 && !c.entropy.adaptive)
        give("entropy.coef",
            "An entropy bonus of " + adviceNumber(c.entropy.coef)
                + " without a target grows without bound: the text turns to noise. Recipes take 0 to 0.001, or the "
                  "adaptive bonus.",
            Severity::Warning);
    if (c.general.kind == "ppo" && c.critic.learningRate < c.optimizer.learningRate && c.critic.backbone == "own")
        give("critic.learning_rate",
            "The critic learns more slowly (" + adviceNumber(c.critic.learningRate) + ") than the policy ("
                + adviceNumber(c.optimizer.learningRate)
                + "): its values are always those of an older policy. TinyZero takes ten times the policy's rate.",
            Severity::Warning);
}

} // namespace aha
