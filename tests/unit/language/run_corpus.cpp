// What is said of runs: their signals, suspicious completions, comparisons.

#include "core/base/paired_tests.h"
#include "core/base/seed_comparison.h"
#include "core/run/storedrecheck.h"
#include "core/store/health_signals.h"
#include "core/trace/suspicion.h"
#include "tests/unit/language/core_corpus.h"

#include <cmath>
#include <functional>
#include <utility>

using namespace aha;

namespace corpus {

namespace {

constexpr int kSteps = 60;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

void put(SignalData& data, const char* name, const std::function<double(int)>& value)
{
    std::vector<SeriesPoint> points;
    for (int t = 1; t <= kSteps; ++t)
        points.push_back({ t, value(t) });
    data.series[name] = points;
}

SignalData fullData()
{
    SignalData data;
    for (const std::string& metric : signalMetrics())
        put(data, metric.c_str(), [](int t) { return 0.2 + 0.01 * t; });
    put(data, "logps/chosen", [](int t) { return -40 - t; });
    put(data, "rewards/accuracy/std", [](int) { return 0.4; });
    put(data, "rewards/format/std", [](int) { return 0.1; });
    put(data, kRepetitionSeries, [](int) { return 0.2; });
    for (const int64_t step : { 0, 25, 50 }) {
        EvaluationRow e;
        e.step = step;
        e.problems = 500;
        e.samples = 1;
        e.pass1 = 0.2 + 0.01 * double(step);
        e.pass1Low = e.pass1 - 0.04;
        e.pass1High = e.pass1 + 0.04;
        data.evaluations.push_back(e);
    }
    data.weights = { { "accuracy", 1 }, { "format", 0.1 } };
    data.completionsPerStep = 256;
    data.examplesPerUpdate = 8;
    data.repetitionPerStep = 16;
    return data;
}

void addSignals(QList<Said>& said, const QString& what, const SignalData& data)
{
    const std::vector<SignalState> states = evaluateSignals(data, defaultThresholds());
    for (size_t i = 0; i < states.size(); ++i)
        said << Said { what + QLatin1String(", signal ") + QLatin1String(signalInfos()[i].key),
            text(states[i].numbers) };
}

} // namespace

QList<Said> ofRuns()
{
    QList<Said> said;
    addSignals(said, QStringLiteral("no step yet"), {});
    SignalData data;
    put(data, "learning_rate", [](int) { return 1e-6; });
    addSignals(said, QStringLiteral("nothing recorded"), data);
    data = fullData();
    data.evaluations.resize(1);
    data.series["eval_loss"].shorten(1);
    addSignals(said, QStringLiteral("one evaluation"), data);
    data = fullData();
    addSignals(said, QStringLiteral("all recorded"), data);
    data.cutOff = { { 58, 2, 0, 3.5, 0 } };
    addSignals(said, QStringLiteral("all cut off"), data);
    const double newest = std::exchange(data.evaluations[2].pass1, data.evaluations[0].pass1);
    addSignals(said, QStringLiteral("held-out rose and fell again"), data);
    data.evaluations[2].pass1 = newest;
    data.cutOff.push_back({ 59, 2, 4, 0, 2 });
    for (size_t i = 0; i < data.evaluations.size(); ++i)
        data.evaluations[i].id = int64_t(i) + 1;
    const std::vector<PairedCount> shared { { 0, 1 }, { 1, 1 }, { 0, 0 } };
    for (const int64_t earlier : { 1, 2 })
        data.paired[{ earlier, 3 }] = *comparePaired(shared, 1, 1, kResamples, kPairedSeed);
    addSignals(said, QStringLiteral("cut off without loss, the same problems"), data);
    data.cutOff.back().cutReward = -9;
    put(data, "kl", [](int t) { return t == 50 ? 2.0 : 0.01; });
    put(data, "loss", [](int t) { return t == 50 ? 6.0 : 1.0; });
    put(data, "eval_loss", [](int t) { return 0.1 * t - 1; });
    put(data, "logps/chosen", [](int) { return 0.0; });
    put(data, "rewards/format/std", [](int) { return 8.0; });
    data.lowPrecisionRollouts = true;
    addSignals(said, QStringLiteral("a spike, the format alone, int8"), data);
    data.series.erase("kl");
    data.series.erase("groups/all_correct");
    put(data, "entropy", [](int) { return 0.0; });
    put(data, "rewards/format/std", [](int) { return 0.0; });
    addSignals(said, QStringLiteral("no reference, no entropy"), data);
    data.weights = { { "accuracy", 1 } };
    addSignals(said, QStringLiteral("one part"), data);
    put(data, "completions/unjudged_share", [](int) { return 1.0; });
    addSignals(said, QStringLiteral("nobody judges"), data);
    data.weights.clear();
    data.evaluations.clear();
    data.series.erase("eval_loss");
    addSignals(said, QStringLiteral("no part, no evaluation"), data);
    data.kind = "sft";
    addSignals(said, QStringLiteral("of rows"), data);

    std::vector<SuspectText> texts;
    for (int i = 0; i < 20; ++i)
        texts.push_back({ "<think> a long thought </think> <answer> 1 </answer>", 100, 1.0 });
    texts.push_back({ "<think></think> <answer> 2 </answer> <answer> 3 </answer>", 10, 1.0, "wrong" });
    texts.push_back({ "nothing at all", 5, 1.0, "malformed" });
    for (const Suspicion& one : rankSuspects(texts))
        for (const std::string& mark : one.marks)
            said << Said { QStringLiteral("suspect"), text(mark) };
    for (const char* verdict : { "correct", "wrong", "malformed" })
        said << Said { QStringLiteral("judged again"), recheckText({ 1, verdict, "wrong", "", 1.1, std::nan("") }) };

    std::vector<PairedCount> pairs(40, PairedCount { 0, 0 });
    const auto compare = [&](int samplesA, int samplesB) {
        for (const std::string& sentence :
            pairedSentences(*comparePaired(pairs, samplesA, samplesB, kResamples, 1), "run A", "run B"))
            said << Said { QStringLiteral("paired"), text(sentence) };
    };
    compare(1, 1);
    compare(1, 4);
    for (int i = 0; i < 40; ++i)
        pairs[size_t(i)] = { i % 3 == 0, i % 2 == 0 };
    compare(1, 1);
    compare(4, 4);
    for (PairedCount& pair : pairs)
        pair = { 0, 1 };
    compare(1, 1);
    for (const auto& rates : { std::vector<double> { 0.1, 0.2, 0.3 }, { 0.5, 0.51, 0.52 }, { 0.4, 0.4 } })
        for (const auto& others : { std::vector<double> { 0.15, 0.22 }, { 0.4, 0.4 } })
            said << Said { QStringLiteral("seeds"),
                text(seedSentence(*compareSeeds(others, rates), "run A", "run B")) };
    return said;
}

} // namespace corpus
