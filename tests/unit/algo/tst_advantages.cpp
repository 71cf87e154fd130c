// Baselines, targets and controllers against hand-made numbers, where there is no golden case.

#include "core/algo/entropy_bonus.h"
#include "core/algo/kl_controller.h"
#include "core/algo/ppo_targets.h"
#include "core/algo/process_supervision.h"
#include "core/algo/reinforce.h"
#include "core/algo/reinforce_pp.h"
#include "core/algo/remax.h"
#include "core/algo/reward_groups.h"

#include <QtTest>

#include <stdexcept>

using namespace aha;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool near(const std::vector<double>& a, const std::vector<double>& b)
{
    for (size_t i = 0; i < b.size(); ++i)
        if (a.size() != b.size() || std::abs(a[i] - b[i]) > 1e-9)
            return false;
    return a.size() == b.size();
}

} // namespace

class TestAdvantages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reinforceBaselines()
    {
        const std::vector<double> rewards { 1, 0, kNaN, 3 };
        QVERIFY(near(reinforceAdvantages(rewards, "none", 2), { 1, 0, 0, 3 }));
        QVERIFY(near(reinforceAdvantages(rewards, "batch", 2), { 1 - 4.0 / 3, -4.0 / 3, 0, 3 - 4.0 / 3 }));
        QVERIFY(near(reinforceAdvantages(rewards, "group", 2), { 0.5, -0.5, 0, 0 }));
        QVERIFY_EXCEPTION_THROWN(reinforceAdvantages(rewards, "running", 2), std::invalid_argument);
    }

    void remaxComparesWithTheGreedyCompletion()
    {
        QVERIFY(near(remaxAdvantages({ 1, 0, 1, kNaN }, { 0.25, 1 }, 2, 0, {}), { 0.75, -0.25, 0, 0 }));
        QVERIFY(near(remaxAdvantages({ 1, 0 }, { 0, kNaN }, 1, 0.1, { 2, 1 }), { 0.8, 0 }));
    }

    void fixedAndAdaptiveKlControllers()
    {
        KlController fixed { 0.05 };
        fixed.update(100, 256);
        QCOMPARE(fixed.coef, 0.05);
        KlController adaptive { 0.05, KlController::Adaptive { 6, 10000 } };
        adaptive.update(60, 256); // far above: the error is limited to 0.2
        QVERIFY(std::abs(adaptive.coef - 0.05 * (1 + 0.2 * 0.0256)) < 1e-12);
        adaptive.coef = 0.05;
        adaptive.update(5.4, 100); // 10 % below
        QVERIFY(std::abs(adaptive.coef - 0.05 * (1 - 0.1 * 0.01)) < 1e-12);
    }

    void adaptiveEntropyCoefficient()
    {
        EntropyCoefficient c { 0.01 };
        c.update(10, 5);
        QCOMPARE(c.coef, 0.01);
        QCOMPARE(c.applied(), 0.01); // not adaptive: always on
        c.adaptive = EntropyCoefficient::Adaptive { 1.5, 0.0, 0.03, 0.01 };
        c.lastEntropy = std::numeric_limits<double>::infinity();
        QCOMPARE(c.applied(), 0.0); // the first update has no bonus
        c.update(5, 5);
        QVERIFY(std::abs(c.coef - 0.02) < 1e-12 && c.applied() == c.coef);
        c.update(5, 5);
        c.update(5, 5);
        QVERIFY(std::abs(c.coef - 0.03) < 1e-12); // at most
        for (int i = 0; i < 5; ++i)
            c.update(20, 5);
        QVERIFY(c.coef == 0 && c.applied() == 0);
    }

    void quantilesAreTorchs()
    {
        QCOMPARE(quantile({ 3, 1, 2 }, 0.5), 2.f);
        QCOMPARE(quantile({ 4, 1, 2, 3 }, 0.5), 2.5f);
        QCOMPARE(quantile({ 7 }, 0.3), 7.f);
        QCOMPARE(quantile({ 1, 2 }, 0), 1.f);
        QCOMPARE(quantile({ 1, 2 }, 1), 2.f);
        std::vector<float> ramp;
        for (int i = 0; i < 26; ++i)
            ramp.push_back(float(i));
        QCOMPARE(quantile(ramp, 1 - 0.2), 20.f); // a whole rank: the token at the threshold is kept
        QCOMPARE(planEntropy(ramp, 0.2).tokens, 6.0);
        QVERIFY(!planEntropy(ramp, 1).threshold && planEntropy(ramp, 1).tokens == 26);
        QVERIFY(!planEntropy({}, 0.2).threshold && planEntropy({}, 0.2).weight(2) == 0.5);
    }

    void whiteningKeepsToItsConvention()
    {
        std::vector<std::vector<double>> rows { { 1, 3 }, { 5 } };
        whiten(rows, Whitening::Unbiased, false);
        QVERIFY(std::abs(rows[0][0] + 2 / std::sqrt(4 + 1e-8)) < 1e-12 && std::abs(rows[0][1]) < 1e-12);
        rows = { { 1, 3 }, { 5 } };
        whiten(rows, Whitening::Population, true);
        QVERIFY(std::abs(rows[1][0] - (3 + 2 / std::sqrt(8.0 / 3))) < 1e-12);
        rows = { { 2, 2 }, {} };
        whiten(rows, Whitening::Population, false); // no spread: 0, not infinite
        QVERIFY(rows[0][0] == 0 && rows[1].empty());
        rows = { { 7 } };
        whiten(rows, Whitening::Unbiased, false);
        QCOMPARE(rows[0][0], 0.0);
    }

    /// Values at the tokens alone: the score stands on the last token.
    void ppoWithoutAnExtraPosition()
    {
        PpoTargetConfig config;
        config.klCoef = 0.5;
        config.lambda = 1;
        config.whitenAdvantages = false;
        const PpoTargets t = ppoTargets({ { { -1, -2 }, { -1.5, -2 }, { 0.25, 0.5 }, 1 } }, config)[0];
        QVERIFY(near(t.reward, { -0.25, 1 }));
        QVERIFY(near(t.returns, { 0.75, 1 }) && near(t.advantage, { 0.5, 0.5 }));
        QVERIFY_EXCEPTION_THROWN(ppoTargets({ { { -1, -2 }, { -1, -2 }, { 0.1 }, 1 } }, config), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(ppoTargets({ { { -1 }, {}, { 0.1 }, 1 } }, config), std::invalid_argument);
    }

    void reinforcePpWithoutTokens()
    {
        const ReinforcePpTargets t = reinforcePpTargets({ { {}, {}, 1 }, { { -1 }, { -1 }, 2 } }, {});
        QVERIFY(t.returns[0].empty() && near(t.returns[1], { 2 }));
    }

    void oneStepTeachesNothing()
    {
        const auto alone = processAdvantages({ { 3, { 2 }, { 0.7 } } }, {});
        QVERIFY(near(alone[0], { 0, 0, 0 }));
        const auto equal = processAdvantages({ { 2, { 1 }, { 0.7 } }, { 1, { 0 }, { 0.7 } } }, { true, 0 });
        QVERIFY(near(equal[0], { 0, 0 }) && near(equal[1], { 0 }));
    }
};

QTEST_GUILESS_MAIN(TestAdvantages)
#include "tst_advantages.moc"
