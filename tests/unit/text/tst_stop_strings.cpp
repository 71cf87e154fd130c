// Texts that end a completion: across tokens, inside a token, through split characters.

#include "core/text/stop_strings.h"

#include <QtTest>

using namespace aha;

class TestStopStrings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stops_data()
    {
        using Texts = std::vector<std::string>;
        QTest::addColumn<Texts>("texts");
        QTest::addColumn<Texts>("tokens");
        QTest::addColumn<int>("at"); // token; -1: never
        QTest::addColumn<int>("which");
        QTest::newRow("a token of its own") << Texts { "</s>" } << Texts { "a", "</s>" } << 1 << 0;
        QTest::newRow("over three tokens") << Texts { "</answer>" } << Texts { "x</", "answ", "er", ">" } << 3 << 0;
        QTest::newRow("inside a token") << Texts { "b" } << Texts { "a", "abc" } << 1 << 0;
        QTest::newRow("begins inside a token") << Texts { "\n\n" } << Texts { "1.\n", "\n2" } << 1 << 0;
        QTest::newRow("split character") << Texts { "。" } << Texts { "\xe4\xbd\xa0\xe3", "\x80", "\x82" } << 2 << 0;
        QTest::newRow("nearly") << Texts { "stop" } << Texts { "sto", "sto", "op" } << -1 << -1;
        QTest::newRow("restarted") << Texts { "aab" } << Texts { "aa", "a", "b" } << 2 << 0;
        QTest::newRow("first to end") << Texts { "cd", "bc" } << Texts { "a", "bcd" } << 1 << 1;
        QTest::newRow("longest of those that end there") << Texts { "c", "abc", "bc" } << Texts { "ab", "c" } << 1 << 1;
        QTest::newRow("a NUL") << Texts { std::string("a\0b", 3) } << Texts { "a", std::string("\0", 1), "b" } << 2
                               << 0;
        QTest::newRow("empty ones never match") << Texts { "", "x" } << Texts { "a", "", "x" } << 2 << 1;
        QTest::newRow("none") << Texts {} << Texts { "a" } << -1 << -1;
    }
    void stops()
    {
        QFETCH(std::vector<std::string>, texts);
        QFETCH(std::vector<std::string>, tokens);
        QFETCH(int, at);
        QFETCH(int, which);
        StopStrings watch(texts);
        for (int t = 0; t < int(tokens.size()); ++t) {
            const int found = watch.push(tokens[size_t(t)]);
            QCOMPARE(found, t == at ? which : -1);
            if (found >= 0)
                return;
        }
        QCOMPARE(at, -1);
    }

    void copiesAreIndependent()
    {
        StopStrings fresh({ "ab" });
        StopStrings one = fresh, other = fresh;
        QCOMPARE(one.push("a"), -1);
        QCOMPARE(other.push("b"), -1);
        QCOMPARE(one.push("b"), 0);
    }
};

QTEST_GUILESS_MAIN(TestStopStrings)
#include "tst_stop_strings.moc"
