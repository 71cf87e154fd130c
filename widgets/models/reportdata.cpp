#include "widgets/models/reportdata.h"

#include "core/config/run_config.h"
#include "core/store/run_reader.h"
#include "core/tasks/task.h"
#include "widgets/language/translation.h"
#include "widgets/models/markertext.h"
#include "widgets/models/signalwatch.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>
#include <map>

namespace aha {

namespace {

std::vector<std::pair<std::string, std::string>> settingsOf(RunConfig config)
{
    std::vector<std::pair<std::string, std::string>> settings;
    for (const Field& field : fields(config))
        settings.emplace_back(field.info.path(), field.toText());
    return settings;
}

ReportMetric summarize(std::string name, std::vector<SeriesPoint> points)
{
    ReportMetric metric { std::move(name), std::move(points), NAN, NAN, NAN, NAN, 0 };
    for (const SeriesPoint& point : metric.points)
        if (std::isfinite(point.value)) {
            if (metric.finite++ == 0)
                metric.first = metric.low = metric.high = point.value;
            metric.last = point.value;
            metric.low = std::min(metric.low, point.value);
            metric.high = std::max(metric.high, point.value);
        }
    return metric;
}

/// The completions that say most in the least room: a right one, a wrong one, the longest, of the newest step.
std::vector<ReportTrace> examples(RunReader& reader, int64_t step)
{
    std::vector<ReportTrace> traces;
    const Result<std::vector<GroupRow>> groups = reader.groupsWithCompletions(step);
    if (!groups)
        return traces;
    const auto pick = [&](const char* why, auto&& better) {
        const CompletionRow* best = nullptr;
        const GroupRow* home = nullptr;
        for (const GroupRow& group : *groups)
            for (const CompletionRow& row : group.completions)
                if (better(row, best)) {
                    best = &row;
                    home = &group;
                }
        if (!best)
            return;
        if (const Result<CompletionRow> row = reader.completionText(best->id))
            traces.push_back({ step, why, home->prompt.text, row->text, row->verdict, row->reason, row->advantage,
                row->reward, row->tokens });
    };
    pick(QT_TR_NOOP("a right answer, of those the one with the highest advantage"),
        [](const auto& row, const auto* best) { return row.correct && (!best || row.advantage > best->advantage); });
    pick(QT_TR_NOOP("a wrong answer, of those the one with the lowest advantage"),
        [](const auto& row, const auto* best) {
            return judgedCorrect(row.verdict, row.correct) == false && (!best || row.advantage < best->advantage);
        });
    pick(QT_TR_NOOP("the longest"),
        [](const auto& row, const auto* best) { return !best || row.tokens > best->tokens; });
    return traces;
}

/// What a setting was changed to while the run trained stands behind what it began with, as on the page Compare.
void noteTraining(ReportRun& run)
{
    for (const MarkerRow& marker : run.markers)
        if (const std::optional<SettingChange> change = settingChange(marker))
            for (auto& [path, text] : run.settings)
                if (path == change->path.toStdString())
                    text += (QStringLiteral(" → ") + change->after + tr(" (after step %1)").arg(marker.step))
                                .toStdString();
}

Result<ReportRun> readRun(const ReportSource& source, const std::vector<double>& thresholds)
{
    const auto reader = RunReader::open(source.folder.toStdString());
    if (!reader)
        return reader.error();
    const Result<RunSummary> summary = (*reader)->summary();
    if (!summary)
        return summary.error();
    ReportRun run;
    run.label = source.label;
    run.folder = source.folder;
    run.color = source.color;
    run.runId = summary->runId;
    run.kind = summary->kind;
    run.configJson = summary->configJson;
    run.steps = summary->steps;
    run.groups = summary->groups;
    run.completions = summary->completions;
    if (auto evaluations = (*reader)->evaluations())
        run.evaluations = std::move(*evaluations);
    if (auto markers = (*reader)->markers())
        run.markers = std::move(*markers);
    if (const auto names = (*reader)->metricNames())
        for (const std::string& name : *names)
            if (auto points = (*reader)->series(name); points && !points->empty())
                run.metrics.push_back(summarize(name, std::move(*points)));
    if (summary->lastStep > 0)
        run.traces = examples(**reader, summary->lastStep);
    if (const Result<RunConfig> config = runConfigFromJson(summary->configJson))
        run.settings = settingsOf(*config);
    noteTraining(run);
    const std::vector<SignalState> states = SignalWatch::read(source.folder, thresholds);
    run.watched = !states.empty();
    for (size_t i = 0; i < states.size(); ++i)
        if (states[i].state == SignalState::Raised)
            run.raised.push_back({ signalInfos()[i].name, states[i].numbers, states[i].since });
    return run;
}

} // namespace

Result<ReportData> readReport(
    const std::vector<ReportSource>& sources, const std::vector<Note>& notes, const std::vector<double>& thresholds)
{
    ReportData data;
    QStringList labels;
    for (const ReportSource& source : sources) {
        Result<ReportRun> run = readRun(source, thresholds);
        if (!run)
            return run.error();
        labels << run->label;
        data.runs.push_back(std::move(*run));
    }
    data.title = labels.join(QStringLiteral(", "));
    data.madeAt = QDateTime::currentDateTime().toString(Qt::ISODate);
    const bool alone = data.runs.size() == 1;
    std::map<std::string, QStringList> values;
    if (alone)
        for (const auto& [path, text] : settingsOf(RunConfig()))
            values[path] << QString::fromStdString(text);
    for (const ReportRun& run : data.runs)
        for (const auto& [path, text] : run.settings)
            values[path] << QString::fromStdString(text);
    for (const auto& [path, texts] : values)
        if (texts.size() == qsizetype(data.runs.size()) + alone
            && std::any_of(texts.begin(), texts.end(), [&](const QString& text) { return text != texts.front(); }))
            data.differences.push_back({ QString::fromStdString(path), texts });
    std::vector<RunName> names;
    for (const ReportRun& run : data.runs)
        names.push_back({ run.folder, run.label, run.color });
    if (!names.empty())
        data.outcomes = summarizeOutcomes(alone ? readCourse(names.front()) : readNewest(names));
    for (const Note& note : notes)
        if (note.folder.empty() || std::any_of(data.runs.begin(), data.runs.end(), [&](const ReportRun& run) {
                return note.folder == run.folder.toStdString() || (!note.runId.empty() && note.runId == run.runId);
            }))
            data.notes.push_back(note);
    return data;
}

QByteArray inlineSvg(const QByteArray& svg)
{
    const qsizetype begin = svg.indexOf("<svg");
    return begin < 0 ? QByteArray() : svg.mid(begin).trimmed();
}

} // namespace aha
