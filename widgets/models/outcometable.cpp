#include "widgets/models/outcometable.h"

#include "core/store/evaluation_pairs.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/evaluationsampling.h"
#include "widgets/models/seedgroups.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

namespace {

/// Adds one evaluation as a column; its sentence when it cannot be read.
QString addColumn(RunReader& reader, const RunName& run, const EvaluationRow& e, const EvaluationSampling& sampling,
    OutcomeTable& table, std::vector<OutcomeColumn>& columns)
{
    const Result<std::vector<EvaluationProblemRow>> rows = reader.evaluationProblems(e.id, /*withExamples=*/false);
    if (!rows)
        return translated(rows.error().sentence());
    columns.push_back(outcomeColumn(e.samples, *rows));
    table.sources.push_back({ run, e.id, e.step, visibleLine(e.task), e.problems, e.samples, e.pass1, e.pass1Low,
        e.pass1High, {}, {}, sampling.at(e.step) });
    return {};
}

} // namespace

QString OutcomeTable::columnName(size_t column) const
{
    const OutcomeSource& source = sources[column];
    return acrossRuns ? source.run.label : tr("step %1").arg(source.step);
}

QString OutcomeTable::skippedText() const
{
    if (skipped.isEmpty())
        return {};
    return (skipped.size() == 1 ? tr("1 evaluation cannot be read and is left out. ")
                                : tr("%1 evaluations cannot be read and are left out. ").arg(skipped.size()))
        + skipped.join(QStringLiteral(" · "));
}

QString OutcomeTable::sampledDifferently() const
{
    QStringList ways, columns; // each way once, with those that were sampled so
    for (size_t c = 0; c < sources.size(); ++c) {
        const QString way = sources[c].sampling.isEmpty() ? tr("not known") : sources[c].sampling;
        if (const qsizetype known = ways.indexOf(way); known >= 0) {
            columns[known] += QStringLiteral(", ") + columnName(c);
        } else {
            ways << way;
            columns << columnName(c);
        }
    }
    QStringList lines;
    for (qsizetype i = 0; i < ways.size(); ++i)
        lines << columns[i] + QStringLiteral(": ") + ways[i];
    return lines.size() > 1 ? lines.join(QLatin1Char('\n')) : QString();
}

std::pair<int, int> OutcomeTable::samples() const
{
    const auto [fewest, most] = std::minmax_element(matrix.samples.begin(), matrix.samples.end());
    return fewest == matrix.samples.end() ? std::pair(1, 1) : std::pair(*fewest, *most);
}

std::vector<OutcomeSide> outcomeSides(const OutcomeTable& table)
{
    std::vector<OutcomeSide> sides;
    QStringList configs;
    for (size_t c = 0; c < table.sources.size(); ++c) {
        sides.push_back({ table.columnName(c), { c } });
        configs << table.sources[c].config;
    }
    if (!table.acrossRuns)
        return sides;
    QStringList taken;
    for (const QVector<int>& group : seedGroups(configs)) {
        if (group.size() < 2)
            continue;
        const OutcomeSource& first = table.sources[size_t(group.front())];
        QString name = tr("%1, %2 seeds").arg(first.name).arg(group.size());
        if (taken.contains(name)) // two configurations of one name: the label of a run tells them apart
            name = tr("%1, %2 seeds").arg(first.run.label).arg(group.size());
        taken << name;
        sides.push_back({ name, {} });
        for (const int column : group)
            sides.back().columns.push_back(size_t(column));
    }
    return sides;
}

std::vector<PairedCount> pairsOf(const OutcomeTable& table, const OutcomeSide& a, const OutcomeSide& b)
{
    std::vector<PairedCount> pairs;
    for (const OutcomeRow& row : table.matrix.rows) {
        PairedCount both;
        const auto sum = [&row](const OutcomeSide& side, int& right) {
            return std::all_of(side.columns.begin(), side.columns.end(), [&](size_t column) {
                right += row.cells[column].right;
                return row.cells[column].right >= 0;
            });
        };
        if (sum(a, both.a) && sum(b, both.b))
            pairs.push_back(both);
    }
    return pairs;
}

QString outcomeName(OutcomeClass outcome, bool acrossRuns, int samples)
{
    switch (outcome) {
    case OutcomeClass::Solved:
        return acrossRuns ? tr("mostly right") : tr("solved");
    case OutcomeClass::Learned:
        return acrossRuns ? tr("gained") : tr("learned");
    case OutcomeClass::Forgotten:
        return acrossRuns ? tr("lost") : tr("forgotten");
    case OutcomeClass::Unstable:
        return acrossRuns ? tr("mixed") : tr("unstable");
    case OutcomeClass::Never:
        return acrossRuns || samples > 1 ? tr("mostly wrong") : tr("never");
    }
    return {};
}

QString outcomeMark(OutcomeClass outcome)
{
    switch (outcome) {
    case OutcomeClass::Solved:
        return QStringLiteral("✓");
    case OutcomeClass::Learned:
        return QStringLiteral("▲");
    case OutcomeClass::Forgotten:
        return QStringLiteral("▼");
    case OutcomeClass::Unstable:
        return QStringLiteral("≈");
    case OutcomeClass::Never:
        return QStringLiteral("✗");
    }
    return {};
}

QString outcomeHelp(OutcomeClass outcome, bool acrossRuns, int samples)
{
    const QString right = tr("Right: more than half of the samples, wrong: fewer; half right is neither.");
    const QString strays
        = acrossRuns ? QString() : tr(" One evaluation in five may contradict, as samples are drawn at random.");
    const QString between = acrossRuns ? tr("Runs in between do not count. ") : QString();
    switch (outcome) {
    case OutcomeClass::Solved:
        return (acrossRuns ? tr("Right in every run. ") : tr("Right from the first evaluation on. ")) + right + strays;
    case OutcomeClass::Learned:
        return (acrossRuns ? tr("Wrong in the first run, right in the last. ")
                           : tr("Wrong first, right from some evaluation on. "))
            + between + right + strays;
    case OutcomeClass::Forgotten:
        return (acrossRuns ? tr("Right in the first run, wrong in the last. ")
                           : tr("Right first, wrong from some evaluation on. "))
            + between + right + strays;
    case OutcomeClass::Unstable:
        return (acrossRuns
                       ? tr("None of the others: half right in the first or the last run, or right in some runs only. ")
                       : tr("Changes more often than that, or is half right. "))
            + right;
    case OutcomeClass::Never:
        return (samples > 1         ? tr("Most of its samples are wrong throughout; some may be right. ")
                       : acrossRuns ? tr("Right in no run. ")
                                    : tr("Wrong throughout. "))
            + right + strays;
    }
    return {};
}

QString outcomeScope(const OutcomeTable& table)
{
    if (table.sources.size() < 2)
        return {};
    if (table.acrossRuns)
        return tr("From %1 to %2:").arg(table.columnName(0), table.columnName(table.sources.size() - 1));
    return tr("Over %1 evaluations, step %2 – %3:")
        .arg(table.sources.size())
        .arg(table.sources.front().step)
        .arg(table.sources.back().step);
}

qint64 evaluationStamp(const std::vector<RunName>& runs)
{
    qint64 stamp = 1;
    for (const RunName& run : runs) {
        const auto reader = RunReader::open(run.folder.toStdString());
        const auto evaluations
            = reader ? (*reader)->evaluations() : Result<std::vector<EvaluationRow>>(std::vector<EvaluationRow> {});
        const auto probes
            = reader ? (*reader)->probes() : Result<std::vector<EvaluationRow>>(std::vector<EvaluationRow> {});
        stamp = stamp * 31 + (evaluations ? qint64(evaluations->size()) : 0);
        stamp = stamp * 31 + (probes ? qint64(probes->size()) : 0);
    }
    return stamp;
}

OutcomeTable readCourse(const RunName& run)
{
    OutcomeTable table;
    std::vector<OutcomeColumn> columns;
    const auto reader = RunReader::open(run.folder.toStdString());
    const auto evaluations = reader ? (*reader)->evaluations() : Result<std::vector<EvaluationRow>>(reader.error());
    if (!evaluations)
        table.problem = translated(evaluations.error().sentence());
    else {
        const EvaluationSampling sampling(**reader);
        for (const EvaluationRow& e : *evaluations)
            if (const QString why = addColumn(**reader, run, e, sampling, table, columns); !why.isEmpty()) {
                table.skipped << tr("step %1: %2").arg(QString::number(e.step), why);
                table.skippedSteps.push_back(e.step);
            }
    }
    if (table.problem.isEmpty() && columns.empty())
        table.problem = !table.skipped.isEmpty()
            ? table.skippedText()
            : tr("%1 has no evaluation on held-out problems stored.").arg(run.label);
    table.matrix = outcomeMatrix(columns, true);
    return table;
}

OutcomeTable readNewest(const std::vector<RunName>& runs)
{
    OutcomeTable table;
    table.acrossRuns = true;
    std::vector<OutcomeColumn> columns;
    for (const RunName& run : runs) {
        const auto reader = RunReader::open(run.folder.toStdString());
        const auto evaluations
            = reader ? (*reader)->evaluations() : Result<std::vector<EvaluationRow>>(std::vector<EvaluationRow> {});
        if (!evaluations || evaluations->empty())
            continue;
        if (const QString why
            = addColumn(**reader, run, evaluations->back(), EvaluationSampling(**reader), table, columns);
            !why.isEmpty())
            table.skipped << run.label + tr(": ") + why;
        else if (const auto summary = (*reader)->summary()) {
            table.sources.back().name = visibleLine(summary->name);
            table.sources.back().config = QString::fromStdString(summary->configJson);
        }
    }
    if (columns.empty())
        table.problem = !table.skipped.isEmpty()
            ? table.skippedText()
            : tr("None of the open runs has stored an evaluation on held-out problems.");
    table.matrix = outcomeMatrix(columns, false);
    return table;
}

} // namespace aha
