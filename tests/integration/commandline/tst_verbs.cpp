// Help, usage, exit statuses and JSON of the verbs that take a run or nothing at all.

#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

class TestVerbs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_run = m_folder.filePath("run");
        const Outcome o = engine(support::tinyRun(m_run, 4));
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(o.lines().size(), size_t(4)); // one line a step, nothing else
        for (size_t i = 0; i < 4; ++i)
            QCOMPARE(o.lines()[i]["step"], Json(i + 1));
    }

    void help_data()
    {
        QTest::addColumn<QString>("verb");
        for (const char* verb :
            { "train", "resume", "control", "eval", "inspect", "model", "playground", "tokenize", "render", "score",
                "generate", "reward", "export", "recipe", "plan", "batch", "pretrain", "bench", "doctor" })
            QTest::newRow(verb) << verb;
    }
    void help()
    {
        QFETCH(QString, verb);
        const Outcome o = engine({ verb, "--help" });
        QCOMPARE(o.status, 0);
        QVERIFY(o.out.contains("Usage:") && o.error.isEmpty());
        static const QByteArray all = engine({ "--help" }).out;
        QVERIFY(all.contains(verb.toUtf8()));
    }

    void usage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        const auto row = [](const char* name, const QStringList& arguments) { QTest::newRow(name) << arguments; };
        row("nothing", {});
        row("unknown verb", { "fly" });
        row("unknown option", { "doctor", "--fast" });
        row("train without a file", { "train" });
        row("resume without a run", { "resume" });
        row("inspect without a run", { "inspect" });
        row("eval without a model", { "eval" });
        row("score without a model", { "score" });
        row("export without a place", { "export", m_run });
        row("export to what", { "export", m_run, "--to", "papyrus", "--out", "x" });
        row("bench of what", { "bench", "everything" });
        row("temperature below 0", { "generate", "--model", "x", "--temperature", "-1" });
        row("temperature no number", { "generate", "--model", "x", "--temperature", "hot" });
        row("top-p of 2", { "generate", "--model", "x", "--top-p", "2" });
        row("no completions", { "generate", "--model", "x", "--n", "0" });
        row("half a step", { "train", "x", "--max-steps", "2.5" });
        row("too many arguments", { "inspect", "a", "b" });
        row("dtype int4", { "score", "--model", "x", "--dtype", "int4" });
    }
    void usage()
    {
        QFETCH(QStringList, arguments);
        const Outcome o = engine(arguments);
        QCOMPARE(o.code(), QByteArray("usage"));
        QVERIFY(o.status != 0 && o.out.isEmpty());
    }

    void version() { QCOMPARE(engine({ "--version" }).status, 0); }

    void doctor()
    {
        const Outcome o = engine({ "doctor" });
        QCOMPARE(o.status, 0);
        QCOMPARE(o.lines().size(), size_t(1));
        for (const char* key : { "engine", "libtorch", "cores", "instruction_set", "devices" })
            QVERIFY2(o.lines()[0].contains(key), key);
    }

    void inspect()
    {
        const Outcome o = engine({ "inspect", m_run, "--json" });
        QCOMPARE(o.status, 0);
        QCOMPARE(o.lines().size(), size_t(1));
        const Json j = o.lines()[0];
        QCOMPARE(j["run"], Json("run"));
        QCOMPARE(j["state"], Json("finished"));
        QCOMPARE(j["steps"], Json(4));
        QCOMPARE(j["groups"], Json(8));
        QCOMPARE(j["completions"], Json(16));
        QCOMPARE(j["config"]["general"]["max_steps"], Json(4)); // --max-steps is stored
        QCOMPARE(j["config"]["rollout"]["prompts_per_step"], Json(2)); // and so is --set
        for (const char* key : { "first", "last", "min", "max", "n" })
            QVERIFY(j["metrics"]["reward"].contains(key));
        QCOMPARE(j["metrics"]["reward"]["n"], Json(4));
        QCOMPARE(j["evals"].size(), size_t(3)); // steps 0, 3, 4
        const Json& last = j["evals"].back();
        QCOMPARE(last["n"], Json(4));
        QVERIFY(last["ci95"].size() == 2 && last["pass@k"].contains("1") && last["pass@k"].contains("2")
            && last["cons@k"].is_number());
        QVERIFY(last["ci95"][0] <= last["pass@1"] && last["pass@1"] <= last["ci95"][1]);
        QCOMPARE(j["checkpoints"].size(), size_t(3));
        QVERIFY(engine({ "inspect", m_run }).out.contains("finished"));
        QVERIFY(engine({ "inspect", m_run + "/" }).status == 0);
        QCOMPARE(engine({ "inspect", m_folder.path() }).code(), QByteArray("database_missing"));
    }

    /// Predicted from a measurement: near what the same run then holds.
    void planPredictsMemory()
    {
        QStringList arguments = support::tinyRun(m_run, 1);
        arguments[0] = "plan";
        arguments.remove(2, 4); // --run-dir and --max-steps
        const Outcome o = engine(arguments);
        QVERIFY2(o.status == 0, o.error.constData());
        const Json j = o.lines()[0];
        for (const char* figure : { "sampled_tokens_per_second", "trained_tokens_per_second", "memory_mb" })
            QVERIFY2(j["measured"][figure].get<double>() > 0, figure);
        QVERIFY(j["estimated"]["step_seconds"].get<double>() > 0 && j["fits"].is_boolean());
        const Json run = engine({ "inspect", m_run, "--json" }).lines()[0];
        // The whole completions are those of the run's first step.
        QCOMPARE(j["measured"]["completions"], Json(4));
        QCOMPARE(j["measured"]["completion_tokens"], run["metrics"]["completions/mean_length"]["first"]);
        const std::string assumes = j["estimated"]["assumes"];
        QVERIFY2(assumes.starts_with("lengths of 4 sampled completions, mean ")
                && assumes.find("change while it trains") != std::string::npos,
            assumes.c_str());
        const double held = run["metrics"]["perf/resident_mb"]["max"], planned = j["estimated"]["peak_memory_mb"];
        QVERIFY2(std::abs(planned - held) < 0.25 * held, qPrintable(QString("%1 MB, held %2").arg(planned).arg(held)));
        QCOMPARE(engine({ "plan", m_folder.filePath("none.json") }).code(), QByteArray("file_missing"));
    }

    /// Runs with more than one model: their own first steps say it, and leave nothing behind.
    void planMeasuresFirstSteps()
    {
        const QTemporaryDir scratch;
        QStringList arguments = support::tinyRun(m_run, 4, { "kind=ppo" });
        const QString run = m_folder.filePath("ppo");
        arguments[3] = run;
        QCOMPARE(engine(arguments).status, 0);
        const Json held = engine({ "inspect", run, "--json" }).lines()[0]["metrics"]["perf/resident_mb"]["max"];
        arguments[0] = "plan";
        arguments.remove(2, 4);
        const Outcome o = engine(arguments, {}, { "TMPDIR=" + scratch.path() });
        QVERIFY2(o.status == 0, o.error.constData());
        const Json j = o.lines()[0];
        QCOMPARE(j["measured"]["steps"], Json(2));
        QCOMPARE(j["measured"]["completions"], Json(4));
        QVERIFY(j["estimated"]["step_seconds"] > 0 && j["measured"]["trained_tokens_per_second"] > 0);
        const double planned = j["estimated"]["peak_memory_mb"];
        QVERIFY2(
            std::abs(planned - held.get<double>()) < 0.25 * held.get<double>(), qPrintable(QString::number(planned)));
        QVERIFY(QDir(scratch.path()).isEmpty());
    }

    void exportCsv()
    {
        const QString file = m_folder.filePath("x.csv");
        const Outcome o = engine({ "export", m_run, "--to", "csv", "--out", file });
        QCOMPARE(o.status, 0);
        QVERIFY(o.out.isEmpty());
        QFile csv(file);
        QVERIFY(csv.open(QIODevice::ReadOnly)); // one file, not a folder
        const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
        QCOMPARE(lines[0], QByteArray("step,metric,value"));
        const Json j = engine({ "inspect", m_run, "--json" }).lines()[0];
        qsizetype want = 0;
        for (const auto& [name, metric] : j["metrics"].items())
            want += metric["n"].get<int>();
        QCOMPARE(lines.size() - 1, want); // one row per step and metric
        for (const QByteArray& line : lines.mid(1)) {
            QCOMPARE(line.count(','), qsizetype(2));
            const QByteArray value = line.split(',')[2];
            bool number = value.isEmpty(); // NULL is an empty cell
            if (!number)
                value.toDouble(&number);
            QVERIFY2(number, line.constData());
        }
        QCOMPARE(engine({ "export", m_run, "--to", "csv", "--out", m_folder.filePath("no/such/x.csv") }).code(),
            QByteArray("file_unwritable"));
        QCOMPARE(
            engine({ "export", m_folder.path(), "--to", "csv", "--out", file }).code(), QByteArray("database_missing"));
        QVERIFY(QFileInfo(file).size() > 100); // the failed export left the old file
    }

    void control()
    {
        QCOMPARE(engine({ "control", m_run, "pause" }).code(), QByteArray("engine_not_running"));
        QCOMPARE(engine({ "control", m_folder.filePath("none"), "pause" }).code(), QByteArray("engine_not_running"));
        QCOMPARE(engine({ "control", m_run, "explode" }).code(), QByteArray("protocol_unknown_kind"));
        QCOMPARE(engine({ "control", m_run, "set" }).code(), QByteArray("protocol_malformed"));
        const QString run = m_folder.filePath("controlled");
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 100'000));
        QVERIFY(process.waitForReadyRead(60'000));
        const auto say = [&](const QStringList& command) { return engine(QStringList { "control", run } + command); };
        QCOMPARE(say({ "pause" }).lines()[0]["ok"], Json(true));
        QVERIFY(QString::fromStdString(say({ "status" }).lines()[0]["message"]).contains("paused"));
        QCOMPARE(engine({ "inspect", run, "--json" }).lines()[0]["state"], Json("paused"));
        QCOMPARE(say({ "set", "temperature=-3" }).code(), QByteArray("refused"));
        QCOMPARE(say({ "set", "numbers=4" }).code(), QByteArray("refused"));
        QCOMPARE(say({ "set", "temperature=0.9" }).status, 0);
        QCOMPARE(say({ "sample-now" }).status, 0);
        QCOMPARE(say({ "sample-now", "--prompt", QString("5 ").repeated(5000) }).code(), QByteArray("refused"));
        QCOMPARE(say({ "score-text", "--prompt", R"({"numbers":[3,4],"target":7})", "--completion",
                         "3 + 4 = 7 </think> <answer>3+4</answer>" })
                     .lines()[0]["message"]
                     .get<std::string>()
                     .rfind("correct", 0),
            size_t(0));
        QCOMPARE(say({ "score-text", "--prompt", "rubbish" }).status, 0);
        QCOMPARE(say({ "checkpoint-now" }).status, 0);
        QCOMPARE(say({ "resume" }).status, 0);
        QCOMPARE(say({ "stop" }).status, 0);
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 0);
    }

    void eval()
    {
        for (const QString& model : { m_run, support::sourcePath("resources/models/miniature") }) {
            const Outcome o = engine({ "eval", model, "--task", "countdown", "--problems", "6", "--k", "4" });
            QCOMPARE(o.status, 0);
            const Json j = o.lines().at(0);
            QCOMPARE(j["n"], Json(6));
            QVERIFY(j["pass@k"].contains("4") && j["pass@k"]["1"] == j["pass@1"] && j["ci95"].size() == 2);
        }
        QCOMPARE(engine({ "eval", m_run, "--task", "chess" }).code(), QByteArray("task_unknown"));
        QCOMPARE(engine({ "eval", m_folder.path() }).code(), QByteArray("model_config_missing"));
    }

    void finishedRunsResumeToNothing()
    {
        const Outcome o = engine({ "resume", m_run });
        QVERIFY(o.status == 0 && o.out.isEmpty());
    }

    void trainStartsWhatItIsTold()
    {
        QCOMPARE(engine(support::tinyRun(m_run, 4)).code(), QByteArray("run_exists"));
        for (const char* bad : { "temperature=nan", "temperature=inf", "seed=-1", "max_steps=0", "every_steps=1", "=1",
                 "x", "loss_type=ppo", "num_generations=1", "steps_per_generation=3", "name=" })
            QVERIFY2(engine(support::tinyRun(m_folder.filePath("bad"), 2, { bad })).code().startsWith("config_"), bad);
        QCOMPARE(engine(support::tinyRun(m_folder.filePath("bad"), -1)).code(), QByteArray("config_range"));
        QVERIFY(!QFileInfo::exists(m_folder.filePath("bad"))); // nothing was made
        QFile config(m_folder.filePath("broken.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("{\"general\": {\"seed\": 1e999}}");
        config.close();
        QCOMPARE(engine({ "train", config.fileName(), "--run-dir", m_folder.filePath("bad") }).code(),
            QByteArray("config_syntax"));
        QCOMPARE(engine({ "train", m_folder.path(), "--run-dir", m_folder.filePath("bad") }).code(),
            QByteArray("file_unreadable"));
    }

    void strangeFolders_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name :
            { "with space", "日本 \xF0\x9F\x98\x80", "per%s%n", "-dash", "quote'\"", "trailing/", "line\nbreak" })
            QTest::newRow(name) << QByteArray(name);
        QTest::newRow("200 characters") << QByteArray(200, 'n'); // its socket does not fit and lives elsewhere
    }
    void strangeFolders()
    {
        QFETCH(QByteArray, name);
        const QString run = m_folder.path() + "/strange/" + QString::fromUtf8(name);
        const Outcome o = engine(support::tinyRun(run, 1));
        QVERIFY2(o.status == 0, o.error.constData());
        const Json j = engine({ "inspect", run, "--json" }).lines().at(0);
        QCOMPARE(QByteArray::fromStdString(j["run"]), name.endsWith('/') ? name.chopped(1) : name);
    }

    void invalidBytesInAFolderName()
    {
        const Outcome o = support::runProgram("sh",
            { "-c",
                "run=$(printf '%s/bad\\377' \"$FOLDER\"); \"$ENGINE\" train \"$CONFIG\" --run-dir \"$run\" --max-steps "
                "1 --set prompts_per_step=2 --set num_generations=2"
                " --set max_completion_length=8 --set eval.problems=1 --set final_problems=1 --set final_samples=1 > "
                "/dev/null && \"$ENGINE\" inspect \"$run\" --json" },
            {},
            { "ENGINE=" + support::enginePath(), "FOLDER=" + m_folder.path(),
                "CONFIG=" + support::sourcePath("experiments/r1-zero-miniature/config.json") });
        QVERIFY2(o.status == 0, o.error.constData());
        QVERIFY(o.lines().at(0).is_object());
    }

    void closedStdout() // `ahascope train … | head -1`
    {
        const Outcome o = support::runProgram("sh",
            { "-c", "\"$ENGINE\" tokenize --model \"$MODEL\" < \"$IN\" | head -c 1 > /dev/null; echo done" }, {},
            { "ENGINE=" + support::enginePath(), "MODEL=" + support::sourcePath("resources/models/miniature"),
                "IN=/dev/null" });
        QCOMPARE(o.out, QByteArray("done\n"));
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_GUILESS_MAIN(TestVerbs)
#include "tst_verbs.moc"
