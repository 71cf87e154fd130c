// The verbs that look at runs: losses, whatif, tokens, import-run, on a real run of the tiny configuration.

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/store/learning_reader.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

class TestInsight : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // One update a step, so that a step's own gradient is what losses works out again.
        const Outcome o = engine(support::tinyRun(run(), 2,
            { "num_generations=4", "rewards.language=1", "learning_rate=0.001", "checkpoint.every_steps=1",
                "steps_per_generation=1" }));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void theRunsOwnGradient()
    {
        for (const char* step : { "1", "2" }) {
            const Outcome o
                = engine({ "losses", run(), "--step", step, "--loss", "run", "--loss", "dr_grpo", "--json" });
            QVERIFY2(o.status == 0, o.error.constData());
            const Json json = o.lines().at(0);
            QCOMPARE(json["policy_step"].get<int>(), QByteArray(step).toInt() - 1);
            const auto reader = orThrow(RunReader::open(run().toStdString()));
            for (const SeriesPoint& point : orThrow(reader->series("grad_norm")))
                if (point.step == QByteArray(step).toInt()) {
                    const double norm = json["losses"][0]["grad_norm"];
                    QVERIFY2(std::abs(norm - point.value) < 1e-3 * point.value,
                        qPrintable(QString("%1 against %2").arg(norm).arg(point.value)));
                }
            QVERIFY(std::abs(json["mean_ratio"].get<double>() - 1) < 1e-3);
            const double cosine = json["cosine"][0][1];
            QVERIFY(std::abs(json["cosine"][0][0].get<double>() - 1) < 1e-5);
            QCOMPARE(cosine, json["cosine"][1][0].get<double>());
            QVERIFY(cosine > 0 && cosine < 1);
        }
    }
    /// What is stored of each completion adds up to the clip share of the step.
    void whatTheUpdateDid()
    {
        const QString several = m_folder.filePath("several updates");
        const Outcome o = engine(support::tinyRun(several, 3,
            { "num_generations=4", "rewards.language=1", "learning_rate=0.01", "algorithm.steps_per_generation=2",
                "algorithm.num_iterations=3", "algorithm.epsilon=0.01", "algorithm.epsilon_high=0.01",
                "algorithm.mask_truncated_completions=false" }));
        QVERIFY2(o.status == 0, o.error.constData());
        double clippedAtAll = 0;
        for (const auto& [folder, updates] : { std::pair { run(), 1 }, { several, 3 } }) {
            const auto reader = orThrow(RunReader::open(folder.toStdString()));
            const auto learning = orThrow(LearningReader::open(folder.toStdString()));
            for (const SeriesPoint& metric : orThrow(reader->series("clip_ratio/region_mean"))) {
                double clipped = 0, tokens = 0;
                for (const GroupRow& group : orThrow(reader->groupsWithCompletions(metric.step)))
                    for (const CompletionRow& row : group.completions) {
                        const auto found = orThrow(learning->updates({ row.id }));
                        QCOMPARE(found.size(), size_t(1));
                        const UpdateRow& update = found.begin()->second;
                        tokens += double(updates * row.tokens);
                        if (row.advantage == 0) { // left out
                            QCOMPARE(update.tokens, int64_t(0));
                            QVERIFY(!update.ratio && !update.clipped);
                            continue;
                        }
                        QCOMPARE(update.tokens, int64_t(updates * row.tokens));
                        QVERIFY(std::isfinite(update.ratio.value()) && update.ratio.value() > 0);
                        if (updates == 1)
                            QVERIFY(std::abs(update.ratio.value() - 1) < 1e-3 && update.clipped.value() == 0);
                        clipped += update.clipped.value() * double(update.tokens);
                    }
                QVERIFY2(std::abs(clipped / tokens - metric.value) < 1e-6,
                    qPrintable(QString("step %1: %2 stored, %3 reported")
                                   .arg(metric.step)
                                   .arg(clipped / tokens)
                                   .arg(metric.value)));
                clippedAtAll += clipped;
            }
        }
        QVERIFY(clippedAtAll > 10); // else nothing was told apart
    }

    void ratiosOfALaterPolicy()
    {
        const Outcome o = engine({ "losses", run(), "--step", "1", "--policy", "2", "--loss", "grpo", "--loss",
            "tight=grpo,epsilon=0.0001,epsilon_high=0.0001", "--loss", "kl=grpo,beta=0.5", "--json" });
        QVERIFY2(o.status == 0, o.error.constData());
        const Json json = o.lines().at(0);
        QVERIFY(json["largest_log_ratio"].get<double>() > 0.001);
        const auto clipped = [&](int i) {
            const Json& pull = json["losses"][i]["pull"];
            return pull["clipped_low"].get<double>() + pull["clipped_high"].get<double>();
        };
        QVERIFY(clipped(1) > clipped(0));
        QVERIFY(json["losses"][2]["grad_norm"] != json["losses"][0]["grad_norm"]);
        // Whose ratio is clipped is the loss's own matter.
        const Json others = engine({ "losses", run(), "--step", "1", "--loss", "grpo", "--loss", "rloo", "--loss",
                                       "gspo", "--loss", "reinforce", "--json" })
                                .lines()
                                .at(0)["losses"];
        QStringList units;
        for (const Json& loss : others)
            units << QString::fromStdString(loss["ratio_of"].get<std::string>());
        QCOMPARE(units, QStringList({ "token", "product", "sequence", "none" }));
        QVERIFY(json["notes"].dump().find("reference") != std::string::npos);
        QVERIFY(engine({ "losses", run(), "--step", "1", "--loss", "grpo" }).out.contains("| grpo | 1.000 |"));
        // How far it is: the scoring, the reference (a loss with beta) and two gradients; then the answer.
        const auto lines = engine(
            { "losses", run(), "--step", "1", "--loss", "grpo", "--loss", "kl=grpo,beta=0.5", "--json", "--progress" })
                               .lines();
        QCOMPARE(lines.size(), size_t(6));
        for (int i = 0; i < 5; ++i)
            QCOMPARE(lines.at(i), (Json { { "progress", { { "done", i }, { "of", 4 } } } }));
        QCOMPARE(lines.at(5)["losses"].size(), size_t(2));
    }

    void whatIf()
    {
        const Outcome o = engine({ "whatif", run(), "--loss", "run", "--loss", "none=grpo,scale_rewards=none", "--loss",
            "accuracy=rewards.language=0", "--json" });
        QVERIFY2(o.status == 0, o.error.constData());
        const Json rows = o.lines().at(0)["settings"];
        QCOMPARE(rows[0]["steps"].get<int>(), 2);
        QCOMPARE(rows[0]["completions"].get<int>(), 16);
        QCOMPARE(rows[0]["sign_changes"].get<double>(), 0.0); // the run's own advantages come out again
        QVERIFY(std::abs(rows[0]["correlation"].get<double>() - 1) < 1e-6);
        QVERIFY(rows[1]["correlation"].get<double>() > 0.5);
        QVERIFY(rows[2]["sign_changes"].get<double>() > 0);
        QCOMPARE(rows[2]["changed"].size(), std::min<size_t>(rows[2]["sign_changes"].get<size_t>(), 32));
        QVERIFY(!rows[0].contains("advantage"));
        const Outcome one = engine(
            { "whatif", run(), "--step", "1", "--loss", "run", "--loss", "none=grpo,scale_rewards=none", "--json" });
        QVERIFY2(one.status == 0, one.error.constData());
        const Json step = one.lines().at(0);
        QCOMPARE(step["stored_advantage"].size(), size_t(8));
        for (size_t i = 0; i < 8; ++i)
            QVERIFY(
                std::abs(step["stored_advantage"][i].get<double>() - step["settings"][0]["advantage"][i].get<double>())
                < 1e-5);
        QVERIFY(step["settings"][1]["advantage"] != step["settings"][0]["advantage"]);
        QCOMPARE(step["settings"][1]["completion_pull"].size(), size_t(8));
    }

    void tokensUnderACheckpoint()
    {
        const auto reader = orThrow(RunReader::open(run().toStdString()));
        const std::vector<GroupRow> groups = orThrow(reader->groupsWithCompletions(1));
        const CompletionRow& row = groups.at(0).completions.at(0);
        const QString id = QString::number(row.id);
        const Outcome drew = engine({ "tokens", run(), "--completion", id, "--top", "3" });
        QVERIFY2(drew.status == 0, drew.error.constData());
        const Json own = drew.lines().at(0);
        QCOMPARE(own["policy_step"].get<int>(), 0);
        QCOMPARE(own["sampled"].get<bool>(), true);
        QCOMPARE(int(own["kl"].size()), row.tokens);
        QCOMPARE(int(own["top"].size()), row.tokens);
        const std::optional<TokenDetail> detail = orThrow(reader->tokenDetail(row.id));
        for (int t = 0; t < row.tokens; ++t) {
            const Json& top = own["top"][size_t(t)];
            QCOMPARE(top.size(), size_t(3));
            QVERIFY(top[0]["p"].get<double>() >= top[1]["p"].get<double>());
            QVERIFY(std::abs(own["kl"][size_t(t)].get<double>()) < 1e-4); // step 0 is the base model
            if (detail)
                QVERIFY(std::abs(own["ratio"][size_t(t)].get<double>() - 1) < 1e-3);
        }
        const Outcome later = engine({ "tokens", run(), "--completion", id, "--policy", "2" });
        QVERIFY2(later.status == 0, later.error.constData());
        const Json moved = later.lines().at(0);
        QCOMPARE(moved["sampled"].get<bool>(), false);
        double most = 0;
        for (const Json& kl : moved["kl"]) {
            QVERIFY(kl.get<double>() >= 0);
            most = std::max(most, kl.get<double>());
        }
        QVERIFY(most > 1e-6); // two steps changed the policy
        QCOMPARE(moved["ratio"].size(), moved["clipped"].size());
        QCOMPARE(int(moved["ids"].size()), row.tokens);
        QCOMPARE(moved["clip"]["of"].get<std::string>(), std::string("token"));
        QCOMPARE(moved["clip"]["high"].get<double>(), 1.2);
        for (int t = 0; t < row.tokens; ++t) { // GRPO: beyond the clip on the side that the advantage pushes to
            const double ratio = moved["ratio"][size_t(t)].get<double>();
            const bool cut = row.advantage > 0 ? ratio > 1.2 : row.advantage < 0 && ratio < 0.8;
            QCOMPARE(moved["clipped"][size_t(t)].get<bool>(), cut);
            QCOMPARE(moved["gates"][size_t(t)] != "open", cut);
        }
        QCOMPARE(
            engine({ "tokens", run(), "--completion", id, "--policy", "7" }).code(), QByteArray("checkpoint_missing"));
        QVERIFY(engine({ "tokens", run(), "--completion", "999999" }).status != 0);
    }

    /// Also a held-out problem's answer, and another one than the run kept; without the base model all but the KL.
    void answersUnderACheckpoint()
    {
        const auto reader = orThrow(RunReader::open(run().toStdString()));
        const EvaluationRow evaluation = orThrow(reader->evaluations()).back();
        const QStringList ask { "tokens", run(), "--evaluation", QString::number(evaluation.id), "--problem", "0" };
        const Outcome o = engine(ask);
        QVERIFY2(o.status == 0, o.error.constData());
        const Json own = o.lines().at(0);
        const std::string text = orThrow(reader->evaluationExample(evaluation.id, 0));
        QCOMPARE(own["evaluation"].get<int64_t>(), evaluation.id);
        QCOMPARE(own["policy_step"].get<int64_t>(), evaluation.step);
        QCOMPARE(own["sampled"].get<bool>(), true);
        const size_t tokens = own["ids"].size();
        QVERIFY(tokens > 0);
        QCOMPARE(own["ends"].get<std::vector<int32_t>>().back(), int32_t(text.size()));
        for (const char* list : { "logprobs", "entropy", "kl", "base_logprobs", "top", "ends" })
            QCOMPARE(own[list].size(), tokens);
        QVERIFY(own["ratio"].empty() && !own.contains("gates")); // what drew it is not stored
        for (const Json& entropy : own["entropy"])
            QVERIFY(entropy.get<double>() >= 0);
        const Outcome first = engine(QStringList(ask) << "--policy"
                                                      << "0");
        QVERIFY2(first.status == 0, first.error.constData());
        QCOMPARE(first.lines().at(0)["sampled"].get<bool>(), false);
        const Outcome given = engine(QStringList(ask) << "--stdin", "no");
        QVERIFY2(given.status == 0, given.error.constData());
        QCOMPARE(given.lines().at(0)["ends"].get<std::vector<int32_t>>().back(), 2);
        QVERIFY(engine({ "tokens", run(), "--completion", "1", "--stdin" }).status != 0);
        const std::string file = (run() + "/config.json").toStdString(), was = orThrow(readFile(file, 1 << 20));
        RunConfig config = orThrow(runConfigFromJson(was));
        config.model.path = "gone";
        orThrow(writeFileAtomically(file, toJsonText(config)));
        const Outcome alone = engine(ask);
        orThrow(writeFileAtomically(file, was));
        QVERIFY2(alone.status == 0, alone.error.constData());
        const Json left = alone.lines().at(0);
        QVERIFY(left["kl"].empty() && left["base_logprobs"].empty() && left.contains("base_problem"));
        QCOMPARE(left["entropy"], own["entropy"]);
    }

    void whatCannotBeLookedAt()
    {
        QCOMPARE(engine({ "losses", run(), "--step", "9" }).code(), QByteArray("step_missing"));
        QCOMPARE(engine({ "losses", run(), "--step", "1", "--policy", "7" }).code(), QByteArray("checkpoint_missing"));
        QCOMPARE(engine({ "losses", run(), "--loss", "no" }).code(), QByteArray("loss_unknown"));
        QCOMPARE(engine({ "whatif", m_folder.filePath("none") }).code(), QByteArray("run_missing"));
    }

    void importsARun()
    {
        const QString out = m_folder.filePath("imported");
        const Outcome o = engine({ "import-run", QStringLiteral(AHASCOPE_TEST_FIXTURES "/foreign/trl"), "--out", out });
        QVERIFY2(o.status == 0, o.error.constData());
        const Json json = o.lines().at(0);
        QCOMPARE(json["steps"].get<int>(), 3);
        QCOMPARE(json["completions"].get<int>(), 10);
        const Outcome seen = engine({ "inspect", out, "--json" }); // as any run
        QVERIFY2(seen.status == 0, seen.error.constData());
        const Json run = seen.lines().at(0);
        QCOMPARE(run["state"].get<std::string>(), std::string("finished"));
        QCOMPARE(run["metrics"]["reward"]["last"].get<double>(), 1.0);
        QCOMPARE(run["completions"].get<int>(), 10);
        QVERIFY(engine({ "export", out, "--to", "csv", "--out", out + ".csv" }).status == 0);
        QCOMPARE(
            engine({ "import-run", m_folder.filePath("none"), "--out", out }).code(), QByteArray("source_missing"));
    }

private:
    QString run() const { return m_folder.filePath("run"); }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestInsight)
#include "tst_insight.moc"
