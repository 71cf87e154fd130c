#pragma once
// Prompts of one's own (eval.probes): what a person wants to see answered at every evaluation, beside the held-out
// problems. They have no verdict.

#include "core/config/run_config.h"

namespace aha {

inline constexpr size_t kMostProbes = 32, kMostProbeBytes = 8192; ///< prompts; of each prompt

/// In order, without the blanks around them. The text is a JSON list of texts, or else each line of it is a prompt.
/// Errors: config_rule (too many, too long, one twice).
Result<std::vector<std::string>> probePrompts(const EvalConfig& eval);

/// Whether a run of this configuration answers prompts of its own.
bool asksProbes(const RunConfig& config);

} // namespace aha
