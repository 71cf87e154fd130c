// Tags, the reasoning part, repetition; and that none of it trips over hostile text.

#include "core/trace/structure.h"

#include "core/base/rng.h"

#include <QtTest>

using namespace aha;

class TestStructure : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tags()
    {
        const std::vector<TagSpan> found = findTags("<<think>x</think><answer>1</answer></ANSWER><think");
        QCOMPARE(found.size(), size_t(4));
        QCOMPARE(found[0].begin, size_t(1));
        QCOMPARE(found[0].end, size_t(8));
        QCOMPARE(int(found[0].kind), int(TagSpan::ThinkOpen));
        QCOMPARE(int(found[3].kind), int(TagSpan::AnswerClose));
        QVERIFY(findTags("").empty());
        QVERIFY(findTags("&lt;think&gt; < think>").empty());
    }

    void reasoning_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("want");
        QTest::newRow("whole") << QByteArray("<think> a </think> b") << QByteArray(" a ");
        QTest::newRow("no opener") << QByteArray("a </think> b") << QByteArray("a ");
        QTest::newRow("no end") << QByteArray("<think> a") << QByteArray(" a");
        QTest::newRow("neither") << QByteArray("a b") << QByteArray("a b");
        QTest::newRow("end first") << QByteArray("</think><think>a</think>") << QByteArray("a");
        QTest::newRow("nested") << QByteArray("<think><think>a</think>") << QByteArray("<think>a");
        QTest::newRow("empty") << QByteArray() << QByteArray();
    }
    void reasoning()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, want);
        const std::string bytes = text.toStdString();
        QCOMPARE(QByteArray::fromStdString(std::string(reasoningOf(bytes))), want);
    }

    void repetition()
    {
        QCOMPARE(repeatedNgramShare("", 1), 0.0);
        QCOMPARE(repeatedNgramShare("a b c", 4), 0.0);
        QCOMPARE(repeatedNgramShare("a b c d", 4), 0.0);
        QCOMPARE(repeatedNgramShare("a a a a", 1), 0.75);
        QCOMPARE(repeatedNgramShare("a b a b a b", 2), 0.6); // ab ba ab ba ab
        QCOMPARE(repeatedNgramShare("a b", 0), 0.0);
        QCOMPARE(repeatedNgramShare("a b", -1), 0.0);
    }

    void anyBytes()
    {
        Rng rng(3, Purpose::Corpus);
        const std::string bits[]
            = { "<think>", "</think>", "<answer>", "</answer>", "<", "/", ">", " ", "x", std::string(1, '\0'), "\xFF" };
        for (int round = 0; round < 20000; ++round) {
            std::string text;
            for (uint64_t n = rng.below(20); n > 0; --n)
                text += bits[rng.below(std::size(bits))];
            for (const TagSpan& tag : findTags(text))
                QVERIFY(tag.begin < tag.end && tag.end <= text.size());
            const std::string_view inside = reasoningOf(text);
            QVERIFY(inside.empty()
                || (inside.data() >= text.data() && inside.data() + inside.size() <= text.data() + text.size()));
            const double share = repeatedNgramShare(text, int(rng.below(6)));
            QVERIFY(share >= 0 && share < 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestStructure)
#include "tst_structure.moc"
