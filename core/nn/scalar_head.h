#pragma once
// A head of a few numbers over hidden states, in the place of the one over the vocabulary: a reward or value (1
// output), a verdict on a step (2). Hugging Face's `score` of a sequence classifier: weights [C, D], no bias.

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace aha {

/// Owns its weights. Thread-safe as long as nobody writes them.
class ScalarHead {
public:
    /// Normal with deviation 0.02 (transformers' initializer_range), the same for the same seed.
    ScalarHead(int64_t width, int64_t outputs, uint64_t seed);
    /// Takes weights [C, D] as they are.
    explicit ScalarHead(at::Tensor weight_CD);

    /// Name under which Hugging Face's sequence classifiers keep it.
    static constexpr const char* kName = "score.weight";
    at::Tensor& weight() { return m_weight_CD; }
    const at::Tensor& weight() const { return m_weight_CD; }

    /// Of M hidden states (after the final norm); differentiable in both. [M, C]
    at::Tensor scores(const at::Tensor& hidden_MD) const;
    /// Of a head with one output. [M]
    at::Tensor scalars(const at::Tensor& hidden_MD) const;

private:
    at::Tensor m_weight_CD;
};

} // namespace aha
