// The trainer around the losses: what a loss is told of the run, rows that are left out, and numbers that are none.

#include "core/algo/policy_trainer.h"
#include "core/base/rng.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>

#include <QtTest>

#include <cmath>
#include <numeric>

using namespace aha;

namespace {

std::vector<TrainingSample> batch(int count)
{
    std::vector<TrainingSample> samples;
    Rng rng(1, Purpose::Initialize);
    for (int i = 0; i < count; ++i) {
        TrainingSample sample;
        const int length = 3 + int(rng.below(5));
        for (int t = 0; t < 3 + length; ++t)
            sample.ids.push_back(int32_t(10 + rng.below(40)));
        sample.promptLength = 3;
        for (int t = 0; t < length; ++t) {
            sample.oldLogp.push_back(float(-3.5 - 0.5 * rng.uniform()));
            sample.refLogp.push_back(float(-3.5 - 0.5 * rng.uniform()));
        }
        sample.advantage = i % 3 == 0 ? 0 : i % 2 ? 1 : -0.5;
        samples.push_back(sample);
    }
    return samples;
}

std::vector<size_t> inOrder(size_t n)
{
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t(0));
    return order;
}

RunConfig config(const char* kind = "grpo")
{
    RunConfig c = defaultConfig(kind);
    c.algorithm.stepsPerGeneration = 1;
    c.optimizer.learningRate = 1e-3;
    return c;
}

struct Trained {
    Policy policy { Transformer::create(modelShape(50, 32, 64, 2, 2, 2, 16, /*tied=*/false), 3) };
    Workers workers { 2 };
    PolicyTrainer trainer { policy, workers };
    Result<UpdateReport> update(const std::vector<TrainingSample>& samples, const RunConfig& c)
    {
        return trainer.update(samples, inOrder(samples.size()), c, 10);
    }
};

} // namespace

class TestPolicyTrainer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsWithoutAGradientAreLeftOutUnlessTheLossNeedsThem()
    {
        const std::vector<TrainingSample> samples = batch(12);
        int64_t all = 0, teaching = 0;
        for (const TrainingSample& sample : samples) {
            all += sample.completionLength();
            teaching += sample.advantage != 0 ? sample.completionLength() : 0;
        }
        const auto trained = [&](const RunConfig& c) { return orThrow(Trained().update(samples, c)).trainedTokens; };
        QCOMPARE(trained(config()), teaching);
        RunConfig c = config();
        c.algorithm.beta = 0.1;
        QCOMPARE(trained(c), all);
        c = config();
        c.entropy.coef = 0.01;
        QCOMPARE(trained(c), all);
        QCOMPARE(trained(config("mirror_descent")), all);
        QCOMPARE(trained(config("rloo")), teaching);
    }

    /// A critic on the policy's hidden states: one gradient, that of the policy's loss and the weighted value loss.
    void sharedCritic()
    {
        std::vector<TrainingSample> samples = batch(12);
        Rng rng(7, Purpose::Initialize);
        for (TrainingSample& sample : samples)
            for (int64_t t = 0; t < sample.completionLength(); ++t) {
                sample.oldValue.push_back(float(rng.uniform()));
                sample.returns.push_back(float(2 * rng.uniform() - 1));
            }
        std::vector<TrainingSample> silent = samples; // only their values teach
        for (TrainingSample& sample : silent)
            sample.advantage = 0;
        RunConfig c = config("ppo");
        c.critic.backbone = "shared";
        c.critic.valueClip = 0;
        c.optimizer.learningRate = 0;
        c.optimizer.maxGradNorm = 1e9;
        struct Gradients {
            at::Tensor policy, head;
            double loss, valueLoss;
            int64_t tokens;
        };
        const auto with = [&](const std::vector<TrainingSample>& rows, double coef, const at::Tensor& moved,
                              const at::Tensor& movedHead) {
            Trained t;
            ValueHead& head = t.trainer.shareValueHead();
            Rng first(3, Purpose::Initialize);
            for (int64_t d = 0; d < 32; ++d)
                head.weight()[d] = float(0.3 * first.normal());
            if (moved.defined()) {
                t.policy.trained().add_(moved);
                head.weight().add_(movedHead);
            }
            RunConfig own = c;
            own.critic.lossCoef = coef;
            const UpdateReport report = orThrow(t.update(rows, own));
            return Gradients { t.trainer.gradient().clone(), head.gradient().clone(), report.loss, report.valueLoss,
                report.trainedTokens };
        };
        const Gradients both = with(samples, 0.7, {}, {}), values = with(silent, 1, {}, {});
        Trained alone;
        orThrow(alone.update(samples, c));
        const at::Tensor sum = alone.trainer.gradient() + 0.7 * values.policy;
        QVERIFY((both.policy - sum).abs().max().item<double>() < 1e-6);
        QVERIFY((both.head - 0.7 * values.head).abs().max().item<double>() < 1e-6);
        QVERIFY(values.policy.norm().item<double>() > 1e-3);
        QCOMPARE(both.tokens, values.tokens); // also rows without an advantage
        QVERIFY(std::abs(values.loss - values.valueLoss) < 1e-6);

        // Finite differences along the gradient.
        const double norm = std::hypot(both.policy.norm().item<double>(), both.head.norm().item<double>());
        const double step = 2e-3;
        const at::Tensor along = both.policy * (step / norm), alongHead = both.head * (step / norm);
        const double slope
            = (with(samples, 0.7, along, alongHead).loss - with(samples, 0.7, -along, -alongHead).loss) / (2 * step);
        QVERIFY2(std::abs(slope - norm) < 0.02 * norm, qPrintable(QString("%1 against %2").arg(slope).arg(norm)));

        // Both move in one update, and the values come nearer to the returns.
        Trained t;
        t.trainer.shareValueHead();
        c.optimizer.learningRate = 3e-3;
        c.critic.lossCoef = 1;
        double firstLoss = 0, lastLoss = 0;
        for (int i = 0; i < 30; ++i) {
            const auto now = t.trainer.values(silent, c);
            for (size_t r = 0; r < silent.size(); ++r)
                silent[r].oldValue = now[r];
            lastLoss = orThrow(t.update(silent, c)).valueLoss;
            firstLoss = i == 0 ? lastLoss : firstLoss;
        }
        QVERIFY2(lastLoss < 0.5 * firstLoss, qPrintable(QString("%1 to %2").arg(firstLoss).arg(lastLoss)));
    }

    void aBonusRaisesTheEntropy()
    {
        const std::vector<TrainingSample> samples = batch(12);
        RunConfig with = config();
        with.entropy.coef = 1;
        Trained plain, bonus;
        for (int step = 0; step < 10; ++step) {
            orThrow(plain.update(samples, config()));
            orThrow(bonus.update(samples, with));
        }
        RunConfig measuring = with;
        measuring.optimizer.learningRate = 0;
        const auto entropy = [&](Trained& t) {
            const UpdateReport report = orThrow(t.update(samples, measuring));
            return report.diagnostics.entropy / report.diagnostics.tokens;
        };
        const double a = entropy(plain), b = entropy(bonus);
        QVERIFY2(b > a, qPrintable(QString("%1 against %2").arg(b).arg(a)));
        QVERIFY(std::abs(orThrow(bonus.update(samples, with)).loss - 0) > 0);
    }

    void onlyTheHighestEntropiesTrain()
    {
        const std::vector<TrainingSample> samples = batch(12);
        RunConfig c = config();
        const double whole = orThrow(Trained().update(samples, c)).gradNorm;
        c.algorithm.topEntropyQuantile = 0.2;
        const double fifth = orThrow(Trained().update(samples, c)).gradNorm;
        QVERIFY(fifth > 0 && fifth < whole);
        c.algorithm.topEntropyQuantile = 1;
        c.algorithm.covariance = "clip_cov";
        c.algorithm.covarianceShare = 0.5;
        QVERIFY(orThrow(Trained().update(samples, c)).gradNorm > 0);
    }

    void saysWhichTokenIsNoNumber()
    {
        Trained t;
        const TransformerWeights weights = t.policy.merged().views(t.policy.trained());
        std::vector<TrainingSample> samples = batch(3);
        samples[1].ids[size_t(samples[1].promptLength) + 1] = 7; // no other completion has it
        weights.embedding_VD[7].fill_(std::nan(""));
        const at::Tensor before = t.policy.trained().clone();
        const Result<UpdateReport> report = t.update(samples, config());
        QVERIFY(!report);
        QCOMPARE(report.error().code, std::string("not_finite"));
        QVERIFY2(report.error().message.find("number 3 of completion 2 ") != std::string::npos,
            report.error().message.c_str()); // the one after it is predicted from it
        QVERIFY(t.policy.trained().nan_to_num().equal(before.nan_to_num()));
    }
};

QTEST_GUILESS_MAIN(TestPolicyTrainer)
#include "tst_policy_trainer.moc"
