// A trace of 1 MB in one line in the real pane: the longest time the event loop stands still until it is shown, marked,
// scrolled to its end and searched, beside QPlainTextEdit that shows the same text
// without marks and scrolls to its end. Bar: 100 ms.

#include "figure.h"

#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTimer>
#include <QtTest>

using namespace aha;

namespace {

constexpr size_t kBytes = 1 << 20;

std::string oneLine(size_t bytes)
{
    static const char* const words[] = { "5 * 9 = 45 , ", "no wait ", "不对 等等 ", "15 + 6 = 22 , ", "check again " };
    std::string text = "<think> ";
    for (size_t i = 0; text.size() < bytes; ++i)
        text += words[(i * 2654435761u >> 7) % 5];
    return text;
}

/// The longest gap between two turns of the event loop while `work` and what it leaves behind run.
template <class Work> double longestBlock(Work&& work, const std::function<bool()>& done)
{
    QElapsedTimer sinceTurn;
    double worst = 0;
    sinceTurn.start();
    const auto turn = [&] {
        worst = std::max(worst, double(sinceTurn.nsecsElapsed()) / 1e6);
        sinceTurn.start();
    };
    work();
    turn();
    QElapsedTimer total;
    total.start();
    while (!done() && total.elapsed() < 60'000) {
        sinceTurn.start();
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
        worst
            = std::max(worst, std::max(0.0, double(sinceTurn.nsecsElapsed()) / 1e6 - 20)); // of which up to 20 waiting
    }
    sinceTurn.start();
    QCoreApplication::processEvents();
    turn();
    return worst;
}

} // namespace

class BenchLongTrace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void openScrollFind()
    {
        const std::string text = oneLine(kBytes);
        auto lexicon = std::make_shared<Lexicon>(
            orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")));
        TracePane pane(lexicon);
        pane.resize(700, 500);
        static_cast<QWidget&>(pane).show();
        QCoreApplication::processEvents();
        TraceView* view = pane.view();
        const auto always = [] { return true; };
        const auto painted = [&](auto&& work) {
            return longestBlock(
                [&] {
                    work();
                    view->viewport()->repaint();
                },
                always);
        };
        const double opening = longestBlock(
            [&] {
                pane.setDocument(
                    { text, "{\"numbers\":[5,9,6],\"target\":39}", std::nullopt, QStringLiteral("long"), {} });
            },
            [&] { return view->trace().text.size() > 500'000; }); // the beginning comes first

        // Verify: the whole text is there, marked, and only a little of it was laid out.
        QVERIFY(view->trace().text.size() > 500'000);
        QVERIFY(!view->trace().text.contains(QLatin1Char('\n')));
        QVERIFY(view->trace().count(TraceSpan::Reflection) > 10'000);
        QVERIFY(view->trace().count(TraceSpan::WrongEquation) > 1000);
        view->grab();
        QVERIFY(view->laidOutLines() > 0 && view->laidOutLines() < 20);

        double worst = opening;
        for (const double share : { 1.0, 0.5, 0.25, 0.75 })
            worst = std::max(worst, painted([&] {
                view->verticalScrollBar()->setValue(int(share * view->verticalScrollBar()->maximum()));
            }));
        worst = std::max(worst,
            painted([&] { pane.findChild<QLineEdit*>(QStringLiteral("find"))->setText(QStringLiteral("= 22")); }));
        QVERIFY(view->foundCount() > 100);
        worst = std::max(worst, painted([&] { view->goTo(TraceSpan::Reflection, false); }));
        worst = std::max(worst, painted([&] { view->setShown(TraceSpan::Latin, true); }));
        worst = std::max(worst, painted([&] { pane.resize(900, 500); }));

        QPlainTextEdit plain;
        plain.resize(700, 500);
        plain.show();
        QCoreApplication::processEvents();
        const QString all = QString::fromStdString(text);
        const double baseline = longestBlock(
            [&] {
                plain.setPlainText(all);
                plain.viewport()->repaint();
                plain.verticalScrollBar()->setValue(plain.verticalScrollBar()->maximum());
                plain.viewport()->repaint();
            },
            always);
        QVERIFY(bench::report({ "window/long-trace/longest-block", worst, "ms", baseline, 100 })
            & bench::report({ "window/long-trace/open", opening, "ms", baseline, 100 }));
    }
};

QTEST_MAIN(BenchLongTrace)
#include "bench_long_trace.moc"
