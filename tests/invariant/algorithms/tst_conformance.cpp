// The rules by which an implementation of these algorithms can be told from a look-alike, one test each. What needs no
// loss or advantage of an online algorithm is elsewhere: preference losses and divergences with their own algorithms,
// Countdown's reward table in tests/unit/tasks.

#include "core/algo/advantages.h"
#include "core/algo/distillation_divergence.h"
#include "core/algo/dpo_loss.h"
#include "core/algo/gae.h"
#include "core/algo/kl_estimators.h"
#include "core/algo/kto_loss.h"
#include "core/algo/rloo.h"
#include "core/nn/ops.h"
#include "core/rewards/tiny_zero.h"
#include "tests/support/policy_batch.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>
#include <QtTest>

using namespace aha;

namespace {

bool near(double a, double b, double tolerance = 1e-6) { return std::abs(a - b) <= tolerance; }

/// One token, log-ratio log(ratio), weight 1, no KL: loss and d loss / d logp.
policy::Trained oneToken(PolicyLossConfig c, double ratio, double advantage)
{
    policy::Row row { { -0.7f }, { float(-0.7 - std::log(ratio)) }, { -0.7f }, { -0.7f }, { 1.f }, { 1.f },
        float(advantage) };
    return policy::train({ row }, c, { { 1.0 }, {}, {} });
}

PolicyLossConfig typed(const char* lossType)
{
    PolicyLossConfig c;
    c.lossType = lossType;
    return c;
}

} // namespace

class Conformance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rule1_groupAdvantagesAreUnbiasedWithAnEpsilon()
    {
        const std::vector<std::vector<double>> rewards { { 1 }, { 0 }, { 0 }, { 1 } };
        const Advantages grouped = computeAdvantages(rewards, { 4, "group", "sum_then_normalize", { 1.0 } });
        QVERIFY(near(grouped.groupStd[0], 0.57735, 1e-5));
        QVERIFY(near(grouped.advantage[0], 0.5 / 0.57745, 1e-5) && near(grouped.advantage[1], -0.5 / 0.57745, 1e-5));
        const Advantages plain = computeAdvantages(rewards, { 4, "none", "sum_then_normalize", { 1.0 } });
        QVERIFY(near(plain.advantage[0], 0.5) && near(plain.advantage[1], -0.5));
    }

    void rule2_onPolicyLossIsZeroButItsGradientIsNot()
    {
        policy::Row good, bad;
        for (policy::Row* row : { &good, &bad })
            for (std::vector<float>* values :
                { &row->logp, &row->old, &row->reference, &row->sampling, &row->entropy, &row->correction })
                values->assign(row == &good ? 2 : 4, -0.4f);
        good.advantage = 0.8f;
        bad.advantage = -0.8f;
        const policy::Trained got
            = policy::train({ good, bad }, typed("grpo"), { reductionWeights({ "grpo", { 2, 4 } }), {}, {} });
        QVERIFY(near(got.loss, 0));
        for (size_t t = 0; t < 6; ++t) // -A / |o|, mean over two rows
            QVERIFY(near(got.gradient[t], t < 2 ? -0.8 / 2 / 2 : 0.8 / 4 / 2));
    }

    void rule3_microBatchesOfOneSizeChangeNothingButBnpo()
    {
        const std::vector<policy::Row> rows = policy::someRows(8, 6, 11);
        const double items = double(policy::tokensOf(rows));
        for (const char* type : { "dapo", "grpo", "dr_grpo", "bnpo" }) {
            const auto gradient = [&](size_t cuts) {
                std::vector<float> all;
                for (size_t from = 0; from < rows.size(); from += rows.size() / cuts) {
                    const std::vector<policy::Row> micro(
                        rows.begin() + long(from), rows.begin() + long(from + rows.size() / cuts));
                    const std::vector<double> weights
                        = reductionWeights({ type, policy::lengthsOf(micro), 9, items, double(cuts), double(cuts) });
                    const policy::Trained part = policy::train(micro, typed(type), { weights, {}, {} });
                    all.insert(all.end(), part.gradient.begin(), part.gradient.end());
                }
                return all;
            };
            const std::vector<float> whole = gradient(1), cut = gradient(4);
            double moved = 0;
            for (size_t t = 0; t < whole.size(); ++t)
                moved = std::max(moved, double(std::abs(whole[t] - cut[t])));
            QVERIFY2(std::string(type) == "bnpo" ? moved > 1e-3 : moved < 1e-6, type);
        }
    }

    void rule4_drGrpoDividesByAConstant()
    {
        // Twice the tokens with the same terms: twice the loss, not the same mean. What padding there is never counts.
        const std::vector<double> shortRow = reductionWeights({ "dr_grpo", { 3, 5 }, 16 }),
                                  longRow = reductionWeights({ "dr_grpo", { 6, 10 }, 16 });
        QVERIFY(near(shortRow[0], 1.0 / 32) && shortRow == longRow);
        QVERIFY(near(reductionWeights({ "dr_grpo", { 3, 5 }, 32 })[0], 1.0 / 64)); // the horizon itself does count
        QVERIFY(reductionWeights({ "grpo", { 3, 5 }, 16 }) != reductionWeights({ "grpo", { 6, 10 }, 16 }));
    }

    void rule5_k3IsNonNegativeAndVanishesAtTheReference()
    {
        for (const double d : { -3.0, -0.4, 0.0, 0.2, 2.0 }) {
            const at::Tensor leaf = at::tensor(std::vector<double> { -1.5 }).requires_grad_();
            const at::Tensor k3 = klEstimate("k3", leaf, at::tensor(std::vector<double> { -1.5 - d }));
            k3.sum().backward();
            QVERIFY(d == 0 ? k3.item<double>() == 0 : k3.item<double>() > 0);
            QVERIFY(near(leaf.grad().item<double>(), 1 - std::exp(-d))); // d = log p - log ref
        }
    }

    void rule6_oneTokenHasOneRatioAndCispoCapsAtEpsilonHighItself()
    {
        for (const double ratio : { 0.5, 1.0, 1.7 })
            for (const double advantage : { -1.0, 1.0 }) {
                PolicyLossConfig sequence = typed("grpo");
                sequence.level = "sequence";
                QVERIFY(near(oneToken(typed("grpo"), ratio, advantage).gradient[0],
                    oneToken(sequence, ratio, advantage).gradient[0]));
            }
        PolicyLossConfig cispo = typed("cispo");
        cispo.epsilonHigh = 1.5;
        QVERIFY(near(oneToken(cispo, 1.4, 1).gradient[0], -1.4, 1e-5));
        QVERIFY(near(oneToken(cispo, 2.4, 1).gradient[0], -1.5, 1e-5)); // not 1 + 1.5
        QVERIFY(near(oneToken(cispo, 0.1, 1).gradient[0], -0.1, 1e-5)); // and nothing below
    }

    void rule7_dualClipBitesOnlyBelowZeroAndAboveC()
    {
        PolicyLossConfig clipped = typed("ppo"), dual = clipped;
        dual.dualClip = 3;
        for (const double advantage : { -1.0, 1.0 })
            for (const double ratio : { 0.5, 1.0, 2.9, 3.1, 20.0 }) {
                const double without = oneToken(clipped, ratio, advantage).loss,
                             with = oneToken(dual, ratio, advantage).loss;
                const bool bites = advantage < 0 && ratio > 3;
                QVERIFY(bites ? near(with, 3, 1e-5) && without > 3 : with == without);
                QVERIFY(!bites || oneToken(dual, ratio, advantage).gradient[0] == 0);
            }
    }

    void rule8_rlooLeavesOneOut()
    {
        RlooConfig config { 2, { 1.0 }, 0 };
        const RlooAdvantages pair = rlooAdvantages({ { 0.9 }, { 0.2 } }, {}, config);
        QVERIFY(near(pair.advantage[0], 0.7) && near(pair.advantage[1], -0.7)); // r1 - r2, r2 - r1
        config.groupSize = 4;
        const RlooAdvantages four = rlooAdvantages({ { 1 }, { 0 }, { 0 }, { 2 } }, {}, config);
        QVERIFY(near(four.advantage[0], 1 - 2.0 / 3) && near(four.advantage[3], 2 - 1.0 / 3));
    }

    void rule9_gaeWithoutDiscountIsReturnLessValue()
    {
        const std::vector<double> rewards { 0.1, 0, -0.3, 1 }, values { 0.5, 0.2, 0.7, 0.4 };
        const Gae gae = generalizedAdvantages(rewards, values, 1, 1);
        const std::vector<double> returns = discountedReturns(rewards, 1);
        for (size_t t = 0; t < rewards.size(); ++t)
            QVERIFY(near(gae.advantage[t], returns[t] - values[t]) && near(gae.returns[t], returns[t]));
        QVERIFY(!near(generalizedAdvantages(rewards, values, 1, 0.5).advantage[0], gae.advantage[0], 1e-3));
    }

    void rule10_apoMovesAnswersAsItsNamesSayAndKtosBaselineIsNotNegative()
    {
        // One pair, two tokens an answer, at the reference: c = r = 0.
        const auto gradient = [](const char* lossType) {
            at::Tensor logp_N = at::full({ 4 }, -1.0).requires_grad_();
            DpoLossInput input { logp_N, at::full({ 4 }, -1.0), at::tensor({ 0, 0, 1, 1 }).to(at::kLong), 1, 1, 2 };
            dpoLoss(input, { { lossType } }).loss.backward();
            return std::pair { logp_N.grad()[0].item<double>(), logp_N.grad()[2].item<double>() };
        };
        const auto [zeroChosen, zeroRejected] = gradient("apo_zero");
        QVERIFY(zeroChosen < 0 && zeroRejected > 0); // descent: chosen up, rejected down
        const auto [downChosen, downRejected] = gradient("apo_down");
        QVERIFY(downRejected > 0); // rejected down
        QVERIFY(near(downChosen, 0)); // at c = r the push down and the pull of the margin are equal
        at::Tensor logp_N = at::tensor({ -1.0f, -1.0f, -3.0f, -3.0f }).requires_grad_();
        dpoLoss(
            { logp_N, at::full({ 4 }, -1.0f), at::tensor({ 0, 0, 1, 1 }).to(at::kLong), 1, 1, 2 }, { { "apo_down" } })
            .loss.backward();
        QVERIFY(logp_N.grad()[0].item<double>() > 0); // once the rejected is behind, the chosen goes down too
        QCOMPARE(ktoReferencePoint(at::tensor({ -1.0f, -2.0f })), 0.0);
        QVERIFY(near(ktoReferencePoint(at::tensor({ 1.0f, 2.0f })), 1.5));
    }

    void rule11_theEndsOfTheJensenShannonDivergenceAreCasesOfTheirOwn()
    {
        const at::Tensor student_1V = at::log_softmax(at::tensor({ 0.0, 1.0, 2.0 }).unsqueeze(0), -1),
                         teacher_1V = at::log_softmax(at::tensor({ 2.0, 0.5, 0.0 }).unsqueeze(0), -1);
        const auto kl
            = [](const at::Tensor& p, const at::Tensor& q) { return (p.exp() * (p - q)).sum().item<double>(); };
        const auto jsd
            = [&](double beta) { return generalizedDivergence(student_1V, teacher_1V, beta).sum().item<double>(); };
        QVERIFY(near(jsd(0), kl(teacher_1V, student_1V)) && near(jsd(1), kl(student_1V, teacher_1V)));
        QVERIFY(jsd(1e-6) < 1e-5 && near(jsd(1e-6) / 1e-6, jsd(0), 1e-3)); // tends to 0, not to forward KL
    }

    void rule14_countdownsRewardTable()
    {
        const auto reward = [](const char* answer) {
            return tinyZeroCountdown(
                std::string("<think> … </think> <answer>") + answer + "</answer>", { 2, 3, 4 }, 14);
        };
        QCOMPARE(reward("2 + 3 * 4"), 1.0);
        QCOMPARE(reward("2 + 12"), 0.1); // other numbers
        QCOMPARE(reward("2 ** 3 + 4"), 0.1); // no full reward through Python's operators
        QCOMPARE(tinyZeroCountdown("2 + 3 * 4 = 14", { 2, 3, 4 }, 14), 0.0); // no tag
    }

    void rule12_temperatureComesBeforeTheLogProbOnBothSides()
    {
        const at::Tensor logits = at::tensor(std::vector<float> { 2, -1, 0.5, 0, 3, 1 }).view({ 2, 3 }),
                         targets = at::tensor(std::vector<int64_t> { 2, 0 });
        const at::Tensor logp = ops::tokenLogProbs(logits, at::eye(3), targets, 0.7).logprob_M;
        const at::Tensor plain = at::log_softmax(logits / 0.7, -1).gather(1, targets.unsqueeze(1)).squeeze(1);
        QVERIFY((logp - plain).abs().max().item<double>() < 1e-5);
        // A sampler that scored at temperature 1 is another policy: the ratio is not 1 any more.
        const at::Tensor other = ops::tokenLogProbs(logits, at::eye(3), targets, 1.0).logprob_M;
        const auto loss = [&](const at::Tensor& old) {
            const at::Tensor rows = at::tensor(std::vector<int64_t> { 0, 1 });
            PolicyLossInput in { logp, old, {}, rows, at::tensor(std::vector<float> { 1, -1 }),
                at::tensor(std::vector<float> { 0.5, 0.5 }) };
            return policyLoss(in, typed("grpo")).loss.item<double>();
        };
        QVERIFY(near(loss(logp), 0) && std::abs(loss(other)) > 1e-2);
    }

    void rule13_aMaskedRowTrainsNothingButItsRewardCounts()
    {
        // Row 1 was cut off and is masked: no tokens, its place in the group and in grpo's denominator stays.
        const Advantages a
            = computeAdvantages({ { 1 }, { 0 }, { 1 }, { 0 } }, { 4, "none", "sum_then_normalize", { 1.0 } });
        QVERIFY(near(a.advantage[0], 0.5)); // 1 - 1/3 without the masked row's 0
        std::vector<policy::Row> rows = policy::someRows(4, 5, 12);
        for (size_t i = 0; i < 4; ++i)
            rows[i].advantage = float(a.advantage[i]);
        const int64_t tokens = policy::tokensOf(rows), cut = int64_t(rows[1].logp.size());
        rows[1] = { {}, {}, {}, {}, {}, {}, float(a.advantage[1]) };
        const std::vector<double> weights = reductionWeights({ "grpo", policy::lengthsOf(rows) });
        QVERIFY(near(weights[0], 1.0 / (4 * double(rows[0].logp.size()))));
        const policy::Trained got = policy::train(rows, typed("grpo"), { weights, {}, {} });
        QVERIFY(int64_t(got.gradient.size()) == tokens - cut && got.diagnostics.tokens == double(tokens - cut));
        std::vector<policy::Row> trained { rows[0], rows[2], rows[3] };
        const policy::Trained without
            = policy::train(trained, typed("grpo"), { { weights[0], weights[2], weights[3] }, {}, {} });
        QVERIFY(near(got.loss, without.loss));
    }
};

QTEST_GUILESS_MAIN(Conformance)
#include "tst_conformance.moc"
