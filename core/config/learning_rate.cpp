#include "core/config/learning_rate.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// From 0 to 1, over the first half of a cosine's period.
double fallingCosine(double progress) { return 0.5 * (1 + std::cos(M_PI * progress)); }

/// `factor` of the way from the smallest rate to the peak.
double above(double smallest, double factor) { return std::max(0.0, factor * (1 - smallest) + smallest); }

/// Shapes of warmup_stable_decay.
double rising(const std::string& shape, double progress)
{
    return shape == "cosine" ? 1 - fallingCosine(progress) : shape == "1-sqrt" ? 1 - std::sqrt(1 - progress) : progress;
}
double falling(const std::string& shape, double progress)
{
    return shape == "cosine" ? fallingCosine(progress) : shape == "1-sqrt" ? 1 - std::sqrt(progress) : 1 - progress;
}

} // namespace

double learningRateFactor(const OptimizerConfig& c, int64_t index, int64_t total)
{
    const auto atLeastOne = [](int64_t count) { return double(std::max<int64_t>(count, 1)); };
    const double step = double(index), warmup = double(c.warmupSteps), span = atLeastOne(total - c.warmupSteps);
    if (c.schedule == "constant")
        return 1;
    if (c.schedule == "cosine_warmup_with_min_lr") // everything one step earlier than in the others
        return index < c.warmupSteps ? (step + 1) / atLeastOne(c.warmupSteps)
                                     : above(c.minRateRatio, fallingCosine((step - warmup + 1) / span));
    if (c.schedule == "warmup_stable_decay") {
        if (index < c.warmupSteps)
            return above(c.minRateRatio, rising(c.warmupShape, step / atLeastOne(c.warmupSteps)));
        const int64_t decayBegin = std::max(total - c.decaySteps, c.warmupSteps);
        if (index < decayBegin)
            return 1;
        return index < total
            ? above(c.minRateRatio, falling(c.decayShape, double(index - decayBegin) / atLeastOne(c.decaySteps)))
            : c.minRateRatio;
    }
    if (index < c.warmupSteps)
        return step / atLeastOne(c.warmupSteps);
    const double progress = (step - warmup) / span;
    if (c.schedule == "linear")
        return std::max(0.0, (double(total) - step) / span);
    if (c.schedule == "cosine")
        return std::max(0.0, fallingCosine(progress));
    if (c.schedule == "cosine_with_min_lr")
        return above(c.minRateRatio, fallingCosine(progress));
    if (c.schedule == "cosine_with_restarts")
        return progress >= 1 ? 0 : fallingCosine(std::fmod(double(c.cycles) * progress, 1.0));
    if (c.schedule == "inverse_sqrt") {
        const double timescale = c.warmupSteps > 0 ? warmup : 10'000;
        return 1 / std::sqrt((step + timescale - warmup) / timescale);
    }
    if (c.schedule == "polynomial")
        return index > total ? c.minRateRatio : (1 - c.minRateRatio) * std::pow(1 - progress, c.power) + c.minRateRatio;
    return 1; // constant_with_warmup
}

} // namespace aha
