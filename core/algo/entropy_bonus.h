#pragma once
// Entropy in a policy loss: which tokens are trained, and what is paid for staying uncertain. Numerically TRL's
// (GRPOTrainer, 1.16).
//
// High-entropy tokens (Wang et al. 2025, "Beyond the 80/20 rule", arXiv 2506.01939): only the share `top` of a
// micro-batch's tokens with the highest entropy has a surrogate. The threshold is the (1 - top) quantile of all its
// tokens, linear interpolation; the KL term and every denominator keep all tokens.
//
// Bonus: loss -= c · (mean entropy of the micro-batch's trained tokens) / accumulation steps, whatever the loss's own
// reduction. Adaptive coefficient (Skywork-OR1, arXiv 2505.22312 §4): c rises by a step after an optimizer update
// whose mean entropy is at most the target and falls after any other; the bonus is on only while the last mean is at
// most the target, so it is off in the first update.

#include <ATen/core/Tensor.h>

#include <limits>
#include <optional>
#include <vector>

namespace aha {

/// Linear-interpolation quantile in float32, as torch.quantile has it. `values` is not empty, 0 <= q <= 1.
float quantile(std::vector<float> values, double q);

/// What the loss of a micro-batch's parts needs to know of all its tokens.
struct EntropyPlan {
    std::optional<double> threshold; ///< of PolicyLossConfig::entropyThreshold; none when every token is trained
    double tokens = 0; ///< trained tokens: the bonus's denominator
    double sum = 0; ///< of their entropies, for the adaptive coefficient
    /// Of PolicyLossConfig::entropyWeight.
    double weight(double gradientAccumulation) const;
};
EntropyPlan planEntropy(const std::vector<float>& entropies, double top);

/// c · weight · Σ entropy over the trained tokens: what the loss is lowered by. highEntropy_N undefined: all tokens.
at::Tensor entropyBonus(const at::Tensor& entropy_N, const at::Tensor& highEntropy_N, double coef, double weight);

/// The coefficient of a run; its two numbers are part of a checkpoint.
struct EntropyCoefficient {
    double coef = 0;
    double lastEntropy = std::numeric_limits<double>::infinity(); ///< of the last optimizer update
    struct Adaptive {
        double target = 0.2, min = 0, max = 1, step = 0.005;
    };
    std::optional<Adaptive> adaptive {}; ///< none: coef stays
    /// What the micro-batches of the next update apply.
    double applied() const;
    /// After an optimizer update whose micro-batches had these EntropyPlan sums.
    void update(double entropySum, double tokens);
};

} // namespace aha
