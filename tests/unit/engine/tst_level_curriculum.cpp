// When a curriculum rises, falls and stays, and that it comes back from a checkpoint as it was.

#include "core/engine/level_curriculum.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

TaskConfig curriculum(int64_t level, double promote, double demote, int64_t after)
{
    TaskConfig config;
    config.level = level;
    config.promoteAt = promote;
    config.demoteAt = demote;
    config.promoteAfter = after;
    return config;
}

void step(LevelCurriculum& levels, int64_t right, int64_t judged)
{
    levels.record(right, judged);
    levels.endStep();
}

} // namespace

class TestLevelCurriculum : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void risesOnTheMeanOfItsSteps()
    {
        LevelCurriculum levels(curriculum(1, 0.7, 0, 3), 4);
        QVERIFY(std::isnan(levels.successRate()));
        step(levels, 10, 10);
        step(levels, 10, 10);
        QCOMPARE(levels.level(), 1); // two steps are not three
        step(levels, 1, 10);
        QCOMPARE(levels.level(), 2); // (1 + 1 + 0.1) / 3
        step(levels, 10, 10);
        step(levels, 10, 10);
        QCOMPARE(levels.level(), 2); // steps of the level before do not count
        QCOMPARE(levels.successRate(), 1.0);
    }

    void reachingTheThresholdIsEnough()
    {
        LevelCurriculum levels(curriculum(1, 0.75, 0, 1), 4);
        step(levels, 2, 4);
        QCOMPARE(levels.level(), 1);
        step(levels, 3, 4);
        QCOMPARE(levels.level(), 2);
    }

    void fallsBelowAndNeverLeavesTheLevels()
    {
        LevelCurriculum levels(curriculum(2, 0.9, 0.2, 1), 3);
        step(levels, 2, 10);
        QCOMPARE(levels.level(), 2); // not below
        step(levels, 1, 10);
        QCOMPARE(levels.level(), 1);
        step(levels, 0, 10);
        QCOMPARE(levels.level(), 1);
        for (int i = 0; i < 9; ++i)
            step(levels, 10, 10);
        QCOMPARE(levels.level(), 3);
    }

    void aStepWithoutVerdictsDoesNotCount()
    {
        LevelCurriculum levels(curriculum(1, 0.5, 0.1, 2), 3);
        step(levels, 4, 4);
        step(levels, 0, 0);
        QCOMPARE(levels.level(), 1);
        levels.record(1, 2); // rounds of a step are one step
        levels.record(0, 2);
        levels.endStep();
        QCOMPARE(levels.level(), 2); // (1 + 0.25) / 2
    }

    void comesBackAsItWas()
    {
        LevelCurriculum levels(curriculum(1, 0.7, 0, 3), 4);
        step(levels, 9, 10);
        step(levels, 8, 10);
        LevelCurriculum again(curriculum(1, 0.7, 0, 3), 4);
        QVERIFY(again.restore(levels.state()).ok());
        QCOMPARE(again.state(), levels.state());
        step(levels, 7, 10);
        step(again, 7, 10);
        QCOMPARE(again.level(), 2);
        QCOMPARE(again.state(), levels.state());
    }

    void foreignStatesAreRefused()
    {
        LevelCurriculum levels(curriculum(1, 0.7, 0, 2), 4);
        for (const char* text :
            { "", "{}", "[]", R"({"level":5,"shares":[]})", R"({"level":0,"shares":[]})", R"({"level":1,"shares":[2]})",
                R"({"level":1,"shares":[0.1,0.2,0.3]})", R"({"level":"1","shares":[]})" })
            QCOMPARE(levels.restore(text).error().code, std::string("checkpoint_invalid"));
        QCOMPARE(levels.level(), 1);
    }
};

QTEST_APPLESS_MAIN(TestLevelCurriculum)
#include "tst_level_curriculum.moc"
