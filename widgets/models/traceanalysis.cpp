#include "widgets/models/traceanalysis.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"

#include <utility>

namespace aha {

namespace {

constexpr int64_t kPublishEvery = 2000; // traces: the charts grow while a long run is read

template <class Visit> void eachStep(const RunTally& tally, int64_t from, int64_t to, Visit visit)
{
    for (const auto& step : tally.steps.all())
        if (step->step >= from && step->step <= to)
            visit(*step);
}

std::vector<ClusterCounts> groupsOf(
    const RunTally& tally, int64_t from, int64_t to, std::vector<ClusterCounts> StepTally::*which)
{
    std::vector<ClusterCounts> all;
    eachStep(tally, from, to,
        [&](const StepTally& step) { all.insert(all.end(), (step.*which).begin(), (step.*which).end()); });
    return all;
}

} // namespace

std::optional<std::pair<int64_t, int64_t>> RunTally::ends(int64_t from, int64_t to) const
{
    std::optional<std::pair<int64_t, int64_t>> found;
    eachStep(*this, from, to, [&](const StepTally& step) { found = { found ? found->first : step.first, step.step }; });
    return found;
}

std::array<TraceSums, 2> RunTally::sums(int64_t from, int64_t to) const
{
    std::array<TraceSums, 2> sums;
    for (TraceSums& one : sums) {
        one.words.resize(size_t(words.size()));
        one.tracesWithWord.resize(size_t(words.size()));
    }
    eachStep(*this, from, to, [&](const StepTally& step) {
        for (size_t right = 0; right < 2; ++right)
            sums[right].add(step.of[right]);
    });
    return sums;
}

std::vector<ClusterCounts> RunTally::mixing(int64_t from, int64_t to) const
{
    return groupsOf(*this, from, to, &StepTally::mixing);
}

std::vector<ClusterCounts> RunTally::reflecting(int64_t from, int64_t to) const
{
    return groupsOf(*this, from, to, &StepTally::reflecting);
}

struct TraceAnalysis::Reader {
    std::filesystem::path folder;
    std::shared_ptr<const Lexicon> lexicon;
    RunTally tally;
    std::unique_ptr<RunReader> reader;

    /// Sentence when it cannot be read.
    QString open()
    {
        Result<std::unique_ptr<RunReader>> opened = RunReader::open(folder);
        if (!opened)
            return translated(opened.error().sentence());
        const Result<RunSummary> summary = (*opened)->summary();
        if (!summary)
            return translated(summary.error().sentence());
        const QString runId = QString::fromStdString(summary->runId);
        if (runId != tally.runId || summary->lastStep < tally.lastStep) { // another run in the same folder
            RunTally fresh;
            fresh.folder = tally.folder;
            fresh.runId = runId;
            fresh.words = tally.words;
            fresh.kinds = tally.kinds;
            tally = std::move(fresh);
            if (const Result<RunConfig> config = runConfigFromJson(summary->configJson))
                tally.languageWeight = config->rewards.language;
        }
        reader = std::move(*opened);
        return {};
    }

    QString readStep(int64_t step)
    {
        const Result<std::vector<GroupRow>> groups = reader->groupsWithCompletions(step);
        if (!groups)
            return translated(groups.error().sentence());
        StepTallier tallier(*lexicon, step);
        for (const GroupRow& group : *groups) {
            const BehaviourProblem problem = behaviourProblem(group.prompt.itemJson);
            for (const CompletionRow& row : group.completions) {
                const Result<CompletionRow> full = reader->completionText(row.id);
                if (!full)
                    return translated(full.error().sentence());
                tallier.add({ row.id, row.groupId, row.correct, row.tokens, full->text, &problem });
            }
        }
        StepTally done = tallier.finish();
        for (const TraceExample& example : done.examples)
            tally.examples[example.kind][example.correct].offer(example);
        // The shelves have what is shown: a long run would keep its texts step by step.
        std::vector<TraceExample>().swap(done.examples);
        tally.traces += done.traces();
        if (done.traces() > 0)
            tally.steps.append(std::move(done));
        tally.lastStep = step;
        return {};
    }
};

TraceAnalysis::TraceAnalysis(const QString& folder, std::shared_ptr<const Lexicon> lexicon, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
    , m_reader(std::make_shared<Reader>())
    , m_stop(std::make_shared<std::atomic<bool>>(false))
{
    m_reader->folder = folder.toStdString();
    m_reader->lexicon = std::move(lexicon);
    m_reader->tally.folder = folder;
    for (const Lexicon::Entry& entry : m_reader->lexicon->entries()) {
        m_reader->tally.words << QString::fromStdString(entry.word);
        m_reader->tally.kinds.push_back(entry.kind);
    }
    m_tally = std::make_shared<const RunTally>(m_reader->tally);
}

TraceAnalysis::~TraceAnalysis() { *m_stop = true; }

void TraceAnalysis::refresh()
{
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = true;
    m_worker.post([this, reader = m_reader, stop = m_stop] {
        RunTally& tally = reader->tally;
        const auto publish = [&](qint64 total, bool last) {
            QMetaObject::invokeMethod(
                this, [this, copy = std::make_shared<const RunTally>(tally), total, last] { take(copy, total, last); },
                Qt::QueuedConnection);
        };
        tally.problem = reader->open();
        if (!tally.problem.isEmpty())
            return publish(0, true);
        const Result<RunSummary> summary = reader->reader->summary();
        const int64_t total = summary ? summary->completions : 0;
        if (const auto rows = reader->reader->evaluations())
            tally.evaluations = *rows;
        if (auto rows = reader->reader->markers())
            tally.markers = std::move(*rows);
        if (auto rows = reader->reader->checkpoints())
            tally.checkpoints = std::move(*rows);
        int64_t published = tally.traces;
        for (int64_t step = tally.lastStep + 1; summary && step <= summary->lastStep && !*stop; ++step) {
            tally.problem = reader->readStep(step);
            if (!tally.problem.isEmpty())
                break;
            if (tally.traces - published >= kPublishEvery) {
                published = tally.traces;
                publish(total, false);
            }
        }
        reader->reader.reset(); // no connection stands open between two looks
        publish(total, true);
    });
}

void TraceAnalysis::take(std::shared_ptr<const RunTally> tally, qint64 total, bool last)
{
    m_tally = std::move(tally);
    if (last)
        m_reading = false;
    Q_EMIT progressed(m_tally->traces, total);
    Q_EMIT changed();
    if (!last)
        return;
    if (std::exchange(m_again, false))
        return refresh();
    Q_EMIT finished();
}

} // namespace aha
