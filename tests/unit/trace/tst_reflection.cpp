// The lexicon file and its hits: boundaries, case, longest first, Chinese, bad files.

#include "core/trace/reflection.h"

#include "core/base/rng.h"

#include <QtTest>

using namespace aha;

namespace {

QStringList hits(const Lexicon& lexicon, std::string_view text)
{
    QStringList words;
    for (const WordHit& hit : lexicon.find(text))
        words << QString::fromStdString(lexicon.entries()[size_t(hit.word)].word);
    return words;
}

} // namespace

class TestReflection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const auto loaded = Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt");
        QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
        m_shipped = *loaded;
    }

    void shippedLexicon()
    {
        QStringList english;
        bool chinese = false;
        for (const Lexicon::Entry& entry : m_shipped.entries()) {
            QVERIFY(entry.language == "en" || entry.language == "zh");
            QVERIFY2(entry.kind != ReflectionKind::Unsorted, entry.word.c_str());
            if (entry.language == "en")
                english << QString::fromStdString(entry.word);
            chinese = chinese || entry.language == "zh";
        }
        english.sort();
        QCOMPARE(english,
            QStringList(
                { "but", "check", "error", "evaluate", "however", "mistake", "retry", "verify", "wait", "wrong" }));
        QVERIFY(chinese);
    }

    void words_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QStringList>("want");
        const auto row
            = [](const char* name, const QByteArray& text, QStringList want) { QTest::newRow(name) << text << want; };
        row("plain", "wait , let me check", { "wait", "check" });
        row("any case", "WAIT Wait wAiT", { "wait", "wait", "wait" });
        row("inside words", "await waiting checked rebut error_code wait2 2wait", {});
        row("punctuation", "(wait) wait's check-in \"but\"", { "wait", "wait", "check", "but" });
        row("beside other scripts", "等wait éwait", { "wait", "wait" });
        row("Chinese anywhere", "我们等等再看", { "等等" });
        row("no overlap", "等等等等", { "等等", "等等" });
        row("cut by the end", "wai", {});
        row("tags", "<think>wait</think>", { "wait" });
        row("nothing", "", {});
    }
    void words()
    {
        QFETCH(QByteArray, text);
        QFETCH(QStringList, want);
        QStringList found = hits(m_shipped, { text.constData(), size_t(text.size()) });
        QCOMPARE(found, want);
    }

    void longestFirst()
    {
        const Lexicon lexicon = *Lexicon::parse("等\tzh\n等等\tzh\nre-check\ten\ncheck\ten\n");
        QCOMPARE(hits(lexicon, "等等 等"), QStringList({ "等等", "等" }));
        QCOMPARE(hits(lexicon, "re-check check"), QStringList({ "re-check", "check" }));
    }

    void files()
    {
        const Lexicon lexicon = *Lexicon::parse("# comment\r\n\r\nwait\ten # why\r\n  but  \nlast");
        QCOMPARE(lexicon.entries().size(), size_t(3));
        QCOMPARE(lexicon.entries()[0].language, std::string("en"));
        QCOMPARE(lexicon.entries()[2].word, std::string("last"));
        QVERIFY(Lexicon::parse("")->entries().empty());
        const Result<Lexicon> two = Lexicon::parse("ok\ntwo words\ten\n");
        QCOMPARE(two.error().code, std::string("lexicon_invalid"));
        QVERIFY(two.error().message.find("Line 2") != std::string::npos);
        QCOMPARE(Lexicon::parse("\ten\n").error().code, std::string("lexicon_invalid"));
        QCOMPARE(Lexicon::load("nowhere.txt").error().code, std::string("lexicon_missing"));
    }

    void kinds()
    {
        const Lexicon old = *Lexicon::parse("wait\ten\nbut\n"); // files from before kinds
        QCOMPARE(old.entries()[0].kind, ReflectionKind::Unsorted);
        const Lexicon lexicon = *Lexicon::parse("wait\ten\thesitation\naha\t\tconclusion # x\nretry\ten\t\n");
        QCOMPARE(lexicon.entries()[0].language, std::string("en"));
        QCOMPARE(lexicon.entries()[0].kind, ReflectionKind::Hesitation);
        QCOMPARE(lexicon.entries()[1].kind, ReflectionKind::Conclusion);
        QCOMPARE(lexicon.entries()[1].language, std::string());
        QCOMPARE(lexicon.entries()[2].kind, ReflectionKind::Unsorted);
        QCOMPARE(Lexicon::parse(lexicon.toText())->entries(), lexicon.entries());
        QCOMPARE(Lexicon::parse(m_shipped.toText())->entries(), m_shipped.entries());
        const Result<Lexicon> unknown = Lexicon::parse("wait\ten\tdoubt\n");
        QVERIFY(unknown.error().message.find("Line 1") != std::string::npos
            && unknown.error().message.find("doubt") != std::string::npos);
        std::vector<Error> bad;
        QCOMPARE(Lexicon::readLines("ok\ntwo words\nwait\ten\tx\nlast\n", bad).entries().size(), size_t(2));
        QCOMPARE(bad.size(), size_t(2));
        QVERIFY(bad[1].message.find("Line 3") != std::string::npos);
    }

    void wordsAreAdded()
    {
        Lexicon lexicon = *Lexicon::parse("wait\ten\n");
        QVERIFY(lexicon.add({ " Aha ", "en", ReflectionKind::Conclusion }).ok());
        QCOMPARE(hits(lexicon, "wait aha"), QStringList({ "wait", "Aha" }));
        for (const char* word : { "", "  ", "two words", "#x", "WAIT", "a\tb" })
            QCOMPARE(lexicon.add({ word, "en" }).error().code, std::string("lexicon_invalid"));
        for (const char* language : { "en#2", "e\tn", "e\nn" }) // would not be read back as it was written
            QCOMPARE(lexicon.add({ "hmm", language }).error().code, std::string("lexicon_invalid"));
        QCOMPARE(lexicon.entries().size(), size_t(2));
        QCOMPARE(Lexicon::parse(lexicon.toText())->entries(), lexicon.entries());
        size_t added = 2;
        while (added < 3000 && lexicon.add({ "word" + std::to_string(added), "" }))
            ++added;
        QCOMPARE(added, Lexicon::kMostWords);
    }

    void anyBytes()
    {
        Rng rng(2, Purpose::Corpus);
        const std::string bits[] = { "wait", "check", "等等", "\xE7\xAD", "_", " ", "'", "W", std::string(1, '\0') };
        for (int round = 0; round < 20000; ++round) {
            std::string text;
            for (uint64_t n = rng.below(16); n > 0; --n)
                text += rng.below(4) ? bits[rng.below(std::size(bits))] : std::string(1, char(rng.below(256)));
            size_t last = 0;
            for (const WordHit& hit : m_shipped.find(text)) {
                QVERIFY(hit.begin >= last && hit.end > hit.begin && hit.end <= text.size());
                QVERIFY(hit.word >= 0 && size_t(hit.word) < m_shipped.entries().size());
                last = hit.end;
            }
        }
        QCOMPARE(m_shipped.find(std::string(1 << 20, 'w')).size(), size_t(0));
    }

private:
    Lexicon m_shipped;
};

QTEST_GUILESS_MAIN(TestReflection)
#include "tst_reflection.moc"
