#pragma once
// What a report of one or several runs says, read once from their databases; no widgets, so that a thread can read it.

#include "core/base/result.h"
#include "core/store/health_signals.h"
#include "core/store/rows.h"
#include "core/store/workspace.h"
#include "widgets/models/outcomesummary.h"

#include <QColor>
#include <QString>
#include <QStringList>

#include <vector>

namespace aha {

struct ReportMetric {
    std::string name;
    std::vector<SeriesPoint> points;
    double first = 0, last = 0, low = 0, high = 0; ///< NaN where there is no finite value
    int64_t finite = 0; ///< points with a value: the n of the row
};

struct ReportTrace {
    int64_t step = 0;
    std::string why; ///< "a right answer", "a wrong answer", …
    std::string prompt, text, verdict, reason;
    double advantage = 0;
    std::optional<double> reward;
    int tokens = 0;
};

struct ReportSignal {
    std::string name, numbers; ///< its name, and the sentence with the figures
    int64_t since = 0;
};

struct ReportRun {
    QString label, folder;
    QColor color;
    std::string runId, kind, configJson;
    int64_t steps = 0, groups = 0, completions = 0;
    std::vector<EvaluationRow> evaluations;
    std::vector<ReportMetric> metrics;
    bool watched = false; ///< its health signals could be read
    std::vector<ReportSignal> raised;
    std::vector<MarkerRow> markers; ///< set, pause, continue, sample, checkpoint …
    std::vector<ReportTrace> traces; ///< examples of the newest step
    std::vector<std::pair<std::string, std::string>> settings; ///< path and value, all of them
};

struct ReportSetting {
    QString path;
    QStringList values; ///< one per run; of one run: its default, then its value
};

struct ReportChart {
    QString title;
    QByteArray svg; ///< from "<svg" on
};

struct ReportData {
    QString title, madeAt;
    std::vector<ReportRun> runs;
    std::vector<ReportSetting> differences; ///< of the runs; of one run: from the defaults
    std::optional<OutcomeSummary> outcomes; ///< of the runs against each other; of one run: its course
    std::vector<Note> notes; ///< pinned to these runs, or to nothing
    std::vector<ReportChart> charts; ///< drawn by whoever has widgets
};

struct ReportSource {
    QString folder, label;
    QColor color;
};

/// Errors: those of RunReader::open. `notes`: all; those of other runs are left out. `thresholds`: of the health
/// signals; they are read here, beside any window.
Result<ReportData> readReport(const std::vector<ReportSource>& runs, const std::vector<Note>& notes,
    const std::vector<double>& thresholds = defaultThresholds());

/// Takes "<?xml …" away; empty when `svg` is no drawing.
QByteArray inlineSvg(const QByteArray& svg);

} // namespace aha
