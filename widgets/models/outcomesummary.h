#pragma once
// What an outcome table says in the end: problems by class, each side's pass@1, and tests between the sides. For the
// card below the matrix, for what is copied, and for reports.

#include "widgets/models/outcometable.h"
#include "widgets/models/reporttable.h"

#include <QStringList>

#include <optional>

namespace aha {

struct OutcomeSummary {
    /// One run, or the runs of a group that differ only in their seed.
    struct Side {
        QString name;
        int seeds = 1;
        double pass1 = 0, low = 0, high = 0; ///< of a group the mean, with Student's 95 % interval over its runs
        int problems = 0, samples = 0; ///< of the first run
    };
    bool acrossRuns = false;
    std::vector<Side> sides;
    std::vector<std::pair<OutcomeClass, int>> classes; ///< with their problems
    int problems = 0, samples = 1; ///< the most samples of a problem
    QStringList tests; ///< a text each: a side against the first (of one run: newest evaluation against first)
};

/// What can be said of `b` against `a`: paired tests over shared problems and, for groups of seeds, between the runs;
/// with what each covers, or why there is nothing to say. Lines of text. Resamples 10,000 times: call from a worker.
QString comparisonText(const OutcomeTable& table, const OutcomeSide& a, const OutcomeSide& b);

/// nullopt for a table without evaluations. Slow as comparisonText().
std::optional<OutcomeSummary> summarizeOutcomes(const OutcomeTable& table);

ReportTable sidesTable(const OutcomeSummary& summary);
ReportTable classesTable(const OutcomeSummary& summary);
/// Both tables and the tests.
QString outcomesMarkdown(const OutcomeSummary& summary);
/// "problem,outcome,<column> (of n),…": right samples; empty where the problem was not asked.
QString outcomesCsv(const OutcomeTable& table);

} // namespace aha
