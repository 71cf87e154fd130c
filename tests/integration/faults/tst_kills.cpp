// 20 kill -9 in one run after another: in sampling, training, evaluation, saving, commit, and at times of their own.

#include "core/base/rng.h"
#include "core/protocol/run_folder.h"
#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

#include <algorithm>

#include <csignal>

using namespace aha;
using support::engine;
using support::Outcome;

class TestKills : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = engine(support::tinyRun(m_folder.filePath("reference"), kSteps));
        QVERIFY2(o.status == 0, o.error.constData());
        m_reference = support::fingerprint(m_folder.filePath("reference"));
        QVERIFY(m_reference.size() > 5000);
    }

    void twentyKills()
    {
        // Sampling reports come from the calling thread alone, so few of them are certain.
        // Counts within one session; a session starts again at its checkpoint, so every kill hits another moment.
        const std::pair<const char*, int> points[]
            = { { "sampling", 8 }, { "training", 20 }, { "evaluating", 12 }, { "file", 60 }, { "commit", 4 } };
        Rng rng(7, Purpose::Shuffle);
        int kills = 0, chain = 0;
        QString run = m_folder.filePath("chain-0");
        std::map<std::string, int> hits;
        // How often a place is passed depends on which thread samples: the last one may need a few more tries.
        const auto everywhere = [&] {
            return std::all_of(
                std::begin(points), std::end(points), [&](const auto& one) { return hits.count(one.first) > 0; });
        };
        for (int attempt = 0; kills < 20 || !everywhere(); ++attempt) {
            QVERIFY2(attempt < 120, "too many sessions ended before their kill");
            const auto& [point, range] = points[size_t(attempt) % std::size(points)];
            const bool clock = attempt % 6 == 5; // somewhere in time, not at a named place
            QProcess process;
            if (!clock)
                process.setEnvironment(QProcess::systemEnvironment()
                    << QStringLiteral("AHASCOPE_FAULT=%1:%2").arg(point).arg(1 + rng.below(uint64_t(range))));
            process.start(support::enginePath(),
                QFileInfo::exists(run + "/config.json") ? QStringList { "resume", run }
                                                        : support::tinyRun(run, kSteps));
            QByteArray told;
            if (clock) {
                const qsizetype lines = qsizetype(rng.below(3));
                while (told.count('\n') < lines && process.waitForReadyRead(60'000))
                    told += process.readAllStandardOutput();
                for (uint64_t spin = rng.below(20'000'000); spin > 0; --spin) // somewhere within the next step
                    asm volatile("");
                process.kill();
            }
            QVERIFY(process.waitForFinished(60'000));
            told += process.readAllStandardOutput();
            const bool killed = process.exitStatus() == QProcess::CrashExit;
            QVERIFY2(killed || process.exitCode() == 0, process.readAllStandardError().constData());
            if (killed) {
                ++kills;
                ++hits[clock ? "clock" : point];
            }
            checkNothingLost(run, told);
            if (QTest::currentTestFailed())
                return;
            if (!killed || kills % 7 == 0) { // the end of this run: it must be the undisturbed one
                finish(run);
                if (QTest::currentTestFailed())
                    return;
                run = m_folder.filePath(QStringLiteral("chain-%1").arg(++chain));
            }
        }
        finish(run);
        for (const auto& [point, range] : points)
            QVERIFY2(hits[point] > 0, point);
        for (const auto& [point, count] : hits)
            qInfo("killed at %s: %d", point.c_str(), count);
    }

    void resumedForLong() // until the checkpoint that it went on from is too old to keep
    {
        const QString run = m_folder.filePath("long");
        const QStringList arguments = support::tinyRun(run, 14, { "checkpoint.keep=2" });
        QVERIFY(engine(arguments, {}, { "AHASCOPE_FAULT=commit:6" }).status != 0);
        const Outcome o = engine({ "resume", run });
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(QDir(run + "/checkpoints").entryList(QDir::Dirs | QDir::NoDotAndDotDot),
            QStringList({ "step_000000", "step_000012", "step_000014" }));
    }

private:
    /// Every step that was told on stdout is in the database.
    static void checkNothingLost(const QString& run, const QByteArray& told)
    {
        const QByteArray lastLine = told.left(told.lastIndexOf('\n')).split('\n').last();
        if (lastLine.isEmpty())
            return;
        const int64_t step = nlohmann::json::parse(lastLine.toStdString())["step"];
        const auto reader = RunReader::open(run.toStdString());
        QVERIFY2(reader.ok(), reader.ok() ? "" : reader.error().message.c_str());
        QVERIFY(*(*reader)->lastStep() >= step);
        QCOMPARE(stateOfRun(run.toStdString(), "start"), RunState::Interrupted);
    }

    void finish(const QString& run) const
    {
        if (!QFileInfo::exists(run + "/config.json"))
            return; // killed before the run existed: nothing to lose
        for (int tries = 0; tries < 2; ++tries) { // the second resume finds a finished run
            const Outcome o = engine({ "resume", run });
            QVERIFY2(o.status == 0, o.error.constData());
        }
        const QByteArray got = support::fingerprint(run);
        QVERIFY2(got == m_reference, support::firstDifference(got, m_reference).constData());
        QVERIFY(QDir(run + "/checkpoints").entryList({ "*.tmp*" }, QDir::AllEntries | QDir::Hidden).isEmpty()); // swept
    }

    static constexpr int kSteps = 7;
    QTemporaryDir m_folder;
    QByteArray m_reference;
};

QTEST_GUILESS_MAIN(TestKills)
#include "tst_kills.moc"
