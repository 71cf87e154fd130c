// What is sampled and what it counts, through the real engine: weights that move, penalties on tokens, replayed groups,
// the order of problems, completions that grow over several steps. Resuming them: tst_algorithms.

#include "core/protocol/control_client.h"
#include "tests/support/engine_process.h"

#include <QtTest>

#include <cmath>
#include <set>

using namespace aha;
using support::engine;
using support::Outcome;

class TestSamplingRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void weightsMoveWithTheSteps()
    {
        const auto reader = train(4,
            { "rewards.format=0", "rewards.weight_schedule=tags: 0@1 1@3; overlong: 2@1 0@2",
                "rewards.overlong_cache=10" });
        const std::map<int64_t, std::pair<double, double>> weights // tags, overlong
            = { { 1, { 0, 2 } }, { 2, { 0.5, 0 } }, { 3, { 1, 0 } }, { 4, { 1, 0 } } };
        for (const auto& [step, weight] : weights) {
            QCOMPARE(at(*reader, "rewards/tags/weight", step), weight.first);
            QCOMPARE(at(*reader, "rewards/overlong/weight", step), weight.second);
            double differs = 0;
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step)))
                for (const CompletionRow& one : group.completions) {
                    double sum = 0;
                    for (const auto& [name, value] : one.parts)
                        sum += value
                            * (name == "accuracy"        ? 1
                                    : name == "tags"     ? weight.first
                                    : name == "overlong" ? weight.second
                                                         : 0);
                    QVERIFY(one.reward && std::abs(*one.reward - sum) < 1e-9);
                    differs += std::abs(sum);
                }
            QVERIFY(differs > 0 || step == 2);
        }
        QVERIFY(orThrow(reader->series("rewards/accuracy/weight")).empty());
    }

    void aScheduledWeightCannotBeSet()
    {
        const QString run = m_folder.filePath("live");
        QProcess process;
        process.start(
            support::enginePath(), support::tinyRun(run, 100000, { "rewards.weight_schedule=tags: 0@1 1@3" }));
        QVERIFY(process.waitForReadyRead(60000));
        const auto client = ControlClient::connect(run.toStdString());
        QVERIFY(client.ok());
        const auto ask = [&](Command::Kind kind, const std::string& assignment) {
            Command command;
            command.kind = kind;
            command.assignment = assignment;
            return orThrow((*client)->request(command));
        };
        const auto refused = ask(Command::Kind::Set, "rewards.tags=0.5");
        QVERIFY2(!refused.ok && refused.message.find("follows rewards.weight_schedule") != std::string::npos,
            refused.message.c_str());
        QVERIFY(ask(Command::Kind::Set, "rewards.format=0.5").ok); // has none
        QVERIFY(ask(Command::Kind::Stop, "").ok);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 0);
    }

    void penaltiesOnTokensTeach_data()
    {
        QTest::addColumn<QStringList>("kind");
        QTest::newRow("grpo") << QStringList { "kind=grpo" };
        QTest::newRow("ppo") << QStringList { "kind=ppo", "critic.lambda=1" };
        QTest::newRow("reinforce_pp") << QStringList { "kind=reinforce_pp" };
    }
    void penaltiesOnTokensTeach() // also where no reward does
    {
        QFETCH(QStringList, kind);
        const auto reader = train(2,
            kind
                + QStringList { "rewards.accuracy=0", "rewards.format=0", "rewards.repetition=2",
                    "rewards.repetition_ngram=1", "rewards.repetition_penalty=-0.05", "rewards.repetition_gamma=0.9" });
        QVERIFY(at(*reader, "grad_norm", 1) > 0);
        QCOMPARE(at(*reader, "reward", 1), 0.0);
        QVERIFY(at(*reader, "rewards/repetition/mean", 1) < 0);
    }

    void replayedGroupsAreCountedApart()
    {
        const auto reader
            = train(8, { "rewards.format=0", "rewards.tags=1", "replay_groups=3", "learning_rate=0.001" });
        double replayed = 0, alone = 0;
        for (int64_t step = 1; step <= 8; ++step) {
            int64_t flat = 0;
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step))) {
                flat += group.zeroVariance;
                for (const CompletionRow& one : group.completions)
                    QVERIFY(!group.zeroVariance || one.advantage == 0); // as it was sampled
            }
            const double buffered = at(*reader, "selection/replay_buffer", step);
            QCOMPARE(at(*reader, "selection/replayed_groups", step), buffered > 0 ? double(flat) : 0.0);
            QVERIFY(buffered <= 3);
            replayed += at(*reader, "selection/replayed_groups", step);
            if (flat == 2 && buffered > 0) {
                QVERIFY(at(*reader, "grad_norm", step) > 0);
                QVERIFY(at(*reader, "selection/replay_age", step) > 0);
                ++alone;
            }
        }
        QVERIFY2(replayed > 0 && alone > 0, "nothing was replayed: the test shows nothing");
    }

    void problemsComeFromThePool()
    {
        std::set<std::string> uniform = promptsOf(*train(6, {}));
        QVERIFY(uniform.size() > 6);
        const auto reader = train(6, { "selection.order=prioritized", "pool_size=3" });
        const std::set<std::string> pool = promptsOf(*reader);
        QCOMPARE(pool.size(), size_t(3));
        QCOMPARE(at(*reader, "selection/pool_sampled", 6), 3.0);
        QVERIFY(std::isfinite(at(*reader, "selection/pool_success", 6)));
        const auto course = train(6, { "selection.order=curriculum", "pool_size=6", "curriculum_steps=6" });
        for (int64_t step = 1; step <= 6; ++step)
            QCOMPARE(at(*course, "selection/open_problems", step), double(std::max<int64_t>(2, step)));
        QVERIFY(promptsOf(*course).size() <= 6);
    }

    void completionsGrowOverSteps()
    {
        const auto reader = train(6, { "partial_tokens=7" });
        double tokens = 0, earlier = 0, longest = 0;
        int64_t passes = 0;
        for (int64_t step = 1; step <= 6; ++step) {
            QCOMPARE(orThrow(reader->groupsWithCompletions(step)).size(), size_t(2));
            passes += int64_t(at(*reader, "partial/passes", step));
            QCOMPARE(at(*reader, "partial/unfinished_groups", step) + at(*reader, "partial/waiting_groups", step),
                double(2 * passes - 2 * step));
            earlier += at(*reader, "partial/earlier_token_share", step);
            tokens += 4 * at(*reader, "completions/mean_length", step);
            longest = std::max(longest, at(*reader, "completions/max_length", step));
        }
        QCOMPARE(at(*reader, "partial/earlier_token_share", 1), 0.0);
        QVERIFY(earlier > 0 && longest > 7 && longest <= 24);
        QVERIFY(at(*reader, "num_tokens", 6) >= tokens); // with those that still wait
    }

    void whatDoesNotGoTogetherIsRefused_data()
    {
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const QStringList& settings, const char* said) {
            QTest::newRow(settings.join(' ').toUtf8().constData()) << settings << QByteArray(said);
        };
        row({ "partial_tokens=7", "dynamic_sampling=true" }, "groups of several");
        row({ "kind=remax", "partial_tokens=7" }, "greedy completion");
        row({ "kind=ppo", "replay_groups=2" }, "with ppo such groups train too");
        row({ "selection.order=prioritized", "prompts_per_step=4", "pool_size=3" }, "the pool only 3 problems");
        row({ "rewards.boxed=1" }, "the task is countdown");
        row({ "kind=rloo", "rewards.repetition=1", "rewards.repetition_gamma=0.9" }, "rloo weighs whole completions");
        row({ "importance_sampling_level=sequence", "rewards.repetition=1", "rewards.repetition_gamma=0.9" },
            "ratios of whole sequences");
        row({ "kind=ppo", "rewards.repetition=1", "rewards.repetition_gamma=0.9" }, "critic.lambda is 1");
    }
    void whatDoesNotGoTogetherIsRefused()
    {
        QFETCH(QStringList, settings);
        QFETCH(QByteArray, said);
        const Outcome o = engine(support::tinyRun(m_folder.filePath("refused"), 1, settings));
        QCOMPARE(o.code(), QByteArray("config_rule"));
        QVERIFY2(o.error.contains(said), o.error.constData());
    }

private:
    std::unique_ptr<RunReader> train(int steps, const QStringList& settings)
    {
        const QString run = m_folder.filePath(QString::number(m_runs++));
        const Outcome o = engine(support::tinyRun(run, steps, settings));
        if (o.status != 0)
            qWarning("%s", o.error.constData());
        return orThrow(RunReader::open(run.toStdString()));
    }
    static double at(const RunReader& reader, const std::string& name, int64_t step)
    {
        for (const SeriesPoint& point : orThrow(reader.series(name)))
            if (point.step == step)
                return point.value;
        return std::nan("");
    }
    static std::set<std::string> promptsOf(const RunReader& reader)
    {
        std::set<std::string> prompts;
        for (int64_t step = 1; step <= 6; ++step)
            for (const GroupRow& group : orThrow(reader.groupsWithCompletions(step)))
                prompts.insert(group.prompt.text);
        return prompts;
    }

    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestSamplingRun)
#include "tst_sampling_run.moc"
