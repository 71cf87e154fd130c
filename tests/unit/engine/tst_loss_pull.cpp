// What a loss does to each token of stored completions, against numbers worked out by hand; and what can be named.

#include "core/engine/loss_pull.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

/// One group of two: reward 1 with two tokens, reward 0 with four. Old log-probs -1 everywhere.
StoredRollouts pair()
{
    StoredRollouts r;
    r.groupSize = 2;
    r.prompts = { "p" };
    r.samples.resize(2);
    r.samples[0] = { { 5, 6 }, 0, { -1, -1 }, {}, 0 };
    r.samples[1] = { { 5, 6, 7, 8 }, 0, { -1, -1, -1, -1 }, {}, 0 };
    r.batch.rewards = { { 1 }, { 0 } };
    r.batch.weights = { 1 };
    r.batch.ended = { true, false };
    r.batch.correct = { true, false };
    return r;
}

std::vector<std::vector<float>> oldLogps(const StoredRollouts& r)
{
    std::vector<std::vector<float>> all;
    for (const TrainingSample& sample : r.samples)
        all.push_back(sample.oldLogp);
    return all;
}

LossVariant variant(const char* text) { return orThrow(lossVariant(RunConfig(), text)); }

bool near(double a, double b) { return std::abs(a - b) < 1e-5; }

} // namespace

class TestLossPull : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void grpo()
    {
        // A = ±0.5 / (0.70711 + 1e-4) = ±0.70701; a token weighs 1 / (2 rows · length).
        const StoredRollouts r = pair();
        const LossPull p = lossPull(r, oldLogps(r), variant("grpo"));
        QVERIFY(near(p.advantage[0], 0.70701) && near(p.advantage[1], -0.70701));
        for (const float pull : p.pull[0])
            QVERIFY(near(pull, 0.70701 / 4));
        for (const float pull : p.pull[1])
            QVERIFY(near(pull, -0.70701 / 8));
        QVERIFY(near(p.summary.ofPositive, 0.35350) && near(p.summary.ofNegative, 0.35350));
        QVERIFY(near(p.summary.lengthBias, -1)); // the longer, the weaker
        QCOMPARE(p.summary.silent, 0.0);
    }
    void theLengthBiasIsGone()
    {
        const StoredRollouts r = pair();
        const LossPull p = lossPull(r, oldLogps(r), variant("dr_grpo")); // A = ±0.5, 1 / (2 · 200)
        QVERIFY(near(p.pull[0][0], 0.5 / 400) && near(p.pull[1][3], -0.5 / 400));
        const LossPull d = lossPull(r, oldLogps(r), variant("dapo")); // 1 / 6 tokens
        QVERIFY(near(d.pull[0][0], 0.70701 / 6) && near(d.pull[1][0], -0.70701 / 6));
    }
    void clippingSilences()
    {
        const StoredRollouts r = pair();
        auto logp = oldLogps(r);
        logp[0][1] = float(-1 + std::log(1.5)); // raised beyond 1.2 where A > 0: cut
        logp[1][0] = float(-1 + std::log(1.5)); // raised where A < 0: pulled back, 1.5 times
        logp[1][2] = float(-1 + std::log(0.5)); // lowered beyond 0.8 where A < 0: cut
        const LossPull p = lossPull(r, logp, variant("grpo"));
        QCOMPARE(p.pull[0][1], 0.0f);
        QVERIFY(near(p.pull[1][0], -1.5 * 0.70701 / 8));
        QCOMPARE(p.pull[1][2], 0.0f);
        QVERIFY(near(p.summary.clippedLow, 1.0 / 6) && near(p.summary.clippedHigh, 1.0 / 6));
        QVERIFY(near(p.summary.silent, 2.0 / 6));
        // CISPO cuts the weight, not the token.
        QVERIFY(lossPull(r, logp, variant("mine=cispo,epsilon_high=0.2")).pull[0][1] > 0);
    }
    void maskedCompletionsDoNotPull()
    {
        const StoredRollouts r = pair();
        const LossPull p = lossPull(r, oldLogps(r), variant("m=grpo,mask_truncated_completions=true"));
        QVERIFY(p.pull[0][0] > 0 && p.pull[1][0] == 0);
    }
    void rewardsOfTheVariant()
    {
        StoredRollouts r = pair();
        r.parts = { "accuracy", "format" };
        r.batch.rewards = { { 1, 0 }, { 0, 1 } };
        r.batch.weights = { 1, 0.1 };
        QVERIFY(lossPull(r, oldLogps(r), variant("grpo")).advantage[0] > 0);
        QVERIFY(lossPull(r, oldLogps(r), variant("f=rewards.format=2")).advantage[0] < 0);
        try {
            lossPull(r, oldLogps(r), variant("l=rewards.language=1"));
            QFAIL("a part that is not stored was weighed");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string("loss_not_stored"));
        }
    }
    void rewardsThatAreEqual()
    {
        StoredRollouts r = pair();
        r.batch.rewards = { { 0.3 }, { 0.3 } };
        const LossPull p = lossPull(r, oldLogps(r), variant("grpo"));
        QCOMPARE(p.zeroVariance, std::vector<bool>({ true }));
        QCOMPARE(p.summary.silent, 1.0);
    }

    void everyNameIsALoss()
    {
        const StoredRollouts r = pair();
        for (const std::string& name : lossVariantNames()) {
            const LossPull p = lossPull(r, oldLogps(r), variant(name.c_str()));
            QVERIFY2(p.pull[0][0] > 0, name.c_str());
        }
    }
    void names()
    {
        QCOMPARE(variant("b=beta=0.1,kl_placement=reward").name, std::string("b"));
        QCOMPARE(variant("b=beta=0.1").config.algorithm.beta, 0.1);
        QCOMPARE(variant("dapo").config.algorithm.epsilonHigh, 0.28);
        QCOMPARE(lossVariant({}, "grp").error().code, std::string("loss_unknown"));
        QCOMPARE(lossVariant({}, "a=epsilonn=1").error().code, std::string("config_unknown"));
        QCOMPARE(lossVariant({}, "p=kind=ppo").error().code, std::string("loss_not_stored"));
        QCOMPARE(lossVariant({}, "p=kind=sft").error().code, std::string("loss_not_stored"));
    }
    void correlations()
    {
        QVERIFY(near(correlation({ 1, 2, 3 }, { 2, 4, 6 }), 1));
        QVERIFY(std::isnan(correlation({ 1, 1 }, { 1, 2 })));
    }
};

QTEST_APPLESS_MAIN(TestLossPull)
#include "tst_loss_pull.moc"
