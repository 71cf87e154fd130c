#pragma once
// What a run trains: all parameters of a model, or an adapter beside a frozen one.

#include "core/nn/lora.h"
#include "core/nn/transformer.h"

#include <optional>

namespace aha {

/// Owns model and adapter. Memory of an adapter run: the base, a merged copy for rollouts, the adapter; the optimizer
/// holds moments of what is trained alone.
class Policy {
public:
    explicit Policy(Transformer model);
    Policy(Transformer base, LoraAdapter adapter);

    const ModelConfig& config() const { return m_base.config(); }
    /// The frozen model beside an adapter, also the reference of a KL term; else the trained model itself.
    const Transformer& base() const { return m_base; }
    /// nullptr when the whole model is trained.
    const LoraAdapter* adapter() const { return m_adapter ? &*m_adapter : nullptr; }
    /// The one flat vector that the optimizer moves.
    at::Tensor& trained() { return m_adapter ? m_adapter->flat() : m_base.flat(); }
    const at::Tensor& trained() const { return m_adapter ? m_adapter->flat() : m_base.flat(); }
    /// Leading elements of trained() that weight decay applies to: matrices, and all of an adapter.
    int64_t decayedElements() const { return m_adapter ? m_adapter->flat().numel() : m_base.matrixElements(); }
    /// All weights, with gradients of the trained ones into `gradient`, laid out like trained().
    TransformerWeights leaves(const at::Tensor& gradient) const;
    /// A copy there; see Transformer::to().
    Policy to(at::Device device, const DeviceOps* ops) const;
    /// The policy as one model: for rollouts, scoring, export. An adapter is merged anew at every call.
    const Transformer& merged();

private:
    Transformer m_base;
    std::optional<LoraAdapter> m_adapter;
    std::optional<Transformer> m_merged; ///< made when first asked for
};

} // namespace aha
