#include "widgets/models/metricseries.h"

#include "core/config/run_config.h"
#include "core/config/weight_schedule.h"
#include "core/store/run_reader.h"
#include "core/store/series_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/worker.h"

namespace aha {

namespace {

QStringList unpaidParts(const std::string& configJson)
{
    QStringList names;
    const Result<RunConfig> config = runConfigFromJson(configJson);
    if (!config || configJson.find("\"rewards\"") == std::string::npos)
        return names;
    for (const RewardWeight& part : kRewardWeights)
        if (!isWeighed(config->rewards, part.weight))
            names << QString::fromLatin1(part.name);
    return names;
}

constexpr int kWorkers = 2;

/// The steps of a metric that are `steps` and then `more`; null without one. The metrics of a run mostly have the same
/// steps: kept once, these are half of what a long run takes.
const Numbers* sameSteps(const QHash<QString, MetricSeries::Series>& series, const Numbers& steps, const Numbers& more)
{
    for (const MetricSeries::Series& one : series)
        if (one.steps.size() == steps.size() + more.size() && one.steps.continues(steps)
            && std::equal(more.begin(), more.end(), one.steps.begin() + steps.size()))
            return &one.steps;
    return nullptr;
}

} // namespace

struct MetricSeries::Reader {
    std::unique_ptr<RunReader> rows;
    std::unique_ptr<SeriesReader> series;
};

struct MetricSeries::Request {
    std::shared_ptr<Reader> reader;
    QString folder;
    std::vector<SeriesReader::Wanted> wanted;
};

struct MetricSeries::Answer {
    Run run; ///< of its series only what is behind the request's steps
    std::vector<SeriesReader::Wanted> wanted;
};

const MetricSeries::Series* MetricSeries::Run::find(const QString& metric) const
{
    const auto found = series.constFind(metric);
    return found == series.cend() ? nullptr : &*found;
}

MetricSeries::MetricSeries(QObject* parent)
    : QObject(parent)
{
    for (int i = 0; i < kWorkers; ++i)
        m_workers.push_back(std::make_unique<Worker>());
}

MetricSeries::~MetricSeries() = default;

void MetricSeries::setRuns(const QStringList& folders)
{
    std::vector<Run> runs;
    std::vector<Job> jobs;
    for (const QString& folder : folders) {
        bool known = false;
        for (size_t i = 0; i < m_runs.size() && !known; ++i)
            if (m_runs[i].folder == folder) {
                known = true;
                runs.push_back(std::move(m_runs[i]));
                jobs.push_back(std::move(m_jobs[i]));
                m_runs[i].folder.clear();
            }
        if (known)
            continue;
        Run run;
        run.folder = folder;
        runs.push_back(std::move(run));
        jobs.push_back({ std::make_shared<Reader>(), m_nextWorker++ % kWorkers });
    }
    m_runs = std::move(runs);
    m_jobs = std::move(jobs);
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (!m_runs[i].read)
            ask(i);
}

void MetricSeries::want(const QStringList& metrics)
{
    bool more = false;
    for (const QString& metric : metrics)
        if (!m_wantedSet.contains(metric)) {
            m_wantedSet.insert(metric);
            m_wanted << metric;
            more = true;
        }
    for (size_t i = 0; more && i < m_runs.size(); ++i)
        ask(i);
}

void MetricSeries::refresh(const QString& folder)
{
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].folder == folder)
            ask(i);
}

bool MetricSeries::busy() const
{
    for (const Job& job : m_jobs)
        if (job.running)
            return true;
    return false;
}

MetricSeries::Request MetricSeries::requestFor(size_t run) const
{
    Request request { m_jobs[run].reader, m_runs[run].folder, {} };
    for (const QString& metric : m_wanted) {
        const Series* series = m_runs[run].find(metric);
        request.wanted.push_back(
            { metric.toStdString(), series && !series->steps.isEmpty() ? int64_t(series->steps.back()) : -1 });
    }
    return request;
}

void MetricSeries::ask(size_t run)
{
    Job& job = m_jobs[run];
    if (job.running) {
        job.again = true;
        return;
    }
    job.running = true;
    job.again = false;
    m_workers[size_t(job.worker)]->post([this, request = requestFor(run)] {
        auto made = std::make_shared<Answer>(answer(request));
        QMetaObject::invokeMethod(
            this, [this, made] { take(*made); }, Qt::QueuedConnection);
    });
}

MetricSeries::Answer MetricSeries::answer(const Request& request)
{
    Answer made;
    made.run.folder = request.folder;
    made.wanted = request.wanted;
    Reader& reader = *request.reader;
    const auto fail = [&](const Error& error) {
        made.run.problem = translated(error.sentence());
        return made;
    };
    if (!reader.rows) {
        auto rows = RunReader::open(request.folder.toStdString());
        if (!rows)
            return fail(rows.error());
        auto series = SeriesReader::open(request.folder.toStdString());
        if (!series)
            return fail(series.error());
        reader.rows = std::move(*rows);
        reader.series = std::move(*series);
    }
    if (const auto summary = reader.rows->summary()) {
        made.run.runId = QString::fromStdString(summary->runId);
        made.run.configJson = QString::fromStdString(summary->configJson);
        made.run.unpaid = unpaidParts(summary->configJson);
        made.run.completions = summary->completions;
    }
    if (const auto names = reader.series->recorded())
        for (const std::string& name : *names)
            made.run.recorded << QString::fromStdString(name);
    if (auto rows = reader.rows->evaluations())
        made.run.evaluations = std::move(*rows);
    if (auto rows = reader.rows->markers())
        made.run.markers = std::move(*rows);
    if (auto rows = reader.rows->checkpoints())
        made.run.checkpoints = std::move(*rows);
    const auto read = reader.series->series(request.wanted);
    if (!read)
        return fail(read.error());
    for (size_t i = 0; i < request.wanted.size(); ++i) {
        const QString name = QString::fromStdString(request.wanted[i].metric);
        made.run.series[name] = { (*read)[i].steps, (*read)[i].values };
        if (name == hoursName())
            if (const auto hours = reader.series->hours(request.wanted[i].afterStep))
                made.run.series[name] = { hours->steps, hours->values };
    }
    return made;
}

void MetricSeries::take(const Answer& answer)
{
    for (size_t i = 0; i < m_runs.size(); ++i) {
        Run& run = m_runs[i];
        if (run.folder != answer.run.folder)
            continue;
        m_jobs[i].running = false;
        QHash<QString, Series> series = std::move(run.series);
        run = answer.run;
        run.read = true;
        std::swap(series, run.series);
        for (const SeriesReader::Wanted& wanted : answer.wanted) {
            const QString name = QString::fromStdString(wanted.metric);
            const Series& more = series[name];
            Series& known = run.series[name];
            const int64_t last = known.steps.isEmpty() ? -1 : int64_t(known.steps.back());
            if (last != wanted.afterStep)
                continue; // was read in between by readNow()
            if (more.steps.isEmpty())
                continue;
            if (const Numbers* shared = sameSteps(run.series, known.steps, more.steps))
                known.steps = *shared;
            else
                known.steps.append(more.steps);
            known.values.append(more.values);
        }
        if (m_jobs[i].again)
            ask(i);
        Q_EMIT changed();
        return;
    }
}

void MetricSeries::readNow()
{
    for (size_t i = 0; i < m_runs.size(); ++i) {
        Request request = requestFor(i);
        request.reader = std::make_shared<Reader>(); // the worker may be using the other one
        const bool running = m_jobs[i].running;
        take(answer(request));
        m_jobs[i].running = running;
    }
}

} // namespace aha
