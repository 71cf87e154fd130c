#include "core/nn/policy.h"

namespace aha {

Policy::Policy(Transformer model)
    : m_base(std::move(model))
{
}

Policy::Policy(Transformer base, LoraAdapter adapter)
    : m_base(std::move(base))
    , m_adapter(std::move(adapter))
{
}

TransformerWeights Policy::leaves(const at::Tensor& gradient) const
{
    if (!m_adapter)
        return m_base.leaves(gradient);
    TransformerWeights weights = m_base.views(m_base.flat());
    weights.lora = m_adapter->leaves(gradient);
    return weights;
}

Policy Policy::to(at::Device device, const DeviceOps* ops) const
{
    if (!m_adapter)
        return Policy(m_base.to(device, ops));
    LoraAdapter adapter = *m_adapter;
    adapter.flat() = adapter.flat().to(device);
    return Policy(m_base.to(device, ops), std::move(adapter));
}

const Transformer& Policy::merged()
{
    if (!m_adapter)
        return m_base;
    if (!m_merged)
        m_merged = m_base.clone();
    m_adapter->mergeInto(*m_merged, m_base);
    return *m_merged;
}

} // namespace aha
