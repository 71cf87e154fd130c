#pragma once
// AdamW (Loshchilov & Hutter 2019) over one flat parameter vector, with global gradient clipping.

#include "core/config/run_config.h"

#include <ATen/core/Tensor.h>

namespace aha {

/// State of the optimizer; everything a checkpoint needs.
struct AdamWState {
    at::Tensor first_P, second_P; ///< moments
    int64_t updates = 0;
};

class AdamW {
public:
    /// Weight decay applies to the first `matrixElements` of the vector only.
    AdamW(const at::Tensor& parameters_P, int64_t matrixElements);

    /// One update in place. The gradient must already be clipped.
    void update(at::Tensor& parameters_P, const at::Tensor& gradient_P, const OptimizerConfig& config, double rate);

    AdamWState& state() { return m_state; }
    const AdamWState& state() const { return m_state; }

private:
    int64_t m_matrixElements;
    AdamWState m_state;
};

/// Scales `gradient_P` by maxNorm / (norm + 1e-6) where that is below 1 (as torch does) and returns the norm before.
/// A norm that is not finite leaves the gradient alone.
double clipGradient(at::Tensor& gradient_P, double maxNorm);

} // namespace aha
