// Known answers: equal numbers are equal however they are written, everything else is compared as text.

#include "core/tasks/exact_answer.h"

#include <QtTest>

using namespace aha;

class TestExactAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void normalForms_data()
    {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("normal");
        const auto row = [](const char* answer, const char* normal) { QTest::newRow(answer) << answer << normal; };
        for (const char* same : { "42", " 42\n", "42.0", "+42", "$42$", "$42", "\\$42", "42.", "84/2", "\\frac{84}{2}",
                 "$\\dfrac{84}{2}$", "042" })
            row(same, "42");
        row("-3", "-3");
        row("-\\frac{1}{2}", "-1/2");
        row("0.5", "1/2");
        row("1,234,567", "1234567");
        row("1,234.50", "2469/2");
        row("12,34", "12,34"); // no thousands
        row("1,2345", "1,2345");
        row("1/0", "1/0");
        row("1/2/3", "1/2/3");
        row("3 apples", "3 apples");
        row("  New\n York ", "new york");
        row("(A)", "(a)");
        row("", "");
        row(".", ".");
    }
    void normalForms()
    {
        QFETCH(QString, answer);
        QFETCH(QString, normal);
        QCOMPARE(QString::fromStdString(normalAnswer(answer.toStdString())), normal);
    }

    void judges_data()
    {
        QTest::addColumn<QString>("completion");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<double>("format");
        QTest::newRow("right") << "<think>x</think><answer>0.50</answer>"
                               << "ok" << 1.0;
        QTest::newRow("boxed") << "<think>x</think> so \\boxed{\\frac{1}{2}}"
                               << "ok" << 0.0;
        QTest::newRow("boxed while thinking") << "<think>\\boxed{1/2}</think> hm"
                                              << "no_answer" << 0.0;
        QTest::newRow("unclosed box") << "<think>x</think> \\boxed{1/2"
                                      << "no_answer" << 0.0;
        QTest::newRow("wrong") << "<think>x</think><answer>0.51</answer>"
                               << "wrong_value" << 1.0;
        QTest::newRow("never ends") << "\\boxed{1/2}"
                                    << "no_think_end" << 0.0;
    }
    void judges()
    {
        QFETCH(QString, completion);
        QFETCH(QString, reason);
        QFETCH(double, format);
        const Judgement j = judgeExact("1/2", completion.toStdString());
        QCOMPARE(QString::fromStdString(j.reason), reason);
        QCOMPARE(j.format, format);
        QCOMPARE(j.accuracy, reason == QLatin1String("ok") ? 1.0 : 0.0);
    }

    void longInputIsLinear()
    {
        // Counted, not timed: the longest number that is read as one has 100 digits.
        const std::string digits(200'000, '9'), boxes = "</think>" + std::string(100'000, '{') + "\\boxed{" + digits;
        QCOMPARE(normalAnswer(digits), digits);
        QCOMPARE(judgeExact("9", boxes).reason, std::string("no_answer"));
    }
};

QTEST_GUILESS_MAIN(TestExactAnswer)
#include "tst_exact_answer.moc"
