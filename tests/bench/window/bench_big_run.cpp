// A run with 100,000 completions: from nothing to the first paint of the Traces page with groups, completions and a
// trace, and searches that leave the window free meanwhile. Bars: 1 s to open, 100 ms for the longest block of a
// search.

#include "figure.h"

#include "core/config/run_config.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
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

void makeBigRun(const QString& folder)
{
    QDir().mkpath(folder);
    RunConfig config;
    config.general.name = "big";
    config.general.maxSteps = kSteps;
    QFile file(folder + QStringLiteral("/config.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toJsonText(config).c_str());
    file.close();
    auto writer = orThrow(RunWriter::create(folder.toStdString(), "big", "big", "grpo", toJsonText(config)));
    uint32_t state = 1;
    const auto random = [&](uint32_t n) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % n;
    };
    for (int64_t step = 1; step <= kSteps; ++step) {
        StepRow row;
        row.step = step;
        for (const char* name : { "reward", "accuracy", "completions/mean_length", "reflection/per_response", "entropy",
                 "kl", "loss", "grad_norm" })
            row.metrics.emplace_back(name, std::sin(double(step) / 50));
        for (int g = 0; g < kGroups; ++g) {
            GroupRow group { 0, step, g,
                { 0,
                    "use " + std::to_string(random(9) + 1) + " " + std::to_string(random(9) + 1) + " "
                        + std::to_string(random(9) + 1) + " to make " + std::to_string(random(40)) + " :",
                    "countdown", "{\"numbers\":[5,9,6],\"target\":39}" },
                0.5, 0.5, g % 4 == 0, {} };
            for (int j = 0; j < kSamples; ++j) {
                CompletionRow c;
                c.position = j;
                c.tokens = int(random(200)) + 1;
                c.finishReason = "stop";
                c.correct = random(2);
                c.reward = c.correct ? 1.1 : 0;
                c.advantage = c.correct ? 1 : -1;
                c.formatOk = true;
                c.verdict = c.correct ? "correct" : "wrong";
                c.reason = "ok";
                c.parts = { { "accuracy", double(c.correct) }, { "format", 1.0 } };
                c.reflections = int(random(12));
                c.languageShare = 1;
                c.text = "<think> ";
                for (int k = 0; k < 30; ++k)
                    c.text += "5 * 9 = 45 , no wait ";
                c.text += "mark" + std::to_string(random(5000)) + "x </think>";
                c.tokenIds.resize(size_t(c.tokens), 7);
                group.completions.push_back(std::move(c));
            }
            row.groups.push_back(std::move(group));
        }
        orThrow(writer->commitStep(row));
    }
    orThrow(writer->addMarker({ 0, kSteps, "finished", "Finished", "{}", 0 }));
}

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
        makeBigRun(m_run);
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
