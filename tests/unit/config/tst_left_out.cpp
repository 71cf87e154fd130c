// Which completions train nothing, and the reason that is given.

#include "core/config/left_out.h"

#include <QtTest>

using namespace aha;

class TestLeftOut : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void truncationMasksOnlyWhereAsked()
    {
        RunConfig config = defaultConfig("grpo");
        config.algorithm.maskTruncatedCompletions = false;
        const StoredFate cut { 4, true, true, 0.5, std::nullopt };
        QCOMPARE(leftOut(config, cut), LeftOut::No); // nothing is stored that says otherwise
        config.algorithm.maskTruncatedCompletions = true;
        QCOMPARE(leftOut(config, cut), LeftOut::Truncated);
        QCOMPARE(leftOut(config, { 4, false, true, 0.5, std::nullopt }), LeftOut::No);
    }

    void theEnginesRecordDecides()
    {
        RunConfig config = defaultConfig("grpo");
        config.algorithm.maskTruncatedCompletions = true;
        QCOMPARE(leftOut(config, { 4, true, true, 0.5, 120 }), LeftOut::No); // the setting was another then
        config.algorithm.maskTruncatedCompletions = false;
        QCOMPARE(leftOut(config, { 4, false, true, 0, 0 }), LeftOut::NoAdvantage);
        QCOMPARE(leftOut(config, { 4, false, true, 0, 120 }), LeftOut::No); // a KL term trains it
        QCOMPARE(leftOut(config, { 4, false, false, 0, 0 }), LeftOut::Unjudged);
        QCOMPARE(leftOut(config, { 4, false, true, 0.5, 0 }), LeftOut::NoGradient);
    }

    void aCriticWarmsUpAlone()
    {
        RunConfig config = defaultConfig("ppo");
        config.critic.warmupSteps = 3;
        QCOMPARE(leftOut(config, { 3, false, true, 0.5, std::nullopt }), LeftOut::Warmup);
        QCOMPARE(leftOut(config, { 4, false, true, 0.5, std::nullopt }), LeftOut::No);
        config.critic.backbone = "shared"; // then both learn from the first step on
        QCOMPARE(leftOut(config, { 3, false, true, 0.5, std::nullopt }), LeftOut::No);
    }

    void otherKindsAreNotJudged()
    {
        for (const char* kind : { "sft", "dpo", "distill", "reward_model" })
            QCOMPARE(leftOut(defaultConfig(kind), { 1, true, false, 0, 0 }), LeftOut::No);
    }
};

QTEST_GUILESS_MAIN(TestLeftOut)
#include "tst_left_out.moc"
