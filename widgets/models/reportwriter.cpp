#include "widgets/models/reportwriter.h"

#include "core/base/files.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/markertext.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr const char* kSheet = R"(
body { font: 15px/1.5 system-ui, sans-serif; color: #1d2430; background: #fff; max-width: 1000px; margin: 32px auto; padding: 0 20px; }
h1 { font-size: 26px; } h2 { margin-top: 40px; border-bottom: 1px solid #d3d8e0; } h3 { margin-top: 28px; }
table { border-collapse: collapse; margin: 12px 0; } th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid #e6e9ee; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; } .hint { color: #5f697b; }
pre { background: #f4f5f7; padding: 12px; white-space: pre-wrap; overflow-wrap: anywhere; border-radius: 6px; }
.chart svg { max-width: 100%; height: auto; } .chip { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; }
.note { border-left: 3px solid #2b6cb0; padding-left: 12px; margin: 16px 0; }
)";

QString number(double value) { return std::isfinite(value) ? shortNumber(value, 5) : QStringLiteral("–"); }
QString percent(double value) { return QString::number(100 * value, 'f', 1) + QStringLiteral(" %"); }

/// The number keeps the order of the page, and apart what has one title.
QString fileNameOf(const ReportData& data, size_t chart)
{
    QString name;
    for (const QChar c : data.charts[chart].title.toLower().left(80))
        name += c.isLetterOrNumber() ? c : QLatin1Char('-');
    return QStringLiteral("%1-%2.svg").arg(chart + 1, 2, 10, QLatin1Char('0')).arg(name);
}

QString titleOf(const ReportChart& chart) { return visibleLine(translated(chart.title).toStdString()); }

using Table = ReportTable;

Table overview(const ReportData& data)
{
    Table table { { tr("Run"), tr("Kind"), tr("Steps"), tr("Groups"), tr("Completions"), tr("pass@1, newest"),
                      QStringLiteral("95 %"), QStringLiteral("n") },
        {}, 2 };
    for (const ReportRun& run : data.runs) {
        QStringList row { visibleLine(run.label.toStdString()), visibleLine(run.kind), QString::number(run.steps),
            QString::number(run.groups), QString::number(run.completions) };
        if (run.evaluations.empty())
            row << QStringLiteral("–") << QStringLiteral("–") << QStringLiteral("–");
        else
            row << percent(run.evaluations.back().pass1)
                << percent(run.evaluations.back().pass1Low) + tr(" to ") + percent(run.evaluations.back().pass1High)
                << QStringLiteral("%1 × %2").arg(run.evaluations.back().problems).arg(run.evaluations.back().samples);
        table.rows.push_back(row);
    }
    return table;
}

Table evaluations(const ReportRun& run)
{
    Table table { { tr("Step"), QStringLiteral("pass@1"), QStringLiteral("95 %"), QStringLiteral("n"),
                      QStringLiteral("cons@n") },
        {}, 0 };
    for (const EvaluationRow& e : run.evaluations)
        table.rows.push_back(
            { QString::number(e.step), percent(e.pass1), percent(e.pass1Low) + tr(" to ") + percent(e.pass1High),
                QStringLiteral("%1 × %2").arg(e.problems).arg(e.samples),
                e.cons ? percent(*e.cons) : QStringLiteral("–") });
    return table;
}

Table metrics(const ReportRun& run)
{
    Table table { { tr("Metric"), tr("First"), tr("Last"), tr("Min"), tr("Max"), QStringLiteral("n") }, {}, 1 };
    for (const ReportMetric& m : run.metrics)
        table.rows.push_back({ visibleLine(m.name), number(m.first), number(m.last), number(m.low), number(m.high),
            QString::number(m.finite) });
    return table;
}

Table differences(const ReportData& data)
{
    Table table { { tr("Setting") }, {}, 1 };
    if (data.runs.size() == 1)
        table.heads << tr("Default");
    for (const ReportRun& run : data.runs)
        table.heads << visibleLine(run.label.toStdString());
    for (const ReportSetting& setting : data.differences) {
        QStringList row { setting.path };
        for (const QString& value : setting.values)
            row << visibleLine(value.toStdString());
        table.rows.push_back(row);
    }
    return table;
}

Table markers(const ReportRun& run)
{
    Table table { { tr("Step"), tr("What") }, {}, 9 };
    for (const MarkerRow& marker : run.markers)
        table.rows.push_back({ QString::number(marker.step), markerText(marker) });
    return table;
}

bool anyWatched(const ReportData& data)
{
    return std::any_of(data.runs.begin(), data.runs.end(), [](const ReportRun& run) { return run.watched; });
}

Table raisedSignals(const ReportData& data)
{
    Table table { { tr("Run"), tr("Signal"), tr("Since step"), tr("What it rests on") }, {}, 9 };
    for (const ReportRun& run : data.runs)
        for (const ReportSignal& signal : run.raised)
            table.rows.push_back({ visibleLine(run.label.toStdString()), translated(signal.name),
                QString::number(signal.since), visibleLine(translated(signal.numbers).toStdString()) });
    return table;
}

/// Above the table, or in its place.
QString signalsHint(const Table& raised)
{
    return raised.rows.empty() ? tr("No health signal is raised.")
                               : tr("Signals say where to look. They are no verdicts.");
}

QString differencesTitle(const ReportData& data)
{
    return data.runs.size() == 1 ? tr("Settings that are not the defaults") : tr("Settings that differ");
}

QString traceFacts(const ReportTrace& trace)
{
    return tr("step %1, %2: %3 (%4), reward %5, advantage %6, %7 tokens")
        .arg(QString::number(trace.step), translated(trace.why), verdictText(trace.verdict, trace.reason),
            verdictReason(trace.verdict, trace.reason),
            trace.reward ? shortNumber(*trace.reward, 4) : QStringLiteral("–"), shortNumber(trace.advantage, 4),
            QString::number(trace.tokens));
}

QString escaped(const QString& text) { return text.toHtmlEscaped(); }
QString heading(int level, const QString& text)
{
    return QStringLiteral("<h%1>%2</h%1>\n").arg(level).arg(escaped(text));
}

/// Text between fences that it cannot close.
QString fenced(const QString& text)
{
    QString fence = QStringLiteral("```");
    while (text.contains(fence))
        fence += QLatin1Char('`');
    return fence + QStringLiteral("text\n") + text + QLatin1Char('\n') + fence + QStringLiteral("\n\n");
}

/// The comparison of the runs, or the course of one: counts by class, pass@1 with seeds, tests.
QString outcomesTitle(const OutcomeSummary& summary)
{
    return summary.acrossRuns ? tr("Comparison on held-out problems, newest evaluations")
                              : tr("Held-out problems, first and newest evaluation");
}

} // namespace

QString reportHtml(const ReportData& data)
{
    QString html = QStringLiteral(
        "<!DOCTYPE html>\n<html lang=\"%3\"><head><meta charset=\"utf-8\"/>"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>"
        "<meta name=\"viewport\" content=\"width=device-width\"/><title>%1</title><style>%2</style></head><body>\n")
                       .arg(escaped(visibleLine(data.title.toStdString())), QString::fromLatin1(kSheet), tr("en"));
    html += QStringLiteral("<h1>%1</h1>\n<p class=\"hint\">AhaScope, %2</p>\n")
                .arg(escaped(visibleLine(data.title.toStdString())), escaped(data.madeAt));
    html += htmlTable(overview(data));
    if (data.outcomes) {
        html += QStringLiteral("<h2>%1</h2>\n").arg(escaped(outcomesTitle(*data.outcomes)))
            + htmlTable(sidesTable(*data.outcomes)) + htmlTable(classesTable(*data.outcomes));
        for (const QString& test : data.outcomes->tests)
            html += QStringLiteral("<pre>%1</pre>\n").arg(escaped(visibleText(test.toStdString())));
    }
    if (!data.charts.empty()) {
        html += heading(2, tr("Charts")) + QStringLiteral("<p>");
        for (const ReportRun& run : data.runs)
            html += QStringLiteral("<span class=\"chip\" style=\"background: %1\"></span>%2 &#160; ")
                        .arg(run.color.name(), escaped(visibleLine(run.label.toStdString())));
        html += QStringLiteral("</p>\n");
        for (const ReportChart& chart : data.charts)
            html += QStringLiteral("<h3>%1</h3><div class=\"chart\">").arg(escaped(titleOf(chart)))
                + QString::fromUtf8(chart.svg) + QStringLiteral("</div>\n");
    }
    if (anyWatched(data)) {
        const Table raised = raisedSignals(data);
        html += heading(2, tr("Signals"))
            + QStringLiteral("<p class=\"hint\">%1</p>\n").arg(escaped(signalsHint(raised)));
        if (!raised.rows.empty())
            html += htmlTable(raised);
    }
    if (!data.notes.empty())
        html += heading(2, tr("Notes"));
    for (const Note& note : data.notes) {
        html += QStringLiteral("<div class=\"note\"><p class=\"hint\">%1</p>")
                    .arg(escaped(visibleLine(pinText(note).toStdString())));
        if (!note.quote.empty())
            html += QStringLiteral("<pre>%1</pre>").arg(escaped(visibleText(note.quote)));
        html += QStringLiteral("<pre>%1</pre></div>\n").arg(escaped(visibleText(note.text)));
    }
    if (!data.differences.empty())
        html += heading(2, differencesTitle(data)) + htmlTable(differences(data));
    for (const ReportRun& run : data.runs) {
        html += heading(2, visibleLine(run.label.toStdString()));
        if (!run.evaluations.empty())
            html += heading(3, tr("Held-out evaluations")) + htmlTable(evaluations(run));
        for (const ReportTrace& trace : run.traces)
            html += heading(3, tr("Example: %1").arg(traceFacts(trace)))
                + QStringLiteral("<pre>%1</pre>\n<pre>%2</pre>\n")
                      .arg(escaped(visibleText(trace.prompt)), escaped(visibleText(trace.text)));
        html += heading(3, tr("Metrics")) + htmlTable(metrics(run));
        if (!run.markers.empty())
            html += heading(3, tr("What was done")) + htmlTable(markers(run));
        html += heading(3, tr("Configuration"))
            + QStringLiteral("<pre>%1</pre>\n").arg(escaped(visibleText(run.configJson)));
    }
    return html + QStringLiteral("</body></html>\n");
}

QString reportMarkdown(const ReportData& data)
{
    QString text = QStringLiteral("# %1\n\n%2\n\n")
                       .arg(markdownCell(visibleLine(data.title.toStdString())),
                           tr("AhaScope, %1. All points: metrics.csv.").arg(data.madeAt));
    text += markdownTable(overview(data));
    if (data.outcomes)
        text += QStringLiteral("## %1\n\n").arg(outcomesTitle(*data.outcomes)) + outcomesMarkdown(*data.outcomes)
            + QLatin1Char('\n');
    if (!data.charts.empty())
        text += QStringLiteral("## %1\n\n").arg(tr("Charts"));
    for (size_t i = 0; i < data.charts.size(); ++i)
        text += QStringLiteral("### %1\n\n![%1](%2)\n\n")
                    .arg(markdownCell(titleOf(data.charts[i])), fileNameOf(data, i));
    if (anyWatched(data)) {
        const Table raised = raisedSignals(data);
        text += QStringLiteral("## %1\n\n%2\n\n").arg(tr("Signals"), signalsHint(raised));
        if (!raised.rows.empty())
            text += markdownTable(raised);
    }
    if (!data.notes.empty())
        text += QStringLiteral("## %1\n\n").arg(tr("Notes"));
    for (const Note& note : data.notes) {
        text += QStringLiteral("### %1\n\n").arg(markdownCell(visibleLine(pinText(note).toStdString())));
        if (!note.quote.empty())
            text += fenced(visibleText(note.quote));
        text += visibleText(note.text) + QStringLiteral("\n\n"); // a person's own Markdown stays Markdown
    }
    if (!data.differences.empty())
        text += QStringLiteral("## %1\n\n").arg(differencesTitle(data)) + markdownTable(differences(data));
    for (const ReportRun& run : data.runs) {
        text += QStringLiteral("## %1\n\n").arg(markdownCell(visibleLine(run.label.toStdString())));
        if (!run.evaluations.empty())
            text += QStringLiteral("### %1\n\n").arg(tr("Held-out evaluations")) + markdownTable(evaluations(run));
        for (const ReportTrace& trace : run.traces)
            text += QStringLiteral("### %1\n\n").arg(markdownCell(tr("Example: %1").arg(traceFacts(trace))))
                + fenced(visibleText(trace.prompt)) + fenced(visibleText(trace.text));
        text += QStringLiteral("### %1\n\n").arg(tr("Metrics")) + markdownTable(metrics(run));
        if (!run.markers.empty())
            text += QStringLiteral("### %1\n\n").arg(tr("What was done")) + markdownTable(markers(run));
        text += QStringLiteral("### %1\n\n").arg(tr("Configuration")) + fenced(visibleText(run.configJson));
    }
    return text;
}

QString reportCsv(const ReportData& data)
{
    QString csv = QStringLiteral("run,step,metric,value\n");
    for (const ReportRun& run : data.runs)
        for (const ReportMetric& metric : run.metrics)
            for (const SeriesPoint& point : metric.points)
                csv += csvCell(run.label) + QLatin1Char(',') + QString::number(point.step) + QLatin1Char(',')
                    + csvCell(QString::fromStdString(metric.name)) + QLatin1Char(',')
                    + (std::isfinite(point.value) ? QString::number(point.value, 'g', 17) : QString())
                    + QLatin1Char('\n');
    return csv;
}

Result<void> writeReportHtml(const ReportData& data, const QString& file)
{
    return writeFileAtomically(file.toStdString(), reportHtml(data).toStdString());
}

Result<void> writeReportFolder(const ReportData& data, const QString& folder)
{
    if (Result<void> made = makeFolders(folder.toStdString()); !made)
        return made;
    const auto write = [&](const QString& name, const std::string& bytes) {
        return writeFileAtomically((folder + QLatin1Char('/') + name).toStdString(), bytes);
    };
    for (size_t i = 0; i < data.charts.size(); ++i)
        if (Result<void> written = write(fileNameOf(data, i), data.charts[i].svg.toStdString()); !written)
            return written;
    if (Result<void> written = write(QStringLiteral("metrics.csv"), reportCsv(data).toStdString()); !written)
        return written;
    return write(QStringLiteral("report.md"), reportMarkdown(data).toStdString());
}

} // namespace aha
