// Equations in a trace: what counts as one, exact judgement, and that hostile text costs nothing.

#include "core/trace/calculations.h"

#include "core/base/rng.h"

#include <QtTest>

using namespace aha;

class TestCalculations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// "begin-end right|wrong" of each.
    void found_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("want");
        QTest::newRow("one") << QByteArray("so 5 * 9 = 45 , yes") << "5 * 9 = 45 right";
        QTest::newRow("wrong") << QByteArray("5 * 9 = 46") << "5 * 9 = 46 wrong";
        QTest::newRow("tight") << QByteArray("5*9=45.") << "5*9=45 right";
        QTest::newRow("precedence") << QByteArray("7 + 5 * 3 = 22") << "7 + 5 * 3 = 22 right";
        QTest::newRow("parentheses") << QByteArray("(7 + 5) * 3 = 22") << "(7 + 5) * 3 = 22 wrong";
        QTest::newRow("negative") << QByteArray("3 - -2 = 5 , 1 - 6 = -5") << "3 - -2 = 5 right|1 - 6 = -5 right";
        QTest::newRow("thirds") << QByteArray("1 / 3 + 2 / 3 = 1") << "1 / 3 + 2 / 3 = 1 right";
        QTest::newRow("decimals") << QByteArray("0.5 * 3 = 1.5") << "0.5 * 3 = 1.5 right";
        QTest::newRow("unicode") << QByteArray("5 × 9 = 45 and 8 ÷ 2 = 5 and 3 − 1 = 2")
                                 << QString::fromUtf8("5 × 9 = 45 right|8 ÷ 2 = 5 wrong|3 − 1 = 2 right");
        QTest::newRow("latex") << QByteArray("5 \\times 9 = 45") << "5 \\times 9 = 45 right";
        QTest::newRow("chain") << QByteArray("5 * 9 = 45 - 6 = 39") << "5 * 9 = 45 right|45 - 6 = 39 right";
        QTest::newRow("stray bracket") << QByteArray(") 5 * 9 = 45") << "5 * 9 = 45 right";
        QTest::newRow("no operator") << QByteArray("x = 5 , 5 = 5") << "";
        QTest::newRow("letters") << QByteArray("2x + 3 = 7") << "";
        QTest::newRow("by zero") << QByteArray("1 / 0 = 0") << "";
        QTest::newRow("too long a number") << QByteArray("1234567890123456789 + 1 = 2") << "";
        QTest::newRow("over lines") << QByteArray("5 +\n4 = 9") << "";
        QTest::newRow("empty") << QByteArray() << "";
    }
    void found()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, want);
        QStringList got;
        for (const Calculation& c : findCalculations({ text.data(), size_t(text.size()) }))
            got << QString::fromUtf8(text.mid(qsizetype(c.begin), qsizetype(c.end - c.begin)))
                    + (c.right ? " right" : " wrong");
        QCOMPARE(got.join('|'), want);
    }

    void buildsOn()
    {
        const auto found = findCalculations("5 * 9 = 45 , 45 - 6 = 39 , 1 - 6 = -5 , 3 - -5 = 8 , 8 - 5 = 3");
        QCOMPARE(found.size(), size_t(5));
        QVERIFY(!found[0].usesPrevious && found[1].usesPrevious && !found[2].usesPrevious);
        QVERIFY(found[3].usesPrevious && found[4].usesPrevious);
    }

    void formsAreEqualWhereOrderDoesNotMatter()
    {
        const auto form = [](const char* text) { return findCalculations(text).at(0).form; };
        QCOMPARE(form("9 * 5 = 45"), form("5 * 9 = 0"));
        QCOMPARE(form("(1 + 2) * 3 = 9"), form("3 * (2 + 1) = 9"));
        QVERIFY(form("9 - 5 = 4") != form("5 - 9 = 4"));
        QVERIFY(form("1 + 2 * 3 = 7") != form("(1 + 2) * 3 = 9"));
    }

    void hostileText()
    {
        std::string open(200'000, '(');
        open += "1 = 1";
        QVERIFY(findCalculations(open).empty());
        QVERIFY(findCalculations(std::string(200'000, '=')).empty());
        std::string sums;
        for (int i = 0; i < 50'000; ++i)
            sums += "1 + ";
        QCOMPARE(findCalculations(sums + "1 = 3").size(), size_t(1)); // the longest side that is looked at
        Rng rng(1, Purpose::Problem);
        static const char marks[] = "0123456789+-*/()=., \n\\xC3\x97";
        for (int round = 0; round < 200; ++round) {
            std::string text;
            for (int i = 0; i < 300; ++i)
                text += marks[rng.below(sizeof marks - 1)];
            for (const Calculation& c : findCalculations(text))
                QVERIFY(c.begin < c.end && c.end <= text.size() && c.operands > 1);
        }
    }
};

QTEST_APPLESS_MAIN(TestCalculations)
#include "tst_calculations.moc"
