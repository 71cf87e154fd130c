#pragma once
// Fingerprint of what a step or an evaluation computed, so that a recomputed one can be held against the stored one.

#include "core/store/rows.h"

#include <string>

namespace aha {

/// SHA-256 over the reproducible content: everything but perf/ metrics (wall-clock, memory) and token detail.
std::string digestOf(const StepRow& step);
std::string digestOf(const EvaluationRow& evaluation);

} // namespace aha
