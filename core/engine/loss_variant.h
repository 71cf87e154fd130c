#pragma once
// A way to learn from the same completions: a run's configuration with some settings changed.

#include "core/config/run_config.h"

#include <string>
#include <vector>

namespace aha {

struct LossVariant {
    std::string name;
    RunConfig config;
};

/// `text`: a name that is known (lossVariantNames()), or one's own, with settings: "dapo", "mine=dr_grpo,epsilon=0.1",
/// "beta01=beta=0.1,kl_placement=reward". Over the run's own configuration. Errors: those of
/// applySetting(); loss_unknown; loss_not_stored for kinds that need what no run stores (ppo's values, remax's greedy
/// completions).
Result<LossVariant> lossVariant(const RunConfig& run, const std::string& text);

/// Known names, in the order in which they are shown, "run" (the run's own settings) first.
std::vector<std::string> lossVariantNames();

} // namespace aha
