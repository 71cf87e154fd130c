#include "core/algo/value_head.h"

#include <ATen/ops/mv.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

namespace aha {

using at::Tensor;

ValueHead::ValueHead(int64_t width, at::Device device, size_t workers)
    : m_weight_D(at::zeros({ width }, at::device(device).dtype(at::kFloat)))
    , m_optimizer(m_weight_D, width)
{
    for (size_t w = 0; w < workers; ++w) {
        m_gradients.push_back(at::zeros_like(m_weight_D));
        Tensor leaf = m_weight_D.detach();
        leaf.set_requires_grad(true);
        leaf.mutable_grad() = m_gradients.back();
        m_leaves.push_back(leaf);
    }
}

Tensor ValueHead::values(const Tensor& hidden_ND, size_t worker) const { return at::mv(hidden_ND, m_leaves[worker]); }

void ValueHead::begin()
{
    for (Tensor& gradient : m_gradients)
        gradient.zero_();
}

UpdateStep::Companion ValueHead::companion()
{
    for (size_t w = 1; w < m_gradients.size(); ++w)
        m_gradients[0].add_(m_gradients[w]);
    return { m_weight_D, m_gradients[0], m_optimizer };
}

} // namespace aha
