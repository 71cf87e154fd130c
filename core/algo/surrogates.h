#pragma once
// The one term in which policy losses differ: s(token) of policy_loss.h, before masks, KL and weights. Each is a file
// of its own, whose head gives paper, equation and deviations. All are pure, return [N] and add their metrics.

#include "core/algo/policy_tokens.h"

namespace aha {

at::Tensor grpoSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor cispoSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor sapoSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor vespoSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor gmpoSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor ppoSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor reinforceSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor rlooSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor kimiSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor clipCovSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);
at::Tensor klCovSurrogate(const PolicyTokens& tokens, PolicyLossDiagnostics& diagnostics);

} // namespace aha
