// Words by language: the rule of golden/rewards, its corners, and totality on any bytes.

#include "core/trace/language.h"

#include "core/base/rng.h"

#include <QtTest>

using namespace aha;

class TestLanguage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void counts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("english");
        QTest::addColumn<int>("chinese");
        QTest::addColumn<int>("other");
        const auto row = [](const char* name, const QByteArray& text, int en, int zh, int other) {
            QTest::newRow(name) << text << en << zh << other;
        };
        row("nothing", "", 0, 0, 0);
        row("numbers only", "5 * 9 = 45 , 45 - 6 = 39", 0, 0, 0);
        row("mixed", "wait 不对 try", 2, 2, 0);
        row("apostrophe", "don't O’Brien 'quoted' dogs'", 4, 0, 0);
        row("hyphen", "check-in", 2, 0, 0);
        row("single letters", "x y a A I b", 3, 0, 0);
        row("single letter with an accent", "é", 0, 0, 0);
        row("digits touch", "x2 2nd abc_d mp3 a1", 0, 0, 0);
        row("backslash", "\\frac \\alpha beta", 1, 0, 0);
        row("tags are no words", "<think> </think> <answer> </answer>", 0, 0, 0);
        row("tag inside a word", "wa<think>it", 2, 0, 0);
        row("other tags are text", "<b>bold</b>", 1, 0, 0); // b is a single letter
        row("inline mathematics", "so $x = max(a, b)$ then", 2, 0, 0);
        row("display mathematics", "so $$max\nmin$$ then \\[sin\\] or \\(cos\\) end", 4, 0, 0);
        row("a dollar over lines is text", "costs $5\nand six$", 3, 0, 0);
        row("prices lose the words between", "price is $5 and $6", 2, 0, 0);
        row("unclosed mathematics is text", "so \\[ then $$ x max", 3, 0, 0);
        row("Cyrillic and Hangul", "да нет 확인", 0, 0, 3);
        row("kana and kanji", "検証する", 0, 2, 1);
        row("full-width Latin", "ｗａｉｔ", 0, 0, 0);
        row("rare ideographs", "〇㐀𠀀𰀀", 0, 4, 0);
        row("scripts side by side", "ab中cd", 2, 1, 0);
        row("invalid bytes part words", QByteArray("wait\xFFwait \xE4\xBD"), 2, 0, 0);
        row("NUL", QByteArray("on\0off", 6), 2, 0, 0);
    }
    void counts()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, english);
        QFETCH(int, chinese);
        QFETCH(int, other);
        const LanguageCount c = countLanguages({ text.constData(), size_t(text.size()) });
        QCOMPARE(QList<qint64>({ c.english, c.chinese, c.other }), QList<qint64>({ english, chinese, other }));
    }

    void shares()
    {
        const LanguageCount c { 2, 1, 1 };
        QCOMPARE(c.share("en"), 0.5);
        QCOMPARE(c.share("zh"), 0.25);
        QCOMPARE(LanguageCount {}.share("en"), 0.0);
        QVERIFY(c.mixes());
        QVERIFY(!(LanguageCount { 3, 0, 0 }).mixes());
        QVERIFY((LanguageCount { 0, 1, 1 }).mixes());
    }

    void anyBytes()
    {
        Rng rng(1, Purpose::Corpus);
        const std::string bits[] = { "$", "$$", "\\[", "\\]", "\\(", "\\)", "<think>", "</answer>", "wait", "等", "é",
            "'", "_", "1", " ", "\n", "\xE2\x80\x99", "\xFF", std::string(1, '\0') };
        for (int round = 0; round < 20000; ++round) {
            std::string text;
            for (uint64_t n = rng.below(24); n > 0; --n)
                text += rng.below(5) ? bits[rng.below(std::size(bits))] : std::string(1, char(rng.below(256)));
            size_t last = 0;
            for (const WordSpan& word : languageWords(text)) {
                QVERIFY(
                    word.begin >= last && word.begin < word.end && word.end <= text.size()); // in order, apart, inside
                last = word.end;
            }
        }
    }

    void longTextIsLinear_data() // a quadratic scan would not end within the program's time limit
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* bit : { "$", "\\[", "\\(", "$x\n", "<think>", "<", "a'", "中", "wait ", "_a" })
            QTest::newRow(bit) << QByteArray(bit).repeated((1 << 20) / int(strlen(bit)));
    }
    void longTextIsLinear()
    {
        QFETCH(QByteArray, text);
        QVERIFY(countLanguages({ text.constData(), size_t(text.size()) }).total() >= 0);
    }
};

QTEST_GUILESS_MAIN(TestLanguage)
#include "tst_language.moc"
