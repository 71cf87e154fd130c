#include "widgets/models/runhistory.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/evaluationsampling.h"
#include "widgets/models/visibletext.h"

#include <QLocale>

#include <algorithm>

namespace aha {

namespace {

/// What it was sampled with is news once that was changed: then it is not like the evaluations before.
QString evaluationLine(const EvaluationRow& row, const EvaluationSampling& sampling)
{
    QString line = tr("Held-out at step %1: pass@1 %2 % (%3 – %4), n = %5 × %6")
                       .arg(row.step)
                       .arg(100 * row.pass1, 0, 'f', 1)
                       .arg(100 * row.pass1Low, 0, 'f', 1)
                       .arg(100 * row.pass1High, 0, 'f', 1)
                       .arg(row.problems)
                       .arg(row.samples);
    if (row.cons)
        line += tr(", cons@%1 %2 %").arg(row.samples).arg(100 * *row.cons, 0, 'f', 1);
    const QString changed = sampling.changedAt(row.step);
    return changed.isEmpty() ? line : line + tr(", ") + changed;
}

/// A sentence as the others: what is no news says what it is, and a change has the arrow that charts have.
QString leveled(const std::string& level, QString text)
{
    text.replace(QStringLiteral(" -> "), QStringLiteral(" → "));
    return level == "info" ? text : level == "error" ? tr("Error: %1").arg(text) : tr("Warning: %1").arg(text);
}

} // namespace

RunHistory::RunHistory(const QString& folder)
    : m_folder(folder)
{
}

std::vector<RunHistory::Line> RunHistory::fetch()
{
    const auto reader = RunReader::open(m_folder.toStdString());
    if (!reader)
        return {};
    std::vector<Line> lines;
    const auto take = [&](const auto& rows, qint64& newest, auto&& textOf) {
        const qint64 told = newest;
        if (rows)
            for (const auto& row : *rows)
                if (row.id > told) {
                    newest = std::max<qint64>(newest, row.id);
                    if (const QString text = textOf(row); !text.isEmpty())
                        lines.push_back({ QDateTime::fromMSecsSinceEpoch(qint64(row.createdAt * 1000)), text });
                }
    };
    for (qint64 before = -1; before != m_log;) { // page by page: a log may be long
        before = m_log;
        take((*reader)->log(m_log, kMost), m_log,
            [](const LogRow& row) { return leveled(row.level, translated(visibleLine(row.message))); });
    }
    const EvaluationSampling sampling(**reader);
    take((*reader)->evaluations(), m_evaluation,
        [&sampling](const EvaluationRow& row) { return evaluationLine(row, sampling); });
    take((*reader)->checkpoints(), m_checkpoint, [](const CheckpointRow& row) {
        return tr("Checkpoint at step %1, %2")
            .arg(row.step)
            .arg(QLocale::c().formattedDataSize(row.bytes, 1, QLocale::DataSizeSIFormat));
    });
    // After what may have come in the same millisecond: a run says last that it has ended.
    take((*reader)->markers(), m_marker, [](const MarkerRow& row) {
        return row.kind == "failed" || row.kind == "set" || row.kind == "sample" || row.kind == "checkpoint"
            ? QString()
            : translated(visibleLine(row.text)); // the others stand there already
    });
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.at < b.at; });
    if (lines.size() > kMost)
        lines.erase(lines.begin(), lines.end() - kMost);
    return lines;
}

} // namespace aha
