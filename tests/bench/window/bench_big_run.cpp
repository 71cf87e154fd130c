// A run with 100,000 completions: from nothing to the first paint of the Traces page with groups, completions and a
// trace, and searches that leave the window free meanwhile. Bars: 1 s to open, 100 ms for the longest block of a
// search.

#include "figure.h"

#include "core/store/run_reader.h"
#include "tests/support/big_run.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracesearchpage.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"
#include "widgets/shell/mainwindow.h"

#include <QLineEdit>
#include <QStandardPaths>
#include <QTabWidget>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

constexpr int kSteps = 391, kGroups = 16, kSamples = 16; // 100,096 completions

} // namespace

class BenchBigRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath(QStringLiteral("settings")));
        qputenv("AHASCOPE_RUNS", m_folder.filePath(QStringLiteral("runs")).toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        m_run = m_folder.filePath(QStringLiteral("runs/big"));
        support::BigRun shape;
        shape.steps = kSteps;
        shape.groups = kGroups;
        shape.samples = kSamples;
        support::makeBigRun(m_run.toStdString(), shape);
        const RunSummary summary = orThrow(orThrow(RunReader::open(m_run.toStdString()))->summary());
        QCOMPARE(summary.completions, int64_t(kSteps) * kGroups * kSamples);
    }

    /// The Traces page alone: reader, feed, first pages, first paint. Baseline: reading every completion's row, as a
    /// list that holds all of them would.
    void opens()
    {
        QElapsedTimer timer;
        timer.start();
        TracesPanel panel;
        panel.resize(1280, 800);
        const OpenRuns runs { { std::make_shared<RunFeed>(m_run), QColor(Qt::blue), QStringLiteral("big") } };
        panel.setRuns(runs);
        panel.show();
        const bool painted = !panel.grab().isNull();
        const double ms = double(timer.nsecsElapsed()) / 1e6;
        QVERIFY(
            painted && panel.completions()->rowCount() == kSamples && !panel.pane()->view()->trace().text.isEmpty());
        timer.start();
        const auto everything
            = orThrow(orThrow(RunReader::open(m_run.toStdString()))->search({}, TraceOrder::Oldest, 1'000'000));
        const double all = double(timer.nsecsElapsed()) / 1e6;
        QCOMPARE(int64_t(everything.size()), int64_t(kSteps) * kGroups * kSamples);
        QVERIFY(bench::report({ "window/big-run/traces-open", ms, "ms", all, 1000 }));
    }

    /// The whole window: run table, charts, traces, compare, log.
    void windowOpens()
    {
        QElapsedTimer timer;
        timer.start();
        MainWindow window;
        window.resize(1280, 800);
        window.openRuns({ m_run });
        window.showPage(QStringLiteral("Traces"));
        window.show();
        const bool painted = !window.grab().isNull();
        const double ms = double(timer.nsecsElapsed()) / 1e6;
        QVERIFY(painted);
        QVERIFY(bench::report({ "window/big-run/window-open", ms, "ms", NAN, 1000 }));
    }

    /// A text search has to read every text. Meanwhile the event loop turns.
    void searchesAside()
    {
        TracesPanel panel;
        panel.resize(1280, 800);
        panel.setRuns({ { std::make_shared<RunFeed>(m_run), QColor(Qt::blue), QStringLiteral("big") } });
        panel.show();
        panel.findChild<QTabWidget*>(QStringLiteral("traceTabs"))->setCurrentIndex(TracesPanel::Search);
        panel.findChild<QLineEdit*>(QStringLiteral("searchText"))->setText(QStringLiteral("mark123x"));
        QCoreApplication::processEvents();
        double longest = 0;
        QElapsedTimer total, turn;
        total.start();
        turn.start();
        panel.searchPage()->search();
        longest = double(turn.nsecsElapsed()) / 1e6;
        while (panel.searchPage()->isRunning() && total.elapsed() < 120'000) {
            turn.start();
            QCoreApplication::processEvents();
            longest = std::max(longest, double(turn.nsecsElapsed()) / 1e6);
        }
        const double answer = double(total.nsecsElapsed()) / 1e6;
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        TraceFilter filter;
        filter.text = "mark123x";
        turn.start();
        const int64_t hits = orThrow(reader->countHits(filter));
        const double here = double(turn.nsecsElapsed()) / 1e6;
        QCOMPARE(int64_t(panel.results()->rowCount()), hits);
        QVERIFY(hits > 0);
        std::fprintf(stderr, "text search over %d completions: %lld hits, answered after %.0f ms\n",
            kSteps * kGroups * kSamples, static_cast<long long>(hits), answer);
        QVERIFY(bench::report({ "window/big-run/search-longest-block", longest, "ms", here, 100 }));
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(BenchBigRun)
#include "bench_big_run.moc"
