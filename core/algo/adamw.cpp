#include "core/algo/adamw_range.h"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

namespace aha {

AdamW::AdamW(const at::Tensor& parameters_P, int64_t matrixElements)
    : m_matrixElements(matrixElements)
{
    m_state.first_P = at::zeros_like(parameters_P);
    m_state.second_P = at::zeros_like(parameters_P);
}

void moveRange(AdamWState& state, at::Tensor& parameters_P, const at::Tensor& gradient_P, const OptimizerConfig& config,
    double rate, double weightDecay, int64_t from, int64_t to)
{
    const int64_t count = to - from;
    if (count <= 0)
        return;
    const at::Tensor step = at::full({}, double(state.updates), parameters_P.options());
    at::_fused_adamw_({ parameters_P.narrow(0, from, count) }, { gradient_P.narrow(0, from, count) },
        { state.first_P.narrow(0, from, count) }, { state.second_P.narrow(0, from, count) }, {}, { step }, rate,
        config.beta1, config.beta2, weightDecay, config.adamEpsilon, /*amsgrad=*/false, /*maximize=*/false);
}

void AdamW::update(at::Tensor& parameters_P, const at::Tensor& gradient_P, const OptimizerConfig& config, double rate)
{
    ++m_state.updates;
    moveRange(m_state, parameters_P, gradient_P, config, rate, config.weightDecay, 0, m_matrixElements);
    moveRange(m_state, parameters_P, gradient_P, config, rate, 0, m_matrixElements, parameters_P.size(0));
}

double clipGradient(at::Tensor& gradient_P, double maxNorm)
{
    const double norm = gradient_P.norm().item<double>();
    const double scale = maxNorm / (norm + 1e-6);
    if (std::isfinite(norm) && scale < 1)
        gradient_P.mul_(scale);
    return norm;
}

} // namespace aha
