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

namespace {

constexpr int kSteps = 30, kRounds = 2;
constexpr int kWarmUp = 2; // steps left out: caches, allocations

/// Seconds of each step after the warm-up, by the engine's own clock, and the tokens trained on in them.
struct Timing {
    std::vector<double> seconds;
    double tokens = 0;
};

Timing timingOf(const QString& folder)
{
    const auto reader = orThrow(RunReader::open(folder.toStdString()));
    Timing timing;
    for (const SeriesPoint& point : orThrow(reader->series("perf/step_seconds", kWarmUp)))
        timing.seconds.push_back(point.value);
    const auto tokens = orThrow(reader->series("num_tokens")); // a running total
    for (const SeriesPoint& point : tokens)
        if (point.step == kWarmUp)
            timing.tokens = tokens.back().value - point.value;
    return timing;
}

/// The rounds train the same steps on the same tokens, so each step counts with its fastest round: what else the
/// machine did in one of them does not.
double throughput(const std::vector<Timing>& rounds)
{
    double seconds = 0;
    for (size_t step = 0; step < rounds[0].seconds.size(); ++step) {
        double best = rounds[0].seconds[step];
        for (const Timing& round : rounds)
            best = std::min(best, round.seconds[step]);
        seconds += best;
    }
    return rounds[0].tokens / seconds;
}

} // namespace

class BenchOpenWindow : public QObject {
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
        std::vector<Timing> alone, beside;
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
                // An event loop sleeps between events, as the window's own does; processEvents() in a loop would spin.
                QEventLoop loop;
                QTimer frame;
                frame.callOnTimeout([&] {
                    shown.grab();
                    ++repaints;
                });
                frame.start(1000); // more often than steps come
                QObject::connect(&process, &QProcess::finished, &loop, [&] { loop.quit(); });
                if (process.state() != QProcess::NotRunning)
                    loop.exec();
                QVERIFY2(repaints > kSteps / 4, qPrintable(QString::number(repaints)));
            } else {
                QVERIFY(process.waitForFinished(900'000));
            }
            QCOMPARE(process.exitCode(), 0);
            QCOMPARE(orThrow(orThrow(RunReader::open(run.toStdString()))->lastStep()),
                int64_t(kSteps)); // verified: the run is whole
            (window ? beside : alone).push_back(timingOf(run));
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
        QCOMPARE(beside[0].tokens, alone[0].tokens);
        QCOMPARE(alone[0].seconds.size(), size_t(kSteps - kWarmUp));
        const double without = throughput(alone), with = throughput(beside);
        std::fprintf(stderr,
            "tokens per second over n = %zu steps, the faster of %d rounds each: %.0f without the window, %.0f with "
            "it\n",
            alone[0].seconds.size(), kRounds, without, with);
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
