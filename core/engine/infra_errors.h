#pragma once
// Completions that could not be judged: counted, and said when they are many.

#include "core/engine/completion_scorer.h"

#include <optional>
#include <string>

namespace aha {

/// Of all completions of a step, those whose verdict is infra_error. Their rewards are NaN and take no part.
double infraErrorShare(const std::vector<CompletionScorer::Scored>& scored);

/// More than 5 % of them: a sentence with the share and the first reason.
std::optional<std::string> infraErrorWarning(const std::vector<CompletionScorer::Scored>& scored, int64_t step);

} // namespace aha
