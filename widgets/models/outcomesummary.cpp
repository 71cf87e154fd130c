#include "widgets/models/outcomesummary.h"

#include "core/base/seed_comparison.h"
#include "core/base/statistics.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

QString percent(double value) { return fixedNumber(100 * value, 1) + QStringLiteral(" %"); }

/// The groups of seeds and the runs that are in none; without groups, every column.
std::vector<OutcomeSide> comparedSides(const OutcomeTable& table)
{
    std::vector<OutcomeSide> all = outcomeSides(table), chosen;
    const auto grouped = [&](size_t column) {
        return std::any_of(all.begin(), all.end(), [&](const OutcomeSide& side) {
            return side.columns.size() > 1
                && std::find(side.columns.begin(), side.columns.end(), column) != side.columns.end();
        });
    };
    for (const OutcomeSide& side : all)
        if (side.columns.size() > 1 || !grouped(side.columns.front()))
            chosen.push_back(side);
    std::stable_sort(chosen.begin(), chosen.end(),
        [](const OutcomeSide& a, const OutcomeSide& b) { return a.columns.front() < b.columns.front(); });
    return chosen;
}

OutcomeSummary::Side sideOf(const OutcomeTable& table, const OutcomeSide& side)
{
    const OutcomeSource& first = table.sources[side.columns.front()];
    OutcomeSummary::Side made { side.name, int(side.columns.size()), first.pass1, first.low, first.high, first.problems,
        first.samples };
    if (made.seeds > 1) {
        std::vector<double> rates;
        for (const size_t column : side.columns)
            rates.push_back(table.sources[column].pass1);
        const double half = studentQuantile(made.seeds - 1) * sampleStd(rates) / std::sqrt(double(made.seeds));
        made.pass1 = mean(rates);
        made.low = made.pass1 - half;
        made.high = made.pass1 + half;
    }
    return made;
}

} // namespace

QString comparisonText(const OutcomeTable& table, const OutcomeSide& a, const OutcomeSide& b)
{
    for (const size_t column : a.columns)
        if (std::find(b.columns.begin(), b.columns.end(), column) != b.columns.end())
            return tr("Choose two that share no run.");
    const std::vector<PairedCount> pairs = pairsOf(table, a, b);
    if (pairs.size() < 2)
        return tr("%1 and %2 have %3 in common: paired tests need at least two problems that "
                  "both were asked.")
            .arg(b.name, a.name, pairs.empty() ? tr("no problem") : tr("one problem"));
    const auto samples = [&](const OutcomeSide& side) {
        int sum = 0;
        for (const size_t column : side.columns)
            sum += table.matrix.samples[column];
        return sum;
    };
    const auto rates = [&](const OutcomeSide& side) {
        std::vector<double> all;
        for (const size_t column : side.columns)
            all.push_back(table.sources[column].pass1);
        return all;
    };
    const std::string nameA = a.name.toStdString(), nameB = b.name.toStdString();
    const bool groups = a.columns.size() > 1 || b.columns.size() > 1;
    QString covers; // a test over problems knows nothing of other seeds
    if (groups) {
        const auto seeds = compareSeeds(rates(a), rates(b));
        covers = seeds ? translated(seedSentence(*seeds, nameA, nameB))
                       : tr("Over seeds: one side is a single run, which says nothing of how runs of other "
                            "seeds would differ.");
    } else if (table.acrossRuns) {
        covers = tr("Both cover which problems were drawn, for these two runs; how other seeds would come "
                    "out needs several runs that differ only in general.seed, opened together.");
    }
    QString text;
    if (const auto compared = comparePaired(pairs, samples(a), samples(b), kResamples, kPairedSeed))
        for (const std::string& sentence : pairedSentences(*compared, nameA, nameB))
            text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + translated(sentence);
    const QString& sampledA = table.sources[a.columns.front()].sampling;
    if (const QString& sampledB = table.sources[b.columns.front()].sampling; sampledA != sampledB)
        text += tr("\nNot sampled alike (%1: %2; %3: %4): the difference is not the model's alone.")
                    .arg(a.name, sampledA.isEmpty() ? tr("not known") : sampledA, b.name,
                        sampledB.isEmpty() ? tr("not known") : sampledB);
    if (groups)
        return covers + tr("\nOver problems, for these runs and not for other seeds: ") + text;
    return covers.isEmpty() ? text : text + QLatin1Char('\n') + covers;
}

std::optional<OutcomeSummary> summarizeOutcomes(const OutcomeTable& table)
{
    if (table.sources.empty())
        return std::nullopt;
    OutcomeSummary summary;
    summary.acrossRuns = table.acrossRuns;
    summary.problems = int(table.matrix.rows.size());
    summary.samples = table.samples().second;
    for (int c = 0; c < kOutcomeClasses; ++c)
        summary.classes.emplace_back(OutcomeClass(c), table.matrix.counts[size_t(c)]);
    std::vector<OutcomeSide> sides = comparedSides(table);
    if (!table.acrossRuns && sides.size() > 2) // the course in between is the matrix
        sides.erase(sides.begin() + 1, sides.end() - 1);
    for (const OutcomeSide& side : sides)
        summary.sides.push_back(sideOf(table, side));
    for (size_t i = 1; i < sides.size(); ++i)
        summary.tests << comparisonText(table, sides.front(), sides[i]);
    if (summary.tests.size() > 1)
        summary.tests << tr("%1 comparisons with the first: by chance alone one in twenty leaves out 0.")
                             .arg(summary.tests.size());
    if (!table.skipped.isEmpty())
        summary.tests << table.skippedText();
    return summary;
}

ReportTable sidesTable(const OutcomeSummary& summary)
{
    ReportTable table { { summary.acrossRuns ? tr("Run") : tr("Evaluation"), tr("Seeds"), QStringLiteral("pass@1"),
                            QStringLiteral("95 %"), QStringLiteral("n") },
        {}, 1 };
    for (const OutcomeSummary::Side& side : summary.sides)
        table.rows.push_back({ visibleLine(side.name.toStdString()), QString::number(side.seeds), percent(side.pass1),
            tr("%1 to %2").arg(percent(side.low), percent(side.high)),
            side.seeds > 1 ? tr("%1 runs").arg(side.seeds)
                           : QStringLiteral("%1 × %2").arg(side.problems).arg(side.samples) });
    return table;
}

ReportTable classesTable(const OutcomeSummary& summary)
{
    ReportTable table { { tr("Outcome"), tr("Problems"), tr("Share"), tr("What it means") }, {}, 1 };
    for (const auto& [outcome, count] : summary.classes)
        table.rows.push_back(
            { outcomeMark(outcome) + QLatin1Char(' ') + outcomeName(outcome, summary.acrossRuns, summary.samples),
                QString::number(count), summary.problems > 0 ? percent(double(count) / summary.problems) : QString(),
                outcomeHelp(outcome, summary.acrossRuns, summary.samples) });
    return table;
}

QString outcomesMarkdown(const OutcomeSummary& summary)
{
    QString text = markdownTable(sidesTable(summary)) + markdownTable(classesTable(summary));
    for (const QString& test : summary.tests)
        for (const QString& line : test.split(QLatin1Char('\n')))
            text += QStringLiteral("- ") + markdownCell(visibleLine(line.toStdString())) + QLatin1Char('\n');
    return text;
}

QString outcomesCsv(const OutcomeTable& table)
{
    QString csv = QStringLiteral("problem,outcome");
    for (size_t c = 0; c < table.sources.size(); ++c)
        csv += QLatin1Char(',') + csvCell(tr("%1 (right of %2)").arg(table.columnName(c)).arg(table.matrix.samples[c]));
    csv += QLatin1Char('\n');
    for (const OutcomeRow& row : table.matrix.rows) {
        csv += csvCell(QString::fromStdString(row.problem)) + QLatin1Char(',')
            + csvCell(outcomeName(row.outcome, table.acrossRuns, table.samples().second));
        for (const OutcomeCell& cell : row.cells)
            csv += QLatin1Char(',') + (cell.right < 0 ? QString() : QString::number(cell.right));
        csv += QLatin1Char('\n');
    }
    return csv;
}

} // namespace aha
