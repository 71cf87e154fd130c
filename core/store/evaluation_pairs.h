#pragma once
// Evaluations held against each other, problem by problem: what Outcomes, In numbers, Traces and Signals count and test
// alike.

#include "core/base/outcomes.h"
#include "core/base/paired_tests.h"
#include "core/store/rows.h"

namespace aha {

/// One evaluation as a column of an outcome matrix.
OutcomeColumn outcomeColumn(int samples, const std::vector<EvaluationProblemRow>& rows);

/// The problems that both evaluated, paired and resampled as Outcomes does: one pair has one interval on every page.
/// nullopt for fewer than two shared problems. Resamples: call from a worker.
std::optional<PairedComparison> pairedDifference(
    const std::vector<EvaluationProblemRow>& a, int samplesA, const std::vector<EvaluationProblemRow>& b, int samplesB);

} // namespace aha
