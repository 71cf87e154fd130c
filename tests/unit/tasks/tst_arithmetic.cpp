// Chain arithmetic and the answer tags it shares with the other tasks: an exact solver gets everything, wrong and
// strange answers nothing, and the split holds.

#include "core/tasks/answer_tags.h"
#include "core/tasks/arithmetic.h"
#include "tests/support/exact_value.h"

#include <QtTest>

#include <set>

using namespace aha;

namespace {

TaskConfig terms(int64_t numbers, const char* operators)
{
    TaskConfig config;
    config.name = "arithmetic";
    config.numbers = numbers;
    config.numberMin = 1;
    config.numberMax = 20;
    config.operators = operators;
    config.valueMin = -999;
    config.valueMax = 999;
    return config;
}

std::string answered(const std::string& answer) { return "<think>well</think> <answer>" + answer + "</answer>"; }

/// Independent of the generator: products first, then sums.
int64_t valueOf(const std::string& expression)
{
    const QStringList words = QString::fromStdString(expression).split(QLatin1Char(' '));
    QList<int64_t> summands { words[0].toLongLong() };
    for (int i = 1; i + 1 < words.size(); i += 2) {
        const int64_t number = words[i + 1].toLongLong();
        if (words[i] == QLatin1String("*"))
            summands.last() *= number;
        else
            summands.append(words[i] == QLatin1String("-") ? -number : number);
    }
    return std::accumulate(summands.begin(), summands.end(), int64_t(0));
}

} // namespace

class TestArithmetic : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void solverGetsEverythingAndNoiseNothing()
    {
        const std::unique_ptr<Task> task = orThrow(makeTask(terms(4, "+-*")));
        QCOMPARE(task->name(), std::string("arithmetic"));
        Rng rng(3, Purpose::Problem);
        int products = 0;
        for (uint64_t i = 0; i < 1000; ++i) {
            const TaskItem item = task->trainItem(7, i);
            QCOMPARE(task->trainItem(7, i).prompt, item.prompt);
            const ArithmeticItem problem = orThrow(arithmeticItemFromJson(item.itemJson));
            QCOMPARE(item.prompt, "What is " + problem.expression + "?");
            products += problem.expression.find('*') != std::string::npos;
            const int64_t value = valueOf(problem.expression);
            const Judgement right = task->judge(item.itemJson, answered(std::to_string(value)));
            QCOMPARE(right.verdict, Verdict::Correct);
            QCOMPARE(right.accuracy, 1.0);
            QCOMPARE(right.format, 1.0);
            const int64_t wrong = value + (rng.below(2) ? 1 : -1) * int64_t(1 + rng.below(50));
            QCOMPARE(task->judge(item.itemJson, answered(std::to_string(wrong))).reason, std::string("wrong_value"));
        }
        QVERIFY(products > 300);
    }

    void divisionsLeaveNothingOver()
    {
        const std::unique_ptr<Task> task = orThrow(makeTask(terms(4, "+-*/")));
        int divisions = 0;
        for (uint64_t i = 0; i < 300; ++i) {
            const ArithmeticItem problem = orThrow(arithmeticItemFromJson(task->trainItem(7, i).itemJson));
            QCOMPARE(support::exactValue(problem.expression).value(), (support::ExactValue { problem.value, 1 }));
            divisions += problem.expression.find('/') != std::string::npos;
        }
        QVERIFY2(divisions > 50, qPrintable(QString::number(divisions)));
    }

    void strictNumbers_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("reason");
        for (const char* fine : { "19", "+19", " 19\n", "019" })
            QTest::newRow(fine) << QString(fine) << "ok";
        for (const char* strange : { "19.0", "1 9", "x = 19", "19!", "--19", "+-19", "+", "0x13", "1e1", "１９" })
            QTest::newRow(strange) << QString(strange) << "not_a_number";
        QTest::newRow("beyond") << "99999999999999999999"
                                << "wrong_value";
        QTest::newRow("other sign") << "-19"
                                    << "wrong_value";
        QTest::newRow("empty") << " "
                               << "empty_answer";
        QTest::newRow("long") << QString(201, QLatin1Char('1')) << "too_long";
    }
    void strictNumbers()
    {
        QFETCH(QString, answer);
        QFETCH(QString, reason);
        const std::string text = answered(answer.toStdString());
        const Judgement j = judgeArithmetic({ "", 19 }, text);
        QCOMPARE(text.substr(j.begin, j.end - j.begin), j.extracted);
        if (reason == QLatin1String("ok"))
            QCOMPARE(j.normalForm, std::string("19"));
        QCOMPARE(QString::fromStdString(j.reason), reason);
        QCOMPARE(j.accuracy, reason == QLatin1String("ok") ? 1.0 : 0.0);
        QCOMPARE(j.verdict == Verdict::Correct, reason == QLatin1String("ok"));
    }

    void nothingHeldOutIsTrained()
    {
        const std::unique_ptr<Task> task = orThrow(makeTask(terms(2, "+")));
        std::set<std::string> held;
        for (const TaskItem& item : task->heldOut(1000))
            held.insert(item.prompt);
        QVERIFY(held.size() > 50 && held.size() < 300); // 400 sums, 40 % of them
        for (uint64_t i = 0; i < 2000; ++i)
            QVERIFY(!held.count(task->trainItem(1, i).prompt));
    }

    void boundsAreKept()
    {
        TaskConfig config = terms(6, "*");
        config.numberMin = 9000;
        config.numberMax = 9999;
        config.valueMax = 999999;
        const Result<std::unique_ptr<Task>> none = makeTask(config); // 9000^6 leaves the bounds, not the type
        QVERIFY(!none);
        QCOMPARE(none.error().code, std::string("task_impossible"));
        config.name = "chess";
        QCOMPARE(makeTask(config).error().code, std::string("task_unknown"));
        QVERIFY(makeTask(config).error().hint.find("arithmetic") != std::string::npos);
    }

    void badItemsAreInfrastructure()
    {
        const std::unique_ptr<Task> task = orThrow(makeTask(terms(2, "+")));
        for (const char* json : { "", "[]", "{}", "{\"value\":1.5}", "{\"value\":18446744073709551615}" })
            QCOMPARE(task->judge(json, answered("1")).verdict, Verdict::InfraError);
    }

    void tagsCountOnce_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("share");
        QTest::newRow("whole") << "<think>a</think><answer>b</answer>" << 1.0;
        QTest::newRow("none") << "five" << 0.0;
        QTest::newRow("opened") << "<think>a" << 0.25;
        QTest::newRow("twice") << "<think><think>a</think><answer>b</answer>" << 0.75;
        QTest::newRow("farmed") << "<answer><answer></answer></answer><think></think><think></think>" << 0.0;
    }
    void tagsCountOnce()
    {
        QFETCH(QString, text);
        QFETCH(double, share);
        QCOMPARE(tagShare(text.toStdString()), share);
        QCOMPARE(readAnswerTags(text.toStdString()).format, share == 1.0);
    }
};

QTEST_GUILESS_MAIN(TestArithmetic)
#include "tst_arithmetic.moc"
