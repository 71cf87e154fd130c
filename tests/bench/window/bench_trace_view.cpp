// The Traces page's text: ten megabytes from nothing to the first paint, and other token colours in a trace of 32,768
// tokens. Bars: 200 ms and 16 ms.

#include "figure.h"

#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QElapsedTimer>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace aha;

namespace {

constexpr size_t kBytes = 10 << 20;
constexpr int kTokens = 32'768;

std::string lines(size_t bytes)
{
    static const char* const parts[]
        = { "5 * 9 = 45 , 45 + 6 = 51 no wait ", "不对 等等 15 + 6 = 22 , ", "check again\n", "let me think\n" };
    std::string text = "<think> ";
    for (size_t i = 0; text.size() < bytes; ++i)
        text += parts[(i * 2654435761u >> 7) % 4];
    return text;
}

std::shared_ptr<Lexicon> lexicon()
{
    return std::make_shared<Lexicon>(
        orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")));
}

double milliseconds(const QElapsedTimer& timer) { return double(timer.nsecsElapsed()) / 1e6; }

} // namespace

class BenchTraceView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tenMegabytes()
    {
        const std::string text = lines(kBytes);
        const QString whole = QString::fromStdString(text);
        TracePane pane(lexicon());
        pane.resize(700, 500);
        static_cast<QWidget&>(pane).show();
        QCoreApplication::processEvents();
        QElapsedTimer timer;
        timer.start();
        pane.setDocument({ text, "{\"numbers\":[5,9,6],\"target\":39}", std::nullopt, QStringLiteral("long"), {} });
        pane.view()->viewport()->repaint();
        const double first = milliseconds(timer);
        QVERIFY(pane.view()->trace().text.startsWith(QStringLiteral("<think> "))); // something to read is painted
        QVERIFY(pane.view()->laidOutLines() > 0);
        double longest = 0;
        while (pane.view()->trace().text.size() < qsizetype(TracePane::kAtOnceBytes) + 1 && timer.elapsed() < 120'000) {
            QElapsedTimer turn;
            turn.start();
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
            longest = std::max(longest, milliseconds(turn));
        }
        std::fprintf(stderr, "10 MB: whole and marked after %.0f ms\n", milliseconds(timer));
        QCOMPARE(pane.view()->trace().text.size(), whole.size());
        QPlainTextEdit plain;
        plain.resize(700, 500);
        plain.show();
        QCoreApplication::processEvents();
        timer.start();
        plain.setPlainText(whole);
        plain.viewport()->repaint();
        const double baseline = milliseconds(timer);
        QVERIFY(bench::report({ "window/trace-view/10mb-first-paint", first, "ms", baseline, 200 })
            & bench::report({ "window/trace-view/10mb-longest-block", longest, "ms", baseline, 100 }));
    }

    void otherColours()
    {
        std::string text;
        TokenDetail detail;
        for (int i = 0; i < kTokens; ++i) {
            text += i % 19 == 18 ? "wait\n" : " word";
            detail.tokenEnds.push_back(int32_t(text.size()));
            detail.logprob.push_back(-float(i % 97) / 20);
            detail.entropy.push_back(float(i % 89) / 40);
        }
        TracePane pane(lexicon());
        pane.resize(1200, 1000);
        static_cast<QWidget&>(pane).show();
        TraceDocument document { text, "", detail, QStringLiteral("tokens"), {} };
        document.advantage = 0.5;
        pane.setDocument(document);
        QTRY_COMPARE_WITH_TIMEOUT(pane.view()->trace().tokenEnds.size(), qsizetype(kTokens), 60'000);
        TraceView* view = pane.view();
        auto insight = std::make_shared<TokenInsight>();
        for (int i = 0; i < kTokens; ++i) {
            insight->kl.append(float(i % 31) / 30);
            insight->ratio.append(0.5f + float(i % 29) / 29);
            insight->clip.gates.append(i % 29 ? ClipInsight::Open : ClipInsight::High);
        }
        view->setInsight(insight);
        view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum() / 2);
        view->viewport()->repaint();
        const int before = view->laidOutLines(),
                  inView = view->viewport()->height() / view->fontMetrics().lineSpacing() + 2;
        std::vector<double> switches, relaid;
        QElapsedTimer
            first; // an aha gives way to its token's colour: what is in view is laid out for that, and only once
        first.start();
        view->setHeat(Heat::Ratio);
        view->viewport()->repaint();
        switches.push_back(milliseconds(first));
        const int laidOut = view->laidOutLines();
        QVERIFY2(laidOut <= before + inView, qPrintable(QString::number(laidOut - before)));
        for (int round = 0; round < 20; ++round)
            for (const Heat heat : { Heat::LogProb, Heat::Entropy, Heat::Update, Heat::Kl, Heat::Ratio }) {
                QElapsedTimer timer;
                timer.start();
                view->setHeat(heat);
                view->viewport()->repaint();
                switches.push_back(milliseconds(timer));
            }
        QCOMPARE(view->laidOutLines(), laidOut); // colours alone: no line was laid out again
        for (int round = 0; round < 20; ++round) { // what it would cost to lay out what is in view at each switch
            QElapsedTimer timer;
            timer.start();
            view->setShown(TraceSpan::Latin, round % 2);
            view->viewport()->repaint();
            relaid.push_back(milliseconds(timer));
        }
        std::sort(switches.begin(), switches.end());
        std::sort(relaid.begin(), relaid.end());
        std::fprintf(
            stderr, "32k tokens: the slowest of %zu switches took %.1f ms\n", switches.size(), switches.back());
        QVERIFY(bench::report({ "window/trace-view/32k-token-colours", switches[switches.size() / 2], "ms",
            relaid[relaid.size() / 2], 16 }));
    }
};

QTEST_MAIN(BenchTraceView)
#include "bench_trace_view.moc"
