#include "core/algo/entropy_bonus.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

namespace aha {

using at::Tensor;

float quantile(std::vector<float> values, double q)
{
    std::sort(values.begin(), values.end());
    const float rank = float(q) * float(values.size() - 1);
    const size_t below = size_t(std::floor(rank)), above = std::min(size_t(std::ceil(rank)), values.size() - 1);
    const float share = rank - float(below), low = values[below], high = values[above];
    return share < 0.5f ? low + share * (high - low) : high - (high - low) * (1 - share);
}

double EntropyPlan::weight(double gradientAccumulation) const
{
    return 1.0 / (std::max(tokens, 1.0) * gradientAccumulation);
}

EntropyPlan planEntropy(const std::vector<float>& entropies, double top)
{
    EntropyPlan plan;
    if (top < 1 && !entropies.empty())
        plan.threshold = quantile(entropies, 1 - top);
    for (const float entropy : entropies)
        if (!plan.threshold || entropy >= *plan.threshold) {
            plan.sum += entropy;
            ++plan.tokens;
        }
    return plan;
}

Tensor entropyBonus(const Tensor& entropy_N, const Tensor& highEntropy_N, double coef, double weight)
{
    const Tensor counted_N = highEntropy_N.defined() ? entropy_N * highEntropy_N : entropy_N;
    return counted_N.sum() * (coef * weight);
}

double EntropyCoefficient::applied() const { return adaptive && lastEntropy > adaptive->target ? 0.0 : coef; }

void EntropyCoefficient::update(double entropySum, double tokens)
{
    lastEntropy = entropySum / std::max(tokens, 1.0);
    if (adaptive)
        coef = lastEntropy <= adaptive->target ? std::min(coef + adaptive->step, adaptive->max)
                                               : std::max(coef - adaptive->step, adaptive->min);
}

} // namespace aha
