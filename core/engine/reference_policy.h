#pragma once
// The policy that a KL term holds the trained one to: where it began, or moved after it every so many steps.

#include "core/config/run_config.h"
#include "core/engine/tensor_file.h"
#include "core/nn/policy.h"

#include <optional>

namespace aha {

/// An adapter run whose reference stays needs no weights of its own: the base is the reference.
class ReferencePolicy {
public:
    /// Before the first step of the run, or of a resumed one. The policy is borrowed. Throws Failure when the model
    /// cannot be read.
    ReferencePolicy(Policy& policy, const RunConfig& config);

    const Transformer& model() const { return m_own ? *m_own : m_policy.base(); }
    /// After step `step`: reference = alpha policy + (1 - alpha) reference, where it is due. True when it moved.
    bool follow(int64_t step, const AlgorithmConfig& config);

    /// Of a reference that has moved; nullopt when it is where it began.
    std::optional<TensorFile> state() const;
    /// Throws Failure when the file is not of this model.
    void restore(const TensorFile& file);

private:
    Policy& m_policy;
    std::optional<Transformer> m_own; ///< on the CPU
    bool m_moved = false;
};

} // namespace aha
