#pragma once
// Held-out problems x evaluations as read from run.db: the course of one run, or the newest evaluation of several.

#include "core/base/outcomes.h"
#include "core/base/paired_tests.h"

#include <QColor>
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace aha {

struct RunName {
    QString folder, label;
    QColor color;
};

/// The evaluation that is one column.
struct OutcomeSource {
    RunName run;
    qint64 evaluationId = 0, step = 0;
    QString task;
    int problems = 0, samples = 1;
    double pass1 = 0, low = 0, high = 0;
    QString name {}, config {}; ///< of the run: its own name and config.json; read across runs alone
    QString sampling {}; ///< what it was sampled with (evaluationsampling.h)
};

struct OutcomeTable {
    bool acrossRuns = false;
    std::vector<OutcomeSource> sources; ///< one per column of the matrix
    OutcomeMatrix matrix;
    QString problem; ///< why there is nothing to see; empty when there is
    QStringList skipped {}; ///< evaluations that cannot be read, and why: "step 10: …"; the others are columns

    /// What a column is called: "step 20", or the run's label.
    QString columnName(size_t column) const;
    /// "1 evaluation cannot be read and is left out. step 10: …"; "" where all can.
    QString skippedText() const;
    /// What the columns were sampled with, where that is not the same in all: a difference between them may come from
    /// it. "" where it is the same.
    QString sampledDifferently() const;
    /// Samples of a problem, the fewest and the most of any column; { 1, 1 } without columns.
    std::pair<int, int> samples() const;
};

/// What can be held against another: one column, or the runs of a group that differ only in their seed, together.
struct OutcomeSide {
    QString name;
    std::vector<size_t> columns;
};
/// Every column by itself; then, across runs, every group of at least two seeds.
std::vector<OutcomeSide> outcomeSides(const OutcomeTable& table);
/// Right samples of both sides, summed over their columns, on the problems that all of these asked.
std::vector<PairedCount> pairsOf(const OutcomeTable& table, const OutcomeSide& a, const OutcomeSide& b);

/// What a class of problems is called, and a mark that tells it without colour. Across runs nothing is learned: a
/// problem is right in all, in none, or gained or lost from the first column to the last. `samples`: the most of a
/// problem; of several some may be right where most are wrong, which is not called "never".
QString outcomeName(OutcomeClass outcome, bool acrossRuns, int samples);
QString outcomeMark(OutcomeClass outcome);
QString outcomeHelp(OutcomeClass outcome, bool acrossRuns, int samples);
/// The columns that the classes speak of: "Over 4 evaluations, step 0 – 45:", "From run a to run d:"; "" for one.
QString outcomeScope(const OutcomeTable& table);

/// Changes when one of the runs has a new evaluation: a live run is read again only then.
qint64 evaluationStamp(const std::vector<RunName>& runs);

/// Every evaluation of one run that can be read. Reads no completions; call from a worker.
OutcomeTable readCourse(const RunName& run);
/// The newest evaluation of each run. Runs without one are left out.
OutcomeTable readNewest(const std::vector<RunName>& runs);

} // namespace aha
