// Groups of seeds: Student's quantile, Welch's interval, and what the sentence covers.

#include "core/base/seed_comparison.h"

#include <QtTest>

#include <cmath>

using namespace aha;

class TestSeedComparison : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quantiles()
    {
        for (const auto& [degrees, expected] : { std::pair { 1.0, 12.706204736 }, { 4.0, 2.776445105 },
                 { 30.0, 2.042272456 }, { 1e6, 1.959966357 } }) // tables; the last is nearly the normal one
            QVERIFY2(std::abs(studentQuantile(degrees) - expected) < 1e-6,
                qPrintable(QString::number(studentQuantile(degrees), 'g', 12)));
    }

    void welch()
    {
        const auto c = compareSeeds({ 1, 2, 3 }, { 2, 4, 6, 8 });
        QVERIFY(c);
        QCOMPARE(c->difference, 3.0);
        QVERIFY(std::abs(c->degrees - 4.0754717) < 1e-6);
        QVERIFY2(std::abs(c->low - (-0.8979754)) < 1e-5, qPrintable(QString::number(c->low, 'g', 9)));
        QVERIFY2(std::abs(c->high - 6.8979754) < 1e-5, qPrintable(QString::number(c->high, 'g', 9)));
        QVERIFY(!compareSeeds({ 1 }, { 2, 4 }) && !compareSeeds({ 1, 2 }, {}));
        const auto still = compareSeeds({ 0.5, 0.5 }, { 0.6, 0.6 });
        QVERIFY(still && still->degrees == 0 && still->low == still->high);
    }

    void sentences()
    {
        const QString text = QString::fromStdString(
            seedSentence(*compareSeeds({ 0.61, 0.612, 0.601 }, { 0.605, 0.633, 0.633 }), "rl", "on_policy"));
        QVERIFY2(text.startsWith("Over seeds: on_policy against rl +1.6 points of pass@1, from 60.8 to 62.4 % (95 % "
                                 "interval "
                                 "\xE2\x88\x92"),
            qPrintable(text));
        QVERIFY2(text.contains("Welch's t, n = 3 and 3 seeds") && text.contains("includes 0"), qPrintable(text));
        QVERIFY(text.endsWith("It covers which seeds were drawn, on these problems."));
        QVERIFY(QString::fromStdString(seedSentence(*compareSeeds({ 0.1, 0.11 }, { 0.5, 0.51 }), "a", "b"))
                    .contains("leaves out 0"));
        QVERIFY(QString::fromStdString(seedSentence(*compareSeeds({ 0.5, 0.5 }, { 0.6, 0.6 }), "a", "b"))
                    .contains("no interval"));
    }
};

QTEST_APPLESS_MAIN(TestSeedComparison)
#include "tst_seed_comparison.moc"
