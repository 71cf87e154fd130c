#include "core/base/outcomes.h"

#include <algorithm>
#include <unordered_map>

namespace aha {

OutcomeClass outcomeClass(const std::vector<bool>& right, int strays)
{
    if (right.empty())
        return OutcomeClass::Never;
    const int n = int(right.size()), rightInAll = int(std::count(right.begin(), right.end(), true));
    OutcomeClass best = OutcomeClass::Never;
    int fewest = rightInAll;
    const auto offer = [&](OutcomeClass kind, int contradictions) {
        if (contradictions < fewest) {
            best = kind;
            fewest = contradictions;
        }
    };
    offer(OutcomeClass::Solved, n - rightInAll);
    for (int cut = 1, rightBefore = 0; cut < n; ++cut) { // the first `cut` evaluations are before the change
        rightBefore += right[size_t(cut) - 1];
        const int wrongAfter = (n - cut) - (rightInAll - rightBefore);
        offer(OutcomeClass::Learned, rightBefore + wrongAfter);
        offer(OutcomeClass::Forgotten, n - rightBefore - wrongAfter);
    }
    return fewest <= strays ? best : OutcomeClass::Unstable;
}

OutcomeMatrix outcomeMatrix(const std::vector<OutcomeColumn>& columns, bool exact)
{
    OutcomeMatrix matrix;
    std::unordered_map<std::string, std::vector<size_t>> rowsOf; // text -> rows, one per repetition
    for (size_t c = 0; c < columns.size(); ++c) {
        matrix.samples.push_back(std::max(1, columns[c].samples));
        std::unordered_map<std::string, size_t> seen;
        for (size_t position = 0; position < columns[c].problems.size(); ++position) {
            const auto& [text, right] = columns[c].problems[position];
            std::vector<size_t>& rows = rowsOf[text];
            const size_t repetition = seen[text]++;
            if (repetition == rows.size()) {
                rows.push_back(matrix.rows.size());
                matrix.rows.push_back({ text, std::vector<OutcomeCell>(columns.size()), OutcomeClass::Never, 0, 0 });
            }
            matrix.rows[rows[repetition]].cells[c] = { right, int(position) };
        }
    }
    for (OutcomeRow& row : matrix.rows) {
        std::vector<bool> right;
        for (size_t c = 0; c < row.cells.size(); ++c)
            if (row.cells[c].right >= 0) {
                row.last = double(row.cells[c].right) / matrix.samples[c];
                if (right.empty())
                    row.first = row.last;
                right.push_back(2 * row.cells[c].right >= matrix.samples[c]);
            }
        row.outcome = outcomeClass(right, exact ? 0 : strayEvaluations(right.size()));
        ++matrix.counts[size_t(row.outcome)];
    }
    return matrix;
}

} // namespace aha
