#pragma once
// What a configuration is allowed to say and yet probably should not: TRL's warnings, and those that its users wish it
// gave. Advice never keeps a run from starting; broken rules are validate()'s.

#include "core/config/model_config.h"
#include "core/config/run_config.h"

#include <optional>

namespace aha {

enum class Severity {
    Hint, ///< good to know
    Warning ///< most runs like this one fail or waste what they sample
};

struct Advice {
    std::string path; ///< of the field where it stands
    std::string sentence; ///< what, why with the values, what to do
    Severity severity = Severity::Warning;
};

/// What is known beside the configuration. Advice that would need more is not given.
struct AdviceContext {
    std::optional<ModelConfig> model;
    int64_t dataRows = 0; ///< training rows of the data set; 0 = unknown
    std::string verifier {}; ///< data.verifier that suits the answers of the data set's rows; "" = none or unknown
};

/// In the order of the form's groups. At most one piece for each reason.
std::vector<Advice> advise(const RunConfig& config, const AdviceContext& context);

} // namespace aha
