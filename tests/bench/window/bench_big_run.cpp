// A run with 100,000 completions: from nothing to the first paint of the Traces page with groups, completions and a
// trace, and searches that leave the window free meanwhile. Bars: 1 s to open, 100 ms for the longest block of a
// search.

#include "figure.h"

#include "core/store/hit_counts.h"
#include "core/store/run_reader.h"
#include "tests/support/big_run.h"
#include "widgets/models/tracesearch.h"
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

    /// Every order and the usual filters over all completions, to the end of the count. In CPU time of the program: the
    /// texts are read on two threads beside the window's. Baseline: SQLite's LIKE, as one would write it.
    void filtersSortsAndFinds()
    {
        TraceSearch search;
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        struct Case {
            const char* name;
            TraceFilter filter;
            TraceOrder order;
            double bar;
        };
        std::vector<Case> cases;
        TraceFilter none, filter;
        for (const auto& [name, order] : { std::pair("window/big-run/sort-reward", TraceOrder::RewardHigh),
                 std::pair("window/big-run/sort-length", TraceOrder::Longest),
                 std::pair("window/big-run/sort-reflections", TraceOrder::MostReflections),
                 std::pair("window/big-run/sort-advantage", TraceOrder::AdvantageLow),
                 std::pair("window/big-run/sort-newest", TraceOrder::Newest) })
            cases.push_back({ name, none, order, 100 });
        filter.correct = false;
        filter.tokensMin = 50;
        filter.rewardMax = 0.5;
        filter.finishReason = "length";
        cases.push_back({ "window/big-run/filter-and-sort", filter, TraceOrder::RewardLow, 100 });
        filter = {};
        filter.stepMin = 200;
        filter.reflects = true;
        cases.push_back({ "window/big-run/filter", filter, TraceOrder::Newest, 100 });
        for (const auto& [name, text] :
            { std::pair("window/big-run/find-common", "等等"), std::pair("window/big-run/find-rare", "mark123x"),
                std::pair("window/big-run/find-rare-cjk", "记号4321"),
                std::pair("window/big-run/find-two-characters-absent", "然后"),
                std::pair("window/big-run/find-absent", "Wait a Minute") }) {
            TraceFilter wanted;
            wanted.text = text;
            cases.push_back({ name, wanted, TraceOrder::Newest, 200 });
        }
        filter = {};
        filter.text = "不对";
        cases.push_back({ "window/big-run/find-sorted", filter, TraceOrder::RewardHigh, 200 });
        filter = {};
        filter.isPattern = true;
        for (const auto& [name, pattern] : { std::pair("window/big-run/pattern-common", "等{2}|不对"),
                 std::pair("window/big-run/pattern-rare", "mark\\d+x\\b"),
                 std::pair("window/big-run/pattern-absent", "wait a (minute|second)") }) {
            filter.text = pattern;
            cases.push_back({ name, filter, TraceOrder::Newest, 200 });
        }
        bool good = true;
        for (const Case& one : cases) {
            std::vector<double> firstMs, wholeMs, cpu;
            for (int round = 0; round < 5; ++round) {
                QElapsedTimer timer;
                timer.start();
                const double before = bench::cpuMs();
                double first = 0;
                qint64 found = -1;
                QObject here;
                connect(&search, &TraceSearch::pageFound, &here, [&] { first = double(timer.nsecsElapsed()) / 1e6; });
                connect(&search, &TraceSearch::counted, &here, [&](qint64 n) { found = n; });
                search.start(m_run, one.filter, one.order);
                while (search.isRunning() && timer.elapsed() < 60'000) // with a time it would not wait, but turn
                    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
                cpu.push_back(bench::cpuMs() - before);
                wholeMs.push_back(double(timer.nsecsElapsed()) / 1e6);
                QCOMPARE(found, orThrow(reader->countHits(one.filter)));
                firstMs.push_back(first);
            }
            good = bench::report({ one.name, bench::median(cpu), "ms", NAN, one.bar }) && good;
            std::fprintf(stderr, "%s: first hits after %.0f ms, counted after %.0f ms\n", one.name,
                bench::median(firstMs), bench::median(wholeMs));
        }
        QVERIFY(good);
    }

    /// Hits step by step, which are counted after them on a thread of their own.
    void countsByStep()
    {
        const auto counter = orThrow(HitCounter::open(m_run.toStdString()));
        bool good = true;
        for (const auto& [name, text, isPattern] : { std::tuple("window/big-run/steps-common", "等等", false),
                 std::tuple("window/big-run/steps-rare", "mark123x", false),
                 std::tuple("window/big-run/steps-pattern", "等{2}|不对", true) }) {
            TraceFilter filter;
            filter.text = text;
            filter.isPattern = isPattern;
            std::vector<double> cpu;
            int64_t hits = 0;
            for (int round = 0; round < 5; ++round) {
                const double before = bench::cpuMs();
                const auto steps = orThrow(counter->perStep(filter));
                cpu.push_back(bench::cpuMs() - before);
                QCOMPARE(steps.size(), size_t(kSteps));
                hits = 0;
                for (const StepHits& step : steps)
                    hits += step.hits;
            }
            QCOMPARE(hits, orThrow(orThrow(RunReader::open(m_run.toStdString()))->countHits(filter)));
            good = bench::report({ name, bench::median(cpu), "ms", NAN, 200 }) && good;
        }
        QVERIFY(good);
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(BenchBigRun)
#include "bench_big_run.moc"
