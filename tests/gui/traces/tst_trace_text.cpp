// Text made visible, marks where they belong, word diff.

#include "trace_fixture.h"
#include "trace_words.h"

#include "widgets/models/visibletext.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/panels/tracediff.h"
#include "widgets/panels/tracetext.h"
#include "widgets/panels/traceview.h"

#include <QScrollBar>
#include <QtTest>

using namespace aha;
using fixture::wordsOf;

namespace {

double contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& c) {
        const auto part = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * part(c.redF()) + 0.7152 * part(c.greenF()) + 0.0722 * part(c.blueF());
    };
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

QPalette paletteOf(const char* base, const char* text)
{
    QPalette palette;
    palette.setColor(QPalette::Base, QColor(QLatin1String(base)));
    palette.setColor(QPalette::Text, QColor(QLatin1String(text)));
    return palette;
}

} // namespace

class TestTraceText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_lexicon = orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt"));
    }

    void marksStandAtTheirWords()
    {
        const TraceText trace = makeTraceText(fixture::kAhaTrace, fixture::kItem, m_lexicon, std::nullopt);
        QCOMPARE(trace.text, QString::fromStdString(fixture::kAhaTrace));
        QCOMPARE(wordsOf(trace, TraceSpan::Reflection), QStringList({ "wait", QString::fromUtf8("等等") }));
        QCOMPARE(wordsOf(trace, TraceSpan::Aha), QStringList({ QString::fromUtf8("等等") }));
        QCOMPARE(wordsOf(trace, TraceSpan::WrongEquation), QStringList({ "5 + 9 = 15" }));
        QCOMPARE(trace.count(TraceSpan::RightEquation), 5);
        QCOMPARE(trace.count(TraceSpan::Tag), 4);
        QCOMPARE(wordsOf(trace, TraceSpan::Han), QStringList({ QString::fromUtf8("不对 等等") })); // one run
        QCOMPARE(wordsOf(trace, TraceSpan::Latin), QStringList({ "no wait", "yes" }));
    }

    void ahaNeedsAMissAndAHit()
    {
        const auto ahas = [&](const std::string& text) {
            return wordsOf(makeTraceText(text, fixture::kItem, m_lexicon, std::nullopt), TraceSpan::Aha);
        };
        QCOMPARE(ahas("5 * 9 = 45 , 45 - 6 = 39 wait yes"), QStringList()); // right at once
        QCOMPARE(ahas("5 * 9 = 45 , 45 + 6 = 51 wait 9 - 6 = 3 , 3 * 5 = 15"), QStringList()); // never right
        QCOMPARE(ahas("5 * 9 = 45 , 45 + 6 = 51 5 * 9 = 45 , 45 - 6 = 39"), QStringList()); // no reflection
        QCOMPARE(ahas("5 * 9 = 45 , 45 + 6 = 51 wait check 5 * 9 = 45 , 45 - 6 = 39"), QStringList({ "check" }));
    }

    void spansOfAPart()
    {
        const TraceText trace = makeTraceText("wait a wait b wait", "", m_lexicon, std::nullopt);
        const auto count = [&](int begin, int end) {
            const auto [first, last] = trace.spansIn(TraceSpan::Reflection, begin, end);
            return int(last - first);
        };
        QCOMPARE(count(0, 18), 3);
        QCOMPARE(count(0, 4), 1);
        QCOMPARE(count(4, 7), 0);
        QCOMPARE(count(3, 8), 2); // touched at both ends
        QCOMPARE(count(18, 18), 0);
    }

    void hostileTextIsShown()
    {
        const TraceText hostile
            = makeTraceText("a\x01\xff\xe2\x80\xae\xe2\x80\x8b<img src=x>\x7f", "", m_lexicon, std::nullopt);
        QCOMPARE(hostile.text, QString("a[U+0001][FF][U+202E][U+200B]<img src=x>[U+007F]"));
        for (const char32_t c : { 0x202Au, 0x202Bu, 0x202Cu, 0x202Du, 0x202Eu, 0x2066u, 0x2067u, 0x2068u, 0x2069u,
                 0x200Eu, 0x200Fu, 0x061Cu, 0xFEFFu, 0xE0041u, 0x9Bu })
            QCOMPARE(uint32_t(visibleCharacter(c)), 0x25A1u);
        QCOMPARE(visibleLine("a\nb\tc"), QString("a") + QChar(0x23CE) + "b" + QChar(0x21E5) + "c");
        QCOMPARE(visibleText("\xf0\x9f\x98\x80"), QString::fromUcs4(U"\U0001F600"));
        QVERIFY(plainToolTip("<b>x</b>").contains("&lt;b&gt;x"));
    }

    void tokensMapToText()
    {
        const std::string text = "ab 等 c";
        const TraceText trace = makeTraceText(text, "", m_lexicon,
            TokenDetail { { 2, 4, 6, 100 }, { -1, -2, -3, -4 },
                { 0, 0, 0, 0 } }); // 4 lies inside a character, 100 behind the end
        QCOMPARE(trace.tokenEnds, QVector<int>({ 2, 3, 4, 6 }));
        QCOMPARE(trace.tokenAt(0), 0);
        QCOMPARE(trace.tokenAt(2), 1);
        QCOMPARE(trace.tokenAt(5), 3);
        TraceView view;
        view.setTrace(trace);
        QVERIFY(view.hint(0).contains("log-prob −1.000"));
        QVERIFY(view.hint(3).contains(QString::fromUtf8("token 3 “等”")));
    }

    void differenceIsByWord()
    {
        const TextDifference d = compareWords("a b c d", "a x c d e");
        QCOMPARE(d.left, (QVector<std::pair<int, int>> { { 2, 3 } }));
        QCOMPARE(d.right, (QVector<std::pair<int, int>> { { 2, 3 }, { 8, 9 } }));
        QCOMPARE(d.same, 3);
        QVERIFY(compareWords("same text", "same text").left.isEmpty());
        const TextDifference joined = compareWords("a p q b", "a b");
        QCOMPARE(joined.left, (QVector<std::pair<int, int>> { { 2, 5 } })); // neighbours are one range
        QCOMPARE(compareWords("", "a b").right, (QVector<std::pair<int, int>> { { 0, 3 } }));
    }

    /// Against the textbook table: Myers must share as many words as the longest common subsequence.
    void differenceIsShortest()
    {
        uint32_t state = 7;
        const auto random = [&](int n) {
            state = state * 1664525u + 1013904223u;
            return int((state >> 16) % uint32_t(n));
        };
        for (int round = 0; round < 60; ++round) {
            QStringList a, b;
            for (int i = random(30); i > 0; --i)
                a << QString(QChar('a' + random(4)));
            for (int i = random(30); i > 0; --i)
                b << QString(QChar('a' + random(4)));
            std::vector<std::vector<int>> table(size_t(a.size()) + 1, std::vector<int>(size_t(b.size()) + 1, 0));
            for (qsizetype i = 1; i <= a.size(); ++i)
                for (qsizetype j = 1; j <= b.size(); ++j)
                    table[size_t(i)][size_t(j)] = a[i - 1] == b[j - 1]
                        ? table[size_t(i) - 1][size_t(j) - 1] + 1
                        : std::max(table[size_t(i) - 1][size_t(j)], table[size_t(i)][size_t(j) - 1]);
            const TextDifference d = compareWords(a.join(' '), b.join(' '));
            QCOMPARE(d.same, table.back().back());
            for (const auto& [left, right] : d.anchors)
                QCOMPARE(a[left / 2], b[right / 2]);
        }
    }

    void placesBelongTogether()
    {
        const TextDifference d = compareWords("one two three", "zero one two extra three");
        QCOMPARE(counterpart(d, 0, false), 5);
        QCOMPARE(counterpart(d, 8, false), 19);
        QCOMPARE(counterpart(d, 19, true), 8);
        QCOMPARE(counterpart(d, 14, true), 8); // "extra" has no counterpart: the next shared word bounds it
    }

    /// A text that nearly fills its view: what is guessed of its height and what is seen of it do not chase each other.
    void comesToRest()
    {
        TraceView view;
        view.show();
        for (int length = 40; length < 70; ++length) {
            TraceText trace;
            for (int line = 0; line < 6; ++line)
                trace.text += QString(length, QLatin1Char('i')) + QLatin1Char('\n');
            for (int height = 60; height < 260; height += 10) {
                view.resize(420, height);
                view.setTrace(trace);
                for (int turn = 0; turn < 4; ++turn)
                    QCoreApplication::processEvents();
                const int before = view.laidOutLines();
                for (int turn = 0; turn < 4; ++turn)
                    QCoreApplication::processEvents();
                QVERIFY2(view.laidOutLines() == before, qPrintable(QStringLiteral("%1 × %2").arg(length).arg(height)));
            }
        }
    }

    void longLinesAreLaidOutLazily()
    {
        TraceView view;
        view.resize(600, 400);
        view.show();
        TraceText trace;
        trace.text = QString(1 << 20, QLatin1Char('x'));
        view.setTrace(trace);
        view.grab();
        QVERIFY2(view.laidOutLines() > 0 && view.laidOutLines() <= 4,
            qPrintable(QString::number(view.laidOutLines()))); // of 512
        QCOMPARE(view.find("y"), 0);
        view.reveal(1 << 19);
        view.grab();
        QVERIFY2(view.laidOutLines() <= 12, qPrintable(QString::number(view.laidOutLines())));
        QVERIFY(std::abs(view.topPosition() - (1 << 19)) < 3000);
    }

    /// What one typed first was found: what is typed on and stands nowhere leaves no mark of it, one's own choice
    /// stays.
    void aSearchWithoutHitsLeavesNoMark()
    {
        TraceView view;
        view.show();
        TraceText trace;
        trace.text = QStringLiteral("the answer");
        view.setTrace(trace);
        QCOMPARE(view.find("w"), 1);
        QVERIFY(view.anchor() != view.caret());
        QCOMPARE(view.find("wa"), 0);
        QCOMPARE(view.anchor(), view.caret());
        view.setSelection(0, 3);
        QCOMPARE(view.find("zz"), 0);
        QVERIFY(view.anchor() == 0 && view.caret() == 3);
    }

    void placesAreVisited()
    {
        TraceView view;
        view.resize(300, 120);
        view.show();
        std::string text;
        for (int i = 0; i < 40; ++i)
            text += "some words and wait number " + std::to_string(i) + "\n";
        view.setTrace(makeTraceText(text, "", m_lexicon, std::nullopt));
        QVERIFY(view.goTo(TraceSpan::Reflection, true));
        QCOMPARE(view.selectedText(), "wait");
        QVERIFY(view.goTo(TraceSpan::Reflection, false)); // wraps to the last
        QVERIFY(view.verticalScrollBar()->value() > view.verticalScrollBar()->maximum() / 2);
        QVERIFY(!view.goTo(TraceSpan::Aha, true));
        QCOMPARE(view.find("NUMBER 1"), 11); // 1 and 10 to 19
        QCOMPARE(view.currentFound(), 1);
        QVERIFY(view.findNext(true));
        QCOMPARE(view.currentFound(), 2);
        QVERIFY(view.findNext(false) && view.findNext(false));
        QCOMPARE(view.currentFound(), 11);
        QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(view.verticalScrollBar()->value(), 0);
        const int place = int(QString::fromStdString(text).indexOf("number 20"));
        view.setTopPosition(place);
        QVERIFY(std::abs(view.topPosition() - place) < 60);
    }

    /// Contrast of 4.5 : 1 for text, on both bases.
    void marksAreReadable()
    {
        for (const QPalette& palette : { paletteOf("#ffffff", "#1d2430"), paletteOf("#16191d", "#dfe3ea") })
            for (int kind = 0; kind < TraceSpan::KindCount; ++kind) {
                const QTextCharFormat format = spanFormat(TraceSpan::Kind(kind), palette);
                const QColor ink = format.foreground().style() == Qt::NoBrush ? palette.color(QPalette::Text)
                                                                              : format.foreground().color();
                const QColor ground = format.background().style() == Qt::NoBrush ? palette.color(QPalette::Base)
                                                                                 : format.background().color();
                QVERIFY2(contrast(ink, ground) >= 4.5,
                    qPrintable(QString("kind %1: %2").arg(kind).arg(contrast(ink, ground))));
            }
        for (const QPalette& palette : { paletteOf("#ffffff", "#1d2430"), paletteOf("#16191d", "#dfe3ea") })
            for (const char* kind : { "good", "bad", "warn", "info", "mute" })
                QVERIFY2(contrast(kindColor(kind, palette), palette.color(QPalette::Base)) >= 4.5, kind);
    }

    void heatGrowsWithSurprise()
    {
        QCOMPARE(heatShare(Heat::LogProb, 0, 0), 0.0);
        QVERIFY(heatShare(Heat::LogProb, -0.1, 0) < heatShare(Heat::LogProb, -2, 0));
        QCOMPARE(heatShare(Heat::Entropy, 0, kEntropyTop), 1.0);
        QCOMPARE(heatShare(Heat::Entropy, 0, NAN), 0.0);
        QCOMPARE(heatShare(Heat::None, -3, 2), 0.0);
    }

private:
    Lexicon m_lexicon;
};

QTEST_MAIN(TestTraceText)
#include "tst_trace_text.moc"
