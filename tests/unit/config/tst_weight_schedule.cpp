// Weights that move with the steps: how the text is read, where a mistake stands, and which weight counts.

#include "core/config/weight_schedule.h"

#include <QtTest>

using namespace aha;

class TestWeightSchedule : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linearBetweenPoints()
    {
        RewardConfig rewards;
        rewards.length = 7; // a schedule does not use it
        rewards.weightSchedule = " length: 0@1 1@101;format :1@50 -0.5@60 2@61 ";
        QCOMPARE(rewardsAt(rewards, 1).length, 0.0);
        QCOMPARE(rewardsAt(rewards, 26).length, 0.25);
        QCOMPARE(rewardsAt(rewards, 101).length, 1.0);
        QCOMPARE(rewardsAt(rewards, 5000).length, 1.0); // after the last
        QCOMPARE(rewardsAt(rewards, 0).length, 0.0); // before the first
        QCOMPARE(rewardsAt(rewards, 3).format, 1.0);
        QCOMPARE(rewardsAt(rewards, 54).format, 0.4);
        QCOMPARE(rewardsAt(rewards, 60).format, -0.5);
        QCOMPARE(rewardsAt(rewards, 61).format, 2.0);
        QCOMPARE(rewardsAt(rewards, 61).accuracy, 1.0); // has none
    }

    void everyPartHasAName()
    {
        RunConfig config;
        for (const RewardWeight& part : kRewardWeights) {
            config.rewards.weightSchedule = std::string(part.name) + ": 3@1";
            QCOMPARE(rewardsAt(config.rewards, 1).*part.weight, 3.0);
            RunConfig changed; // by the field of the same name
            QVERIFY2(applySetting(changed, "rewards." + std::string(part.name) + "=42").ok(), part.name);
            QCOMPARE(changed.rewards.*part.weight, 42.0);
        }
    }

    void aScheduleIsAWeight()
    {
        RewardConfig rewards;
        QVERIFY(!isWeighed(rewards, &RewardConfig::length));
        rewards.weightSchedule = "length: 0@1 1@5";
        QVERIFY(isWeighed(rewards, &RewardConfig::length) && isScheduled(rewards, &RewardConfig::length));
        QVERIFY(isWeighed(rewards, &RewardConfig::accuracy) && !isScheduled(rewards, &RewardConfig::accuracy));
        RunConfig config;
        config.rewards.accuracy = config.rewards.format = 0;
        QVERIFY(!validate(config).ok());
        config.rewards.weightSchedule = "accuracy: 0@1 1@5";
        QVERIFY(validate(config).ok());
        config.rewards.weightSchedule = "expression: 0@1 1@5";
        QVERIFY(!validate(config).ok()); // there is none
    }

    void mistakesHaveAPlace_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("name") << "length: 1@1; lenght: 0@1" << "column 14: \"lenght\" is no part of the reward";
        QTest::newRow("no name") << ": 0@1" << "column 1: nothing is no part";
        QTest::newRow("colon") << "length 0@1" << "column 8: expected a colon after length, and there is \"0\"";
        QTest::newRow("no points") << "length:" << "column 8: expected a weight, and there is nothing";
        QTest::newRow("weight") << "length: x@1" << "column 9: expected a weight, and there is \"x\"";
        QTest::newRow("at") << "length: 0 1@2" << "column 11: expected @ and a step after the weight";
        QTest::newRow("step") << "length: 0@1.5" << "column 11: expected a step (a whole number), and there is \"1.5\"";
        QTest::newRow("negative step") << "length: 0@-1" << "column 11: a step is not negative";
        QTest::newRow("order") << "length: 0@10 1@10" << "column 16: step 10 does not come after step 10";
        QTest::newRow("twice") << "length: 0@1; length: 1@1" << "column 14: length has a schedule already";
        QTest::newRow("large") << "length: 101@1" << "column 9: a weight must lie between -100 and 100";
        QTest::newRow("infinite") << "length: inf@1" << "column 9: a weight must lie between -100 and 100";
    }
    void mistakesHaveAPlace()
    {
        QFETCH(QString, text);
        QFETCH(QString, said);
        RunConfig config;
        config.rewards.weightSchedule = text.toStdString();
        const std::vector<Problem> found = problems(config);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(found[0].path, std::string("rewards.weight_schedule"));
        QVERIFY2(QString::fromStdString(found[0].error.message).startsWith("rewards.weight_schedule, " + said),
            found[0].error.message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestWeightSchedule)
#include "tst_weight_schedule.moc"
