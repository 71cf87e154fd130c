#include "widgets/models/traceanalysis.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "core/tasks/task.h"
#include "widgets/language/translation.h"

#include <algorithm>
#include <unordered_map>
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

void add(ClusterCounts& sum, const ClusterCounts& more)
{
    sum.of += more.of;
    sum.right += more.right;
    sum.others += more.others;
    sum.othersRight += more.othersRight;
    sum.unjudged += more.unjudged;
    sum.othersUnjudged += more.othersUnjudged;
}

/// Of every problem its counts at each evaluation that is among the tallies from ≤ step ≤ to: visit(number, counts).
template <class Visit> void eachProblem(const RunTally& tally, TraceDivision by, int64_t from, int64_t to, Visit visit)
{
    const auto ends = tally.ends(from, to);
    if (!ends)
        return;
    for (auto at = tally.counted.lower_bound(ends->first); at != tally.counted.upper_bound(ends->second); ++at) {
        const CountedEvaluation& one = *at->second;
        const auto& counts = by == TraceDivision::Mixing ? one.mixing : one.reflecting;
        for (size_t i = 0; i < one.numbers.size(); ++i)
            visit(one.numbers[i], counts[i]);
    }
}

} // namespace

std::optional<std::pair<int64_t, int64_t>> RunTally::ends(int64_t from, int64_t to) const
{
    std::optional<std::pair<int64_t, int64_t>> found;
    eachStep(*this, from, to, [&](const StepTally& step) { found = { found ? found->first : step.first, step.step }; });
    return found;
}

int64_t RunTally::failedIn(int64_t from, int64_t to) const
{
    int64_t sum = 0;
    eachStep(*this, from, to, [&](const StepTally& step) { sum += step.failed; });
    return sum;
}

SumsByVerdict RunTally::sums(int64_t from, int64_t to) const
{
    SumsByVerdict sums;
    for (TraceSums& one : sums) {
        one.words.resize(size_t(words.size()));
        one.tracesWithWord.resize(size_t(words.size()));
    }
    eachStep(*this, from, to, [&](const StepTally& step) {
        for (size_t verdict = 0; verdict < sums.size(); ++verdict)
            sums[verdict].add(step.of[verdict]);
    });
    return sums;
}

std::vector<ClusterCounts> RunTally::clusters(TraceDivision by, int64_t from, int64_t to) const
{
    std::vector<ClusterCounts> all;
    if (of == TraceSource::Completions) {
        const auto which = by == TraceDivision::Mixing ? &StepTally::mixing : &StepTally::reflecting;
        eachStep(*this, from, to,
            [&](const StepTally& step) { all.insert(all.end(), (step.*which).begin(), (step.*which).end()); });
        return all;
    }
    all.resize(heldOutProblems);
    eachProblem(*this, by, from, to, [&](size_t problem, const ClusterCounts& counts) { add(all[problem], counts); });
    std::erase_if(all, [](const ClusterCounts& counts) { return counts.all() == 0; }); // not in view
    return all;
}

std::optional<RateComparison> RunTally::within(TraceDivision by, int64_t from, int64_t to) const
{
    if (of == TraceSource::Completions)
        return ratesWithinClusters(clusters(by, from, to));
    StratifiedRates sums(heldOutProblems);
    eachProblem(*this, by, from, to, [&](size_t problem, const ClusterCounts& counts) { sums.add(problem, counts); });
    return sums.rates();
}

size_t RunTally::problemsAsked(int64_t from, int64_t to) const
{
    std::vector<bool> asked(heldOutProblems);
    eachProblem(
        *this, TraceDivision::Mixing, from, to, [&](size_t problem, const ClusterCounts&) { asked[problem] = true; });
    return size_t(std::count(asked.begin(), asked.end(), true));
}

std::optional<AnswerPlace> RunTally::placeOf(const TraceExample& example) const
{
    const auto found = counted.find(example.step);
    return found == counted.end() ? std::nullopt : std::optional(found->second->placeOf(example));
}

struct TraceAnalysis::Reader {
    std::filesystem::path folder;
    std::shared_ptr<const Lexicon> lexicon;
    RunTally tally;
    std::unique_ptr<RunReader> reader;
    RunSummary summary;
    /// Of each problem, by the id of its prompt: sums over evaluations are additions into arrays.
    std::unordered_map<int64_t, uint32_t> numbers;

    /// Sentence when it cannot be read.
    QString open()
    {
        Result<std::unique_ptr<RunReader>> opened = RunReader::open(folder);
        if (!opened)
            return translated(opened.error().sentence());
        Result<RunSummary> found = (*opened)->summary();
        if (!found)
            return translated(found.error().sentence());
        reader = std::move(*opened);
        summary = std::move(*found);
        if (auto rows = reader->evaluations())
            tally.evaluations = std::move(*rows);
        if (auto rows = reader->markers())
            tally.markers = std::move(*rows);
        if (auto rows = reader->checkpoints())
            tally.checkpoints = std::move(*rows);
        const QString runId = QString::fromStdString(summary.runId);
        // Another run may have come into the same folder.
        if (runId != tally.runId || summary.lastStep < tally.lastStep || !holdsCounted()) {
            startAfresh();
            tally.runId = runId;
            tally.hasAnswers = false;
            tally.languageWeight = 0;
            tally.examplesOnly = false;
            if (const Result<RunConfig> config = runConfigFromJson(summary.configJson)) {
                tally.languageWeight = config->rewards.language;
                const Stage stage = stageOf(config->general.kind);
                tally.examplesOnly = stage != Stage::Online && stage != Stage::Distillation;
            }
        }
        tally.hasCompletions = summary.completions > 0;
        tally.hasAnswers = tally.hasAnswers || storesAnswers(*reader, tally.evaluations);
        tally.known = true;
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
                if (isFailedName(row.verdict)) { // scored as wrong it would say that the model failed
                    tallier.addFailed();
                    continue;
                }
                const Result<CompletionRow> full = reader->completionText(row.id);
                if (!full)
                    return translated(full.error().sentence());
                tallier.add(
                    { row.id, row.groupId, judgedCorrect(row.verdict, row.correct), row.tokens, full->text, &problem });
            }
        }
        StepTally done = tallier.finish();
        shelve(done);
        if (!done.isEmpty())
            tally.steps.append(std::move(done));
        tally.lastStep = step;
        return {};
    }

    QString readEvaluation(
        const EvaluationRow& evaluation, const std::atomic<bool>& stop, const std::function<void(int64_t)>& progress)
    {
        Result<EvaluationTally> found = tallyEvaluation(*reader, evaluation, *lexicon, stop, progress);
        if (!found)
            return found.error().code == "cancelled" ? QString() : translated(found.error().sentence());
        shelve(found->tally);
        tally.notKept += found->counted.notKept;
        for (const int64_t problem : found->counted.problems)
            found->counted.numbers.push_back(numbers.try_emplace(problem, uint32_t(numbers.size())).first->second);
        tally.heldOutProblems = numbers.size();
        if (!found->tally.isEmpty())
            insert(std::move(found->tally));
        tally.counted[evaluation.step] = std::make_shared<const CountedEvaluation>(std::move(found->counted));
        return {};
    }

    /// Evaluations that are not counted yet, in order of step.
    std::vector<EvaluationRow> newEvaluations()
    {
        const std::vector<EvaluationRow> all = onePerStep(tally.evaluations);
        std::vector<EvaluationRow> rows;
        for (const EvaluationRow& row : all)
            if (!tally.counted.contains(row.step))
                rows.push_back(row);
        const StepTallies::Kept& kept = tally.steps.all();
        const bool between = !rows.empty() && !kept.empty() && rows.front().step < kept.back()->step;
        if (!between || (tally.steps.stepsEach() == 1 && kept.size() + rows.size() <= StepTallies::kMost))
            return rows;
        startAfresh(); // what was counted together, of thousands of evaluations, lets nothing come between
        return all;
    }

private:
    bool holdsCounted() const
    {
        return std::all_of(tally.counted.begin(), tally.counted.end(), [this](const auto& counted) {
            return std::any_of(tally.evaluations.begin(), tally.evaluations.end(),
                [&](const EvaluationRow& row) { return row.id == counted.second->id && row.step == counted.first; });
        });
    }

    void startAfresh()
    {
        tally.steps = {};
        tally.counted.clear();
        numbers.clear();
        tally.heldOutProblems = 0;
        tally.examples.clear();
        tally.traces = tally.judged = tally.failed = tally.notKept = 0;
        tally.lastStep = -1;
    }

    /// The shelves have what is shown: a long run would keep its texts step by step.
    void shelve(StepTally& done)
    {
        for (const TraceExample& example : done.examples)
            tally.examples[example.kind][traceVerdict(example.correct)].offer(example);
        std::vector<TraceExample>().swap(done.examples);
        tally.traces += done.traces();
        tally.judged += done.judged();
        tally.failed += done.failed;
    }

    /// An evaluation made afterwards comes to stand between others, which are put in order but not counted again.
    void insert(StepTally done)
    {
        const StepTallies::Kept& before = tally.steps.all();
        if (before.empty() || before.back()->step < done.step)
            return tally.steps.append(std::move(done));
        StepTallies ordered;
        auto at = before.begin();
        for (; (*at)->step < done.step; ++at)
            ordered.append(**at);
        ordered.append(std::move(done));
        for (; at != before.end(); ++at)
            ordered.append(**at);
        tally.steps = std::move(ordered);
    }
};

TraceAnalysis::TraceAnalysis(
    const QString& folder, std::shared_ptr<const Lexicon> lexicon, TraceSource of, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
    , m_of(of)
    , m_reader(std::make_shared<Reader>())
    , m_stop(std::make_shared<std::atomic<bool>>(false))
{
    m_reader->folder = folder.toStdString();
    m_reader->lexicon = std::move(lexicon);
    m_reader->tally.of = of;
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
        int64_t total = reader->summary.completions, published = tally.traces;
        const auto grown = [&] {
            if (tally.traces - published < kPublishEvery)
                return;
            published = tally.traces;
            publish(total, false);
        };
        if (tally.of == TraceSource::HeldOutAnswers) {
            const std::vector<EvaluationRow> evaluations = reader->newEvaluations();
            total = tally.read();
            for (const EvaluationRow& one : evaluations)
                total += int64_t(one.problems) * one.samples;
            for (size_t i = 0; i < evaluations.size() && tally.problem.isEmpty() && !*stop; ++i) {
                const int64_t before = tally.read();
                tally.problem = reader->readEvaluation(evaluations[i], *stop, [&](int64_t answers) {
                    QMetaObject::invokeMethod(
                        this, [this, read = before + answers, total] { advance(read, total); }, Qt::QueuedConnection);
                });
                grown();
            }
        } else if (tally.hasCompletions) { // else no step has any: that is known without looking at each
            for (int64_t step = tally.lastStep + 1;
                 step <= reader->summary.lastStep && tally.problem.isEmpty() && !*stop; ++step) {
                tally.problem = reader->readStep(step);
                grown();
            }
        }
        reader->reader.reset(); // no connection stands open between two looks
        publish(total, true);
    });
}

void TraceAnalysis::advance(qint64 read, qint64 total)
{
    m_read = read;
    Q_EMIT progressed(read, total);
}

void TraceAnalysis::take(std::shared_ptr<const RunTally> tally, qint64 total, bool last)
{
    m_tally = std::move(tally);
    if (last)
        m_reading = false;
    advance(m_tally->read(), total);
    Q_EMIT changed();
    if (!last)
        return;
    if (std::exchange(m_again, false))
        return refresh();
    Q_EMIT finished();
}

} // namespace aha
