// Which problems a step has: by their success rates, or from easy to hard.

#include "core/engine/problem_order.h"

#include <QtTest>

#include <cmath>
#include <map>

using namespace aha;

namespace {

RunConfig configOf(const char* order)
{
    RunConfig config;
    config.selection.order = order;
    config.selection.curriculumSteps = 10;
    config.rollout.promptsPerStep = 2;
    return config;
}

std::map<uint64_t, int> counts(const ProblemOrder& order, int steps, int64_t aStep = 1)
{
    std::map<uint64_t, int> all;
    for (int step = 1; step <= steps; ++step) {
        std::set<uint64_t> used;
        for (const uint64_t problem : order.draw(step, 0, aStep, used))
            ++all[problem];
    }
    return all;
}

} // namespace

class TestProblemOrder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theLessSolvedTheMoreOften()
    {
        ProblemOrder order(configOf("prioritized"), { {}, {}, {}, 0.75 });
        order.record(0, 8, 8); // always right: never again
        order.record(1, 1, 2);
        order.record(1, 0, 2); // a quarter in all
        std::map<uint64_t, int> seen = counts(order, 20000); // weights 0, 0.75, 1, 0.25
        QCOMPARE(seen[0], 0);
        for (const auto& [problem, share] : std::map<uint64_t, double> { { 1, 0.375 }, { 2, 0.5 }, { 3, 0.125 } })
            QVERIFY2(std::abs(seen[problem] / 20000.0 - share) < 0.015, std::to_string(seen[problem]).c_str());
        QCOMPARE(order.summary().sampled, 2.0);
        QCOMPARE(order.summary().meanRate, 0.625);
    }

    void nothingComesTwiceBeforeAllHaveCome()
    {
        ProblemOrder order(configOf("prioritized"), std::vector<std::optional<double>>(5));
        order.record(4, 1, 1);
        std::set<uint64_t> used;
        const std::vector<uint64_t> first = order.draw(3, 0, 2, used), second = order.draw(3, 1, 2, used);
        QCOMPARE(used, (std::set<uint64_t> { 0, 1, 2, 3 }));
        QCOMPARE(order.draw(3, 2, 1, used).size(), size_t(1)); // begins again, without the solved one
        QVERIFY(!used.count(4));
        for (uint64_t i = 0; i < 4; ++i)
            order.record(i, 1, 1);
        std::set<uint64_t> none;
        QCOMPARE(order.draw(4, 0, 5, none).size(), size_t(5)); // all are solved: all alike
        QCOMPARE(none.size(), size_t(5));
    }

    void drawsDependOnTheirKeyAlone()
    {
        const ProblemOrder order(configOf("prioritized"), std::vector<std::optional<double>>(100));
        std::set<uint64_t> a, b, c, d;
        const auto first = order.draw(7, 0, 5, a);
        QCOMPARE(order.draw(7, 0, 5, b), first);
        QVERIFY(order.draw(8, 0, 5, c) != first);
        QVERIFY(order.draw(7, 1, 5, d) != first);
        RunConfig other = configOf("prioritized");
        other.general.seed = 1;
        std::set<uint64_t> e;
        QVERIFY(ProblemOrder(other, std::vector<std::optional<double>>(100)).draw(7, 0, 5, e) != first);
    }

    void fromEasyToHard()
    {
        // Pass rates of rows; the last two have none.
        ProblemOrder order(configOf("curriculum"), { 0.1, 0.9, 0.5, 0.3, {}, {} });
        QCOMPARE(order.open(1), size_t(2));
        QCOMPARE(order.open(5), size_t(3));
        QCOMPARE(order.open(10), size_t(6));
        QCOMPARE(order.open(1000), size_t(6));
        const auto easiest = [&](int64_t step) {
            std::set<uint64_t> open;
            order.draw(step, 0, int64_t(order.open(step)), open);
            return open;
        };
        QCOMPARE(easiest(1), (std::set<uint64_t> { 1, 2 })); // 0.5 of the row before 0.5 of the unknown
        QCOMPARE(easiest(5), (std::set<uint64_t> { 1, 2, 4 }));
        order.record(5, 7, 10);
        QCOMPARE(easiest(1), (std::set<uint64_t> { 1, 4 })); // 0.7 of its own, and 0.7 as those that were sampled
        order.record(4, 0, 30);
        QCOMPARE(easiest(1), (std::set<uint64_t> { 1, 5 }));
        order.record(1, 0, 100); // a row's rate stays
        QVERIFY(easiest(1).count(1));
        for (const auto& [problem, count] : counts(order, 1, 2))
            QVERIFY(count == 1 && problem != 0);
    }

    void halfTheRunWhereNothingIsSaid()
    {
        RunConfig config = configOf("curriculum");
        config.selection.curriculumSteps = 0;
        config.general.maxSteps = 40;
        const ProblemOrder order(config, std::vector<std::optional<double>>(100));
        QCOMPARE(order.open(10), size_t(50));
        QCOMPARE(order.open(20), size_t(100));
    }

    void goesOnFromItsState()
    {
        ProblemOrder one(configOf("prioritized"), std::vector<std::optional<double>>(50)), two = one;
        for (uint64_t i = 0; i < 40; ++i)
            one.record(i, int64_t(i % 3), 2);
        QVERIFY(counts(one, 10) != counts(two, 10));
        QVERIFY(two.restore(one.state()).ok());
        QCOMPARE(counts(one, 10), counts(two, 10));
        for (const char* bad : { "", "{}", "[1", R"({"right":[1],"judged":[1]})", R"({"right":1,"judged":2})" })
            QCOMPARE(two.restore(bad).error().code, std::string("checkpoint_invalid"));
        QCOMPARE(counts(one, 10), counts(two, 10)); // unharmed
    }
};

QTEST_GUILESS_MAIN(TestProblemOrder)
#include "tst_problem_order.moc"
