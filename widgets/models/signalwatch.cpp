#include "widgets/models/signalwatch.h"

#include "core/config/batch_arithmetic.h"
#include "core/config/weight_schedule.h"
#include "core/store/evaluation_pairs.h"
#include "core/store/run_reader.h"
#include "core/trace/structure.h"
#include "core/trace/suspicion.h"
#include "widgets/language/translation.h"
#include "widgets/models/markertext.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace aha {

namespace {

constexpr size_t kRepetitionSample = 16; // completions a step: a window of five steps has 80
constexpr int kExamples = 24, kSuspects = 256, kMostOtherwise = 64;
constexpr size_t kExcerpt = 160; // bytes

/// The completions of a run that show a signal best.
std::pair<TraceFilter, TraceOrder> exampleQuery(HealthSignal signal, const SignalState& state)
{
    TraceFilter filter;
    if (state.since >= 0) {
        filter.stepMin = std::max<int64_t>(0, state.since - kSignalWindow + 1); // of the first window that raised it
        filter.stepMax = state.until;
    }
    TraceOrder order = TraceOrder::Newest;
    switch (signal) {
    case HealthSignal::Truncation:
        filter.finishReason = "length";
        break;
    case HealthSignal::RewardWithoutHeldOut:
    case HealthSignal::DominantPart: // a fooled verifier recorded the hack as correct: what is paid best is looked at
        order = TraceOrder::RewardHigh;
        break;
    case HealthSignal::LengthDrift:
        filter.correct = false;
        order = TraceOrder::Longest;
        break;
    case HealthSignal::Repetition:
        order = TraceOrder::Longest;
        break;
    case HealthSignal::FormatOnly:
        filter.correct = false;
        filter.formatOk = true;
        break;
    case HealthSignal::InfraErrors:
        filter.verdict = "infra_error";
        break;
    case HealthSignal::AccuracyFall:
    case HealthSignal::EntropyRise:
        filter.correct = false;
        break;
    case HealthSignal::LossSpike: // of distillation; other updates learn from rows
    case HealthSignal::KlSpike:
        filter.stepMin = filter.stepMax = state.worst;
        order = TraceOrder::Longest;
        break;
    default:
        break;
    }
    return { filter, order };
}

SignalExamples::Row rowOf(const CompletionRow& row)
{
    return { row.id, row.step, row.tokens, row.reward.value_or(NAN), row.verdict, row.finishReason,
        row.text.substr(0, kExcerpt), {}, row.reason, row.correct };
}

} // namespace

bool asksForSuspects(HealthSignal signal)
{
    return signal == HealthSignal::RewardWithoutHeldOut || signal == HealthSignal::DominantPart;
}

struct SignalWatch::Reader {
    std::filesystem::path folder;
    SignalData data;
    std::string runId;
    int64_t lastStep = -1;
    SignalStates states; ///< of the newest evaluation
    std::vector<MarkerRow> markers;
    std::vector<CheckpointRow> checkpoints;
    std::set<std::pair<int64_t, int64_t>> compared; ///< evaluations that readPairs() has looked at

    /// Sentence when the run cannot be read.
    QString read(const std::vector<double>& thresholds, const std::atomic<bool>& stop)
    {
        const Result<std::unique_ptr<RunReader>> opened = RunReader::open(folder);
        if (!opened)
            return translated(opened.error().sentence());
        const RunReader& reader = **opened;
        const Result<RunSummary> summary = reader.summary();
        if (!summary)
            return translated(summary.error().sentence());
        if (summary->runId != runId || summary->lastStep < lastStep) { // another run in the same folder
            data = {};
            compared.clear();
            lastStep = -1;
            runId = summary->runId;
        }
        data.completionsPerStep = summary->steps > 0 ? double(summary->completions) / double(summary->steps) : 0;
        if (Result<std::vector<MarkerRow>> rows = reader.markers())
            markers = std::move(*rows);
        std::vector<std::string> names = signalMetrics();
        for (const std::string& part : readConfig(*summary))
            names.push_back("rewards/" + part + "/weight");
        for (const auto& [part, weight] : data.weights)
            names.push_back("rewards/" + part + "/std");
        for (const std::string& name : names) {
            SignalSeries& series = data.series[name];
            const Result<std::vector<SeriesPoint>> more = reader.series(name, series.empty() ? -1 : series.back().step);
            if (!more)
                return translated(more.error().sentence());
            series.append(*more, data.series);
        }
        if (Result<std::vector<EvaluationRow>> rows = reader.evaluations()) {
            data.evaluations = std::move(*rows);
            std::stable_sort(data.evaluations.begin(), data.evaluations.end(),
                [](const EvaluationRow& a, const EvaluationRow& b) { return a.step < b.step; });
        }
        readPairs(reader, thresholds[size_t(HealthSignal::RewardWithoutHeldOut)], stop);
        if (Result<std::vector<CheckpointRow>> rows = reader.checkpoints())
            checkpoints = std::move(*rows);
        return readTexts(reader, summary->lastStep, stop);
    }

    /// The weights, and from which step on each stood: what was set while the run trained counts from the next step.
    /// Returned: the parts of the schedule, whose weights are recorded.
    std::vector<std::string> readConfig(const RunSummary& summary)
    {
        Result<RunConfig> config = runConfigFromJson(summary.configJson);
        if (!config)
            return {};
        data.lowPrecisionRollouts = config->rollout.weights != "float32";
        data.kind = config->general.kind;
        data.examplesPerUpdate = batchArithmetic(*config, 0).perUpdate;
        if (data.kind == "kto") // its KL is over what an update learns from; what is stored are examples
            data.completionsPerStep = double(data.examplesPerUpdate);
        std::map<std::string, std::vector<SeriesPoint>> weights;
        const auto note = [&](int64_t step) {
            for (const RewardWeight& part : kRewardWeights)
                if (auto& known = weights[part.name];
                    known.empty() || known.back().value != config->rewards.*part.weight)
                    known.push_back({ step, config->rewards.*part.weight });
        };
        note(0);
        for (const MarkerRow& marker : markers)
            if (marker.kind == "set" && applySetting(*config, marker.text))
                note(marker.step + 1);
        RewardConfig newest = config->rewards;
        try {
            newest = rewardsAt(newest, std::max<int64_t>(1, summary.lastStep));
        } catch (const Failure&) { // the weights as they stand
        }
        std::vector<std::string> scheduled;
        data.weights.clear();
        for (const RewardWeight& part : kRewardWeights) {
            const std::vector<SeriesPoint>& known = weights[part.name];
            if (!isWeighed(config->rewards, part.weight) && known.size() == 1)
                continue;
            data.weights.emplace_back(part.name, newest.*part.weight);
            if (isScheduled(config->rewards, part.weight))
                scheduled.push_back(part.name);
            else if (known.size() > 1)
                data.series[std::string("rewards/") + part.name + "/weight"] = known;
        }
        return scheduled;
    }

    /// The paired differences that the signals ask for, each once: a bootstrap takes some milliseconds.
    void readPairs(const RunReader& reader, double threshold, const std::atomic<bool>& stop)
    {
        for (const auto& [j, k] : pairsAsked(data, threshold)) {
            const EvaluationRow &a = data.evaluations[j], &b = data.evaluations[k];
            if (stop || !compared.insert({ a.id, b.id }).second)
                continue;
            const auto before = reader.evaluationProblems(a.id, /*withExamples=*/false),
                       after = reader.evaluationProblems(b.id, /*withExamples=*/false);
            if (!before || !after)
                continue;
            const auto difference = pairedDifference(*before, a.samples, *after, b.samples);
            if (difference && difference->problems == std::min(a.problems, b.problems))
                data.paired[{ a.id, b.id }] = *difference;
        }
    }

    /// Counts from the completions of the new steps: repetition, and what those that were cut off earned.
    QString readTexts(const RunReader& reader, int64_t last, const std::atomic<bool>& stop)
    {
        std::vector<SeriesPoint> repetition;
        const QString problem = readSteps(reader, last, stop, repetition);
        data.series[kRepetitionSeries].append(repetition, data.series);
        return problem;
    }

    QString readSteps(
        const RunReader& reader, int64_t last, const std::atomic<bool>& stop, std::vector<SeriesPoint>& repetition)
    {
        for (int64_t step = lastStep + 1; step <= last && !stop; ++step) {
            TraceFilter filter;
            filter.stepMin = filter.stepMax = step;
            const Result<std::vector<TraceHit>> hits = reader.search(filter, TraceOrder::Oldest, 100'000);
            if (!hits)
                return translated(hits.error().sentence());
            readCutOff(step, *hits);
            // Evenly spread over the step, so that every few groups have one.
            const size_t stride = std::max<size_t>(1, hits->size() / kRepetitionSample);
            double sum = 0;
            int counted = 0;
            for (size_t i = 0; i < hits->size() && counted < int(kRepetitionSample); i += stride)
                if (const Result<CompletionRow> full = reader.completionText((*hits)[i].completion.id)) {
                    sum += repeatedNgramShare(full->text);
                    ++counted;
                }
            if (counted > 0) {
                repetition.push_back({ step, sum / counted });
                data.repetitionPerStep = counted;
            }
            lastStep = step;
        }
        return {};
    }

    void readCutOff(int64_t step, const std::vector<TraceHit>& hits)
    {
        CutOff of { step };
        for (const TraceHit& hit : hits)
            if (const CompletionRow& row = hit.completion; row.reward) {
                const bool cut = row.finishReason == "length";
                ++(cut ? of.cut : of.ended);
                (cut ? of.cutReward : of.endedReward) += *row.reward;
            }
        if (of.cut + of.ended > 0)
            data.cutOff.push_back(of);
        if (data.cutOff.size() >= 2 * kCutOffSteps)
            data.cutOff.erase(data.cutOff.begin(), data.cutOff.end() - ptrdiff_t(kCutOffSteps));
    }

    SignalExamples examples(HealthSignal signal, const QHash<qint64, QString>& otherwise) const
    {
        SignalExamples found { signal, {} };
        const Result<std::unique_ptr<RunReader>> reader = RunReader::open(folder);
        if (!reader || !states || states->empty())
            return found;
        const auto [filter, order] = exampleQuery(signal, (*states)[size_t(signal)]);
        found.firstStep = filter.stepMin.value_or(-1);
        found.lastStep = filter.stepMax.value_or(-1);
        const bool suspects = asksForSuspects(signal);
        const Result<std::vector<TraceHit>> hits = (*reader)->search(filter, order, suspects ? kSuspects : kExamples);
        if (!hits)
            return found;
        std::vector<CompletionRow> rows;
        for (const TraceHit& hit : *hits) {
            rows.push_back(hit.completion);
            if (const Result<CompletionRow> full = (*reader)->completionText(hit.completion.id))
                rows.back().text = full->text;
        }
        if (suspects)
            rankInto(found, addJudgedOtherwise(**reader, std::move(rows), otherwise), otherwise);
        else
            for (const CompletionRow& row : rows)
                found.rows.push_back(rowOf(row));
        return found;
    }

    /// Completions whose recorded verdict does not hold need not be among the best paid.
    static std::vector<CompletionRow> addJudgedOtherwise(
        const RunReader& reader, std::vector<CompletionRow> rows, const QHash<qint64, QString>& otherwise)
    {
        QHash<qint64, QString> missing = otherwise;
        for (const CompletionRow& row : rows)
            missing.remove(row.id);
        int left = kMostOtherwise;
        for (auto it = missing.cbegin(); it != missing.cend() && left > 0; ++it, --left)
            if (Result<CompletionRow> full = reader.completionText(it.key()))
                rows.push_back(std::move(*full));
        return rows;
    }

    static void rankInto(
        SignalExamples& found, const std::vector<CompletionRow>& rows, const QHash<qint64, QString>& otherwise)
    {
        std::vector<SuspectText> texts;
        for (const CompletionRow& row : rows)
            texts.push_back({ row.text, row.tokens, row.reward.value_or(NAN), otherwise.value(row.id).toStdString() });
        for (const Suspicion& one : rankSuspects(texts)) {
            if (found.rows.size() >= size_t(kExamples))
                break;
            found.rows.push_back(rowOf(rows[one.index]));
            QStringList marks;
            for (const std::string& mark : one.marks)
                marks << translated(mark);
            found.rows.back().marks = marks.join(QStringLiteral(", "));
        }
    }
};

SignalWatch::SignalWatch(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
    , m_thresholds(defaultThresholds())
    , m_reader(std::make_shared<Reader>())
    , m_stop(std::make_shared<std::atomic<bool>>(false))
    , m_question(std::make_shared<std::atomic<int>>(0))
{
    m_reader->folder = folder.toStdString();
}

SignalWatch::~SignalWatch() { *m_stop = true; }

void SignalWatch::setThresholds(const std::vector<double>& thresholds)
{
    if (thresholds == m_thresholds)
        return;
    m_thresholds = thresholds;
    if (m_states->empty())
        return;
    m_moved = true;
    refresh();
}

std::vector<SignalState> SignalWatch::read(const QString& folder, const std::vector<double>& thresholds)
{
    Reader reader;
    reader.folder = folder.toStdString();
    const std::atomic<bool> stop = false;
    return reader.read(thresholds, stop).isEmpty() ? evaluateSignals(reader.data, thresholds)
                                                   : std::vector<SignalState>();
}

void SignalWatch::refresh()
{
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = true;
    m_worker.post(
        [this, reader = m_reader, stop = m_stop, thresholds = m_thresholds, anew = std::exchange(m_moved, false)] {
            const QString problem = reader->read(thresholds, *stop);
            reader->states = std::make_shared<std::vector<SignalState>>(
                problem.isEmpty() ? evaluateSignals(reader->data, thresholds) : std::vector<SignalState>());
            Answer answer { reader->states, problem, reader->markers, reader->checkpoints, anew };
            QMetaObject::invokeMethod(
                this, [this, answer = std::move(answer)] { take(answer); }, Qt::QueuedConnection);
        });
}

void SignalWatch::take(Answer answer)
{
    m_reading = false;
    m_problem = answer.problem;
    m_markers = std::move(answer.markers);
    m_checkpoints = std::move(answer.checkpoints);
    const SignalStates before = std::exchange(m_states, std::move(answer.states));
    Q_EMIT changed();
    if (!before->empty() && !answer.evaluatedAnew)
        for (size_t i = 0; i < m_states->size(); ++i)
            if ((*m_states)[i].state == SignalState::Raised && (*before)[i].state != SignalState::Raised)
                Q_EMIT raised(int(i));
    if (std::exchange(m_again, false) || m_moved)
        refresh();
}

QString SignalWatch::changesBehind(int signal) const
{
    const int64_t since = signal < int(m_states->size()) ? (*m_states)[size_t(signal)].since : -1;
    const int64_t first = since - signalReach(signalInfos()[size_t(signal)].signal);
    QStringList changes;
    for (const MarkerRow& marker : m_markers) // made after its step: the next is the first that it reaches
        if (marker.kind == "set" && marker.step >= first && marker.step < since)
            changes << changeText(marker);
    return changes.isEmpty() ? QString() : tr("Changed in the steps that raised it: %1.").arg(changes.join(tr(", ")));
}

QString SignalWatch::sentence(const QString& run, int signal) const
{
    const SignalState& state = (*m_states)[size_t(signal)];
    QString sentence = tr("%1: %2, a signal since step %3. %4")
                           .arg(run, translated(signalInfos()[size_t(signal)].name), QString::number(state.since),
                               translated(state.numbers)); // at once: a name may hold "%3"
    if (const QString changes = changesBehind(signal); !changes.isEmpty())
        sentence += QLatin1Char(' ') + changes;
    return sentence;
}

void SignalWatch::findExamples(HealthSignal signal, const QHash<qint64, QString>& otherwise)
{
    const int number = ++*m_question;
    m_worker.post([this, reader = m_reader, question = m_question, signal, otherwise, number] {
        if (*question != number)
            return;
        QMetaObject::invokeMethod(
            this,
            [this, found = reader->examples(signal, otherwise), number] {
                if (*m_question == number)
                    Q_EMIT examplesFound(found);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
