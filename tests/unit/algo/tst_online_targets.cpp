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

    /// Where one advantage stands for all tokens, setTargets() gives all of them that one.
    void whoSharesAnAdvantage()
    {
        for (const char* kind : { "grpo", "rloo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "rft", "ppo" })
            for (const double penalty : { 0.0, 0.5 })
                for (const double gamma : { 1.0, 0.5 }) {
                    Batch batch(kind);
                    batch.config.algorithm.gamma = gamma;
                    batch.config.algorithm.beta = penalty;
                    batch.config.algorithm.klPlacement = "reward";
                    batch.scored.klWeight = penalty;
                    batch.set();
                    bool alike = true;
                    for (const TrainingSample& sample : batch.samples)
                        for (const float advantage : sample.tokenAdvantage)
                            alike = alike && std::abs(double(advantage) - sample.advantage) < 1e-6;
                    QVERIFY2(alike == sharesAdvantage(batch.config),
                        qPrintable(QString("%1 %2 %3").arg(kind).arg(penalty).arg(gamma)));
                }
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

    /// A penalty on the second token of the first row, and on the last of the third, which has no reward.
    void penaltiesOnTokensHaveTheirOwnReturn_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : { "grpo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "remax", "ppo" })
            QTest::newRow(kind) << QString(kind);
    }
    void penaltiesOnTokensHaveTheirOwnReturn()
    {
        QFETCH(QString, kind);
        Batch without(kind.toUtf8().constData()), with(kind.toUtf8().constData());
        for (Batch* batch : { &without, &with }) {
            batch->scored.rewards = { { 1 }, { 0 }, { kNaN }, { 1 } };
            batch->scored.greedyRewards = { 0.5, 0.5 };
            batch->config.critic.lambda = 1;
            batch->scored.tokenRewards = { { 0, 0 }, { 0, 0, 0 }, { 0 }, { 0, 0 } };
            batch->scored.tokenGamma = 0.5;
        }
        with.scored.tokenRewards = { { 0, -0.4 }, { 0, 0, 0 }, { -1 }, { 0, 0 } };
        without.set();
        with.set();
        const bool whitened = kind == "ppo" || kind.startsWith("reinforce_pp");
        const auto rowOf = [](const TrainingSample& sample) {
            std::vector<double> row(sample.tokenAdvantage.begin(), sample.tokenAdvantage.end());
            row.resize(size_t(sample.completionLength()), sample.advantage);
            return row;
        };
        const std::vector<double> before = rowOf(without.samples[0]), after = rowOf(with.samples[0]);
        if (!whitened) {
            QVERIFY(near(after, { before[0] - 0.2, before[1] - 0.4 }));
            for (size_t i = 1; i < 4; ++i)
                QVERIFY(near(rowOf(with.samples[i]), rowOf(without.samples[i])));
            return;
        }
        // Whitening moves all by the same shift and scale: differences within the row tell.
        const double scale = (rowOf(with.samples[3])[0] - rowOf(with.samples[1])[0])
            / (rowOf(without.samples[3])[0] - rowOf(without.samples[1])[0]);
        QVERIFY(std::abs((after[1] - after[0]) / scale - (before[1] - before[0])) > 0.1);
        if (kind == "ppo") {
            QVERIFY(std::abs(with.samples[0].returns[0] - (without.samples[0].returns[0] - 0.2)) < 1e-6);
            QVERIFY(std::abs(with.samples[0].returns[1] - (without.samples[0].returns[1] - 0.4)) < 1e-6);
            QCOMPARE(with.samples[2].returns, without.samples[2].returns); // has no reward
        }
    }

    void oneDiscountIsOneReturn() // whatever lambda is
    {
        Batch apart("ppo"), together("ppo");
        for (Batch* batch : { &apart, &together }) {
            batch->config.algorithm.gamma = 0.9;
            batch->config.critic.lambda = 1;
            batch->scored.tokenRewards = { { 0, -0.4 }, { -0.1, 0, 0 }, { -1 }, { 0, 0 } };
        }
        apart.scored.tokenGamma = 0.9 + 1e-12;
        together.scored.tokenGamma = 0.9;
        apart.set();
        together.set();
        QVERIFY(near(apart.tokens(), together.tokens()));
        together.config.critic.lambda = 0.5;
        together.set();
        QVERIFY(!near(apart.tokens(), together.tokens()));
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

    /// Each completion's own formula is held against golden cases; here, that every token gets its completion's.
    void primeTakesVerdictsAndTokenRewards()
    {
        Batch batch("prime");
        batch.config.prime.processCoef = 0;
        batch.scored.verdicts = { 1, 0, 1, 1 };
        batch.scored.primeRewards = { { 0, 0 }, { 0, 0, 0 }, { 0 }, { 0, 0 } };
        batch.set();
        // Outcome advantages 1, -1, 0, 0 stand at every token of their completion, then are whitened over all eight.
        std::vector<std::vector<double>> expected { { 1, 1, -1, -1, -1, 0, 0, 0 } };
        whiten(expected, Whitening::Unbiased, false);
        QVERIFY(near(batch.tokens(), expected[0]));
        Batch process("prime");
        process.config.prime.outcomeCoef = 0;
        process.scored.verdicts = { 1, 0, 1, 1 };
        process.scored.primeRewards = { { 0, 2 }, { 0, 0, 0 }, { 0 }, { 0, 0 } };
        process.set();
        const std::vector<double> tokens = process.tokens();
        QVERIFY(tokens[0] > 0 && tokens[1] > tokens[0] && tokens[2] < tokens[5]); // the reward is the second token's
    }

    /// Only their proportions count: a reward model that has moved ten times as far says no more against the verdict.
    void primeTokenRewardsHaveOneScale()
    {
        const auto advantages = [](double scale) {
            Batch batch("prime");
            batch.config.prime.processCoef = 2;
            batch.scored.verdicts = { 1, 0, 1, 1 };
            for (const std::vector<float>& row :
                std::vector<std::vector<float>> { { 0, 2 }, { -1, 0, -3 }, { 0.5 }, { 1, 0 } }) {
                batch.scored.primeRewards.emplace_back();
                for (const float reward : row)
                    batch.scored.primeRewards.back().push_back(float(scale) * reward);
            }
            batch.set();
            return batch.tokens();
        };
        QVERIFY(near(advantages(1), advantages(10)));
        // The largest sum of what is left is the second row's, -4. The first row's returns, before whitening, are then
        // 2 (0.5 + 0.5 · 2 - Σ mean) and so on; the two rows of group 2 have one verdict and differ by process alone.
        std::vector<std::vector<double>> expected { {} };
        const double first = 0.25 + (-4.0 / 3) / 4, second = 0.5 / 4 + 0.5 / 4; // Σ of the rows' means
        for (const double process : { 1 - 2 * first, 1 - first })
            expected[0].push_back(2 * process + 1);
        for (const double process : { -2 - 3 * first, -1.5 - 2 * first, -1.5 - first })
            expected[0].push_back(2 * process - 1);
        for (const double process : { 0.25 - second, 0.5 - 2 * second, 0 - second })
            expected[0].push_back(2 * process);
        whiten(expected, Whitening::Unbiased, false);
        QVERIFY(near(advantages(1), expected[0]));
    }

    void primeMasksWhatHasNoVerdict()
    {
        Batch batch("prime");
        batch.scored.rewards[1] = { kNaN };
        batch.scored.verdicts = { 1, kNaN, 1, 0 };
        batch.scored.primeRewards = { { 0, 0 }, { 0, 0, 0 }, { 0 }, { 0, 0 } };
        batch.set();
        QVERIFY(batch.samples[1].masked && !batch.samples[0].masked);
        const std::vector<double> tokens = batch.tokens();
        QVERIFY(std::abs(tokens[0] - tokens[2]) < 1e-6); // no baseline has moved: both are the mean
        QVERIFY(tokens[5] > tokens[0] && tokens[6] < tokens[0]);
    }

    void stepsTakeTheOutcomesPlace()
    {
        Batch batch("grpo");
        batch.scored.steps
            = { { 2, { 0, 1 }, { 1, 0 } }, { 3, { 1 }, { 0 } }, { 1, { 0 }, { 0.5 } }, { 2, { 1 }, { 0.5 } } };
        batch.set();
        const double mean = 1.0 / 3, std = std::sqrt(1.0 / 3) + 1e-4, up = (1 - mean) / std, down = -mean / std;
        QVERIFY(near(batch.tokens(), { up + down, down, down, down, 0, 0, 0, 0 }));
        QVERIFY(near({ batch.samples[0].advantage }, { up / 2 + down }));
    }
};

QTEST_GUILESS_MAIN(TestOnlineTargets)
#include "tst_online_targets.moc"
