// The generator: solvable, in range, reproducible, held out; equations and statistics of traces.

#include "core/tasks/countdown.h"
#include "tests/support/countdown_solver.h"

#include <QtTest>

#include <algorithm>
#include <set>

using namespace aha;

namespace {

TaskConfig configOf(
    int64_t numbers, int64_t numberMax, int64_t targetMax, const std::string& operators, int64_t heldOut)
{
    TaskConfig config;
    config.numbers = numbers;
    config.numberMax = numberMax;
    config.targetMax = targetMax;
    config.operators = operators;
    config.heldOutPercent = heldOut;
    return config;
}

/// What makes two problems the same: the numbers in any order, and the target.
std::vector<int64_t> keyOf(const std::string& itemJson)
{
    const CountdownItem item = *countdownItemFromJson(itemJson);
    std::vector<int64_t> key = item.numbers;
    std::sort(key.begin(), key.end());
    key.push_back(item.target);
    return key;
}

double statistic(
    const Task& task, const std::string& item, const std::string& text, const std::string& name, bool numerator = true)
{
    for (const TaskStatistic& s : task.statistics(item, text))
        if (s.name == "countdown/" + name)
            return numerator ? s.numerator : s.denominator;
    return -1;
}

} // namespace

class TestCountdown : public QObject {
    Q_OBJECT

    static void configurations()
    {
        QTest::addColumn<int>("numbers");
        QTest::addColumn<int>("numberMax");
        QTest::addColumn<int>("targetMax");
        QTest::addColumn<QString>("operators");
        QTest::addColumn<int>("heldOut");
        QTest::newRow("demo") << 3 << 9 << 40 << "+-*" << 40;
        QTest::newRow("two numbers") << 2 << 9 << 20 << "+-" << 30;
        QTest::newRow("four numbers") << 4 << 12 << 99 << "+-*" << 10;
        QTest::newRow("six numbers") << 6 << 5 << 30 << "+-" << 50;
        QTest::newRow("addition only") << 3 << 30 << 90 << "+" << 1;
        QTest::newRow("mostly held out") << 3 << 9 << 40 << "+-*" << 90;
        for (int numbers = 2; numbers <= 6; ++numbers)
            QTest::addRow("division, %d numbers", numbers) << numbers << 9 << 40 << "+-*/" << 40;
    }
    static TaskConfig current()
    {
        QFETCH(int, numbers);
        QFETCH(int, numberMax);
        QFETCH(int, targetMax);
        QFETCH(QString, operators);
        QFETCH(int, heldOut);
        return configOf(numbers, numberMax, targetMax, operators.toStdString(), heldOut);
    }

private Q_SLOTS:
    void problemsAreSolvableAndInRange_data() { configurations(); }
    void problemsAreSolvableAndInRange()
    {
        const TaskConfig config = current();
        const auto task = orThrow(makeTask(config));
        std::vector<TaskItem> items = task->heldOut(60);
        for (uint64_t i = 0; i < 60; ++i)
            items.push_back(task->trainItem(9, i));
        for (const TaskItem& item : items) {
            const CountdownItem problem = *countdownItemFromJson(item.itemJson);
            QCOMPARE(int64_t(problem.numbers.size()), config.numbers);
            for (const int64_t number : problem.numbers)
                QVERIFY(number >= config.numberMin && number <= config.numberMax);
            QVERIFY(problem.target >= config.targetMin && problem.target <= config.targetMax);
            QVERIFY2(support::solvable(problem.numbers, problem.target, config.operators), item.itemJson.c_str());
            QCOMPARE(countdownPrompt(problem), item.prompt);
        }
    }

    void heldOutIsNeverTrainedOn_data() { configurations(); }
    void heldOutIsNeverTrainedOn()
    {
        const auto task = orThrow(makeTask(current()));
        std::set<std::vector<int64_t>> held;
        for (const TaskItem& item : task->heldOut(2000))
            QVERIFY2(held.insert(keyOf(item.itemJson)).second, "twice in the held-out set");
        QVERIFY(!held.empty());
        for (const uint64_t seed : { 0, 1, 2, 12345 })
            for (uint64_t i = 0; i < 400; ++i)
                QVERIFY(!held.count(keyOf(task->trainItem(seed, i).itemJson)));
    }

    void heldOutIsFixed()
    {
        const auto task = orThrow(makeTask(TaskConfig {})), again = orThrow(makeTask(TaskConfig {}));
        const std::vector<TaskItem> few = task->heldOut(50), many = again->heldOut(200);
        for (size_t i = 0; i < few.size(); ++i) // a longer set starts with the shorter one
            QCOMPARE(few[i].itemJson, many[i].itemJson);
        QCOMPARE(
            QByteArray::fromStdString(task->heldOut(1)[0].itemJson), QByteArray(kFirstHeldOut)); // of every version
    }

    /// What configurations without division draw stays as it is in every version: runs are repeated.
    void drawsStay_data()
    {
        QTest::addColumn<int>("numbers");
        QTest::addColumn<QByteArray>("operators");
        QTest::addColumn<QByteArray>("held");
        QTest::addColumn<QByteArray>("train");
        QTest::newRow("2 +-") << 2 << QByteArray("+-") << QByteArray(R"({"numbers":[2,1],"target":3})")
                              << QByteArray(R"({"numbers":[6,3],"target":9})");
        QTest::newRow("3 +*") << 3 << QByteArray("+*") << QByteArray(R"({"numbers":[8,2,1],"target":10})")
                              << QByteArray(R"({"numbers":[8,2,1],"target":11})");
        QTest::newRow("3 +-*") << 3 << QByteArray("+-*") << QByteArray(R"({"numbers":[1,4,1],"target":4})")
                               << QByteArray(R"({"numbers":[3,8,6],"target":17})");
        QTest::newRow("4 +-*") << 4 << QByteArray("+-*") << QByteArray(R"({"numbers":[5,7,6,1],"target":38})")
                               << QByteArray(R"({"numbers":[1,4,3,4],"target":3})");
        QTest::newRow("5 +-*") << 5 << QByteArray("+-*") << QByteArray(R"({"numbers":[3,2,6,2,8],"target":17})")
                               << QByteArray(R"({"numbers":[5,4,7,1,8],"target":17})");
        QTest::newRow("6 +-") << 6 << QByteArray("+-") << QByteArray(R"({"numbers":[3,2,6,2,8,2],"target":17})")
                              << QByteArray(R"({"numbers":[1,4,3,4,9,3],"target":8})");
    }
    void drawsStay()
    {
        QFETCH(int, numbers);
        QFETCH(QByteArray, operators);
        QFETCH(QByteArray, held);
        QFETCH(QByteArray, train);
        const auto task = orThrow(makeTask(configOf(numbers, 9, 40, operators.toStdString(), 40)));
        QCOMPARE(QByteArray::fromStdString(task->heldOut(1)[0].itemJson), held);
        QCOMPARE(QByteArray::fromStdString(task->trainItem(5, 7).itemJson), train);
    }

    void divisionIsNeeded()
    {
        const auto task = orThrow(makeTask(configOf(4, 9, 40, "+-*/", 40)));
        int whole = 0, fractional = 0; // problems that need a division, and a fraction
        for (uint64_t i = 0; i < 600; ++i) {
            const CountdownItem item = *countdownItemFromJson(task->trainItem(2, i).itemJson);
            whole += !support::solvable(item.numbers, item.target, "+-*");
            fractional += !support::solvable(item.numbers, item.target, "+-*/", true);
        }
        QVERIFY2(whole > 10 && fractional > 0, qPrintable(QString("%1 %2").arg(whole).arg(fractional)));
    }

    void dividingStepsAreExact()
    {
        const std::vector<int64_t> numbers { 8, 2, 3 };
        const std::vector<TwoStep> all = twoSteps(numbers, "+-*/", -30, 99);
        std::set<std::string> answers;
        for (const TwoStep& t : all) {
            const std::string text = "</think><answer>" + t.answer() + "</answer>";
            const Judgement j = judgeCountdown({ numbers, t.value }, text);
            QVERIFY2(j.verdict == Verdict::Correct, t.answer().c_str());
            QCOMPARE(j.normalForm, std::to_string(t.value));
            QCOMPARE(text.substr(j.begin, j.end - j.begin), t.answer());
            QVERIFY(findEquations(t.working(), { numbers, t.value }).back().hitsTarget);
            answers.insert(t.answer());
        }
        QVERIFY(answers.count("( 8 / 2 ) + 3") && answers.count("8 / ( 3 - 2 )"));
        QVERIFY(!answers.count("( 8 / 3 ) + 2"));
        const Judgement third = judgeCountdown({ { 1, 3 }, 3 }, "</think><answer>1/3</answer>");
        QCOMPARE(third.normalForm, std::string("1/3"));
        QCOMPARE(third.reason, std::string("wrong_value"));
    }

    void trainingProblemsAreReproducible()
    {
        const auto task = orThrow(makeTask(TaskConfig {}));
        std::set<std::string> different;
        for (uint64_t i = 0; i < 200; ++i) {
            QCOMPARE(task->trainItem(3, i).itemJson, task->trainItem(3, i).itemJson);
            different.insert(task->trainItem(3, i).itemJson);
        }
        QVERIFY(different.size() > 150);
        QVERIFY(task->trainItem(3, 0).itemJson != task->trainItem(4, 0).itemJson);
    }

    void smallTasksEnd()
    {
        TaskConfig config = configOf(2, 2, 4, "+", 50); // 1+1, 1+2, 2+2
        const auto task = makeTask(config);
        if (task.ok())
            QVERIFY((*task)->heldOut(1000).size() < 3);
        config.targetMin = 35;
        config.targetMax = 40; // out of reach
        config.valueMax = 99;
        QCOMPARE(makeTask(config).error().code, std::string("task_impossible"));
        config.name = "chess";
        QCOMPARE(makeTask(config).error().code, std::string("task_unknown"));
    }

    void twoStepsAreExactAndBounded()
    {
        const std::vector<int64_t> numbers { 5, 9, 6 };
        const std::vector<TwoStep> all = twoSteps(numbers, "+-*", -30, 99);
        QVERIFY(!all.empty());
        for (const TwoStep& t : all) {
            QVERIFY(t.first >= -30 && t.first <= 99 && t.value >= -30 && t.value <= 99);
            const Judgement j = judgeCountdown({ numbers, t.value }, "</think> <answer> " + t.answer() + " </answer>");
            QVERIFY2(j.verdict == Verdict::Correct, t.answer().c_str());
            for (const Equation& e : findEquations(t.working(), { numbers, t.value }))
                QVERIFY(e.right);
            QVERIFY(findEquations(t.working(), { numbers, t.value }).back().hitsTarget);
        }
    }

    void itemJson_data()
    {
        QTest::addColumn<QByteArray>("json");
        for (const char* bad : { "", "{}", "[]", R"({"numbers":[],"target":1})", R"({"numbers":[1.5],"target":1})",
                 R"({"numbers":[1],"target":"1"})", R"({"numbers":"1","target":1})", R"({"numbers":[1]})",
                 R"({"numbers":[18446744073709551615],"target":1})", R"({"numbers":[1],"target":9223372036854775808})",
                 R"({"numbers":[[1]],"target":1})" })
            QTest::newRow(bad) << QByteArray(bad);
        QTest::newRow("65 numbers") << QByteArray(
            "{\"numbers\":[" + QByteArray("1,").repeated(64) + "1],\"target\":1}");
        QTest::newRow("deep") << QByteArray(200'000, '[');
    }
    void itemJson()
    {
        QFETCH(QByteArray, json);
        QCOMPARE(countdownItemFromJson(json.toStdString()).error().code, std::string("task_item_invalid"));
        QCOMPARE(orThrow(makeTask(TaskConfig {}))->judge(json.toStdString(), "</think><answer>1</answer>").verdict,
            Verdict::InfraError);
    }

    void equations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("want"); // r/f right or false, a attempt, h hit
        QTest::newRow("hit") << "5 * 9 = 45 , 45 - 6 = 39"
                             << "r rah";
        QTest::newRow("miss") << "5 + 9 = 14 , 14 + 6 = 20"
                              << "r ra";
        QTest::newRow("claimed hit") << "5 + 9 = 14 , 14 + 6 = 39"
                                     << "r fa";
        QTest::newRow("half an attempt") << "5 + 9 = 14"
                                         << "r";
        QTest::newRow("chain broken by a word") << "5 * 9 = 45 , wait 45 - 6 = 39"
                                                << "r r";
        QTest::newRow("no spaces") << "5*9=45"
                                   << "";
        QTest::newRow("negative") << "5 - 9 = -4 , -4 + 6 = 2"
                                  << "r ra";
        QTest::newRow("after the reasoning") << "x </think> 5 * 9 = 45 , 45 - 6 = 39"
                                             << "";
        QTest::newRow("overflowing") << "99999999999 * 99999999999 = 1"
                                     << "";
        QTest::newRow("largest") << "999999999 * 999999999 = 1"
                                 << "f";
        QTest::newRow("division") << "8 / 2 = 4 , 4 + 35 = 39"
                                  << "r rah";
        QTest::newRow("division with a rest") << "9 / 2 = 4"
                                              << "f";
        QTest::newRow("division by zero") << "9 / 0 = 0"
                                          << "f";
        QTest::newRow("cut") << "5 * 9 ="
                             << "";
    }
    void equations()
    {
        QFETCH(QString, text);
        QFETCH(QString, want);
        QStringList got;
        const std::string bytes = text.toStdString();
        for (const Equation& e : findEquations(bytes, { { 5, 9, 6 }, 39 })) {
            got << QString(e.right ? "r" : "f") + (e.endsAttempt ? "a" : "") + (e.hitsTarget ? "h" : "");
            QVERIFY(e.begin < e.end && e.end <= bytes.size());
        }
        QCOMPARE(got.join(' '), want);
    }

    void statistics()
    {
        const auto task = orThrow(makeTask(TaskConfig {}));
        const std::string item = R"({"numbers":[5,9,6],"target":39})";
        const std::string hit = "5 * 9 = 45 , 45 - 6 = 39 ", miss = "5 + 9 = 14 , 14 + 6 = 20 ",
                          lie = "5 + 9 = 15 , 15 + 6 = 21 ";
        QCOMPARE(statistic(*task, item, miss + hit + "</think>", "attempts_per_trace"), 2.0);
        QCOMPARE(statistic(*task, item, miss + hit + "</think>", "stop_after_hit"), 1.0);
        QCOMPARE(statistic(*task, item, miss + hit + "</think>", "stop_after_miss"), 0.0);
        QCOMPARE(statistic(*task, item, hit + miss + "</think>", "stop_after_hit"), 0.0);
        QCOMPARE(statistic(*task, item, hit + "5 + 9 = 14 </think>", "stop_after_hit"), 0.0); // went on calculating
        QCOMPARE(statistic(*task, item, hit, "stop_after_hit"), 0.0); // never closed
        QCOMPARE(statistic(*task, item, lie + miss + "</think>", "false_equation_share"), 1.0);
        QCOMPARE(statistic(*task, item, lie + miss + "</think>", "false_equation_share", false), 4.0);
        QCOMPARE(statistic(*task, item, "", "hits_per_attempt", false), 0.0);
        QCOMPARE(task->statistics("rubbish", hit).size(), task->statistics(item, hit).size()); // always the same names
    }

private:
    static constexpr const char* kFirstHeldOut = R"({"numbers":[1,4,1],"target":4})";
};

QTEST_GUILESS_MAIN(TestCountdown)
#include "tst_countdown.moc"
