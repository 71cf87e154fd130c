// The expression of a user: values, precedence, what is not scored, and what errors say.

#include "core/rewards/expression.h"

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

const std::vector<std::string> kNames { "accuracy", "tags", "length" };

double valueOf(const std::string& text, double accuracy, double tags, double length)
{
    const Result<RewardExpression> expression = RewardExpression::parse(text, kNames);
    return expression.ok() ? expression->value({ accuracy, tags, length }) : -12345;
}

} // namespace

class TestExpression : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void values_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("expected");
        const auto row = [](const char* text, double expected) { QTest::newRow(text) << text << expected; };
        row("1 + 2 * 3", 7);
        row("(1 + 2) * 3", 9);
        row("10 - 4 - 3", 3);
        row("16 / 4 / 2", 2);
        row("--2 - -1", 3);
        row("-2 * -3", 6);
        row(".5 + 1e1 + 2.", 12.5);
        row("accuracy + 2 * tags", 2);
        row("length / 100", 0.4);
        row("length < 50", 1);
        row("length >= 50", 0);
        row("1 + 1 == 2", 1);
        row("1 != 1", 0);
        row("2 <= 2", 1);
        row("3 > 4", 0);
        row("min(3, 1, 2)", 1);
        row("max(3, 1, 2)", 3);
        row("abs(-3)", 3);
        row("clamp(5, 0, 1) + clamp(-5, 0, 1) + clamp(0.25, 0, 1)", 1.25);
        row("if(length > 30, 1, 0/0)", 1); // the branch it does not take is not looked at
        row("accuracy * (1 - 0.2 * (length > 100)) + max(0, tags - 0.25)", 1.25);
    }
    void values()
    {
        QFETCH(QString, text);
        QFETCH(double, expected);
        QCOMPARE(valueOf(text.toStdString(), 1, 0.5, 40), expected);
    }

    void notScored()
    {
        const double nan = std::nan("");
        QVERIFY(std::isnan(valueOf("accuracy + 1", nan, 0, 0)));
        QVERIFY(std::isnan(valueOf("accuracy > 0", nan, 0, 0)));
        QVERIFY(std::isnan(valueOf("accuracy == accuracy", nan, 0, 0)));
        QVERIFY(std::isnan(valueOf("max(accuracy, 1)", nan, 0, 0)));
        QVERIFY(std::isnan(valueOf("if(accuracy, 1, 0)", nan, 0, 0)));
        QVERIFY(std::isnan(valueOf("1 / tags", 1, 0, 0)));
        QVERIFY(std::isnan(valueOf("1e308 * 10", 1, 0, 0)));
        QCOMPARE(valueOf("tags + 1", nan, 0, 0), 1.0); // what it does not use does not matter
    }

    void uses()
    {
        const Result<RewardExpression> expression = RewardExpression::parse("min(length, 1) - accuracy", kNames);
        QVERIFY(expression.ok());
        QVERIFY(expression->uses(0) && !expression->uses(1) && expression->uses(2));
    }

    void errors_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        const auto row = [](const char* text, int column) { QTest::newRow(text) << text << column; };
        row("", 1);
        row("1 +", 4);
        row("1 2", 3);
        row("acuracy", 1);
        row("1 + foo(2)", 5);
        row("(1", 3);
        row("1)", 2);
        row("min(1)", 1);
        row("abs(1, 2)", 1);
        row("1 ** 2", 4);
        row("1 // 2", 4);
        row("2 ^ 3", 3);
        row("1 < 2 < 3", 7);
        row("accuracy; tags", 9);
        row("1e999", 1);
        row("\xe4\xb8\xad", 1);
    }
    void errors()
    {
        QFETCH(QString, text);
        QFETCH(int, column);
        const Result<RewardExpression> expression = RewardExpression::parse(text.toStdString(), kNames);
        QVERIFY(!expression.ok());
        const QString message = QString::fromStdString(expression.error().message);
        QVERIFY2(message.contains("column " + QString::number(column) + ":"), qPrintable(message));
    }

    void depthAndLengthAreBounded()
    {
        const auto nested = [](int n) { return std::string(size_t(n), '(') + "1" + std::string(size_t(n), ')'); };
        QVERIFY(RewardExpression::parse(nested(60), kNames).ok());
        QVERIFY(!RewardExpression::parse(nested(64), kNames).ok());
        QVERIFY(!RewardExpression::parse(nested(2000), kNames).ok());
        QVERIFY(!RewardExpression::parse("1" + std::string(5000, ' '), kNames).ok());
        std::string longSum = "1";
        for (int i = 0; i < 2000; ++i)
            longSum += "+1";
        const Result<RewardExpression> sum = RewardExpression::parse(longSum, kNames);
        QVERIFY(sum.ok());
        QCOMPARE(sum->value({ 0, 0, 0 }), 2001.0);
        QCOMPARE(valueOf(std::string(4000, '-') + "1", 0, 0, 0), 1.0);
    }
};

QTEST_GUILESS_MAIN(TestExpression)
#include "tst_expression.moc"
