#include "core/engine/reference_policy.h"

#include "core/engine/model_source.h"

namespace aha {

ReferencePolicy::ReferencePolicy(Policy& policy, const RunConfig& config)
    : m_policy(policy)
{
    if (!policy.adapter() || config.algorithm.refSyncSteps > 0) // else the base beside the adapter is never changed
        m_own.emplace(orThrow(loadModel(config.model.path)));
}

bool ReferencePolicy::follow(int64_t step, const AlgorithmConfig& config)
{
    if (config.refSyncSteps == 0 || step % config.refSyncSteps != 0)
        return false;
    m_own->flat().lerp_(m_policy.merged().flat().to(m_own->flat().device()), config.refMixupAlpha);
    m_moved = true;
    return true;
}

std::optional<TensorFile> ReferencePolicy::state() const
{
    if (!m_moved)
        return std::nullopt;
    return TensorFile { { { "parameters", m_own->flat() } }, {} };
}

void ReferencePolicy::restore(const TensorFile& file)
{
    const at::Tensor* parameters = file.find("parameters");
    if (!parameters || !m_own || parameters->numel() != m_own->flat().numel())
        throw Failure({ "checkpoint_invalid", "The checkpoint's reference policy is not of this model.",
            "Use an earlier checkpoint." });
    m_own->flat().copy_(*parameters);
    m_moved = true;
}

} // namespace aha
