// Rewards looked at without training, through the real engine: one completion explained, a run scored again, the bench
// of hacks, the list of tasks.

#include "core/store/run_writer.h"
#include "tests/support/engine_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <map>
#include <tuple>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

class TestRewardLab : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aCompletionIsExplained()
    {
        const std::string text
            = "<think> wait , 3 * 4 = 12 </think> <answer> 2 + 3 * 4 </answer> <answer> 2 * 3 + 4 </answer>";
        const Json line
            = explained("countdown", { { "numbers", { 2, 3, 4 } }, { "target", 14 }, { "completion", text } });
        QCOMPARE(line["answer"]["text"].get<std::string>(), std::string("2 * 3 + 4"));
        const size_t begin = line["answer"]["begin"], end = line["answer"]["end"];
        QCOMPARE(text.substr(begin, end - begin), std::string("2 * 3 + 4"));
        QCOMPARE(line["tags"].size(), size_t(6));
        QCOMPARE(line["tags"][0]["tag"].get<std::string>(), std::string("<think>"));
        QCOMPARE(line["reflections"][0]["word"].get<std::string>(), std::string("wait"));
        QCOMPARE(line["languages"]["en"].get<int>(), 1);
        QCOMPARE(line["terms"]["accuracy"]["weight"].get<double>(), 1.0);
        QCOMPARE(line["terms"]["accuracy"]["adds"].get<double>(), 0.0);
        const std::string needs = line["needs"].dump();
        QVERIFY2(needs.find("<answer> exactly once; it is there 2 times") != std::string::npos, needs.c_str());
        QVERIFY2(needs.find("14") != std::string::npos, needs.c_str());
    }

    void nothingIsMissingOfARightOne()
    {
        const Json line = explained("arithmetic",
            { { "expression", "7 + 5 * 3" }, { "value", 22 },
                { "completion", "<think> 7 + 15 </think> <answer> 22 </answer>" } });
        QCOMPARE(line["needs"].size(), size_t(0));
        QCOMPARE(line["verdict"].get<std::string>(), std::string("correct"));
        QVERIFY(std::abs(line["reward"].get<double>() - 1.1) < 1e-12);
    }

    void tokensAreCountedWhereTheyAreAskedFor()
    {
        Json line { { "numbers", { 2, 3, 4 } }, { "target", 14 },
            { "completion", "<think> 3 * 4 = 12 </think> <answer> 2 + 3 * 4 </answer>" } };
        const QByteArray in = QByteArray::fromStdString(line.dump() + "\n");
        const QStringList arguments { "reward", "--config", run() + "/config.json", "--explain" };
        const Json without = engine(arguments, in).lines().at(0);
        QVERIFY(!without.contains("tokens"));
        QCOMPARE(without["terms"]["format"]["largest"].get<double>(), 1.0);
        const Outcome o = engine(arguments + QStringList { "--tokens", "--set", "rewards.overlong=1" }, in);
        QVERIFY2(o.status == 0, o.error.constData());
        const Json with = o.lines().at(0);
        QVERIFY(with["tokens"].get<int>() > 10);
        QVERIFY2(with["terms"]["overlong"]["value"].is_number(), with.dump().c_str());
        QCOMPARE(with["verdict"].get<std::string>(), std::string("correct"));
        QCOMPARE(engine({ "reward" }, in).code(), QByteArray("usage"));
    }

    void theSameRewardsChangeNothing()
    {
        const std::vector<Json> lines = rescored({});
        QCOMPARE(lines.size(), size_t(1));
        QCOMPARE(lines[0]["completions"].get<int>(), 8); // two steps of two groups of two
        QCOMPARE(lines[0]["steps"].get<int>(), 2);
        QCOMPARE(lines[0]["verdict_flips"].get<int>() + lines[0]["reward_changes"].get<int>(), 0);
        QCOMPARE(lines[0]["mean_reward_was"], lines[0]["mean_reward_now"]);
    }

    void otherRewardsChangeWhatTheySay()
    {
        const auto reader = orThrow(RunReader::open(run().toStdString()));
        std::map<int64_t, CompletionRow> stored;
        for (const TraceHit& hit : orThrow(reader->search({}, TraceOrder::Oldest, 100)))
            stored[hit.completion.id] = hit.completion;
        std::vector<Json> lines = rescored({ "--set", "rewards.format=2.1" });
        const Json summary = lines.back();
        lines.pop_back();
        int formed = 0;
        for (const auto& [id, row] : stored)
            formed += row.formatOk;
        QVERIFY(formed > 0 && formed < 8);
        QCOMPARE(int(lines.size()), formed);
        QCOMPARE(summary["reward_changes"].get<int>(), formed);
        QCOMPARE(summary["verdict_flips"].get<int>(), 0);
        for (const Json& line : lines) {
            const CompletionRow& row = stored.at(line["completion"]);
            QVERIFY(row.formatOk);
            QVERIFY(std::abs(line["now"]["reward"].get<double>() - *row.reward - 2) < 1e-9);
            QCOMPARE(line["was"]["reward"].get<double>(), *row.reward);
            // Which part it was: the one weight differs, and each side's parts add up to its reward.
            QCOMPARE(line["parts"]["format"]["was"]["weight"].get<double>(), 0.1);
            QCOMPARE(line["parts"]["format"]["now"]["weight"].get<double>(), 2.1);
            for (const char* side : { "was", "now" }) {
                double sum = 0;
                for (const auto& [name, part] : line["parts"].items()) {
                    sum += part[side]["weight"].get<double>() * part[side]["value"].get<double>();
                    QVERIFY2(name == "format" || part["was"] == part["now"], line.dump().c_str());
                }
                QVERIFY2(std::abs(sum - line[side]["reward"].get<double>()) < 1e-9, line.dump().c_str());
            }
        }
        QVERIFY(std::abs(summary["mean_reward_now"].get<double>() - summary["mean_reward_was"].get<double>()
                    - 2.0 * formed / 8)
            < 1e-9);
        QCOMPARE(rescored({ "--set", "rewards.format=2.1", "--flips" }).size(), size_t(1));
        QCOMPARE(rescored({ "--from", "2" }).back()["completions"].get<int>(), 4);
        QCOMPARE(rescored({ "--to", "1" }).back()["steps"].get<int>(), 1);
        const std::vector<Json> steps = rescored({ "--progress" });
        QCOMPARE(steps.size(), size_t(3));
        QCOMPARE(steps[1]["progress"]["done"].get<int>(), 2);
        QCOMPARE(steps[1]["progress"]["of"].get<int>(), 2);
    }

    void verdictsFlipWithTheTask()
    {
        // To another rule nothing of it is right: each verdict that was correct goes, and none comes.
        const std::vector<Json> lines
            = engine({ "rescore", many(), "--set", "task.name=multiplication", "--flips" }).lines();
        QCOMPARE(lines.back()["into_correct"].get<int>(), 0);
        int right = 0;
        for (size_t i = 0; i + 1 < lines.size(); ++i)
            right += lines[i]["was"]["verdict"] == "correct";
        QVERIFY(right > 0);
        QCOMPARE(lines.back()["out_of_correct"].get<int>(), right);
        QCOMPARE(int(lines.size()) - 1, lines.back()["verdict_flips"].get<int>());
        QVERIFY(lines.size() > 1);
        QCOMPARE(lines[0]["now"]["verdict"].get<std::string>(), std::string("infra_error")); // no factors in the item
        QVERIFY(lines[0]["now"]["reward"].is_null() || lines[0]["now"]["reward"].is_number());
    }

    void heldOutAnswersOfTheSameRewardsAreTheSame()
    {
        const std::vector<Json> lines = rescored({ "--of", "held-out" });
        QCOMPARE(lines.size(), size_t(1));
        QCOMPARE(lines[0]["of"].get<std::string>(), std::string("held-out"));
        QCOMPARE(lines[0]["answers"].get<int>(), 16); // steps 0 and 2, four problems of two samples
        QCOMPARE(lines[0]["evaluations"].size(), size_t(2));
        QCOMPARE(lines[0]["evaluations"][1]["step"].get<int>(), 2);
        QCOMPARE(lines[0]["verdict_flips"].get<int>() + lines[0]["reward_changes"].get<int>(), 0);
        QCOMPARE(lines[0]["mean_reward_was"], lines[0]["mean_reward_now"]);
        QCOMPARE(rescored({ "--of", "held-out", "--from", "1" }).back()["answers"].get<int>(), 8);
        const std::vector<Json> steps = rescored({ "--of", "held-out", "--progress" });
        QCOMPARE(steps.size(), size_t(3));
        QCOMPARE(steps[1]["progress"], (Json { { "done", 2 }, { "of", 2 } }));
        QCOMPARE(rescored({}).back()["of"].get<std::string>(), std::string("completions")); // unless asked otherwise
    }

    void heldOutVerdictsFlip()
    {
        const auto reader = orThrow(RunReader::open(many().toStdString()));
        int right = 0, formed = 0;
        std::map<std::tuple<int64_t, int, int>, CompletionRow> stored;
        for (const EvaluationRow& e : orThrow(reader->evaluations()))
            for (int p = 0; p < e.problems; ++p)
                for (const CompletionRow& row : orThrow(reader->evaluationSamples(e.id, p))) {
                    stored[{ e.id, p, row.position }] = row;
                    right += row.correct;
                    formed += row.formatOk;
                }
        QVERIFY(right > 0 && formed > 0 && formed < int(stored.size()));
        const auto rowOf = [&](const Json& line) {
            return stored.at(
                std::tuple(line["evaluation"].get<int64_t>(), line["problem"].get<int>(), line["sample"].get<int>()));
        };
        const QStringList heldOut { "rescore", many(), "--of", "held-out", "--set" };
        std::vector<Json> lines = engine(heldOut + QStringList { "task.name=multiplication", "--flips" }).lines();
        QCOMPARE(lines.back()["answers"].get<size_t>(), stored.size());
        QCOMPARE(lines.back()["out_of_correct"].get<int>(), right);
        QCOMPARE(lines.back()["into_correct"].get<int>(), 0);
        const double share = double(lines.size() - 1) / double(stored.size());
        const Json interval = lines.back()["verdict_flips_ci95"];
        QVERIFY2(
            interval[0].get<double>() < share && share < interval[1].get<double>() + 1e-9, interval.dump().c_str());
        lines.pop_back();
        int out = 0;
        for (const Json& line : lines) {
            QCOMPARE(line["was"]["verdict"].get<std::string>(), rowOf(line).verdict);
            QVERIFY(!line.contains("completion"));
            out += rowOf(line).correct;
        }
        QCOMPARE(out, right);
        lines = engine(heldOut + QStringList { "rewards.format=2.1" }).lines(); // verdicts stay, rewards do not
        QCOMPARE(lines.back()["verdict_flips"].get<int>(), 0);
        QCOMPARE(lines.back()["reward_changes"].get<int>(), formed);
        lines.pop_back();
        for (const Json& line : lines) {
            QVERIFY(rowOf(line).formatOk);
            QVERIFY(std::abs(line["now"]["reward"].get<double>() - line["was"]["reward"].get<double>() - 2) < 1e-9);
            QCOMPARE(line["parts"]["format"]["was"]["weight"].get<double>(), 0.1);
            QCOMPARE(line["parts"]["format"]["now"]["value"].get<double>(), 1.0);
        }
    }

    /// What a fooled verifier stored, an evaluation beside another of its step, and one of an older version.
    void storedVerdictsAreHeldAgainstTodays()
    {
        const QString planted = m_folder.filePath("planted");
        QVERIFY(engine(support::tinyRun(planted, 1)).status == 0);
        EvaluationRow row;
        row.step = 1;
        row.task = "another";
        row.problems = 1;
        row.samples = 2;
        row.rows = { { { 0, "use 5 9 6 to make 39 :", "another", R"({"numbers":[5,9,6],"target":39})" }, 1, false,
            "<think> x </think> <answer> (5*9)-6 </answer>" } };
        for (int i = 0; i < 2; ++i) {
            CompletionRow& sample = row.rows[0].samples.emplace_back();
            sample.position = i;
            sample.tokens = 20;
            sample.finishReason = "stop";
            sample.verdict = i == 0 ? "wrong" : "correct";
            sample.text = i == 0 ? row.rows[0].example : "<think> x </think> <answer> 5+9+6 </answer>";
        }
        {
            const auto writer = orThrow(RunWriter::open(planted.toStdString()));
            orThrow(writer->commitEvaluation(row));
            row.step = 7;
            row.rows[0].samples.clear();
            orThrow(writer->commitEvaluation(row));
        }
        const auto asked = [&](const QStringList& more) {
            return engine(QStringList { "rescore", planted, "--of", "held-out", "--flips" } + more);
        };
        const Outcome o = asked({ "--from", "1", "--to", "1" });
        QVERIFY2(o.status == 0, o.error.constData());
        const std::vector<Json> lines = o.lines();
        QCOMPARE(lines.size(), size_t(3));
        QCOMPARE(lines[0]["now"]["verdict"].get<std::string>(), std::string("correct"));
        QCOMPARE(lines[1]["now"]["verdict"].get<std::string>(), std::string("wrong"));
        QCOMPARE(lines[1]["sample"].get<int>(), 1);
        QCOMPARE(lines[2]["evaluations"].size(), size_t(2));
        QCOMPARE(lines[2]["into_correct"].get<int>() + lines[2]["out_of_correct"].get<int>(), 2);
        QVERIFY2(lines[2]["notes"].dump().find("several evaluations") != std::string::npos, lines[2].dump().c_str());
        const auto summary = [](const Outcome& outcome) {
            return outcome.status == 0 && !outcome.lines().empty() ? outcome.lines().back()
                                                                   : Json(outcome.error.toStdString());
        };
        const Json all = summary(asked({}));
        QVERIFY2(all.dump().find("not kept: 2 answers") != std::string::npos, all.dump().c_str());
        QCOMPARE(asked({ "--from", "2" }).code(), QByteArray("samples_missing"));
        const Json none = summary(asked({ "--from", "9" }));
        QVERIFY2(none.is_object() && none["answers"] == 0, none.dump().c_str());
    }

    void fineTuningHasItsAnswersJudgedAgain()
    {
        const QString rows = m_folder.filePath("rows.jsonl"), run = m_folder.filePath("tuned");
        QFile file(rows);
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 40; ++i)
            file.write(QByteArray("{\"prompt\":\"use 1 2 to make ") + QByteArray::number(i)
                + " :\",\"completion\":\" <answer> 3 </answer>\",\"answer\":\"3\"}\n");
        file.close();
        const auto tuned = [&](const QString& folder, const QStringList& settings) {
            QStringList arguments { "train", support::sourcePath("experiments/sft-smollm2/presets/miniature.json"),
                "--run-dir", folder, "--max-steps", "2" };
            const QStringList tiny { "max_completion_length=40", "eval.every_steps=5", "eval.problems=4", "threads=2",
                "eval_completions=2", "warmup_steps=1", "data.path=" + rows, "data.eval_percent=20",
                "data.mapping=prompt=prompt, completion=completion, gold=answer" };
            for (const QString& setting : tiny + settings)
                arguments << "--set" << setting;
            return engine(arguments);
        };
        const Outcome made = tuned(run, { "data.verifier=exact", "final_problems=8", "final_samples=2" });
        QVERIFY2(made.status == 0, made.error.constData());
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        int formed = 0, answers = 0;
        for (const EvaluationRow& e : orThrow(reader->evaluations()))
            for (int p = 0; p < e.problems; ++p)
                for (const CompletionRow& row : orThrow(reader->evaluationSamples(e.id, p))) {
                    ++answers;
                    formed += row.formatOk;
                }
        QCOMPARE(answers, 32); // steps 0 and 2, eight rows of two samples
        const Outcome same = engine({ "rescore", run }); // by itself: its completions are examples to read
        QVERIFY2(same.status == 0, same.error.constData());
        QCOMPARE(same.lines().size(), size_t(1));
        QCOMPARE(same.lines()[0]["answers"].get<int>(), answers);
        QVERIFY(same.lines()[0]["notes"].dump().find("no rewards of its own") != std::string::npos);
        const Outcome paid = engine({ "rescore", run, "--set", "rewards.format=2.1" });
        QVERIFY2(paid.status == 0, paid.error.constData());
        QCOMPARE(paid.lines().back()["reward_changes"].get<int>(), formed);
        QCOMPARE(engine({ "rescore", run, "--of", "completions" }).code(), QByteArray("reward_not_online"));
        const Outcome none = engine({ "rescore", run, "--set", "data.verifier=none" });
        QCOMPARE(none.code(), QByteArray("nothing_judged"));
        QVERIFY2(none.out.isEmpty() && none.error.contains("data.verifier is none"), none.error.constData());

        const QString free = m_folder.filePath("free");
        const Outcome unjudged = tuned(free, { "data.verifier=none", "final_problems=512", "final_samples=16" });
        QVERIFY2(unjudged.status == 0, unjudged.error.constData());
        const Outcome text = engine({ "rescore", free });
        QCOMPARE(text.code(), QByteArray("held_out_none"));
        QVERIFY2(text.error.contains("free text to it (data.verifier is none)"), text.error.constData());
    }

    void aRunWithoutRewardsIsRefused()
    {
        const Outcome o = engine({ "rescore", m_folder.filePath("none") });
        QVERIFY(o.status != 0);
        QVERIFY2(o.error.contains("none"), o.error.constData());
    }

    void theDefaultRewardsHoldAgainstTheHacks()
    {
        const Outcome o = engine({ "hacks", "--json" });
        QVERIFY2(o.status == 0, (o.error + o.out).right(3000).constData());
        const std::vector<Json> lines = o.lines();
        QVERIFY(lines.size() > 40);
        QCOMPARE(lines.back()["cases"].get<size_t>(), lines.size() - 1);
        for (size_t i = 0; i + 1 < lines.size(); ++i) {
            const std::string outcome = lines[i]["outcome"];
            if (lines[i]["task"] == "programming" && outcome == "unscored")
                continue; // no sandbox on this machine
            QVERIFY2(outcome == "held" || outcome == "leaks", lines[i].dump().c_str());
            QVERIFY(lines[i]["right_reward"].get<double>() > lines[i]["wrong_reward"].get<double>());
        }
    }

    void aRewardThatCanBeGamedIsFound()
    {
        QCOMPARE(outcomeOf("countdown/reflection_farming", { "rewards.reflection=2" }), std::string("broken"));
        QCOMPARE(outcomeOf("countdown/reflection_farming", {}), std::string("held"));
        QCOMPARE(outcomeOf("countdown/language_padding", { "rewards.accuracy=0.1", "rewards.language=1" }),
            std::string("broken"));
        QCOMPARE(outcomeOf("countdown/power", { "rewards.accuracy=0", "rewards.tiny_zero=1" }), std::string("held"));
        QCOMPARE(outcomeOf("arithmetic/list",
                     { "rewards.accuracy=0", "rewards.format=0", "rewards.expression=1",
                         "rewards.expression_text=1 + 0 * accuracy" }),
            std::string("not_applicable"));
        const Outcome o = engine({ "hacks", "--task", "countdown", "--set", "rewards.reflection=2" });
        QCOMPARE(o.status, 1);
        QVERIFY(o.out.contains("broken: 1 of "));
        QCOMPARE(engine({ "hacks", "--task", "nothing" }).code(), QByteArray("hack_case_missing"));
    }

    void tasksAreListedAndMade()
    {
        const Outcome all = engine({ "tasks" });
        QVERIFY2(all.status == 0, all.error.constData());
        for (const Json& line : all.lines()) {
            if (line["task"] == "countdown" || line["task"] == "arithmetic") // many answers, or plain to see
                QVERIFY2(line["question"].get<std::string>().size() > 5, line.dump().c_str());
            else if (line["task"] == "programming") // has programs for answers, and needs a sandbox
                QVERIFY2(line.contains("question") || line.contains("unavailable"), line.dump().c_str());
            else
                QVERIFY2(line["question"].get<std::string>().size() > 5 && !line["answer"].get<std::string>().empty(),
                    line.dump().c_str());
        }
        const Outcome some = engine({ "tasks", "multiplication", "--count", "3", "--set", "task.level=2" });
        QCOMPARE(some.lines().size(), size_t(3));
        Json line = some.lines()[0];
        line["completion"]
            = "<think> so </think><answer>" + std::to_string(line["a"].get<int>() * line["b"].get<int>()) + "</answer>";
        const Outcome judged
            = engine({ "reward", "--task", "multiplication" }, QByteArray::fromStdString(line.dump() + "\n"));
        QCOMPARE(judged.lines()[0]["verdict"].get<std::string>(), std::string("correct"));
        QCOMPARE(engine({ "tasks", "nothing" }).code(), QByteArray("task_unknown"));
        const Outcome ofRun = engine({ "tasks", "--config", run() + "/config.json", "--count", "1" });
        QVERIFY2(ofRun.status == 0 && ofRun.lines()[0].contains("target"), ofRun.error.constData());
        QVERIFY(engine({ "tasks", "multiplication", "--held-out", "--count", "2" }).lines()[0] != some.lines()[0]);
    }

private:
    Json explained(const QString& task, const Json& line)
    {
        const Outcome o
            = engine({ "reward", "--task", task, "--explain" }, QByteArray::fromStdString(line.dump() + "\n"));
        return o.status == 0 ? o.lines()[0] : Json { { "error", o.error.toStdString() } };
    }

    QString run()
    {
        const QString run = m_folder.filePath("run");
        if (!QFileInfo::exists(run)) // long enough that some completions have the form and some have not
            engine(support::tinyRun(run, 2, { "max_completion_length=40" }));
        return run;
    }

    /// Of so many answers some are right.
    QString many()
    {
        const QString run = m_folder.filePath("many");
        if (!QFileInfo::exists(run))
            engine(support::tinyRun(run, 1,
                { "max_completion_length=60", "prompts_per_step=16", "num_generations=8", "eval.problems=16",
                    "final_problems=16", "final_samples=4" }));
        return run;
    }

    std::vector<Json> rescored(const QStringList& arguments)
    {
        const Outcome o = engine(QStringList { "rescore", run() } + arguments);
        return o.status == 0 ? o.lines() : std::vector<Json> { { { "error", o.error.toStdString() } } };
    }

    static std::string outcomeOf(const std::string& name, const QStringList& settings)
    {
        QStringList arguments { "hacks", "--json", "--task", QString::fromStdString(name.substr(0, name.find('/'))) };
        for (const QString& setting : settings)
            arguments << "--set" << setting;
        for (const Json& line : engine(arguments).lines())
            if (line.value("case", "") == name)
                return line["outcome"];
        return "missing";
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestRewardLab)
#include "tst_reward_lab.moc"
