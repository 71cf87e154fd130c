// Each health signal with a series that raises it and one that does not.

#include "core/store/health_signals.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

using namespace aha;

namespace {

using Value = std::function<double(int)>;

std::vector<SeriesPoint> series(int steps, const Value& value)
{
    std::vector<SeriesPoint> points;
    for (int t = 1; t <= steps; ++t)
        points.push_back({ t, value(t) });
    return points;
}

EvaluationRow evaluation(int64_t step, double pass1)
{
    EvaluationRow e;
    e.step = step;
    e.problems = 500;
    e.samples = 1;
    e.pass1 = pass1;
    e.pass1Low = pass1 - 0.04;
    e.pass1High = pass1 + 0.04;
    return e;
}

/// A run of 60 steps in which everything goes well.
SignalData healthy()
{
    SignalData data;
    const auto put = [&](const char* name, const Value& value) { data.series[name] = series(60, value); };
    put("reward", [](int t) { return 0.2 + 0.01 * t; });
    put("accuracy", [](int t) { return 0.15 + 0.01 * t; });
    put("entropy", [](int t) { return 0.5 - 0.004 * t; });
    put("kl", [](int t) { return 0.01 + 0.0005 * t + 0.002 * (t % 3); });
    put("frac_reward_zero_std", [](int t) { return 0.1 + 0.002 * t; });
    put("groups/all_correct", [](int) { return 0.05; });
    put("groups/all_wrong", [](int) { return 0.05; });
    put("completions/clipped_ratio", [](int) { return 0.01; });
    put("completions/mean_length", [](int t) { return 30 + t; });
    put("rewards/format/mean", [](int) { return 0.98; });
    put("rewards/accuracy/std", [](int) { return 0.4; });
    put("rewards/format/std", [](int) { return 0.1; });
    put("sampling/sampling_logp_difference/mean", [](int) { return 3e-7; });
    put(kRepetitionSeries, [](int) { return 0.2; });
    put("loss", [](int t) { return 1.5 - 0.01 * t; });
    put("grad_norm", [](int) { return 0.8; });
    put("eval_loss", [](int t) { return 1.6 - 0.01 * t; });
    put("eval_samples", [](int) { return 40; });
    put("rewards/margins", [](int t) { return 0.02 * t; });
    put("logps/chosen", [](int t) { return -40 + 0.1 * t; });
    data.evaluations = { evaluation(0, 0.2), evaluation(25, 0.4), evaluation(50, 0.6) };
    data.weights = { { "accuracy", 1 }, { "format", 0.1 } };
    data.completionsPerStep = 256;
    data.examplesPerUpdate = 8;
    data.repetitionPerStep = 16;
    return data;
}

SignalState state(HealthSignal signal, const SignalData& data)
{
    return evaluateSignals(data, defaultThresholds())[size_t(signal)];
}

} // namespace

class TestHealthSignals : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableIsInOrder()
    {
        QSet<QString> keys;
        for (size_t i = 0; i < signalInfos().size(); ++i) {
            const SignalInfo& info = signalInfos()[i];
            QCOMPARE(size_t(info.signal), i);
            QVERIFY(info.threshold >= info.least && info.threshold <= info.most);
            keys << info.key;
        }
        QCOMPARE(keys.size(), qsizetype(signalInfos().size()));
        QCOMPARE(signalInfos().size(), size_t(HealthSignal::ChosenFalls) + 1);
    }

    void healthyRunIsQuiet()
    {
        const auto states = evaluateSignals(healthy(), defaultThresholds());
        for (size_t i = 0; i < states.size(); ++i) {
            QVERIFY2(states[i].state == SignalState::Quiet, signalInfos()[i].key);
            QCOMPARE(states[i].since, -1);
            QVERIFY2(!states[i].numbers.empty() && states[i].numbers.find("n = ") != std::string::npos,
                signalInfos()[i].key);
        }
    }

    void nothingRecordedIsUnknown()
    {
        for (const SignalState& state : evaluateSignals({}, defaultThresholds())) {
            QVERIFY(state.state == SignalState::Unknown);
            QVERIFY(std::isnan(state.value) && !state.numbers.empty());
        }
    }

    /// A run that records a metric and is too young is not one that never records it.
    void tooFewStepsAreNoMissingMetric()
    {
        SignalData few = healthy();
        for (auto& [name, points] : few.series)
            points.shorten(2);
        few.evaluations.resize(1);
        const std::set comparing { HealthSignal::EntropyCollapse, HealthSignal::EntropyRise, HealthSignal::LengthDrift,
            HealthSignal::FormatOnly, HealthSignal::AccuracyFall, HealthSignal::RewardWithoutHeldOut,
            HealthSignal::ChosenFalls };
        for (const SignalInfo& info : signalInfos()) {
            const SignalState found = state(info.signal, few);
            QVERIFY2(found.state == SignalState::Unknown && found.wait.recorded == 2, info.key);
            const bool spike = info.signal == HealthSignal::KlSpike || info.signal == HealthSignal::LossSpike;
            const int needed = spike ? 11 : comparing.contains(info.signal) ? 10 : 5;
            QVERIFY2(found.wait.needed == needed && !found.wait.evaluations, info.key);
        }
        // A window is not held against itself: "no change" of nine steps would be said of nothing.
        for (const int steps : { 9, 10 }) {
            SignalData young = healthy();
            for (auto& [name, points] : young.series)
                points.shorten(size_t(steps));
            for (const HealthSignal signal : comparing) {
                const SignalState found = state(signal, young);
                QVERIFY2((found.state == SignalState::Unknown) == (steps < 10), signalInfos()[size_t(signal)].key);
            }
        }
        QCOMPARE(state(HealthSignal::Truncation, few).numbers, std::string("So far 2 of the 5 steps that are needed."));
        few.series.erase("completions/clipped_ratio");
        const SignalState never = state(HealthSignal::Truncation, few);
        QCOMPARE(never.wait.needed, 0);
        QCOMPARE(never.numbers, std::string("Not recorded: completions/clipped_ratio is missing."));
        few.series.erase("rewards/margins"); // one of two: that one is named
        QCOMPARE(
            state(HealthSignal::ChosenFalls, few).numbers, std::string("Not recorded: rewards/margins is missing."));
        for (const char* metric : { "kl", "policy/approxkl", kRepetitionSeries })
            few.series.erase(metric);
        QCOMPARE(state(HealthSignal::KlSpike, few).wait.needed, 0);
        QCOMPARE(state(HealthSignal::Repetition, few).wait.needed, 0);
        // Steps enough, and one evaluation of two.
        SignalData early = healthy();
        early.evaluations.resize(1);
        early.series["eval_loss"].shorten(1);
        for (const HealthSignal signal : { HealthSignal::RewardWithoutHeldOut, HealthSignal::HeldOutLossRise }) {
            const SignalWait wait = state(signal, early).wait;
            QVERIFY(wait.recorded == 1 && wait.needed == 2 && wait.evaluations);
        }
        QCOMPARE(state(HealthSignal::Truncation, early).wait.needed, 0); // known: it waits for nothing
        // Before the first step nothing is missing yet.
        const SignalState first = state(HealthSignal::Truncation, {});
        QVERIFY(first.wait.recorded == 0 && first.wait.needed == 5);
    }

    void raised_data()
    {
        QTest::addColumn<int>("signal");
        QTest::addColumn<QString>("metric");
        QTest::addColumn<std::function<double(int)>>("value");
        QTest::addColumn<int>("since");
        const auto row = [](const char* name, HealthSignal signal, const char* metric, Value value, int since) {
            QTest::newRow(name) << int(signal) << QString(metric) << value << since;
        };
        // A window of five steps reaches the threshold when enough of it lies behind the change at step 41.
        row(
            "truncation", HealthSignal::Truncation, "completions/clipped_ratio", [](int t) { return t > 40 ? 0.9 : 0; },
            42);
        row(
            "zero variance", HealthSignal::ZeroVariance, "frac_reward_zero_std",
            [](int t) { return t > 40 ? 0.9 : 0.1; }, 43);
        row(
            "entropy collapse", HealthSignal::EntropyCollapse, "entropy", [](int t) { return t > 40 ? 0.01 : 0.5; },
            45);
        row(
            "entropy rise", HealthSignal::EntropyRise, "entropy", [](int t) { return t > 40 ? 3.0 : 0.5; }, 42);
        row(
            "kl spike", HealthSignal::KlSpike, "kl", [](int t) { return t == 55 ? 2.0 : 0.01; }, 55);
        row(
            "accuracy fall", HealthSignal::AccuracyFall, "accuracy", [](int t) { return t > 40 ? 0.1 : 0.5; }, 43);
        row(
            "repetition", HealthSignal::Repetition, kRepetitionSeries, [](int t) { return t > 40 ? 0.95 : 0.2; }, 43);
        row(
            "sampler gap", HealthSignal::SamplerGap, "sampling/sampling_logp_difference/mean",
            [](int t) { return t > 40 ? 0.01 : 1e-7; }, 41);
        row(
            "infra errors", HealthSignal::InfraErrors, "completions/infra_error_share",
            [](int t) { return t > 40 ? 0.2 : NAN; }, 42);
        row(
            "loss spike", HealthSignal::LossSpike, "loss", [](int t) { return t == 55 ? 4.0 : 1.5; }, 55);
        row(
            "gradient spike", HealthSignal::LossSpike, "grad_norm", [](int t) { return t == 55 ? 12.0 : 0.8; }, 55);
        row(
            "held-out loss", HealthSignal::HeldOutLossRise, "eval_loss", [](int t) { return t > 40 ? 1.8 : 1.5; }, 41);
        row(
            "chosen falls", HealthSignal::ChosenFalls, "logps/chosen", [](int t) { return t > 40 ? -50 : -40; }, 42);
    }
    void raised()
    {
        QFETCH(int, signal);
        QFETCH(QString, metric);
        QFETCH(std::function<double(int)>, value);
        QFETCH(int, since);
        SignalData data = healthy();
        QVERIFY(state(HealthSignal(signal), data).state == SignalState::Quiet);
        data.series[metric.toStdString()] = series(60, value);
        const SignalState found = state(HealthSignal(signal), data);
        QVERIFY2(found.state == SignalState::Raised, found.numbers.c_str());
        QCOMPARE(found.since, since);
        QCOMPARE(found.until, 60);
        QVERIFY(found.worst >= since);
        QVERIFY(found.numbers.find("n = ") != std::string::npos);
        // A few of the rules look at several series: none of the others may go off for the same reason, but for those
        // that are about the same thing.
        std::vector<double> lax = defaultThresholds();
        lax[size_t(signal)] = signalInfos()[size_t(signal)].below ? 1e-9 : 1e9;
        QVERIFY(evaluateSignals(data, lax)[size_t(signal)].state == SignalState::Quiet);
    }

    void rewardUpHeldOutFlat()
    {
        SignalData data = healthy(); // reward rises by 0.5, held-out by 40 points
        data.evaluations = { evaluation(0, 0.2), evaluation(25, 0.22), evaluation(50, 0.21) };
        const SignalState flat = state(HealthSignal::RewardWithoutHeldOut, data);
        QVERIFY(flat.state == SignalState::Raised);
        QCOMPARE(flat.since, 25);
        QVERIFY(QString::fromStdString(flat.numbers).contains("n = 500 problems"));
        data.evaluations = { evaluation(0, 0.2), evaluation(10, 0.4), evaluation(20, 0.42), evaluation(50, 0.42) };
        QVERIFY(state(HealthSignal::RewardWithoutHeldOut, data).state == SignalState::Raised); // flat since halfway
        data.series["reward"] = series(60, [](int) { return 0.3; });
        QVERIFY(state(HealthSignal::RewardWithoutHeldOut, data).state == SignalState::Quiet); // nothing rises
        data = healthy();
        for (EvaluationRow& e : data.evaluations) // so few problems that a flat line may as well be a rise
            e.pass1 = 0.3, e.pass1Low = 0.02, e.pass1High = 0.6;
        QVERIFY(state(HealthSignal::RewardWithoutHeldOut, data).state == SignalState::Quiet);
        data.evaluations.resize(1);
        QVERIFY(state(HealthSignal::RewardWithoutHeldOut, data).state == SignalState::Unknown);
    }

    /// The reward of a hack is of another scale than pass@1: a held-out rise far beyond chance is never "flat", and the
    /// evaluation that shows the fall is the one that dates it.
    void aHackIsDatedByTheEvaluationThatShowsIt()
    {
        SignalData data = healthy();
        data.series["reward"] = series(60, [](int t) { return 0.2 * t; }); // to 12
        data.evaluations = { evaluation(0, 0.158), evaluation(20, 0.469) };
        QVERIFY(state(HealthSignal::RewardWithoutHeldOut, data).state == SignalState::Quiet);
        QCOMPARE(state(HealthSignal::RewardWithoutHeldOut, data).since, -1);
        data.evaluations.push_back(evaluation(40, 0.172));
        data.evaluations.push_back(evaluation(45, 0.1));
        const SignalState found = state(HealthSignal::RewardWithoutHeldOut, data);
        QVERIFY(found.state == SignalState::Raised);
        QCOMPARE(found.since, 40);
        QCOMPARE(found.values.size(), size_t(3));
    }

    /// A rise between two steps is one of means, and a fall between the ends is told, too.
    void whatRoseIsSaidExactly()
    {
        SignalData data = healthy();
        data.series["reward"] = series(60, [](int t) { return t <= 5 ? -1.0 : 0.2 * t; });
        data.evaluations = { evaluation(0, 0.158), evaluation(20, 0.469), evaluation(45, 0.1) };
        const auto numbers
            = [&] { return QString::fromStdString(state(HealthSignal::RewardWithoutHeldOut, data).numbers); };
        QVERIFY2(numbers().startsWith("From step 0 to 45 the reward changed by 9.6, held-out pass@1 by −5.8 points"),
            qPrintable(numbers()));
        QVERIFY2(numbers().contains(
                     "The reward's change is that of its mean over 5 steps: −1 up to step 5, 8.6 up to step 45."),
            qPrintable(numbers()));
        QVERIFY2(numbers().endsWith("In between, held-out pass@1 was at its highest at step 20 with 46.9 %."),
            qPrintable(numbers()));
        data.evaluations[1].pass1 = 0.158; // no higher than the first
        QVERIFY2(!numbers().contains("In between"), qPrintable(numbers()));
    }

    /// Where both asked the same problems, the interval is the one that Compare shows.
    void heldOutIsPairedWhereItCanBe()
    {
        SignalData data = healthy();
        data.evaluations = { evaluation(0, 0.2), evaluation(50, 0.21) };
        data.evaluations[0].id = 7;
        data.evaluations[1].id = 9;
        QVERIFY(QString::fromStdString(state(HealthSignal::RewardWithoutHeldOut, data).numbers).contains("unpaired)"));
        std::vector<PairedCount> pairs(100, PairedCount { 0, 0 });
        for (int i = 0; i < 8; ++i)
            pairs[size_t(i)].b = 1;
        const PairedComparison paired = *comparePaired(pairs, 1, 1, kResamples, kPairedSeed);
        QVERIFY(paired.low > 0);
        data.paired[{ 7, 9 }] = paired;
        const SignalState found = state(HealthSignal::RewardWithoutHeldOut, data); // a small rise, but surely one
        QVERIFY(found.state == SignalState::Quiet);
        const QString numbers = QString::fromStdString(found.numbers);
        QVERIFY2(numbers.contains("by +8.0 points (95 %: "
                     + QString::fromStdString(pointsText(paired.low) + " to " + pointsText(paired.high))
                     + ", paired bootstrap), n = 100 problems"),
            qPrintable(numbers));
    }

    /// A bootstrap is asked for where it decides, and for what is told of the newest.
    void pairsThatDecideNothingAreNotResampled()
    {
        using Pairs = std::vector<std::pair<size_t, size_t>>;
        SignalData data = healthy();
        data.evaluations.clear();
        for (int k = 0; k < 6; ++k)
            data.evaluations.push_back(evaluation(10 * k, 0.1 + 0.15 * k)); // each far above the one before
        data.series["reward"] = series(60, [](int t) { return 0.2 * t; });
        QCOMPARE(pairsAsked(data, 0.1), (Pairs { { 0, 5 }, { 2, 5 } }));
        data.evaluations[3].pass1Low = data.evaluations[0].pass1; // it may be chance
        QCOMPARE(pairsAsked(data, 0.1), (Pairs { { 0, 3 }, { 1, 3 }, { 0, 5 }, { 2, 5 } }));
        QCOMPARE(pairsAsked(data, 100), (Pairs { { 0, 5 }, { 2, 5 } })); // a reward that did not rise by that
        data.series.erase("reward");
        QVERIFY(pairsAsked(data, 0.1).empty());
    }

    /// A step is judged by the weights that it trained with, not by those of today.
    void aWeightThatMovedCountsFromItsStep()
    {
        SignalData data = healthy();
        data.weights = { { "accuracy", 1 }, { "language", 20 } };
        data.series["rewards/language/std"] = series(60, [](int) { return 0.3; });
        data.series["rewards/language/weight"] = { { 0, 0 }, { 41, 20 } };
        const SignalState found = state(HealthSignal::DominantPart, data);
        QVERIFY(found.state == SignalState::Raised);
        QCOMPARE(found.since, 41);
        data.weights[1].second = 0; // and back
        data.series["rewards/language/weight"].push_back({ 50, 0 });
        const SignalState over = state(HealthSignal::DominantPart, data);
        QVERIFY(over.state == SignalState::Quiet);
        QCOMPARE(over.since, 41);
        QCOMPARE(over.until, 49);
    }

    /// What being cut off costs is measured, not said in advance.
    void whatCutOffCompletionsEarn()
    {
        SignalData data = healthy();
        const auto numbers = [&] { return QString::fromStdString(state(HealthSignal::Truncation, data).numbers); };
        QVERIFY(!numbers().contains("earned"));
        data.cutOff = { { 10, 9, 0, 90, 0 } };
        for (int64_t t = 56; t <= 60; ++t)
            data.cutOff.push_back({ t, 2, 2, 20, 1 });
        QVERIFY2(
            numbers().endsWith("Those cut off earned 10.00 on average (n = 10), those that ended by themselves 0.50 "
                               "(n = 10): being cut off costs no reward."),
            qPrintable(numbers()));
        for (CutOff& one : data.cutOff)
            one.cutReward = 0;
        QVERIFY(numbers().endsWith("being cut off costs reward."));
        for (CutOff& one : data.cutOff)
            one.ended = 0;
        QVERIFY(numbers().endsWith("none ended by itself."));
    }

    void onePartTeachesAlone()
    {
        SignalData data = healthy();
        data.weights = { { "accuracy", 1 }, { "language", 2 } };
        data.series["rewards/language/std"] = series(60, [](int) { return 0.3; });
        data.series["rewards/accuracy/std"] = series(60, [](int t) { return t > 40 ? 0 : 0.4; });
        const SignalState found = state(HealthSignal::DominantPart, data);
        QVERIFY(found.state == SignalState::Raised);
        QVERIFY(found.numbers.find("language") != std::string::npos);
        data.weights = { { "accuracy", 1 }, { "language", 0.1 } };
        data.series["rewards/accuracy/std"] = series(60, [](int) { return 0.4; });
        QVERIFY(state(HealthSignal::DominantPart, data).state == SignalState::Quiet);
        // A part that began a moment ago does not silence what is known of the others.
        data.weights = { { "accuracy", 1 }, { "language", 5 }, { "cosine", 1 } };
        data.series["rewards/accuracy/std"] = series(60, [](int t) { return t > 40 ? 0 : 0.4; });
        data.series["rewards/cosine/std"] = { { 59, 0.1 }, { 60, 0.1 } };
        QVERIFY(state(HealthSignal::DominantPart, data).state == SignalState::Raised);
        data.series["rewards/accuracy/std"] = { { 59, 0.1 }, { 60, 0.1 } }; // one of two alone is not compared
        QVERIFY(state(HealthSignal::DominantPart, data).wait.recorded == 2);
        data.weights = { { "language", 1 } }; // the only part: that is what was asked for
        QVERIFY(state(HealthSignal::DominantPart, data).state == SignalState::Unknown);
    }

    /// Where nobody judges, a group of one reward is not one of wrong answers.
    void unjudgedGroupsAreNotWrong()
    {
        SignalData data = healthy();
        QVERIFY(state(HealthSignal::ZeroVariance, data).numbers.find("only wrong ones") != std::string::npos);
        data.series["groups/all_correct"] = data.series["groups/all_wrong"] = series(60, [](int) { return 0.0; });
        data.series["completions/unjudged_share"] = series(60, [](int) { return 1.0; });
        const std::string numbers = state(HealthSignal::ZeroVariance, data).numbers;
        QVERIFY2(numbers.find("no answer was judged") != std::string::npos
                && numbers.find("only wrong ones") == std::string::npos,
            numbers.c_str());
    }

    void lengthWithoutAccuracy()
    {
        SignalData data = healthy();
        data.series["completions/mean_length"] = series(60, [](int t) { return t > 40 ? 100.0 : 30.0; });
        QVERIFY(state(HealthSignal::LengthDrift, data).state == SignalState::Quiet); // accuracy rises with it
        data.series["accuracy"] = series(60, [](int) { return 0.3; });
        const SignalState found = state(HealthSignal::LengthDrift, data);
        QVERIFY(found.state == SignalState::Raised);
        QVERIFY(found.numbers.find("tokens since step 40") != std::string::npos);
    }

    void formatAlone()
    {
        SignalData data = healthy();
        data.series["rewards/format/mean"] = series(60, [](int t) { return t > 30 ? 1.0 : 0.3; });
        QVERIFY(state(HealthSignal::FormatOnly, data).state == SignalState::Quiet); // accuracy rises with it
        data.series["accuracy"] = series(60, [](int) { return 0.02; });
        QVERIFY(state(HealthSignal::FormatOnly, data).state == SignalState::Raised);
        data.series["rewards/format/mean"] = series(60, [](int) { return 1.0; }); // it knew the format from the start
        QVERIFY(state(HealthSignal::FormatOnly, data).state == SignalState::Quiet);
    }

    void lowPrecisionIsAllowedMore()
    {
        SignalData data = healthy();
        data.series["sampling/sampling_logp_difference/mean"] = series(60, [](int) { return 0.02; });
        QVERIFY(state(HealthSignal::SamplerGap, data).state == SignalState::Raised);
        data.lowPrecisionRollouts = true;
        QVERIFY(state(HealthSignal::SamplerGap, data).state == SignalState::Quiet);
    }

    /// Overfitting is a gap that opens: a run whose training loss rises with the held-out one comes apart instead.
    void heldOutLossRisesAgainstTraining()
    {
        SignalData data = healthy();
        data.series["eval_loss"] = { { 0, 1.6 }, { 20, 1.2 }, { 40, 1.3 }, { 60, 1.4 } };
        const SignalState found = state(HealthSignal::HeldOutLossRise, data);
        QVERIFY(found.state == SignalState::Raised);
        QCOMPARE(found.since, 40);
        QCOMPARE(found.worst, 60);
        QVERIFY2(
            found.numbers.rfind("Held-out loss is 1.4 at step 60, its lowest was 1.2 at step 20; between the two the "
                                "training loss went from 1.32 to 0.92.",
                0)
                == 0,
            found.numbers.c_str());
        data.series["loss"] = series(60, [](int t) { return 1 + 0.01 * t; });
        QVERIFY(state(HealthSignal::HeldOutLossRise, data).state == SignalState::Quiet);
        data.series["eval_loss"].shorten(1);
        QVERIFY(state(HealthSignal::HeldOutLossRise, data).state == SignalState::Unknown);
        data.series["eval_loss"] = { { 20, -0.5 }, { 40, 0.1 } };
        QVERIFY(state(HealthSignal::HeldOutLossRise, data).state == SignalState::Unknown);
    }

    /// Three times nearly nothing is no spike, and a loss that falls below 0 has no multiples.
    void aSmallLossDoesNotSpike()
    {
        SignalData data = healthy();
        data.series["loss"] = series(60, [](int t) { return t == 58 ? 0.06 : 0.02; });
        QVERIFY(state(HealthSignal::LossSpike, data).state == SignalState::Quiet);
        data.series["loss"] = series(60, [](int t) { return t == 58 ? 3.0 : -0.5; });
        QVERIFY(state(HealthSignal::LossSpike, data).state == SignalState::Quiet);
        data.series["loss"].shorten(10);
        QVERIFY(state(HealthSignal::LossSpike, data).state == SignalState::Unknown);
    }

    /// Both fall: displacement. The chosen falls with the margin: the run only gets worse.
    void chosenFallsWhileTheMarginGrows()
    {
        SignalData data = healthy();
        data.series["logps/chosen"] = series(60, [](int t) { return -40 - 0.2 * t; });
        QVERIFY(state(HealthSignal::ChosenFalls, data).state == SignalState::Raised);
        data.series["rewards/margins"] = series(60, [](int t) { return -0.02 * t; });
        QVERIFY(state(HealthSignal::ChosenFalls, data).state == SignalState::Quiet);
        data.series["logps/chosen"] = series(60, [](int) { return 0; });
        QVERIFY(state(HealthSignal::ChosenFalls, data).state == SignalState::Unknown);
    }

    /// What a kind of run cannot record is said to be of others, whatever stands in the series.
    void signalsOfAKind_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("applying");
        QTest::newRow("unknown") << QString() << 16;
        QTest::newRow("grpo") << QStringLiteral("grpo") << 13;
        QTest::newRow("sft") << QStringLiteral("sft") << 3;
        QTest::newRow("dpo") << QStringLiteral("dpo") << 4;
        QTest::newRow("kto") << QStringLiteral("kto") << 5;
        QTest::newRow("reward_model") << QStringLiteral("reward_model") << 2;
        QTest::newRow("distill") << QStringLiteral("distill") << 10;
    }
    void signalsOfAKind()
    {
        QFETCH(QString, kind);
        QFETCH(int, applying);
        SignalData data = healthy();
        data.kind = kind.toStdString();
        const auto states = evaluateSignals(data, defaultThresholds());
        int found = 0;
        for (size_t i = 0; i < states.size(); ++i) {
            const bool of = signalApplies(signalInfos()[i].signal, data.kind);
            QCOMPARE(states[i].state == SignalState::NotOfKind, !of);
            QCOMPARE(states[i].values.empty(), !of);
            found += of;
        }
        QCOMPARE(found, applying);
    }

    /// What is over is quiet, and remembered.
    void pastStretch()
    {
        SignalData data = healthy();
        data.series["completions/clipped_ratio"] = series(60, [](int t) { return t > 20 && t <= 30 ? 1.0 : 0; });
        const SignalState found = state(HealthSignal::Truncation, data);
        QVERIFY(found.state == SignalState::Quiet);
        QCOMPARE(found.since, 22);
        QCOMPARE(found.until, 33);
        QCOMPARE(found.worst, 25);
    }

    void klWithoutReference()
    {
        SignalData data = healthy();
        data.series.erase("kl");
        QVERIFY(state(HealthSignal::KlSpike, data).state == SignalState::Unknown);
        data.series["policy/approxkl"] = series(60, [](int t) { return t == 58 ? 1.0 : 0.001; });
        QVERIFY(state(HealthSignal::KlSpike, data).state == SignalState::Raised);
        // Ten times nearly nothing is no spike.
        data.series["policy/approxkl"] = series(60, [](int t) { return t == 58 ? 1e-4 : 1e-7; });
        QVERIFY(state(HealthSignal::KlSpike, data).state == SignalState::Quiet);
    }

    /// A run of days holds the steps of its metrics once, and of what the rules found as much as a chart can show.
    void aLongRunIsHeldInLittle()
    {
        SignalData data;
        for (const char* name : { "reward", "entropy", "accuracy" })
            data.series[name].append(series(10, [](int t) { return t; }), data.series);
        data.series["eval_loss"].append({ { 5, 1.0 } }, data.series);
        for (const char* name : { "reward", "entropy", "accuracy" })
            data.series[name].append({ { 11, 11.0 }, { 14, NAN } }, data.series);
        data.series["accuracy"].append({}, data.series);
        QVERIFY(data.series["reward"].sharesSteps(data.series["entropy"]));
        QVERIFY(data.series["reward"].sharesSteps(data.series["accuracy"]));
        QVERIFY(!data.series["reward"].sharesSteps(data.series["eval_loss"]));
        for (const char* name : { "reward", "entropy", "accuracy" }) {
            QCOMPARE(data.series[name].size(), size_t(12));
            QCOMPARE(data.series[name][9].step, 10);
            QCOMPARE(data.series[name][10].value, 11.0);
            QCOMPARE(data.series[name].back().step, 14);
        }
        // What one of them gets does not reach the others.
        data.series["reward"].push_back({ 15, 1 });
        data.series["entropy"].push_back({ 16, 1 });
        QCOMPARE(data.series["reward"].back().step, 15);
        QCOMPARE(data.series["accuracy"].back().step, 14);
        data.series["reward"].shorten(2);
        QCOMPARE(data.series["reward"].back().step, 2);
        QCOMPARE(data.series["entropy"].size(), size_t(13));

        SignalData day = healthy();
        constexpr int kSteps = 28'800;
        day.series["completions/clipped_ratio"] = series(kSteps, [](int t) {
            return t == 1001 ? 5.0 : t > 20'000 && t <= 20'004 ? 0.9 : 0;
        });
        const SignalState found = state(HealthSignal::Truncation, day);
        QVERIFY(found.values.size() <= kMostValues);
        QVERIFY(found.values.size() > kMostValues / 3);
        QCOMPARE(found.values.front().step, 5);
        QCOMPARE(found.values.back().step, kSteps);
        const auto at = [&](int64_t step) {
            return std::find_if(found.values.begin(), found.values.end(), [&](auto& p) { return p.step == step; });
        };
        for (const int64_t step : { found.since, found.until, found.worst })
            QVERIFY(at(step) != found.values.end());
        const auto highest = std::max_element(
            found.values.begin(), found.values.end(), [](auto& a, auto& b) { return a.value < b.value; });
        QCOMPARE(highest->value, 1.0); // of the one step that stood out, over the window
    }
};

QTEST_GUILESS_MAIN(TestHealthSignals)
#include "tst_health_signals.moc"
