// What preference and reward losses do to winners and losers, at the edges, and what they refuse.

#include "core/algo/cpo_loss.h"
#include "core/algo/dpo_loss.h"
#include "core/algo/kto_loss.h"
#include "core/algo/orpo_loss.h"
#include "core/algo/prime.h"
#include "core/algo/process_reward.h"
#include "core/algo/reward_model_loss.h"
#include "core/algo/squared_probability.h"
#include "core/nn/scalar_head.h"
#include "tests/support/micro_batches.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_softmax.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

Tensor doubles(std::vector<double> values) { return at::tensor(values, at::kDouble); }

/// d loss / d log π of the winner and of the loser of one pair of single tokens with log-ratios c and r.
std::pair<double, double> pushes(const std::string& type, double c, double r)
{
    DpoLossConfig config;
    config.lossType = { type };
    config.beta = 0.5;
    const Tensor logp_N = doubles({ -2 + c, -3 + r }).requires_grad_();
    dpoLoss({ logp_N, doubles({ -2, -3 }), at::tensor(std::vector<int64_t> { 0, 1 }, at::kLong), 1 }, config)
        .loss.backward();
    return { logp_N.grad()[0].item<double>(), logp_N.grad()[1].item<double>() };
}

} // namespace

class TestPreferenceLosses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Conformance rule 10. Descent raises what has a negative gradient.
    void anchoredPreference()
    {
        const auto [winnerUp, loserDown] = pushes("apo_zero", 0, 0);
        QCOMPARE(winnerUp, -0.125); // -β σ'(0)
        QCOMPARE(loserDown, 0.125);
        for (const double c : { -1.0, 0.5, 2.0 }) {
            QVERIFY(pushes("apo_zero", c, -1).first < 0);
            const auto [winner, loser] = pushes("apo_down", c, c - 3);
            QVERIFY(winner > 0); // once the gap is there, the winner falls too
            QVERIFY(loser > 0);
        }
        const auto [winner, loser] = pushes("apo_down", 0, 0);
        QCOMPARE(winner, 0.0); // the two terms cancel: only the loser moves
        QCOMPARE(loser, 0.125);
    }

    void referencePoint()
    {
        QCOMPARE(ktoReferencePoint(doubles({ 1, -0.5, 1 })), 0.5);
        QCOMPARE(ktoReferencePoint(doubles({ -3, 1 })), 0.0);
        QCOMPARE(ktoMismatch(5, 2), (std::vector<size_t> { 1, 0, 3, 2, 4 }));
    }

    /// A pair's loss must not depend on the reference where there is none: log-ratios are then log-probs.
    void withoutReference()
    {
        const Tensor logp_N = doubles({ -1, -2, -4 }), row_N = at::tensor(std::vector<int64_t> { 0, 0, 1 }, at::kLong);
        const DpoLossOutput out = dpoLoss({ logp_N, {}, row_N, 1 }, {});
        QCOMPARE(out.chosenReward_P.item<double>(), 0.1 * -3);
        QCOMPARE(out.rejectedReward_P.item<double>(), 0.1 * -4);
        QCOMPARE(out.diagnostics.chosenLogp, -3.0);
        QCOMPARE(out.diagnostics.rejectedLogp, -4.0);
        QCOMPARE(out.diagnostics.right, 1.0);
    }

    void diagnosticsAdd()
    {
        PreferenceDiagnostics a = pairDiagnostics(doubles({ -1 }), doubles({ -2 }), doubles({ 3 }), doubles({ 1 }));
        a.merge(pairDiagnostics(doubles({ -5 }), doubles({ -7 }), doubles({ 0 }), doubles({ 4 })));
        QCOMPARE(a.chosen, 2.0);
        QCOMPARE(a.chosenLogp, -6.0);
        QCOMPARE(a.rejectedLogp, -9.0);
        QCOMPARE(a.chosenReward, 3.0);
        QCOMPARE(a.rejectedReward, 5.0);
        QCOMPARE(a.right, 1.0);
    }

    /// Log-ratios far apart, and a completion of probability one, give finite numbers.
    void extremes()
    {
        for (const char* divergence : { "reverse_kl", "forward_kl", "js_divergence", "alpha_divergence" }) {
            DpoLossConfig config;
            config.fDivergence = divergence;
            config.lossType = { "sigmoid" };
            const Tensor logp_N = at::tensor(std::vector<float> { -400, -1 }).requires_grad_();
            const DpoLossOutput out = dpoLoss({ logp_N, at::tensor(std::vector<float> { -1, -400 }),
                                                  at::tensor(std::vector<int64_t> { 0, 1 }, at::kLong), 1 },
                config);
            out.loss.backward();
            QVERIFY2(std::isfinite(out.loss.item<double>()), divergence);
            QVERIFY2(logp_N.grad().isfinite().all().item<bool>(), divergence);
        }
        const Tensor logp_N = at::tensor(std::vector<float> { 0, -1 }).requires_grad_();
        const OrpoLossOutput out = orpoLoss({ logp_N, at::tensor(std::vector<int64_t> { 0, 1 }, at::kLong), 1 }, {});
        out.loss.backward();
        QVERIFY(std::isfinite(out.loss.item<double>()));
        QVERIFY(logp_N.grad().isfinite().all().item<bool>());
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("types");
        QTest::addColumn<double>("smoothing");
        QTest::addColumn<int>("weights");
        QTest::addColumn<bool>("weighting");
        QTest::addColumn<QString>("says");
        QTest::newRow("none") << QStringList {} << 0.0 << 0 << false << "No preference loss";
        QTest::newRow("unknown") << QStringList { "sigmoid", "dpo" } << 0.0 << 0 << false << "\"dpo\"";
        QTest::newRow("weights") << QStringList { "sigmoid", "sft" } << 0.0 << 1 << false << "have 1 weights";
        QTest::newRow("exo") << QStringList { "exo_pair" } << 0.0 << 0 << false << "label_smoothing";
        QTest::newRow("robust") << QStringList { "robust" } << 0.5 << 0 << false << "below 0.5";
        QTest::newRow("sorted") << QStringList { "aot" } << 0.0 << 0 << true << "sorts";
    }

    void refuses()
    {
        QFETCH(const QStringList, types);
        QFETCH(const double, smoothing);
        QFETCH(const int, weights);
        QFETCH(const bool, weighting);
        QFETCH(const QString, says);
        DpoLossConfig config;
        config.lossType.clear();
        for (const QString& type : types)
            config.lossType.push_back(type.toStdString());
        config.labelSmoothing = smoothing;
        config.lossWeights.resize(size_t(weights), 1);
        config.useWeighting = weighting;
        const Result<void> checked = checkDpoLoss(config);
        QVERIFY(!checked);
        const QString sentence = QString::fromStdString(checked.error().sentence());
        QVERIFY2(sentence.contains(says), qPrintable(sentence));
    }

    void refusesNumbers()
    {
        DpoLossConfig config;
        config.beta = 0;
        QVERIFY(!checkDpoLoss(config));
        config = {};
        config.ldAlpha = 1.5;
        QVERIFY(!checkDpoLoss(config));
        config = {};
        config.fDivergence = "kl";
        QVERIFY(!checkDpoLoss(config));
        QVERIFY(checkDpoLoss({}));
    }

    /// log Σ p², in chunks.
    void concentration()
    {
        TestNumbers random(2);
        const Tensor hidden_MD = random.uniform({ 5000, 3 }, -2, 2, at::kDouble),
                     head_VD = random.uniform({ 7, 3 }, -2, 2, at::kDouble);
        const Tensor p_MV = at::log_softmax(hidden_MD.matmul(head_VD.t()), -1).exp();
        const Tensor want_M = p_MV.square().sum(-1).log();
        QVERIFY((logSquaredProbability(hidden_MD, head_VD) - want_M).abs().max().item<double>() < 1e-12);
    }

    void scalarHead()
    {
        const ScalarHead head(64, 1, 7), same(64, 1, 7), other(64, 1, 8), two(64, 2, 7);
        QVERIFY(head.weight().equal(same.weight()));
        QVERIFY(!head.weight().equal(other.weight()));
        QVERIFY(!head.weight().equal(two.weight().narrow(0, 0, 1)));
        const double deviation = head.weight().std().item<double>();
        QVERIFY2(deviation > 0.015 && deviation < 0.025, std::to_string(deviation).c_str());
        ScalarHead given(at::tensor(std::vector<float> { 2, -1 }).view({ 1, 2 }));
        given.weight().requires_grad_();
        const Tensor hidden_MD = at::tensor(std::vector<float> { 1, 1, 0, 3 }).view({ 2, 2 }).requires_grad_();
        const Tensor scalars_M = given.scalars(hidden_MD);
        QVERIFY(scalars_M.equal(at::tensor(std::vector<float> { 1, -3 })));
        scalars_M.sum().backward();
        QVERIFY(given.weight().grad().equal(at::tensor(std::vector<float> { 1, 4 }).view({ 1, 2 })));
        QVERIFY(hidden_MD.grad().equal(at::tensor(std::vector<float> { 2, -1, 2, -1 }).view({ 2, 2 })));
    }

    void pointwiseRewards()
    {
        const Tensor reward_R = doubles({ 0, 2, -3 }).requires_grad_();
        const RewardLossOutput out = pointwiseRewardLoss(reward_R, doubles({ 1, 1, 0.25 }), 3);
        const double want = (std::log(2.0) + std::log1p(std::exp(-2.0)) + 0.25 * std::log1p(std::exp(3.0))
                                + 0.75 * std::log1p(std::exp(-3.0)))
            / 3;
        QVERIFY(std::abs(out.loss.item<double>() - want) < 1e-12);
        out.loss.backward(); // σ(r) - y
        QVERIFY(std::abs(reward_R.grad()[0].item<double>() - (0.5 - 1) / 3) < 1e-12);
        QVERIFY(std::abs(reward_R.grad()[2].item<double>() - (1 / (1 + std::exp(3.0)) - 0.25) / 3) < 1e-12);
        QCOMPARE(out.diagnostics.right, 2.0); // a reward of 0 is not above ½
        RewardDiagnostics sum;
        sum.merge(out.diagnostics);
        sum.merge(pairwiseRewardLoss({ doubles({ 5 }), doubles({ 1 }), {} }).diagnostics);
        QCOMPARE(sum.minReward, -3.0);
        QCOMPARE(sum.maxReward, 5.0);
        QCOMPARE(sum.rewards, 5.0);
        QCOMPARE(sum.marginSum, 4.0);
        QCOMPARE(sum.comparisons, 4.0);
    }

    void processRows()
    {
        ProcessRowConfig config;
        config.separator = { 90, 91 };
        const ProcessSteps steps { { 1, 2 }, { { 3 }, { 4, 5 } }, { false, true } };
        const std::vector<int32_t> ids { 1, 2, 3, 90, 91, 4, 5, 90, 91 };
        QCOMPARE(processRow(steps, config).ids, ids);
        QCOMPARE(processRow(steps, config).labels,
            (std::vector<int32_t> { -100, -100, -100, -100, 0, -100, -100, -100, 1 }));
        config.maxCompletionLength = 4;
        QCOMPARE(processRow(steps, config).labels, (std::vector<int32_t> { -100, -100, -100, -100, 0, -100 }));
        config.maxLength = 4;
        QCOMPARE(processRow(steps, config).ids, (std::vector<int32_t> { 1, 2, 3, 90 }));
        const Tensor step_M = stepRewards(doubles({ 0, 0, 0, std::log(3.0) }).view({ 2, 2 }));
        QVERIFY(std::abs(step_M[0].item<double>() - 0.5) < 1e-12);
        QVERIFY(std::abs(step_M[1].item<double>() - 0.75) < 1e-12);
        const std::vector<double> rewards { 0.5, 0.25, 0.75 };
        QCOMPARE(solutionReward(rewards, StepAggregation::Last), 0.75);
        QCOMPARE(solutionReward(rewards, StepAggregation::Least), 0.25);
        QCOMPARE(solutionReward(rewards, StepAggregation::Product), 0.09375);
        QCOMPARE(solutionReward(rewards, StepAggregation::Mean), 0.5);
        QCOMPARE(solutionReward({}, StepAggregation::Product), 0.0);
    }

    /// Groups do not mix, and an empty row takes part with a mean of 0.
    void primeGroups()
    {
        const Tensor reward_N = doubles({ 1, 3, 2, 5, 7 }),
                     row_N = at::tensor(std::vector<int64_t> { 0, 0, 1, 2, 2 }, at::kLong);
        const PrimeAdvantages a = primeAdvantages(reward_N, row_N, doubles({ 1, 0, 0, 1 }), 2, {});
        QCOMPARE(a.process_N[0].item<double>(), 1 * 2 - (2 + 2.0));
        QCOMPARE(a.process_N[3].item<double>(), 5 * 2 - (6 + 0.0));
        QCOMPARE(a.outcome_R[0].item<double>(), 1.0);
        QCOMPARE(a.outcome_R[2].item<double>(), -1.0);
        QCOMPARE(a.returns_N[4].item<double>(), 5 * (7 * 2 - 6.0) - 1);
        QCOMPARE(a.returns_N[3].item<double>(), 5 * (7 * 2 - 6.0) - 1 + 5 * (5 * 2 - 6.0));
        QVERIFY(std::abs(a.advantage_N.mean().item<double>()) < 1e-12);
        QVERIFY(std::abs(a.advantage_N.std().item<double>() - 1) < 1e-6);
    }
};

QTEST_GUILESS_MAIN(TestPreferenceLosses)
#include "tst_preference_losses.moc"
