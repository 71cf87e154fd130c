#include "core/base/outcomes.h"

#include <algorithm>
#include <unordered_map>

namespace aha {

OutcomeClass outcomeClass(const std::vector<Majority>& evaluations, int strays)
{
    if (evaluations.empty())
        return OutcomeClass::Never;
    const int n = int(evaluations.size());
    const auto all = [&](Majority kind) { return int(std::count(evaluations.begin(), evaluations.end(), kind)); };
    const int right = all(Majority::Right), wrong = all(Majority::Wrong);
    OutcomeClass best = OutcomeClass::Never;
    int fewest = n - wrong;
    const auto offer = [&](OutcomeClass kind, int contradictions) {
        if (contradictions < fewest) {
            best = kind;
            fewest = contradictions;
        }
    };
    offer(OutcomeClass::Solved, n - right);
    Majority last = Majority::Even; // of those before the change, but for the `onTheWay` even ones that end them
    int rightBefore = 0, wrongBefore = 0, onTheWay = 0;
    for (int cut = 1; cut < n; ++cut) { // the first `cut` evaluations are before the change
        const Majority newest = evaluations[size_t(cut) - 1];
        rightBefore += newest == Majority::Right;
        wrongBefore += newest == Majority::Wrong;
        onTheWay = newest == Majority::Even ? onTheWay + 1 : 0;
        if (newest != Majority::Even)
            last = newest;
        const auto contradictions = [&](Majority kind, int asItBefore, int otherAfter) {
            return cut - asItBefore - (last == kind ? onTheWay : 0) + (n - cut) - otherAfter;
        };
        offer(OutcomeClass::Learned, contradictions(Majority::Wrong, wrongBefore, right - rightBefore));
        offer(OutcomeClass::Forgotten, contradictions(Majority::Right, rightBefore, wrong - wrongBefore));
    }
    return fewest <= strays ? best : OutcomeClass::Unstable;
}

OutcomeClass changeClass(const std::vector<Majority>& columns)
{
    const auto all = [&](Majority kind) {
        return std::count(columns.begin(), columns.end(), kind) == std::ptrdiff_t(columns.size());
    };
    if (all(Majority::Wrong)) // of none, too
        return OutcomeClass::Never;
    if (all(Majority::Right))
        return OutcomeClass::Solved;
    return columns.front() == Majority::Wrong && columns.back() == Majority::Right ? OutcomeClass::Learned
        : columns.front() == Majority::Right && columns.back() == Majority::Wrong  ? OutcomeClass::Forgotten
                                                                                   : OutcomeClass::Unstable;
}

OutcomeMatrix outcomeMatrix(const std::vector<OutcomeColumn>& columns, bool course)
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
        std::vector<Majority> asked;
        for (size_t c = 0; c < row.cells.size(); ++c)
            if (row.cells[c].right >= 0) {
                row.last = double(row.cells[c].right) / matrix.samples[c];
                if (asked.empty())
                    row.first = row.last;
                asked.push_back(majorityOf(row.cells[c].right, matrix.samples[c]));
            }
        row.outcome = course ? outcomeClass(asked, strayEvaluations(asked.size())) : changeClass(asked);
        const bool changed = row.outcome == OutcomeClass::Learned || row.outcome == OutcomeClass::Forgotten;
        if (!course && changed && (row.cells.front().right < 0 || row.cells.back().right < 0))
            row.outcome = OutcomeClass::Unstable;
        ++matrix.counts[size_t(row.outcome)];
    }
    return matrix;
}

} // namespace aha
