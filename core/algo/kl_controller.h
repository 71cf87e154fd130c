#pragma once
// The coefficient of a KL penalty in the reward, fixed or steered towards a target (Ziegler et al. 2019, arXiv
// 1909.08593 §2.2):
//   β ← β (1 + clip(KL / target - 1, ±0.2) · n / horizon)
// n: completions of the step. Defaults are verl's.

#include <optional>

namespace aha {

struct KlController {
    double coef = 0.001; ///< part of a checkpoint
    struct Adaptive {
        double target = 0.1, horizon = 10000;
    };
    std::optional<Adaptive> adaptive {}; ///< none: coef stays
    /// After a step of n completions whose mean KL was this.
    void update(double kl, double n);
};

} // namespace aha
