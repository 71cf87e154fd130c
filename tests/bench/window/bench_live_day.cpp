// A run that trains for 24 hours at 3 s a step (28,800 steps, 57,600 completions) passes before the real window as fast
// as it can be written: what the window holds stays what it is once everything has been shown.
//
// Measured is what malloc has handed out (mallinfo2, after everything settled), which a leak raises byte by byte;
// resident memory is printed beside it. From the hour on in which every page has been shown once, it may grow by what
// has a fixed size and was not full yet: of each metric the values that are kept in memory before they go to a file
// (Numbers::kInMemory, once for themselves and once smoothed), the counts that the Analyse page draws over the steps
// (StepTallies, at most 2,048 of some 3 kB each), and 4 MB for the log's 10,000 lines, SQLite's pages and painted text.
// A point itself has four bytes, the extremes that a chart is painted from. The values of a step alone are 160 bytes,
// its texts and its tokens' values 10 kB: whoever keeps them, or only what is shown of them, misses the bound.

// AHASCOPE_BENCH_HOURS: fewer hours than a day, to look for what grows with another tool.

#include "figure.h"

#include "core/base/numbers.h"
#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "core/trace/trace_tally.h"
#include "tests/support/big_run.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QStandardPaths>
#include <QtTest>

#include <malloc.h>
#include <unistd.h>

using namespace aha;

namespace {

const int kHours
    = qEnvironmentVariableIsSet("AHASCOPE_BENCH_HOURS") ? qEnvironmentVariableIntValue("AHASCOPE_BENCH_HOURS") : 24;
constexpr int kStepsPerHour = 1200, kBatch = 8; ///< steps between two turns of the window
constexpr int kMetrics = int(std::size(support::BigRunMaker::kMetrics));
constexpr double kPointBytes = 4, kFixed = 4e6;

/// Bytes that one of the StepTallies may take: the struct, its vectors with what malloc adds, who points to it.
double countBytes()
{
    constexpr double kBlock = 16;
    const auto words = double(
        orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")).entries().size());
    return 1.1
        * (sizeof(StepTally) + 2 * kBlock + 2 * double(kTraceVerdicts) * (8 * words + kBlock)
            + 2 * (sizeof(ClusterCounts) + kBlock))
        + 4 * sizeof(std::shared_ptr<StepTally>);
}

double allowed(int64_t steps)
{
    static const double fixed
        = kFixed + double(StepTallies::kMost) * countBytes() + 2.0 * kMetrics * sizeof(double) * Numbers::kInMemory;
    return double(steps) * kMetrics * kPointBytes + fixed;
}

double held()
{
    const struct mallinfo2 info = mallinfo2();
    return double(info.uordblks) + double(info.hblkhd);
}

double resident()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly)
        ? file.readAll().split(' ').value(1).toDouble() * double(sysconf(_SC_PAGESIZE))
        : NAN;
}

/// Files that hold numbers: how many are mapped, and how much of them is in memory. They go with their rows.
struct MappedNumbers {
    int files = 0;
    double resident = 0; ///< bytes
};

MappedNumbers mappedNumbers()
{
    MappedNumbers found;
    QFile maps(QStringLiteral("/proc/self/smaps"));
    if (!maps.open(QIODevice::ReadOnly))
        return found;
    bool ours = false;
    for (const QByteArray& line : maps.readAll().split('\n'))
        if (line.contains("ahascope-numbers")) {
            ours = true;
            ++found.files;
        } else if (ours && line.startsWith("Rss:")) {
            found.resident += line.simplified().split(' ').value(1).toDouble() * 1024;
            ours = false;
        }
    return found;
}

} // namespace

class BenchLiveDay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void staysAsItIs()
    {
        QTemporaryDir folder;
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.filePath(QStringLiteral("settings")));
        qputenv("AHASCOPE_RUNS", folder.filePath(QStringLiteral("runs")).toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        const QString run = folder.filePath(QStringLiteral("runs/day"));
        support::BigRun shape;
        shape.name = "day";
        shape.steps = kHours * kStepsPerHour;
        shape.groups = 1;
        shape.samples = 2;
        shape.problems = 30;
        shape.detailEvery = 1;
        support::BigRunMaker maker(shape);
        const auto writer = maker.begin(run.toStdString());
        const auto lease = orThrow(Lease::acquire(run.toStdString()));
        const auto server = orThrow(ControlServer::listen(run.toStdString(), "day", "test"));
        MainWindow window;
        window.resize(1280, 800);
        window.show();
        window.openRuns({ run });
        Event event;
        event.kind = Event::Kind::State;
        event.state = RunState::Running;
        event.maxSteps = shape.steps;
        server->broadcast(event);
        std::vector<QString> pages;
        for (const Page& page : window.pages()->pages())
            pages.push_back(page.name);
        const auto settle = [] {
            for (int quiet = 0; quiet < 4;) {
                const double before = bench::cpuMs();
                QTest::qWait(50);
                quiet = bench::cpuMs() - before < 6 ? quiet + 1 : 0;
            }
        };
        std::fprintf(stderr, "counts of a step: %.0f bytes; its points: %.0f\n", countBytes(), kMetrics * kPointBytes);
        int64_t step = 0;
        double base = NAN, worst = -INFINITY;
        int64_t baseSteps = 0;
        for (int hour = 1; hour <= kHours; ++hour) {
            for (int i = 0; i < kStepsPerHour; ++i) {
                orThrow(writer->commitStep(maker.step(++step)));
                if (step % 200 == 0)
                    orThrow(writer->commitEvaluation(maker.evaluation(step)));
                event.kind = Event::Kind::Committed;
                event.step = step;
                server->broadcast(event);
                event.kind = Event::Kind::Log;
                event.level = "info";
                event.message = "step " + std::to_string(step) + " took 3.0 s";
                server->broadcast(event);
                if (step % kBatch == 0)
                    QCoreApplication::processEvents();
                if (i % (kStepsPerHour / 20) == 0) { // somebody looks around
                    window.showPage(pages[size_t(i / (kStepsPerHour / 20)) % pages.size()]);
                    QTest::qWait(5);
                    window.grab();
                }
            }
            window.showPage(QStringLiteral("Charts"));
            settle();
            malloc_trim(0);
            const double now = held();
            if (hour == 2) { // every page was shown
                base = now;
                baseSteps = step;
            }
            std::fprintf(stderr, "hour %2d: %6lld steps, %6.1f MB held, %6.1f MB resident\n", hour,
                static_cast<long long>(step), now / 1e6, resident() / 1e6);
            if (hour > 2)
                worst = std::max(worst, (now - base) / allowed(step - baseSteps));
        }
        QCOMPARE(step, int64_t(kHours) * kStepsPerHour);
        // Verified: the window saw all of it.
        QCOMPARE(orThrow(orThrow(RunReader::open(run.toStdString()))->lastStep()), step);
        ChartsPanel* charts = window.train()->charts();
        QTRY_VERIFY_WITH_TIMEOUT(charts->series()->runs().front().find("reward")->steps.back() == double(step), 30'000);
        QCOMPARE(charts->series()->runs().front().find("reward")->values.size(), qsizetype(step));
        // What lies in files is no more than the values, their steps and what is smoothed of them, and in no more
        // files.
        const MappedNumbers mapped = mappedNumbers();
        bench::report({ "window/live-day/files", double(mapped.files), "files", NAN, 2.0 * kMetrics + 2 });
        bench::report({ "window/live-day/resident-of-files", mapped.resident / 1e6, "MB", NAN,
            (2.0 * kMetrics + 2) * double(step) * sizeof(double) / 1e6 });
        QVERIFY(mapped.files <= 2 * kMetrics + 2);
        QVERIFY(mapped.resident <= (2.0 * kMetrics + 2) * (double(step) * sizeof(double) + 4096));
        const double grown = (held() - base) / 1e6;
        bench::report({ "window/live-day/growth-after-hour-2", grown, "MB", NAN, allowed(step - baseSteps) / 1e6 });
        bench::report({ "window/live-day/growth-over-allowed", worst, "of what is allowed", NAN, 1 });
        QVERIFY2(worst <= 1, "the window grows with the hours"); // memory is not a matter of how busy it is
    }
};

int main(int argc, char** argv)
{
    qputenv("QTEST_FUNCTION_TIMEOUT", "3600000");
    QApplication application(argc, argv);
    BenchLiveDay bench;
    return QTest::qExec(&bench, argc, argv);
}
#include "bench_live_day.moc"
