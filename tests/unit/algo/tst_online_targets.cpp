// Which formula a run's kind asks for, with what; and what cannot be scored.

#include "core/algo/gae.h"
#include "core/algo/online_targets.h"
#include "core/algo/whitening.h"

#include <QtTest>

using namespace aha;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Two groups of two; the reference is 0.1 nats below the policy at every token.
struct Batch {
    RunConfig config;
    std::vector<TrainingSample> samples;
    ScoredBatch scored;

    explicit Batch(const char* kind)
        : config(defaultConfig(kind))
    {
        config.rollout.numGenerations = 2;
        for (const int length : { 2, 3, 1, 2 }) {
            TrainingSample sample;
            sample.ids.assign(size_t(length + 2), 5);
            sample.promptLength = 2;
            for (int t = 0; t < length; ++t) {
                sample.oldLogp.push_back(-1);
                sample.refLogp.push_back(-1.1f);
                sample.oldValue.push_back(0.25f * float(t));
            }
            samples.push_back(sample);
        }
        scored.rewards = { { 1 }, { 0 }, { 1 }, { 1 } };
        scored.weights = { 1 };
        scored.ended = { true, true, true, false };
        scored.correct = { true, false, true, true };
    }
    OnlineTargets set() { return setTargets(samples, scored, config); }
    std::vector<double> rows() const
    {
        std::vector<double> all;
        for (const TrainingSample& sample : samples)
            all.push_back(sample.advantage);
        return all;
    }
    std::vector<double> tokens() const
    {
        std::vector<double> all;
        for (const TrainingSample& sample : samples)
            all.insert(all.end(), sample.tokenAdvantage.begin(), sample.tokenAdvantage.end());
        return all;
    }
};

bool near(const std::vector<double>& a, const std::vector<double>& b)
{
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        if (!(std::abs(a[i] - b[i]) < 1e-5))
            return false;
    return a.size() == b.size();
}

} // namespace

class TestOnlineTargets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupRelative()
    {
        Batch batch("grpo");
        const OnlineTargets targets = batch.set();
        const double z = 0.5 / (std::sqrt(0.5) + 1e-4);
        QVERIFY(near(batch.rows(), { z, -z, 0, 0 }));
        QVERIFY(batch.tokens().empty());
        QCOMPARE(targets.rewards.zeroVarianceShare, 0.5);
        QCOMPARE(targets.rows, 0.0); // no penalty in the reward
    }

    void aPenaltyInTheRewardIsPartOfTheGroup()
    {
        Batch batch("grpo");
        batch.config.algorithm.scaleRewards = "none";
        batch.config.algorithm.klEstimator = "k1";
        batch.scored.klWeight = 0.5;
        const OnlineTargets targets = batch.set(); // penalties 0.5 * 0.1 * tokens: 0.1, 0.15, 0.05, 0.1
        QVERIFY(near(batch.rows(), { 0.9 - 0.375, -0.15 - 0.375, 0.025, -0.025 }));
        QVERIFY(std::abs(targets.kl - 0.2) < 1e-6);
        QVERIFY(near(targets.rewards.reward, { 1, 0, 1, 1 })); // reported without
    }

    void leaveOneOut()
    {
        Batch batch("rloo");
        batch.set();
        QVERIFY(near(batch.rows(), { 1, -1, 0, 0 }));
    }

    void rightOnesAreImitated()
    {
        Batch batch("rft");
        batch.set();
        QVERIFY(near(batch.rows(), { 1, 0, 1, 1 }));
    }

    void againstTheGreedyCompletion()
    {
        Batch batch("remax");
        batch.scored.greedyRewards = { 1, 0 };
        batch.set();
        QVERIFY(near(batch.rows(), { 0, -1, 1, 1 }));
    }

    void returnsLessTheMean()
    {
        Batch batch("reinforce");
        batch.config.algorithm.gamma = 0.5;
        batch.set(); // mean reward 0.75
        QVERIFY(near(batch.tokens(), { 0.125, 0.25, -0.1875, -0.375, -0.75, 0.25, 0.125, 0.25 }));
        QVERIFY(std::abs(batch.samples[0].advantage - 0.1875) < 1e-6); // shown: the mean over its tokens
    }

    void whitenedReturns()
    {
        Batch batch("reinforce_pp");
        batch.scored.klWeight = 0.5;
        batch.set();
        std::vector<std::vector<double>> expected { { 0.9, 0.95 }, { -0.15, -0.1, -0.05 }, { 0.95 }, { 0.9, 0.95 } };
        whiten(expected, Whitening::Unbiased, false);
        std::vector<double> flat;
        for (const auto& row : expected)
            flat.insert(flat.end(), row.begin(), row.end());
        QVERIFY(near(batch.tokens(), flat));
    }

    void advantagesOfTheCritic()
    {
        Batch batch("ppo");
        batch.config.critic.lambda = 0.9;
        batch.config.critic.missingEosPenalty = 0.5;
        batch.set();
        const std::vector<double> rewards[] = { { 0, 1 }, { 0, 0, 0 }, { 1 }, { 0, 0.5 } }; // the last was cut
        std::vector<std::vector<double>> expected;
        for (size_t i = 0; i < 4; ++i) {
            std::vector<double> values;
            for (const float value : batch.samples[i].oldValue)
                values.push_back(value);
            const Gae gae = generalizedAdvantages(rewards[i], values, 1, 0.9);
            expected.push_back(gae.advantage);
            QVERIFY(near({ batch.samples[i].returns.begin(), batch.samples[i].returns.end() }, gae.returns));
        }
        whiten(expected, Whitening::Unbiased, false);
        std::vector<double> flat;
        for (const auto& row : expected)
            flat.insert(flat.end(), row.begin(), row.end());
        QVERIFY(near(batch.tokens(), flat));
    }

    void whatCannotBeScoredTrainsNothing_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind :
            { "grpo", "rloo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "remax", "ppo", "mirror_descent" })
            QTest::newRow(kind) << QString(kind);
    }
    void whatCannotBeScoredTrainsNothing()
    {
        QFETCH(QString, kind);
        Batch batch(kind.toUtf8().constData());
        batch.scored.rewards = { { 1 }, { 0 }, { kNaN }, { 1 } };
        batch.scored.greedyRewards = { 0.5, 0.5 };
        const OnlineTargets targets = batch.set();
        QVERIFY(std::isnan(targets.rewards.reward[2]));
        QVERIFY(
            batch.samples[2].masked || (batch.samples[2].advantage == 0 && batch.samples[2].tokenAdvantage.empty()));
        QVERIFY(!batch.samples[0].masked);
        for (const TrainingSample& sample : batch.samples)
            QVERIFY(std::isfinite(sample.advantage));
        for (const double advantage : batch.tokens())
            QVERIFY(std::isfinite(advantage));
        // It is no wrong answer: the others learn what they would with their group's mean in its place.
        Batch middle(kind.toUtf8().constData());
        middle.scored.rewards = { { 1 }, { 0 }, { 1 }, { 1 } };
        middle.scored.greedyRewards = { 0.5, 0.5 };
        middle.set();
        QVERIFY2(std::abs(batch.samples[0].advantage - middle.samples[0].advantage) < 1e-6,
            qPrintable(QString("%1 against %2").arg(batch.samples[0].advantage).arg(middle.samples[0].advantage)));
    }
};

QTEST_GUILESS_MAIN(TestOnlineTargets)
#include "tst_online_targets.moc"
