// Training with the window open against training alone: the real engine, the same configuration, taken in turns; the
// window repaints its charts at every committed step. Bar: 95 % of the throughput without it.

#include "figure.h"

#include "core/run/runlauncher.h"
#include "core/store/run_reader.h"
#include "widgets/shell/mainwindow.h"

#include <QApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace
{

constexpr int kSteps = 30, kRounds = 2;
constexpr int kWarmUp = 2; // steps left out: caches, allocations

/// Tokens per second of a finished run: its own clocks, without start-up and evaluation.
double throughput(const QString& folder, int& steps)
{
    const auto reader = orThrow(RunReader::open(folder.toStdString()));
    const auto seconds = orThrow(reader->series("perf/step_seconds")), tokens = orThrow(reader->series("num_tokens"));
    double time = 0, first = 0, last = 0;
    steps = 0;
    for (const SeriesPoint& point : seconds)
        if (point.step > kWarmUp) {
            time += point.value;
            ++steps;
        }
    for (const SeriesPoint& point : tokens) {
        if (point.step == kWarmUp)
            first = point.value;
        last = point.value;
    }
    return (last - first) / time;
}

} // namespace

class BenchOpenWindow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void trainsBesideTheWindow()
    {
        QStandardPaths::setTestModeEnabled(true);
        QTemporaryDir folder;
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.filePath(QStringLiteral("settings")));
        qputenv("AHASCOPE_RUNS", folder.filePath(QStringLiteral("runs")).toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        const QString engine = QStringLiteral(AHASCOPE_TEST_BINARY_DIR "/app/engine/ahascope-engine");
        std::vector<double> alone, beside;
        int n = 0;
        const auto train = [&](const QString& name, bool window) {
            const QString run = folder.filePath(QStringLiteral("runs/") + name);
            QProcess process;
            process.setWorkingDirectory(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR));
            process.setStandardOutputFile(QProcess::nullDevice());
            process.setStandardErrorFile(folder.filePath(name + QStringLiteral(".log")));
            process.start(engine,
                { QStringLiteral("train"), QStringLiteral("experiments/r1-zero-miniature/config.json"),
                    QStringLiteral("--run-dir"), run, QStringLiteral("--max-steps"), QString::number(kSteps),
                    QStringLiteral("--set"), QStringLiteral("eval.every_steps=0"), QStringLiteral("--set"),
                    QStringLiteral("eval.problems=16") });
            QVERIFY(process.waitForStarted());
            int repaints = 0;
            if (window) {
                QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(run + QStringLiteral("/run.db")), 60'000);
                MainWindow shown;
                shown.resize(1280, 800);
                shown.openRuns({ run });
                shown.showPage(QStringLiteral("Train"));
                shown.show();
                QElapsedTimer frame;
                frame.start();
                while (process.state() != QProcess::NotRunning) {
                    QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
                    if (frame.elapsed() >= 1000) { // more often than steps come
                        shown.grab();
                        ++repaints;
                        frame.start();
                    }
                }
                QVERIFY2(repaints > kSteps / 4, qPrintable(QString::number(repaints)));
            } else {
                QVERIFY(process.waitForFinished(900'000));
            }
            QCOMPARE(process.exitCode(), 0);
            QCOMPARE(orThrow(orThrow(RunReader::open(run.toStdString()))->lastStep()),
                int64_t(kSteps)); // verified: the run is whole
            (window ? beside : alone).push_back(throughput(run, n));
        };
        for (int round = 0; round < kRounds; ++round) {
            train(QStringLiteral("alone%1").arg(round), false);
            train(QStringLiteral("beside%1").arg(round), true);
        }
        // The same seed gives the same tokens: the window must not change what is trained.
        const auto rewards = [&](const QString& name) {
            return orThrow(orThrow(RunReader::open(folder.filePath(QStringLiteral("runs/") + name).toStdString()))
                               ->metricsAt(kSteps));
        };
        const Metrics a = rewards(QStringLiteral("alone0")), b = rewards(QStringLiteral("beside0"));
        for (size_t i = 0; i < a.size(); ++i)
            if (a[i].first == "reward")
                QCOMPARE(b[i].second, a[i].second);
        const double without = *std::max_element(alone.begin(), alone.end()),
                     with = *std::max_element(beside.begin(), beside.end());
        std::fprintf(stderr,
            "tokens per second, best of %d runs, n = %d steps each: %.0f without the window, %.0f with it\n", kRounds,
            n, without, with);
        QVERIFY(bench::report({ "window/open-window/share", with / without, "of the throughput without the window", 1,
            0.95, /*atLeast=*/true }));
    }
};

int main(int argc, char** argv)
{
    qputenv("QTEST_FUNCTION_TIMEOUT", "3600000"); // four trainings take longer than a test may
    QApplication application(argc, argv);
    BenchOpenWindow bench;
    return QTest::qExec(&bench, argc, argv);
}
#include "bench_open_window.moc"
