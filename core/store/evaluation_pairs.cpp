#include "core/store/evaluation_pairs.h"

#include <algorithm>

namespace aha {

OutcomeColumn outcomeColumn(int samples, const std::vector<EvaluationProblemRow>& rows)
{
    OutcomeColumn column { samples, {} };
    column.problems.reserve(rows.size());
    for (const EvaluationProblemRow& row : rows)
        column.problems.emplace_back(row.prompt.text, row.correct);
    return column;
}

std::optional<PairedComparison> pairedDifference(
    const std::vector<EvaluationProblemRow>& a, int samplesA, const std::vector<EvaluationProblemRow>& b, int samplesB)
{
    const OutcomeMatrix matrix = outcomeMatrix({ outcomeColumn(samplesA, a), outcomeColumn(samplesB, b) }, false);
    return comparePaired( // in the matrix's order: a resample draws places
        pairedCounts(matrix, 0, 1), std::max(1, samplesA), std::max(1, samplesB), kResamples, kPairedSeed);
}

} // namespace aha
