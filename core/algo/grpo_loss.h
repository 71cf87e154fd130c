#pragma once
// GRPO's loss under its own names; see policy_loss.h, and grpo_loss.cpp for the surrogate.

#include "core/algo/policy_loss.h"
#include "core/algo/reduction_weights.h"

namespace aha {

using GrpoLossInput = PolicyLossInput;
using GrpoLossConfig = PolicyLossConfig;
using GrpoLossOutput = PolicyLossOutput;
using GrpoDiagnostics = PolicyLossDiagnostics;
inline GrpoLossOutput grpoLoss(const GrpoLossInput& input, const GrpoLossConfig& config)
{
    return policyLoss(input, config);
}

} // namespace aha
