// Fifty runs with twenty metrics of ten thousand steps each, opened at once: until every chart that can be seen shows
// all of them, and how long the window is blocked meanwhile. Then panning all linked charts. Bars: 2 s, 100 ms; 16 ms
// of CPU time a frame.

#include "figure.h"

#include "core/config/run_config.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"

#include <QDir>
#include <QtTest>

#include <cmath>
#include <ctime>

using namespace aha;

namespace {

constexpr int kRuns = 50, kSteps = 10'000;
constexpr const char* kMetrics[] = { "reward", "rewards/accuracy/mean", "rewards/format/mean", "accuracy",
    "completions/mean_length", "completions/min_length", "completions/max_length", "completions/clipped_ratio",
    "reflection/per_response", "language/mixed_share", "entropy", "kl", "clip_ratio/region_mean",
    "frac_reward_zero_std", "grad_norm", "loss", "learning_rate", "num_tokens", "reward_std", "perf/step_seconds" };

/// CPU time of this thread so far: how long it blocks the window, whatever else the machine does.
double threadMs()
{
    timespec t {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

} // namespace

class BenchManyRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void openAndPan()
    {
        QTemporaryDir folder;
        const QString first = folder.filePath("run0");
        QDir().mkpath(first);
        {
            RunConfig config;
            auto writer = orThrow(RunWriter::create(first.toStdString(), "r", "r", "grpo", toJsonText(config)));
            for (int64_t step = 1; step <= kSteps; ++step) {
                StepRow row;
                row.step = step;
                for (const char* name : kMetrics)
                    row.metrics.emplace_back(name, std::sin(double(step) / 700) + 1.5 + 0.1 * double(step % 7));
                orThrow(writer->commitStep(row));
            }
        }
        OpenRuns runs;
        for (int i = 0; i < kRuns; ++i) {
            const QString run = folder.filePath(QStringLiteral("run%1").arg(i));
            if (i > 0) {
                QDir().mkpath(run);
                for (const QFileInfo& file : QDir(first).entryInfoList(QDir::Files))
                    QVERIFY(QFile::copy(file.filePath(), run + QLatin1Char('/') + file.fileName()));
            }
            runs.push_back({ std::make_shared<RunFeed>(run), seriesColor(i, false), QStringLiteral("run %1").arg(i) });
        }
        ChartsPanel panel;
        panel.resize(970, 690);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QElapsedTimer whole, block;
        double longest = 0, longestCpu = 0, before = 0;
        const auto turn = [&] { // one turn of the event loop, and what it cost
            block.start();
            before = threadMs();
            QCoreApplication::processEvents(QEventLoop::AllEvents);
            longestCpu = std::max(longestCpu, threadMs() - before);
            const double took = double(block.nsecsElapsed()) / 1e6;
            longest = std::max(longest, took);
            if (took < 0.2)
                QThread::usleep(500); // a window with nothing to do waits, and takes no core from those who read
        };
        const double cpuBefore = bench::cpuMs(), guiBefore = threadMs();
        whole.start();
        panel.setRuns(runs);
        longest = double(whole.nsecsElapsed()) / 1e6;
        const auto complete = [&] {
            int shown = 0;
            for (const LinePlot* plot : panel.findChildren<LinePlot*>())
                if (plot->isVisible() && !plot->visibleRegion().isEmpty()) {
                    if (plot->legend()->count() < kRuns || plot->isEmpty())
                        return false;
                    ++shown;
                }
            return shown >= 4 && !panel.series()->busy();
        };
        while (!complete() && whole.elapsed() < 60'000)
            turn();
        panel.grab();
        const double seconds = double(whole.nsecsElapsed()) / 1e9;
        const double cpuSeconds = (bench::cpuMs() - cpuBefore) / 1e3, guiSeconds = (threadMs() - guiBefore) / 1e3;
        QVERIFY(complete());
        // Verified: every run, every step.
        LinePlot* reward = panel.chart("Reward");
        QVERIFY(reward->range().second >= kSteps);
        int whole50 = 0;
        for (const MetricSeries::Run& run : panel.series()->runs())
            whole50 += run.find("reward") && run.find("reward")->values.size() == kSteps;
        QCOMPARE(whole50, kRuns);
        std::vector<double> frames, framesCpu;
        for (int frame = 0; frame < 60; ++frame) {
            block.start();
            before = threadMs();
            reward->userZoom(20.0 * frame, 20.0 * frame + 5000);
            Q_EMIT reward->cursorMoved(20.0 * frame + 100);
            QCoreApplication::processEvents(QEventLoop::AllEvents);
            frames.push_back(double(block.nsecsElapsed()) / 1e6);
            framesCpu.push_back(threadMs() - before);
        }
        const bool opened = bench::report({ "window/many-runs/open", seconds, "s", NAN, 2 });
        bench::report({ "window/many-runs/open-cpu-all-threads", cpuSeconds, "s", NAN, 4 }); // two cores for 2 s
        bench::report({ "window/many-runs/open-cpu-window-thread", guiSeconds, "s", NAN, 2 });
        bench::report({ "window/many-runs/longest-block", longest, "ms", NAN, 100 });
        // The longest turn holds whatever else ran meanwhile; its CPU time does not.
        const bool free = bench::report({ "window/many-runs/longest-block-cpu", longestCpu, "ms", NAN, 100 });
        const bool panned = bench::report({ "window/many-runs/pan-median", bench::median(frames), "ms", NAN, 50 });
        bench::report({ "window/many-runs/pan-median-cpu", bench::median(framesCpu), "ms", NAN, 16 });
        QVERIFY(opened && free && panned);
    }
};

QTEST_MAIN(BenchManyRuns)
#include "bench_many_runs.moc"
