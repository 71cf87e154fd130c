// Deleting a run, the command that trains a configuration, the time estimate, reading runs on a thread.

#include "core/protocol/run_folder.h"
#include "core/run/estimate.h"
#include "core/run/rundeletion.h"
#include "core/run/runfeed.h"
#include "core/run/runlauncher.h"
#include "core/run/runlist.h"
#include "core/run/runscanner.h"
#include "core/run/traincommand.h"

#include <QDir>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <thread>

using namespace aha;

namespace {

void put(const QString& path, const QByteArray& text)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

} // namespace

class TestRunTools : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void deletesTheRunAndNothingElse()
    {
        const QString run = m_folder->filePath("runs/a"), precious = m_folder->filePath("precious/weights");
        put(run + "/config.json", "{}");
        put(run + "/checkpoints/step_1/model.safetensors", "x");
        put(precious, "keep");
        QVERIFY(QFile::link(QFileInfo(precious).path(), run + "/linked"));
        QVERIFY(deleteRun(run).ok());
        QVERIFY(!QFileInfo::exists(run));
        QVERIFY(QFileInfo::exists(precious)); // what a link led to
        QVERIFY(QFileInfo::exists(m_folder->filePath("runs")));
    }

    void modelsBesideRunsAreNoRuns()
    {
        put(m_folder->filePath("runs/begun/config.json"), "{}");
        put(m_folder->filePath("runs/base/config.json"), R"({"architectures":["LlamaForCausalLM"]})");
        put(m_folder->filePath("runs/base/model.safetensors"), "x");
        const std::vector<RunListRow> rows = scanRuns(m_folder->filePath("runs"));
        QCOMPARE(rows.size(), size_t(1));
        QVERIFY(rows[0].folder.endsWith(QStringLiteral("begun")));
    }

    /// There is no database to say why: the engine's last words are.
    void aStartThatFailedSaysWhy()
    {
        const QString run = m_folder->filePath("runs/fresh");
        put(run + "/start.json", "{}");
        QVERIFY2(readRunRow(run).problem.startsWith("There is no run in"), qPrintable(readRunRow(run).problem));
        put(run + "/engine.log", "loading\n");
        RunListRow row = readRunRow(run);
        QCOMPARE(row.problem, QString(kEndedUnbegun));
        QCOMPARE(row.state, RunState::Interrupted); // it may be on its way
        put(run + "/engine.log",
            "loading\n{\"error\":\"model_missing\",\"message\":\"There is no model at /x.\",\"hint\":\"Choose "
            "another.\"}\nnot JSON\n");
        row = readRunRow(run);
        QCOMPARE(row.problem, QString("There is no model at /x. Choose another."));
        QCOMPARE(row.state, RunState::Failed);
        const RunFeed feed(run); // opened again later: the window does not know of the engine any more
        QCOMPARE(feed.state(), RunState::Failed);
        QCOMPARE(feed.stateReason(), row.problem);
        const auto lease = orThrow(Lease::acquire(run.toStdString())); // tried again
        QCOMPARE(readRunRow(run).state, RunState::Starting);
    }

    /// Before an engine holds the lease it is on its way, and what an earlier one said is not said of it.
    void aStartAgainIsNoOldFailure()
    {
        const QString run = m_folder->filePath("runs/again");
        put(run + "/start.json", "{}");
        put(run + "/engine.log", "{\"message\":\"There is no model at /x.\",\"hint\":\"\"}\nand half a li");
        RunFeed feed(run); // of a window that does not start it
        QCOMPARE(feed.state(), RunState::Failed);
        const qint64 pid = orThrow(startDetached({ "/bin/sleep", "60" }, run));
        QCOMPARE(readRunRow(run).state, RunState::Starting);
        QCOMPARE(readRunRow(run).problem, QString());
        QCOMPARE(RunFeed(run).state(), RunState::Starting);
        QTRY_COMPARE(feed.state(), RunState::Starting);
        QCOMPARE(feed.stateReason(), QString());
        QCOMPARE(::kill(pid_t(pid), SIGKILL), 0);
        QTRY_COMPARE(readRunRow(run).state, RunState::Interrupted);
        QCOMPARE(readRunRow(run).problem, QString(kEndedUnbegun));
        QTRY_COMPARE(feed.state(), RunState::Interrupted);
        QVERIFY(!feed.stateReason().contains("no model"));
        orThrow(startDetached({ "/bin/sh", "-c", "echo '{\"message\":\"The disk is full.\"}' >&2" }, run));
        QTRY_COMPARE(readRunRow(run).problem, QString("The disk is full."));
        QTRY_COMPARE(readRunRow(run).state, RunState::Failed);
        QTRY_COMPARE(feed.stateReason(), QString("The disk is full."));
        QCOMPARE(feed.state(), RunState::Failed);
    }

    void aHiddenFolderThatHoldsARunIsListed()
    {
        put(m_folder->filePath("runs/..-evil/run.db"), "x");
        put(m_folder->filePath("runs/.queue/config.json"), "{}"); // what the program keeps beside the runs
        const std::vector<RunListRow> rows = scanRuns(m_folder->filePath("runs"));
        QCOMPARE(rows.size(), size_t(1));
        QVERIFY(rows[0].folder.endsWith(QStringLiteral("/..-evil")));
        // And none is made any more.
        qputenv("AHASCOPE_RUNS", m_folder->filePath("runs").toUtf8());
        QVERIFY(newRunFolder("../../evil name/x").startsWith(m_folder->filePath("runs/evil-name-x-20")));
        qunsetenv("AHASCOPE_RUNS");
    }

    void aLinkedRunLosesItsLink()
    {
        const QString real = m_folder->filePath("elsewhere/a"), link = m_folder->filePath("a");
        put(real + "/config.json", "{}");
        QVERIFY(QFile::link(real, link));
        QVERIFY(deleteRun(link).ok());
        QVERIFY(!QFileInfo(link).isSymLink());
        QVERIFY(QFileInfo::exists(real + "/config.json"));
    }

    void refusesWhatIsNoRunOrIsBusy()
    {
        put(m_folder->filePath("thesis/chapter.txt"), "years of work");
        const Result<void> noRun = deleteRun(m_folder->filePath("thesis"));
        QVERIFY(!noRun);
        QCOMPARE(noRun.error().code, std::string("run_missing"));
        QVERIFY(QFileInfo::exists(m_folder->filePath("thesis/chapter.txt")));
        const QString run = m_folder->filePath("busy");
        put(run + "/config.json", "{}");
        {
            const auto lease = orThrow(Lease::acquire(run.toStdString()));
            const Result<void> busy = deleteRun(run);
            QVERIFY(!busy);
            QCOMPARE(busy.error().code, std::string("run_busy"));
            QVERIFY(busy.error().message.find(std::to_string(QCoreApplication::applicationPid())) != std::string::npos);
            QVERIFY(QFileInfo::exists(run + "/config.json"));
        }
        QVERIFY(deleteRun(run).ok());
    }

    void theCommandMakesTheConfiguration()
    {
        RunConfig base, wanted;
        wanted.general.name = "it's \"mine\" -> $HOME; rm *";
        wanted.optimizer.learningRate = 3.3e-5;
        wanted.algorithm.lossType = "dapo";
        wanted.task.operators = "+*";
        wanted.rewards.strict = true;
        const QStringList words = settingsBetween(base, wanted);
        QCOMPARE(words.size(), 10); // five pairs
        RunConfig made = base;
        for (int i = 1; i < words.size(); i += 2)
            QVERIFY(applySetting(made, words[i].toStdString()).ok());
        QCOMPARE(toJsonText(made), toJsonText(wanted));
        QVERIFY(settingsBetween(wanted, wanted).isEmpty());
        QProcess shell; // what a person pastes arrives word for word
        shell.start("/bin/sh", { "-c", "printf '%s\\n' " + shellLine(words) });
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()).trimmed().split('\n'), words);
    }

    void memoryEstimate()
    {
        RunConfig config;
        const auto megabytes = [&] {
            const Result<Estimate> e = estimateRun(config, AHASCOPE_TEST_SOURCE_DIR, 2);
            return e ? e->memoryMb : -1;
        };
        const double whole = megabytes();
        config.adapter.rank = 4; // two moments and a gradient a worker of the adapter alone, and a merged copy
        QVERIFY(whole > 0 && megabytes() > 0 && megabytes() < whole);
        config.model.path = AHASCOPE_TEST_FIXTURES "/golden/gguf/qwen2-f32.gguf"; // 900 tokens, 3 layers of width 48
        const Result<Estimate> gguf = estimateRun(config, AHASCOPE_TEST_SOURCE_DIR, 2);
        QVERIFY2(gguf.ok(), gguf.ok() ? "" : gguf.error().message.c_str());
        QCOMPARE(gguf->parameters, int64_t(109488));
        config.model.path = "/nowhere.gguf";
        QVERIFY(!estimateRun(config, AHASCOPE_TEST_SOURCE_DIR, 2).ok());
    }

    void timeSaysWhereItComesFrom()
    {
        RunConfig config;
        config.general.maxSteps = 100;
        config.general.threads = 2;
        const TimeEstimate assumed = estimateTime(config, 1'000'000, 2, {});
        QVERIFY(!assumed.measured && assumed.stepSeconds > 0 && assumed.evaluationSeconds > 0);
        QVERIFY(std::abs(estimateTime(config, 1'000'000, 4, {}).stepSeconds - assumed.stepSeconds / 2) < 1e-9);
        QVERIFY(std::abs(estimateTime(config, 3'000'000, 2, {}).stepSeconds - assumed.stepSeconds * 3) < 1e-9);
        const TimeEstimate measured = estimateTime(config, 1'000'000, 2, { 1.5, 3 });
        QCOMPARE(measured.trainingSeconds, 150.0);
        const std::string root = AHASCOPE_TEST_SOURCE_DIR;
        const QString without = QString::fromStdString(estimateText(config, root)),
                      with = QString::fromStdString(estimateText(config, root, { 1.5, 3 }));
        QVERIFY2(without.startsWith("Estimated") && without.contains("assuming"), qPrintable(without));
        QVERIFY2(with.contains("1.50 s in 3 earlier runs") && !with.contains("assuming"), qPrintable(with));
        config.model.path = "no/such/model";
        QVERIFY(!QString::fromStdString(estimateText(config, root)).contains("Estimated"));
    }

    void dynamicSamplingTakesFromOneRoundToAll()
    {
        RunConfig config;
        config.general.threads = 2;
        const double once = orThrow(estimateRun(config, AHASCOPE_TEST_SOURCE_DIR, 2)).tokensPerStepMax;
        config.selection.dynamicSampling = true;
        config.selection.maxRounds = 4;
        QCOMPARE(orThrow(estimateRun(config, AHASCOPE_TEST_SOURCE_DIR, 2)).tokensPerStepMax, 4 * once);
        const TimeEstimate assumed = estimateTime(config, 1'000'000, 2, {});
        QVERIFY(assumed.mostTrainingSeconds > 1.2 * assumed.trainingSeconds);
        const TimeEstimate measured = estimateTime(config, 1'000'000, 2, { 1.5, 3 }); // its rounds are in it
        QCOMPARE(measured.mostTrainingSeconds, measured.trainingSeconds);
        const QString text = QString::fromStdString(estimateText(config, AHASCOPE_TEST_SOURCE_DIR));
        QVERIFY2(text.contains("256 to 1024 completions a step"), qPrintable(text));
    }

    void fineTuningIsEstimatedByItsOwnRows()
    {
        RunConfig config = defaultConfig("sft");
        const auto estimate = [&] { return orThrow(estimateRun(config, AHASCOPE_TEST_SOURCE_DIR, 2)); };
        const Estimate plain = estimate();
        QCOMPARE(plain.tokensPerStepMax, 8.0 * 1024);
        config.sft.evalCompletions = 0; // neither decoder nor caches
        QVERIFY(estimate().memoryMb < plain.memoryMb);
        config.sft.maxLength = 4096; // a row is a pass at least
        QVERIFY(estimate().memoryMb > plain.memoryMb);
        const double seconds = estimateTime(config, 1'000'000, 2, {}).stepSeconds;
        config.sft.packing = "bfd";
        QCOMPARE(estimateTime(config, 1'000'000, 2, {}).stepSeconds, 2 * seconds);
        const QString text = QString::fromStdString(estimateText(config, AHASCOPE_TEST_SOURCE_DIR));
        QVERIFY2(text.contains("8 rows a step") && !text.contains("completions a step"), qPrintable(text));
        RunConfig other = config;
        other.rollout.numGenerations = 3; // not what a step of fine-tuning costs
        QCOMPARE(shapeOf(config), shapeOf(other));
        other.sft.batchSize = 3;
        QVERIFY(shapeOf(config) != shapeOf(other));
    }

    void runsOfOneShapeAreAlike()
    {
        RunConfig a, b;
        a.general.threads = b.general.threads = 2;
        b.optimizer.learningRate *= 2; // costs nothing
        b.general.seed = 9;
        QCOMPARE(shapeOf(a), shapeOf(b));
        for (int64_t* number : { &b.rollout.numGenerations, &b.rollout.maxCompletionLength, &b.general.threads,
                 &b.algorithm.numIterations }) {
            *number += 1;
            QVERIFY(shapeOf(a) != shapeOf(b));
            *number -= 1;
        }
        b.algorithm.beta = 0.1; // a reference model is run as well
        QVERIFY(shapeOf(a) != shapeOf(b));
    }

    /// As the engine stores a run: absolute paths, the device that "auto" came to.
    void aStoredRunIsLikeTheFormItCameFrom()
    {
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        const QString root = QStringLiteral(AHASCOPE_TEST_SOURCE_DIR) + '/';
        for (const char* kind : { "grpo", "sft", "dpo" }) {
            RunConfig form = defaultConfig(kind);
            form.general.device = "auto";
            form.data.path = "experiments/../README.md; ./CHANGELOG.md";
            RunConfig stored = form;
            stored.model.path = (root + QString::fromStdString(form.model.path)).toStdString();
            stored.data.path = (root + "README.md; " + root + "CHANGELOG.md").toStdString();
            stored.general.threads = std::max(1u, std::thread::hardware_concurrency());
            stored.general.device = "cpu";
            const auto row = [&](double seconds) {
                RunListRow run;
                run.shape = shapeOf(stored);
                run.stepSeconds = seconds;
                return run;
            };
            std::vector<RunListRow> earlier { row(2), row(9), row(4), row(0) }; // the last one made too few steps
            QCOMPARE(measuredSteps(form, earlier).seconds, 4.0);
            QCOMPARE(measuredSteps(form, earlier).runs, 3);
            stored.general.device = "cuda"; // "auto" takes a GPU where there is one
            earlier.push_back(row(0.5));
            QCOMPARE(measuredSteps(form, earlier).seconds, 0.5);
            form.general.device = "cpu";
            QCOMPARE(measuredSteps(form, earlier).seconds, 4.0);
            form.general.device = "cuda";
            QCOMPARE(measuredSteps(form, earlier).runs, 1);
            form.model.path += "2";
            QCOMPARE(measuredSteps(form, earlier).runs, 0);
        }
    }

    void promptsOfOnesOwnTakeTime()
    {
        for (const char* kind : { "grpo", "sft" }) {
            RunConfig config = defaultConfig(kind);
            config.general.maxSteps = 100;
            config.eval.everySteps = 25; // and at step 0: five times
            const TimeEstimate without = estimateTime(config, 1'000'000, 2, {});
            config.eval.probes = "one\ntwo";
            const TimeEstimate with = estimateTime(config, 1'000'000, 2, {});
            const double answer = 0.5 * double(config.rollout.maxCompletionLength) / (2 * kSampledTokensPerSecond);
            QVERIFY(std::abs(with.evaluationSeconds - without.evaluationSeconds - 2 * 5 * answer) < 1e-9);
            QCOMPARE(with.trainingSeconds, without.trainingSeconds);
        }
        RunConfig judge = defaultConfig("reward_model"); // which cannot write
        const double seconds = estimateTime(judge, 1'000'000, 2, {}).evaluationSeconds;
        judge.eval.probes = "one";
        QCOMPARE(estimateTime(judge, 1'000'000, 2, {}).evaluationSeconds, seconds);
    }

    void scannerReadsAside()
    {
        put(m_folder->filePath("runs/a/config.json"), "{}");
        put(m_folder->filePath("runs/notes/readme.txt"), "no run");
        RunScanner scanner;
        std::vector<RunListRow> rows;
        int scans = 0;
        connect(&scanner, &RunScanner::scanned, this, [&](const auto& found) {
            rows = *found;
            ++scans;
            QCOMPARE(QThread::currentThread(), qApp->thread());
        });
        scanner.scan(m_folder->filePath("nowhere"));
        scanner.scan(m_folder->filePath("runs"));
        QCOMPARE(scans, 0); // nothing was read on this thread
        QTRY_COMPARE(scans, 1);
        QTest::qWait(0);
        QCOMPARE(rows.size(), size_t(1));
        QVERIFY(!rows[0].problem.isEmpty());
        int reads = 0;
        connect(&scanner, &RunScanner::rowRead, this, [&](const RunListRow& row) {
            QCOMPARE(row.folder, m_folder->filePath("runs/a"));
            ++reads;
        });
        for (int i = 0; i < 20; ++i)
            scanner.read(m_folder->filePath("runs/a"));
        QTRY_COMPARE(reads, 1);
        scanner.read(m_folder->filePath("runs/a")); // and one that is dropped with the scanner
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRunTools)
#include "tst_runtools.moc"
