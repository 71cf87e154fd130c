// Rewards looked at without training, through the real engine: one completion explained, a run scored again, the bench
// of hacks, the list of tasks.

#include "tests/support/engine_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

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
        // To another rule nothing of it is right: each verdict that was correct goes, and none comes. Of so many
        // completions some are right.
        const QString many = m_folder.filePath("many");
        engine(support::tinyRun(many, 1, { "max_completion_length=60", "prompts_per_step=16", "num_generations=8" }));
        const std::vector<Json> lines
            = engine({ "rescore", many, "--set", "task.name=multiplication", "--flips" }).lines();
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
