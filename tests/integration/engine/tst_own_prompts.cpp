// A run's own prompts are answered at every evaluation, whatever the run's kind; nobody judges the answers, and nothing
// else of the run comes out otherwise.

#include "tests/support/engine_process.h"

#include "core/protocol/control_client.h"
#include "core/store/run_writer.h"

#include <QtTest>

#include <map>

using namespace aha;
using support::engine;
using support::Outcome;

namespace {

const QString kFirst = QStringLiteral("use 4 5 6 to make 15 :"), kSecond = QStringLiteral("use 2 2 3 to make 7 :");

struct Answer {
    std::string written, text;
    bool operator==(const Answer&) const = default;
};

/// By step, in the order of the prompts.
std::map<int64_t, std::vector<Answer>> answersOf(const QString& run)
{
    std::map<int64_t, std::vector<Answer>> answers;
    const auto reader = orThrow(RunReader::open(run.toStdString()));
    for (const EvaluationRow& e : orThrow(reader->probes()))
        for (const EvaluationProblemRow& row : orThrow(reader->evaluationProblems(e.id)))
            answers[e.step].push_back(
                { nlohmann::json::parse(row.prompt.itemJson)["prompt"].get<std::string>(), row.example });
    return answers;
}

/// What `--progress` told, in per cent.
std::vector<int> progressOf(const Outcome& outcome)
{
    std::vector<int> told;
    for (const nlohmann::json& line : outcome.lines())
        if (line.contains("progress"))
            told.push_back(line["progress"]["done"].get<int>());
    return told;
}

std::vector<int64_t> stepsOf(const std::map<int64_t, std::vector<Answer>>& answers)
{
    std::vector<int64_t> steps;
    for (const auto& [step, all] : answers)
        steps.push_back(step);
    return steps;
}

/// What training and the held-out problems came to, to the last bit.
QByteArray everythingElse(const QString& run)
{
    QByteArray text;
    const auto reader = orThrow(RunReader::open(run.toStdString()));
    for (const std::string& name : orThrow(reader->metricNames()))
        if (name.rfind("perf/", 0) != 0)
            for (const SeriesPoint& p : orThrow(reader->series(name)))
                text += QByteArray::fromStdString(name) + ' ' + QByteArray::number(qint64(p.step)) + ' '
                    + QByteArray(reinterpret_cast<const char*>(&p.value), sizeof p.value).toHex() + '\n';
    for (const EvaluationRow& e : orThrow(reader->evaluations())) {
        text += QByteArray::fromStdString(e.task) + ' ' + QByteArray::number(qint64(e.step)) + ' '
            + QByteArray::number(e.problems) + ' ' + QByteArray::number(e.pass1, 'g', 17) + '\n';
        for (const EvaluationProblemRow& row : orThrow(reader->evaluationProblems(e.id)))
            text += QByteArray::fromStdString(row.prompt.text + row.example) + '\n';
    }
    QFile weights(
        run + '/' + QString::fromStdString(orThrow(reader->checkpoints()).back().path) + "/model.safetensors");
    if (weights.open(QIODevice::ReadOnly))
        text += QCryptographicHash::hash(weights.readAll(), QCryptographicHash::Sha256).toHex();
    return text;
}

} // namespace

class TestOwnPrompts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = engine(support::tinyRun(path("asked"), 4, { asking(kFirst + "\n" + kSecond) }));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void theyAreAnsweredAtEveryEvaluation()
    {
        const auto answers = answersOf(path("asked"));
        QCOMPARE(stepsOf(answers), (std::vector<int64_t> { 0, 3, 4 }));
        for (const auto& [step, all] : answers) {
            QCOMPARE(all.size(), size_t(2));
            QCOMPARE(all[0].written, kFirst.toStdString());
            QCOMPARE(all[1].written, kSecond.toStdString());
        }
        const auto reader = orThrow(RunReader::open(path("asked").toStdString()));
        for (const EvaluationRow& e : orThrow(reader->probes())) {
            QVERIFY(e.problems == 0 && e.pass1 == 0 && e.metrics.empty());
            const std::vector<CompletionRow> samples = orThrow(reader->evaluationSamples(e.id, 1));
            QCOMPARE(samples.size(), size_t(1));
            QCOMPARE(samples[0].verdict, std::string("unjudged"));
            QVERIFY(samples[0].tokens > 0 && samples[0].tokens <= 24);
        }
        const nlohmann::json told = engine({ "inspect", path("asked"), "--json" }).lines()[0];
        QCOMPARE(told["evals"].size(), size_t(3));
        for (const nlohmann::json& e : told["evals"])
            QCOMPARE(e["n"].get<int>(), 4);
    }

    void nothingElseMoves()
    {
        const Outcome o = engine(support::tinyRun(path("plain"), 4));
        QVERIFY2(o.status == 0, o.error.constData());
        QVERIFY(answersOf(path("plain")).empty());
        const QByteArray a = everythingElse(path("plain")), b = everythingElse(path("asked"));
        QVERIFY(a.size() > 1000);
        QVERIFY2(a == b, support::firstDifference(a, b).constData());
    }

    /// The same numbers draw an answer at every step and in every run; those of the prompts after it do not matter.
    void anAnswerIsReproducible()
    {
        const Outcome o = engine(support::tinyRun(path("fewer"), 4, { asking(kFirst) }));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto both = answersOf(path("asked")), one = answersOf(path("fewer"));
        QCOMPARE(stepsOf(one), stepsOf(both));
        for (const auto& [step, all] : one)
            QVERIFY(all.size() == 1 && all[0] == both.at(step)[0]);
    }

    void theirTokensCanBeMeasured()
    {
        const auto reader = orThrow(RunReader::open(path("asked").toStdString()));
        const EvaluationRow last = orThrow(reader->probes()).back();
        const Outcome o
            = engine({ "tokens", path("asked"), "--evaluation", QString::number(last.id), "--problem", "1" });
        QVERIFY2(o.status == 0, o.error.constData());
        const nlohmann::json measured = o.lines().at(0);
        QCOMPARE(measured["policy_step"].get<int64_t>(), last.step);
        QVERIFY(measured["ids"].size() > 0 && measured["logprobs"].size() == measured["ids"].size());
        QCOMPARE(measured["ends"].back().get<size_t>(), orThrow(reader->evaluationExample(last.id, 1)).size());
    }

    void aKilledRunAnswersTheSame()
    {
        const QStringList arguments = support::tinyRun(path("killed"), 4, { asking(kFirst + "\n" + kSecond) });
        QCOMPARE(engine(arguments, {}, { "AHASCOPE_FAULT=commit:4" }).status, -1);
        const Outcome rest = engine({ "resume", path("killed") });
        QVERIFY2(rest.status == 0, rest.error.constData());
        QVERIFY(answersOf(path("killed")) == answersOf(path("asked")));
    }

    void aLaterEvaluationAsksThemToo()
    {
        const QString run = path("later");
        const QStringList settings { asking(kFirst + "\n" + kSecond), "eval.every_steps=0" };
        QCOMPARE(engine(support::tinyRun(run, 4, settings)).status, 0);
        const Outcome o = engine({ "eval", run, "--store", "--step", "2" });
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(o.lines()[0]["n"], nlohmann::json(4));
        QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 2, 4 }));
        const QString beside = path("beside"); // comes by step 2 while it trains
        QCOMPARE(engine(support::tinyRun(beside, 4, { settings[0], "eval.every_steps=2" })).status, 0);
        QVERIFY(answersOf(run) == answersOf(beside));
    }

    /// Kinds that answer no held-out problems, and one that does so beside what it learns.
    void everyKindAnswers_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QByteArray>("row");
        const QByteArray chosen = "<think> 1 + 2 </think> <answer> 1 + 2 </answer>", rejected = "<think> 1 </think>";
        const QByteArray prompt = "{\"prompt\": \"use 1 2 3 to make %1 :\", ";
        QTest::newRow("fine-tuning") << "sft" << prompt + "\"completion\": \"" + chosen + "\"}\n";
        QTest::newRow("preference") << "dpo"
                                    << prompt + "\"chosen\": \"" + chosen + "\", \"rejected\": \"" + rejected + "\"}\n";
        QTest::newRow("distillation") << "distill" << QByteArray();
    }
    void everyKindAnswers()
    {
        QFETCH(QString, kind);
        QFETCH(QByteArray, row);
        const QString run = path(kind);
        QStringList settings { "general.kind=" + kind, asking(kFirst + "\n" + kSecond), "max_completion_length=24",
            "eval.every_steps=1", "checkpoint.every_steps=1", "threads=2" };
        if (row.isEmpty())
            settings << "distill.teacher=resources/models/miniature"
                     << "prompts_per_step=2"
                     << "num_generations=2"
                     << "final_problems=4"
                     << "eval.problems=4"
                     << "final_samples=1";
        else
            settings << "data.path=" + rowsFile(kind, row) << "sft.eval_completions=0";
        const Outcome o = engine(train(run, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto answers = answersOf(run);
        QCOMPARE(stepsOf(answers), (std::vector<int64_t> { 0, 1, 2 }));
        for (const auto& [step, all] : answers)
            QCOMPARE(all.size(), size_t(2));
        QCOMPARE(orThrow(orThrow(RunReader::open(run.toStdString()))->evaluations()).empty(), !row.isEmpty());
        if (!row.isEmpty())
            QCOMPARE(engine({ "eval", run, "--store", "--step", "1" }).code(), QByteArray("evaluation_exists"));
    }

    void aRunWithoutProblemsIsEvaluatedLater()
    {
        const QString run = path("dpo later");
        const QByteArray row = "{\"prompt\": \"use 1 2 3 to make %1 :\", \"chosen\": \"<think> 1 </think>\", "
                               "\"rejected\": \"<think>\"}\n";
        const Outcome o = engine(train(run,
            { "general.kind=dpo", asking(kFirst), "max_completion_length=24", "eval.every_steps=0",
                "checkpoint.every_steps=1", "threads=2", "sft.eval_completions=0",
                "data.path=" + rowsFile("later", row) }));
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 2 }));
        const Outcome stored = engine({ "eval", run, "--store", "--step", "1" });
        QVERIFY2(stored.status == 0, stored.error.constData());
        QCOMPARE(stored.lines()[0], (nlohmann::json { { "probes", 1 }, { "step", 1 } }));
        QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 1, 2 }));
    }

    /// An engine that dies between the two parts of an evaluation leaves the prompts unanswered. They can be asked
    /// afterwards, and the run that goes on agrees.
    void whatAKilledEngineLeftIsAskedLater()
    {
        const QString run = path("between");
        const QStringList arguments = support::tinyRun(run, 4, { asking(kFirst + "\n" + kSecond), "threads=1" });
        // One thread tells of every completion: of four problems with two samples, and then of the prompts.
        QCOMPARE(engine(arguments, {}, { "AHASCOPE_FAULT=evaluating:9" }).status, -1);
        const auto evaluated
            = [&] { return orThrow(orThrow(RunReader::open(run.toStdString()))->evaluations()).size(); };
        QCOMPARE(evaluated(), size_t(1));
        QVERIFY(answersOf(run).empty());
        const QStringList later { "eval", run, "--store", "--step", "0", "--progress" };
        const Outcome o = engine(later);
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(o.lines().back(), (nlohmann::json { { "probes", 2 }, { "step", 0 } }));
        QCOMPARE(progressOf(o), (std::vector<int> { 0, 50, 100 }));
        QCOMPARE(evaluated(), size_t(1));
        QVERIFY(answersOf(run).at(0) == answersOf(path("asked")).at(0));
        QCOMPARE(engine(later).code(), QByteArray("evaluation_exists"));
        const Outcome rest = engine({ "resume", run });
        QVERIFY2(rest.status == 0, rest.error.constData());
        QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 3, 4 }));
    }

    /// Answers that are there already and came out otherwise, on another device perhaps, stay, and the problems are
    /// solved beside them.
    void answersThatAreThereKeepNothingOut()
    {
        const QString run = path("half");
        const QStringList settings { asking(kFirst + "\n" + kSecond), "eval.every_steps=0", "checkpoint.every_steps=1",
            "threads=1" };
        QCOMPARE(engine(support::tinyRun(run, 3, settings)).status, 0);
        EvaluationRow other;
        other.step = 1;
        other.task = kProbesTask;
        other.samples = 1;
        other.rows = { { { 0, "another", kProbesTask, "{\"prompt\":\"another\"}" }, 0, false, "its answer", {} } };
        orThrow(orThrow(RunWriter::open(run.toStdString()))->commitEvaluation(other));
        const Outcome o = engine({ "eval", run, "--store", "--step", "1" });
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(o.lines()[0]["n"], nlohmann::json(4));
        QVERIFY(answersOf(run).at(1) == (std::vector<Answer> { { "another", "its answer" } }));

        const Outcome both = engine({ "eval", run, "--store", "--step", "2", "--progress" }); // 4 completions, then 2
        QVERIFY2(both.status == 0, both.error.constData());
        QCOMPARE(progressOf(both), (std::vector<int> { 16, 33, 50, 66, 83, 100 }));
        QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 1, 2, 3 }));
    }

    /// Where none of the held-out problems can be judged the prompts are answered all the same.
    void theyNeedNoJudge()
    {
        const QString run = path("unjudged");
        const Outcome trained = engine(support::tinyRun(run, 2,
            { asking(kFirst), "eval.every_steps=0", "checkpoint.every_steps=1", "task.name=dataset",
                "data.path=" + rowsFile("open", "{\"question\":\"use 1 2 3 to make %1 :\"}\n"),
                "data.mapping=prompt=question", "data.verifier=none", "data.eval_percent=25", "rewards.accuracy=0",
                "rewards.format=1" }));
        QVERIFY2(trained.status == 0, trained.error.constData());
        QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 2 }));
        for (const bool stores : { true, false }) {
            const Outcome o = engine({ "eval", run, "--store", "--step", "1" });
            QCOMPARE(o.code(), QByteArray("nothing_judged"));
            QCOMPARE(o.error.contains("The answers to the prompts of eval.probes are stored."), stores);
            QCOMPARE(stepsOf(answersOf(run)), (std::vector<int64_t> { 0, 1, 2 }));
        }
        QVERIFY(orThrow(orThrow(RunReader::open(run.toStdString()))->evaluations()).empty());
    }

    /// Who follows an evaluation sees the bar begin anew for them.
    void aLiveRunTellsThatTheyBegin()
    {
        const QString run = path("live");
        QProcess process;
        process.start(support::enginePath(), support::tinyRun(run, 100'000, { asking(kFirst), "eval.every_steps=1" }));
        QVERIFY(process.waitForReadyRead(60'000));
        const auto client = orThrow(ControlClient::connect(run.toStdString()));
        std::optional<Event> begun;
        int commits = 0; // of a step: its own, its held-out problems', its prompts'
        int64_t step = -1;
        for (int events = 0; events < 1000 && !begun; ++events) {
            const Event event = orThrow(client->next(60'000));
            if (event.kind == Event::Kind::Committed) {
                commits = event.step == step ? commits + 1 : 1;
                step = event.step;
            } else if (commits == 2 && event.kind == Event::Kind::Progress && event.phase == Phase::Evaluating) {
                begun = event;
            }
        }
        process.kill();
        process.waitForFinished();
        QVERIFY(begun);
        QCOMPARE(begun->step, step);
        QCOMPARE(begun->fraction, 0.0);
    }

    void whatCannotBeAskedIsRefused()
    {
        const QString words = QStringLiteral("use 4 5 6 to make 15 : ").repeated(300);
        QCOMPARE(engine(support::tinyRun(path("long"), 1, { asking(words) })).code(), QByteArray("prompt_too_long"));
        QCOMPARE(engine(support::tinyRun(path("twice"), 1, { asking("a\na") })).code(), QByteArray("config_rule"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    static QString asking(const QString& prompts) { return "eval.probes=" + prompts; }
    QString rowsFile(const QString& name, const QByteArray& row) const
    {
        QFile file(path(name + ".jsonl"));
        if (file.open(QIODevice::WriteOnly))
            for (int i = 0; i < 24; ++i)
                file.write(QByteArray(row).replace("%1", QByteArray::number(i + 6)));
        return file.fileName();
    }
    QStringList train(const QString& run, const QStringList& settings) const
    {
        QFile config(path("config.json"));
        if (config.open(QIODevice::WriteOnly))
            config.write("{\"version\": 1, \"model\": {\"path\": \"resources/models/miniature\"}}");
        config.close();
        QStringList arguments { "train", config.fileName(), "--run-dir", run, "--max-steps", "2" };
        for (const QString& setting : settings)
            arguments << "--set" << setting;
        return arguments;
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestOwnPrompts)
#include "tst_own_prompts.moc"
