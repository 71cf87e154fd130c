// Groups with variance are kept by their score and replace groups without.

#include "core/engine/replay_buffer.h"

#include <QtTest>

#include <cmath>
#include <map>

using namespace aha;

namespace {

RunConfig configOf(int64_t groups)
{
    RunConfig config;
    config.selection.replayGroups = groups;
    config.rollout.numGenerations = 2;
    return config;
}

/// Groups of two whose rewards have these deviations; advantages are ±1, and the ids say which group it is.
struct Step {
    Advantages rewards;
    std::vector<TrainingSample> samples;
    Step(const std::vector<double>& deviations, int32_t first)
    {
        rewards.groupStd = deviations;
        for (size_t g = 0; g < deviations.size(); ++g)
            for (int j = 0; j < 2; ++j) {
                TrainingSample sample;
                sample.ids = { 7, first + int32_t(g), j };
                sample.promptLength = 1;
                sample.oldLogp = { -0.1f, -1.0f / 3 };
                sample.advantage = deviations[g] > 0 ? 1 - 2 * j : 0;
                sample.tokenAdvantage = { 0.5f, float(first) };
                samples.push_back(sample);
            }
    }
    std::vector<int32_t> groups() const
    {
        std::vector<int32_t> all;
        for (size_t i = 0; i < samples.size(); i += 2)
            all.push_back(samples[i].ids[1]);
        return all;
    }
};

} // namespace

class TestReplayBuffer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesThePlaceOfGroupsWithoutVariance()
    {
        ReplayBuffer buffer(configOf(4));
        Step empty({ 0, 0 }, 0);
        QCOMPARE(buffer.exchange(1, empty.rewards, empty.samples).replayed, 0); // nothing to replay yet
        QCOMPARE(empty.groups(), std::vector<int32_t>({ 0, 1 }));
        Step first({ 0.5, 0.25 }, 10);
        QCOMPARE(buffer.exchange(2, first.rewards, first.samples).replayed, 0);
        QCOMPARE(first.groups(), std::vector<int32_t>({ 10, 11 }));
        QVERIFY(!first.samples[0].stale);
        QCOMPARE(buffer.size(), size_t(2));
        Step second({ 0, 0.1, std::nan("") }, 20);
        const ReplayBuffer::Exchange exchange = buffer.exchange(5, second.rewards, second.samples);
        QCOMPARE(exchange.replayed, 2);
        QCOMPARE(second.groups()[1], 21);
        QVERIFY(second.groups()[0] != 20 && second.groups()[2] != 22 && second.groups()[0] != second.groups()[2]);
        double ages = 0;
        for (const size_t g : { 0, 2 })
            ages += second.groups()[g] == 21 ? 0 : 3;
        QCOMPARE(exchange.meanAge, ages / 2);
        for (const size_t i : { 0, 1, 4, 5 }) {
            QVERIFY(second.samples[i].stale); // another policy drew it
            QCOMPARE(second.samples[i].advantage, i % 2 == 0 ? 1.0 : -1.0); // its own
        }
        QVERIFY(!second.samples[2].stale);
    }

    void keepsTheHighestScores()
    {
        ReplayBuffer buffer(configOf(2));
        Step step({ 0.3, 0.1, 0.2, 0.1 }, 0); // 0.1 is pushed out by 0.2
        buffer.exchange(1, step.rewards, step.samples);
        QCOMPARE(buffer.size(), size_t(2));
        std::map<int32_t, int> drawn;
        for (int64_t s = 2; s < 5002; ++s) {
            Step empty({ 0 }, 100);
            buffer.exchange(s, empty.rewards, empty.samples);
            ++drawn[empty.groups()[0]];
        }
        QCOMPARE(drawn.size(), size_t(2)); // in proportion to their scores, 3 : 2
        QVERIFY2(std::abs(drawn[0] / 5000.0 - 0.6) < 0.03, std::to_string(drawn[0]).c_str());
        QVERIFY(drawn[2] > 0);
    }

    void putsBackWhereMoreAreWanted()
    {
        ReplayBuffer buffer(configOf(2));
        Step step({ 0.3, 0, 0, 0 }, 0);
        QCOMPARE(buffer.exchange(1, step.rewards, step.samples).replayed, 3);
        QCOMPARE(step.groups(), std::vector<int32_t>({ 0, 0, 0, 0 }));
    }

    void goesOnFromItsState()
    {
        ReplayBuffer one(configOf(3)), two(configOf(3));
        Step step({ 0.3, 0.7, 0.2 }, 0);
        step.samples[0].samplingLogp = { -0.123456f, -9.87654e-7f };
        step.samples[0].correction = { 1.5f, 0.25f };
        one.exchange(1, step.rewards, step.samples);
        QVERIFY(two.restore(one.state()).ok());
        QCOMPARE(two.state(), one.state());
        for (int64_t s = 2; s < 20; ++s) {
            Step a({ 0, 0.1 * double(s % 7), 0 }, int32_t(10 * s)), b = a;
            one.exchange(s, a.rewards, a.samples);
            two.exchange(s, b.rewards, b.samples);
            for (size_t i = 0; i < a.samples.size(); ++i) {
                QCOMPARE(a.samples[i].ids, b.samples[i].ids);
                QCOMPARE(a.samples[i].oldLogp, b.samples[i].oldLogp);
                QCOMPARE(a.samples[i].samplingLogp, b.samples[i].samplingLogp);
                QCOMPARE(a.samples[i].correction, b.samples[i].correction);
                QCOMPARE(a.samples[i].tokenAdvantage, b.samples[i].tokenAdvantage);
            }
        }
        for (const char* bad : { "", "{}", R"({"groups":[{"score":1,"step":1,"samples":[]}]})", R"({"groups":3})" })
            QCOMPARE(two.restore(bad).error().code, std::string("checkpoint_invalid"));
        QCOMPARE(two.state(), one.state());
    }
};

QTEST_GUILESS_MAIN(TestReplayBuffer)
#include "tst_replay_buffer.moc"
