#include "core/algo/adamw.h"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

namespace aha {

AdamW::AdamW(const at::Tensor& parameters_P, int64_t matrixElements)
    : m_matrixElements(matrixElements)
{
    m_state.first_P = at::zeros_like(parameters_P);
    m_state.second_P = at::zeros_like(parameters_P);
}

void AdamW::update(at::Tensor& parameters_P, const at::Tensor& gradient_P, const OptimizerConfig& config, double rate)
{
    ++m_state.updates;
    const at::Tensor step = at::full({}, double(m_state.updates), parameters_P.options());
    const auto part = [&](int64_t from, int64_t count, double decay) {
        if (count == 0)
            return;
        at::_fused_adamw_({ parameters_P.narrow(0, from, count) }, { gradient_P.narrow(0, from, count) },
            { m_state.first_P.narrow(0, from, count) }, { m_state.second_P.narrow(0, from, count) }, {}, { step }, rate,
            config.beta1, config.beta2, decay, config.adamEpsilon, /*amsgrad=*/false, /*maximize=*/false);
    };
    part(0, m_matrixElements, config.weightDecay);
    part(m_matrixElements, parameters_P.size(0) - m_matrixElements, 0.0);
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
