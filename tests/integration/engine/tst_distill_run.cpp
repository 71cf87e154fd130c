// Distillation through the real engine: a student that has strayed comes back to its teacher.

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;

class TestDistillRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // The student: the shipped model after some steps in no direction in particular.
        const Outcome strayed = engine(support::tinyRun(path("strayed"), 2,
            { "num_generations=4", "rewards.language=1", "learning_rate=0.003", "checkpoint.every_steps=2" }));
        QVERIFY2(strayed.status == 0, strayed.error.constData());
        const Outcome sampled = engine(support::tinyRun(path("sampled"), 1,
            { "prompts_per_step=16", "num_generations=8", "max_completion_length=80", "learning_rate=0" }));
        QVERIFY2(sampled.status == 0, sampled.error.constData());
        QCOMPARE(engine({ "export", path("sampled"), "--to", "answers", "--out", path("answers.jsonl") }).status, 0);
    }

    void comesBack_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<bool>("isCut"); // and goes on: where the run keeps something else between its steps
        for (const char* settings : { "distill.beta=1", "distill.beta=0.5 distill.temperature=2", "divergence=minillm",
                 "distill.top_k=8", "on_policy_share=0", "divergence=reverse_kl",
                 "divergence=reverse_kl gamma=0.5 learning_rate=0.001",
                 "divergence=classic on_policy_share=0 distill.alpha=0.2", "logit_clip=8", "teacher_weights=int8" })
            QTest::newRow(settings) << QString(settings) << false;
        for (const char* settings : { "distill.beta=0", "divergence=minillm gamma=0.9", "optim=muon",
                 "distill.top_k=8 on_policy_share=0 distill.cache=CACHE", "on_policy_share=0.5", "adapter.rank=4" })
            QTest::newRow(settings) << QString(settings) << true;
    }
    void comesBack()
    {
        QFETCH(QString, settings);
        QFETCH(bool, isCut);
        const QString whole = path(QString::number(m_runs++)), cut = path(QString::number(m_runs++));
        const Outcome o = engine(distillRun(whole, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(whole.toStdString()));
        const std::vector<SeriesPoint> divergence = orThrow(reader->series("distill/divergence")),
                                       agreement = orThrow(reader->series("distill/agreement"));
        QCOMPARE(divergence.size(), size_t(10));
        const auto mean = [](const std::vector<SeriesPoint>& series, size_t from) {
            return (series[from].value + series[from + 1].value + series[from + 2].value) / 3;
        };
        QVERIFY2(mean(divergence, 7) < 0.8 * mean(divergence, 0),
            qPrintable(QString("%1 to %2").arg(mean(divergence, 0)).arg(mean(divergence, 7))));
        for (const SeriesPoint& point : agreement)
            QVERIFY(point.value > 0.3 && point.value <= 1);
        if (!isCut && !support::everyRow())
            return;
        QDir(path("cache")).removeRecursively(); // the run that is cut fills its own
        const Outcome first = engine(distillRun(cut, settings), {}, { "AHASCOPE_FAULT=training:5" });
        QCOMPARE(first.status, -1);
        const Outcome rest = engine({ "resume", cut });
        QVERIFY2(rest.status == 0, rest.error.constData());
        const QByteArray a = support::fingerprint(whole), b = support::fingerprint(cut);
        QVERIFY2(a == b, support::firstDifference(a, b).constData());
    }

    /// The second run shares the first one's cache and needs no teacher; without one it comes out the same.
    void keptOnDisk()
    {
        const QString settings = "distill.top_k=8 on_policy_share=0 distill.cache=" + path("kept");
        const auto run = [&](const QString& name, const QString& with) {
            const Outcome o = engine(distillRun(path(name), with));
            return o.status == 0 ? QByteArray() : o.error;
        };
        const auto asked = [&](const QString& name) {
            return orThrow(orThrow(RunReader::open(path(name).toStdString()))->series("perf/teacher_asked"))
                .back()
                .value;
        };
        const auto weights = [&](const QString& name) {
            QFile file(path(name + "/checkpoints/step_000010/model.safetensors"));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QCOMPARE(run("filling", settings), QByteArray());
        QVERIFY(asked("filling") > 0); // each row once, however many epochs
        QCOMPARE(run("reading", settings), QByteArray());
        QCOMPARE(asked("reading"), 0.0);
        const QByteArray a = support::fingerprint(path("filling")), b = support::fingerprint(path("reading"));
        QVERIFY2(a == b, support::firstDifference(a, b).constData());
        QCOMPARE(run("without", "distill.top_k=8 on_policy_share=0"), QByteArray());
        QVERIFY(!weights("without").isEmpty());
        QCOMPARE(weights("without"), weights("reading"));
        // Another question is never answered from it.
        QCOMPARE(run("warmer", settings + " distill.temperature=1.5"), QByteArray());
        QCOMPARE(asked("warmer"), asked("filling"));
        QCOMPARE(run("rounded", settings + " teacher_weights=bfloat16"), QByteArray());
        QCOMPARE(asked("rounded"), asked("filling"));
        // Damage is seen, said, and mended.
        QDir folder(path("kept"));
        for (const QString& question : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            QDir files(folder.filePath(question));
            for (const QString& name : files.entryList(QDir::Files)) {
                QFile file(files.filePath(name));
                QVERIFY(file.open(QIODevice::ReadWrite));
                QVERIFY(file.seek(file.size() - 3));
                file.write("!!");
            }
        }
        QCOMPARE(run("mended", settings), QByteArray());
        QVERIFY(asked("mended") > 0);
        QCOMPARE(weights("mended"), weights("reading"));
    }

    void whatDoesNotGoTogether()
    {
        for (const char* settings : { "divergence=reverse_kl on_policy_share=0.5",
                 "divergence=minillm on_policy_share=0", "divergence=classic", "distill.cache=somewhere" })
            QCOMPARE(engine(distillRun(path("refused"), settings)).code(), QByteArray("config_rule"));
    }

    void aTwinHasNothingToLearn()
    {
        const QString run = path("twin");
        const Outcome o = engine(distillRun(run, "model.path=" + support::sourcePath("resources/models/miniature")));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        QVERIFY(orThrow(reader->series("distill/divergence")).front().value < 1e-5);
        QVERIFY(orThrow(reader->series("distill/agreement")).front().value > 0.999);
    }

    /// The verb behind the teacher beside its student in the window.
    void studentBesideTeacher()
    {
        const QString run = path("lens");
        QCOMPARE(engine(distillRun(run, "max_steps=2")).status, 0);
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        const CompletionRow row
            = orThrow(reader->completionText(orThrow(reader->groupsWithCompletions(1)).at(0).completions.at(0).id));
        const TokenDetail detail = orThrow(reader->tokenDetail(row.id)).value();
        const QStringList ask { "tokens", run, "--teacher", "--completion", QString::number(row.id), "--top", "3" };
        const Outcome o = engine(ask);
        QVERIFY2(o.status == 0, o.error.constData());
        const nlohmann::json seen = o.lines().at(0);
        const auto numbers = [](const nlohmann::json& list) { return list.get<std::vector<double>>(); };
        const std::vector<double> kl = numbers(seen["kl"]), student = numbers(seen["by_student"]["logprobs"]),
                                  teacher = numbers(seen["by_teacher"]["logprobs"]);
        QCOMPARE(int(kl.size()), row.tokens);
        QCOMPARE(seen["policy_step"].get<int>(), 0);
        QCOMPARE(seen["ends"].get<std::vector<int32_t>>().back(), int32_t(row.text.size()));
        double apart = 0, sum = 0;
        int agreeing = 0;
        for (size_t t = 0; t < kl.size(); ++t) {
            QVERIFY(std::abs(student[t] - double(detail.logprob[t])) < 1e-3); // it drew the token, at temperature 1
            QVERIFY(kl[t] >= 0);
            apart = std::max(apart, std::abs(student[t] - teacher[t]));
            sum += kl[t];
            const nlohmann::json &a = seen["by_student"]["top"][t], &b = seen["by_teacher"]["top"][t];
            QCOMPARE(a.size(), size_t(3));
            QCOMPARE(seen["agrees"][t].get<bool>(), a[0]["id"] == b[0]["id"]);
            agreeing += a[0]["id"] == b[0]["id"];
        }
        QVERIFY(apart > 0.01 && sum > 0); // the student has strayed
        QVERIFY(std::abs(seen["mean_kl"].get<double>() - sum / double(kl.size())) < 1e-6);
        QCOMPARE(seen["agreeing"].get<int>(), agreeing);
        { // what the teacher says of the same tokens, by the verb that scores
            const nlohmann::json prompt { { "text", orThrow(reader->group(row.groupId)).prompt.text } };
            const QString model = support::sourcePath("resources/models/miniature");
            std::vector<int32_t> ids
                = engine({ "tokenize", "--model", model }, QByteArray::fromStdString(prompt.dump()))
                      .lines()
                      .at(0)["ids"];
            ids.insert(ids.begin(), 1); // BOS, which the verb leaves to whoever asks
            ids.insert(ids.end(), row.tokenIds.begin(), row.tokenIds.end());
            const nlohmann::json scored = engine(
                { "score", "--model", model }, QByteArray::fromStdString(nlohmann::json { { "ids", ids } }.dump()))
                                              .lines()
                                              .at(0);
            const std::vector<double> logprobs = numbers(scored["logprobs"]);
            for (size_t t = 0; t < kl.size(); ++t)
                QVERIFY(std::abs(logprobs[logprobs.size() - kl.size() + t] - teacher[t]) < 1e-3);
        }
        // A held-out problem's answer; and a teacher that learned nothing from: itself.
        const EvaluationRow evaluation = orThrow(reader->evaluations()).back();
        const QStringList answer { "tokens", run, "--teacher", "--evaluation", QString::number(evaluation.id),
            "--problem", "1" };
        const Outcome held = engine(answer);
        QVERIFY2(held.status == 0, held.error.constData());
        QCOMPARE(held.lines().at(0)["policy_step"].get<int64_t>(), evaluation.step);
        QCOMPARE(held.lines().at(0)["ends"].get<std::vector<int32_t>>().back(),
            int32_t(orThrow(reader->evaluationExample(evaluation.id, 1)).size()));
        QCOMPARE(engine(QStringList(answer) << "--policy"
                                            << "7")
                     .code(),
            QByteArray("checkpoint_missing"));
        QCOMPARE(engine(answer.mid(0, 5) + QStringList { "--problem", "99" }).code(), QByteArray("row_missing"));

        const auto teach = [&](const std::string& model) {
            RunConfig config
                = orThrow(runConfigFromJson(orThrow(readFile((run + "/config.json").toStdString(), 1 << 20))));
            config.distill.teacher = model;
            orThrow(writeFileAtomically((run + "/config.json").toStdString(), toJsonText(config)));
            return engine(ask);
        };
        const nlohmann::json twin = teach((run + "/checkpoints/step_000000").toStdString()).lines().at(0);
        QVERIFY(twin["mean_kl"].get<double>() < 1e-6);
        QCOMPARE(twin["agreeing"].get<int>(), row.tokens);
        QCOMPARE(teach(path("gone").toStdString()).code(), QByteArray("model_config_missing"));
        QCOMPARE(teach("https://example.org/v1").code(), QByteArray("teacher_remote"));
        QVERIFY(!teach(AHASCOPE_TEST_FIXTURES "/golden/models/llama").code().startsWith("no error"));
        QCOMPARE(
            engine({ "tokens", path("strayed"), "--teacher", "--completion", "1" }).code(), QByteArray("teacher_none"));
        QCOMPARE(engine({ "tokens", run }).code(), QByteArray("usage"));
    }

    void saysWhoCannotTeach()
    {
        QCOMPARE(engine(distillRun(path("none"), "distill.teacher=" + path("nowhere"))).code(),
            QByteArray("model_config_missing"));
        const Outcome other = engine(distillRun(
            path("other"), "distill.teacher=" + QStringLiteral(AHASCOPE_TEST_FIXTURES "/golden/models/llama")));
        QVERIFY2(other.status != 0 && !other.code().startsWith("no error"), other.error.constData());
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QStringList distillRun(const QString& run, const QString& settings) const
    {
        QFile config(path("distill.json"));
        if (config.open(QIODevice::WriteOnly))
            config.write(QStringLiteral(R"({"version": 1, "general": {"name": "d", "kind": "distill", "max_steps": 10},
                "model": {"path": "%1"}, "distill": {"teacher": "resources/models/miniature"},
                "data": {"path": "%2"}, "sft": {"batch_size": 16},
                "rollout": {"prompts_per_step": 4, "num_generations": 4, "max_completion_length": 40},
                "optimizer": {"learning_rate": 0.0005, "schedule": "constant"},
                "eval": {"every_steps": 5, "problems": 4, "final_problems": 4, "final_samples": 2},
                "checkpoint": {"every_steps": 2}})")
                             .arg(path("strayed/checkpoints/step_000002"),
                                 settings.contains("on_policy_share") ? path("answers.jsonl") : QString())
                             .toUtf8());
        config.close();
        QStringList arguments { "train", config.fileName(), "--run-dir", run, "--set", "threads=2" };
        for (QString setting : settings.split(' '))
            arguments << "--set" << setting.replace("CACHE", path("cache"));
        return arguments;
    }
    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestDistillRun)
#include "tst_distill_run.moc"
