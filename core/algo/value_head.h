#pragma once
// One number for each hidden state of somebody else's backbone: PPO's values where the backbone is the policy's, or
// where only an adapter of it is trained.

#include "core/algo/update_step.h"

namespace aha {

/// Owns the head's weights, their optimizer and one gradient buffer a worker. Starts at zero.
class ValueHead {
public:
    ValueHead(int64_t width, at::Device device, size_t workers);

    /// Differentiable in both; the head's gradient goes to the worker's buffer.
    at::Tensor values(const at::Tensor& hidden_ND, size_t worker) const;
    /// Forgets all gradients: before an update's passes.
    void begin();
    /// Adds the workers' gradients up, in order: what UpdateStep::apply() moves beside its own parameters.
    UpdateStep::Companion companion();

    at::Tensor& weight() { return m_weight_D; } ///< [D]
    const at::Tensor& gradient() const { return m_gradients[0]; } ///< of the last update, clipped
    AdamW& optimizer() { return m_optimizer; }

private:
    at::Tensor m_weight_D;
    AdamW m_optimizer;
    std::vector<at::Tensor> m_gradients, m_leaves;
};

} // namespace aha
