// From a run's completions to pairs, and from pairs to a preferred policy: every loss through the real engine.

#include "tests/support/engine_process.h"

#include <QtTest>

#include <set>

using namespace aha;
using support::engine;
using support::Outcome;

class TestPreferenceRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = engine(support::tinyRun(path("sampled"), 1,
            { "prompts_per_step=32", "num_generations=8", "max_completion_length=80", "learning_rate=0" }));
        QVERIFY2(o.status == 0, o.error.constData());
        for (const char* kind : { "pairs", "answers" }) {
            const Outcome made
                = engine({ "export", path("sampled"), "--to", kind, "--out", path(QString(kind) + ".jsonl") });
            QVERIFY2(made.status == 0, made.error.constData());
        }
    }

    void rowsAreWhatTheVerifierSaid()
    {
        const auto reader = orThrow(RunReader::open(path("sampled").toStdString()));
        std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> texts; // right, wrong
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(1)))
            for (const CompletionRow& completion : group.completions) {
                auto& [right, wrong] = texts[group.prompt.text];
                (completion.correct ? right : wrong).insert(orThrow(reader->completionText(completion.id)).text);
            }
        const std::vector<nlohmann::json> pairs = rows("pairs.jsonl"), answers = rows("answers.jsonl");
        QVERIFY(pairs.size() >= 4 && answers.size() >= 4);
        for (const nlohmann::json& row : pairs) {
            const auto& [right, wrong] = texts.at(row["prompt"]);
            QVERIFY(right.count(row["chosen"]) && wrong.count(row["rejected"]));
        }
        const std::string runId = orThrow(reader->info("run_id"));
        const auto isFrom
            = [&](const nlohmann::json& origin, const char* id, const char* verdict, const std::string& text) {
                  const CompletionRow completion = orThrow(reader->completionText(origin[id].get<int64_t>()));
                  return origin["run"] == "sampled" && origin["run_id"] == runId && completion.text == text
                      && origin[verdict] == completion.verdict;
              };
        for (const nlohmann::json& row : answers) {
            QVERIFY(texts.at(row["prompt"]).first.count(row["completion"]));
            QVERIFY(isFrom(row["provenance"], "completion", "verdict", row["completion"]));
            QCOMPARE(row["provenance"]["step"].get<int>(), 1);
        }
        for (const nlohmann::json& row : pairs) {
            QVERIFY(isFrom(row["provenance"], "completion", "verdict", row["chosen"]));
            QVERIFY(isFrom(row["provenance"], "rejected", "rejected_verdict", row["rejected"]));
        }
    }

    void winnersMayBeWrong()
    {
        const Outcome made = engine({ "export", path("sampled"), "--to", "pairs", "--chosen", "wrong", "--rejected",
            "malformed", "--out", path("wrong.jsonl") });
        QVERIFY2(made.status == 0, made.error.constData());
        const auto reader = orThrow(RunReader::open(path("sampled").toStdString()));
        std::map<std::string, std::map<std::string, std::set<std::string>>> verdicts; // of a prompt's texts
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(1)))
            for (const CompletionRow& completion : group.completions)
                verdicts[group.prompt.text][orThrow(reader->completionText(completion.id)).text].insert(
                    completion.verdict);
        const std::vector<nlohmann::json> pairs = rows("wrong.jsonl");
        QVERIFY(!pairs.empty());
        for (const nlohmann::json& row : pairs) {
            QVERIFY(verdicts[row["prompt"]][row["chosen"]].count("wrong"));
            QVERIFY(verdicts[row["prompt"]][row["rejected"]].count("malformed"));
        }
    }

    /// Two wrong answers make a pair when the run's reward tells them apart: the best beside the worst.
    void rewardsMayChooseTheWinner()
    {
        const Outcome made = engine({ "export", path("sampled"), "--to", "pairs", "--chosen", "wrong", "malformed",
            "--rejected", "wrong", "malformed", "--by-reward", "--per-group", "1", "--out", path("ranked.jsonl") });
        QVERIFY2(made.status == 0, made.error.constData());
        const auto reader = orThrow(RunReader::open(path("sampled").toStdString()));
        std::map<int64_t, std::pair<double, double>> ends; // of a group's wrong ones: best and worst
        std::map<int64_t, const CompletionRow*> byId;
        const std::vector<GroupRow> groups = orThrow(reader->groupsWithCompletions(1));
        for (const GroupRow& group : groups)
            for (const CompletionRow& completion : group.completions) {
                if (completion.correct)
                    continue;
                byId[completion.id] = &completion;
                auto& [best, worst] = ends.try_emplace(group.id, -1e9, 1e9).first->second;
                best = std::max(best, *completion.reward);
                worst = std::min(worst, *completion.reward);
            }
        const std::vector<nlohmann::json> pairs = rows("ranked.jsonl");
        QVERIFY(!pairs.empty());
        std::set<int64_t> paired;
        for (const nlohmann::json& row : pairs) {
            const CompletionRow *winner = byId.at(row["provenance"]["completion"]),
                                *loser = byId.at(row["provenance"]["rejected"]);
            QCOMPARE(winner->groupId, loser->groupId);
            QVERIFY(*winner->reward > *loser->reward);
            QCOMPARE(*winner->reward, ends[winner->groupId].first);
            QCOMPARE(*loser->reward, ends[winner->groupId].second);
            paired.insert(winner->groupId);
        }
        for (const auto& [group, of] : ends)
            QVERIFY(of.first == of.second || paired.count(group)); // equal texts are one row, and here none are
        // Without rewards to choose by, the same lists leave no loser.
        QCOMPARE(engine({ "export", path("sampled"), "--to", "pairs", "--chosen", "wrong", "--rejected", "wrong",
                            "--out", path("same.jsonl") })
                     .code(),
            QByteArray("export_empty"));
    }

    void nothingToExport()
    {
        const Outcome none = engine(support::tinyRun(path("none"), 1, { "max_completion_length=2" }));
        QCOMPARE(none.status, 0);
        QCOMPARE(engine({ "export", path("none"), "--to", "pairs", "--out", path("none.jsonl") }).code(),
            QByteArray("export_empty"));
        QVERIFY(!QFileInfo::exists(path("none.jsonl")));
    }

    void learns_data()
    {
        QTest::addColumn<QString>("settings");
        QTest::addColumn<bool>("isCut"); // and goes on: with and without a reference, pairs and single answers
        for (const char* settings : { "kind=dpo preference.loss_type=apo_zero;sft loss_weights=1;0.5",
                 "kind=dpo preference.loss_type=aot", "kind=dpo use_weighting=true ld_alpha=0.5",
                 "kind=kto kto_loss=apo_zero_unpaired", "kind=cpo", "kind=cpo cpo_loss=simpo cpo_alpha=0" })
            QTest::newRow(settings) << QString(settings) << false;
        for (const char* settings : { "kind=dpo", "kind=kto", "kind=orpo", "kind=dpo adapter.rank=2" })
            QTest::newRow(settings) << QString(settings) << true;
    }
    void learns()
    {
        QFETCH(QString, settings);
        QFETCH(bool, isCut);
        const QString whole = path(QString::number(m_runs++)), cut = path(QString::number(m_runs++));
        const Outcome o = engine(preferenceRun(whole, settings));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto reader = orThrow(RunReader::open(whole.toStdString()));
        const std::vector<SeriesPoint> margins = orThrow(reader->series("rewards/margins")),
                                       held = orThrow(reader->series("eval_rewards/margins"));
        QCOMPARE(margins.size(), size_t(8));
        QVERIFY2(margins.back().value > margins.front().value, "the chosen gained nothing on the rejected");
        QCOMPARE(held.front().step, int64_t(0));
        QCOMPARE(held.back().step, int64_t(8));
        QVERIFY(!orThrow(reader->groups(8)).empty()); // example completions

        if (!isCut && !support::everyRow())
            return;
        const Outcome first = engine(preferenceRun(cut, settings), {}, { "AHASCOPE_FAULT=commit:5" });
        QCOMPARE(first.status, -1);
        const Outcome rest = engine({ "resume", cut });
        QVERIFY2(rest.status == 0, rest.error.constData());
        const QByteArray a = support::fingerprint(whole), b = support::fingerprint(cut);
        QVERIFY2(a == b, support::firstDifference(a, b).constData());
    }

    void saysWhatItCannotUse()
    {
        QCOMPARE(
            engine(preferenceRun(path("bad"), "kind=dpo preference.loss_type=dpo")).code(), QByteArray("bad_config"));
        QCOMPARE(engine(preferenceRun(path("bad2"), "kind=dpo preference.loss_type=sigmoid loss_weights=a")).code(),
            QByteArray("bad_config"));
        QCOMPARE(engine(preferenceRun(path("bad3"), "kind=dpo data.path=" + path("answers.jsonl"))).code(),
            QByteArray("layout_unsuitable"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    std::vector<nlohmann::json> rows(const QString& name) const
    {
        QFile file(path(name));
        std::vector<nlohmann::json> all;
        if (file.open(QIODevice::ReadOnly))
            for (const QByteArray& line : file.readAll().split('\n'))
                if (!line.isEmpty())
                    all.push_back(nlohmann::json::parse(line.toStdString()));
        return all;
    }
    QStringList preferenceRun(const QString& run, const QString& settings) const
    {
        QFile config(path("preference.json"));
        if (config.open(QIODevice::WriteOnly))
            config.write(QStringLiteral(R"({"version": 1, "general": {"name": "p", "kind": "dpo", "max_steps": 8},
                "model": {"path": "resources/models/miniature"}, "data": {"path": "%1", "eval_percent": 25},
                "preference": {"batch_size": 64}, "optimizer": {"learning_rate": 0.0005, "schedule": "constant"},
                "eval": {"every_steps": 4}, "checkpoint": {"every_steps": 2}, "rollout": {"max_completion_length": 24},
                "sft": {"eval_completions": 2}})")
                             .arg(path("pairs.jsonl"))
                             .toUtf8());
        config.close();
        QStringList arguments { "train", config.fileName(), "--run-dir", run, "--set", "threads=2" };
        for (const QString& setting : settings.split(' '))
            arguments << "--set" << setting;
        return arguments;
    }
    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestPreferenceRun)
#include "tst_preference_run.moc"
