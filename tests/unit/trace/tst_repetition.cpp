// Words that stood there before.

#include "core/trace/repetition.h"

#include <QtTest>

#include <string>

using namespace aha;

class TestRepetition : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stretches()
    {
        const std::string text = "a b c d e x a b c d e y a b c";
        const auto found = repeatedStretches(text, 4);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(text.substr(found[0].first, found[0].second - found[0].first), std::string("a b c d e"));
        QCOMPARE(found[0].first, size_t(12));
        QVERIFY(repeatedStretches(text, 6).empty());
        QVERIFY(repeatedStretches("", 4).empty());
        QVERIFY(repeatedStretches("a b", 0).empty());
    }

    void aLoopIsOneStretch()
    {
        std::string text;
        for (int i = 0; i < 1000; ++i)
            text += "no wait ";
        const auto found = repeatedStretches(text, 8);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(found[0].first, size_t(8)); // words 3 to 10 are words 1 to 8
        QCOMPARE(found[0].second, text.size() - 1);
    }

    void chineseNeedsNoSpaces()
    {
        const std::string text = "等等再试一次吧 好 等等再试一次吧";
        const auto found = repeatedStretches(text, 5);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(text.substr(found[0].first), std::string("等等再试一次吧"));
    }
};

QTEST_APPLESS_MAIN(TestRepetition)
#include "tst_repetition.moc"
