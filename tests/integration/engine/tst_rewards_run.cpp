// Rewards of the library and of the user through the real engine: they are recorded under their names, move the reward,
// and whatever goes wrong with a user's program is masked, counted and said, while the run goes on.

#include "tests/support/engine_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace aha;
using support::engine;
using support::Outcome;

class TestRewardsRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void builtInParts()
    {
        const auto reader = train({ "rewards.reasoning=0.1", "rewards.length=0.2", "rewards.cosine=0.3",
            "rewards.repetition=0.1", "rewards.overlong=0.5", "rewards.overlong_cache=10", "rewards.reflection=0.01" });
        for (const char* part : { "reasoning", "length", "cosine", "repetition", "overlong", "reflection" })
            QVERIFY2(std::isfinite(last(*reader, std::string("rewards/") + part + "/mean")), part);
        QCOMPARE(last(*reader, "rewards/cosine/unscored"), 0.0);
        QVERIFY(orThrow(reader->series("rewards/program/mean")).empty()); // has no weight
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(2)))
            for (const CompletionRow& one : group.completions) {
                double sum = 0;
                for (const auto& [name, value] : one.parts)
                    sum += value
                        * std::map<std::string, double> { { "accuracy", 1 }, { "format", 0.1 },
                              { "reasoning", 0.1 }, { "length", 0.2 }, { "cosine", 0.3 }, { "repetition", 0.1 },
                              { "overlong", 0.5 }, { "reflection", 0.01 } }[name];
                QVERIFY(one.reward && std::abs(*one.reward - sum) < 1e-9);
                if (one.tokens == 24) // the allowed length
                    QCOMPARE(partOf(one, "overlong"), -1.0);
            }
    }

    void expression()
    {
        const auto reader = train({ "rewards.accuracy=0", "rewards.format=0", "rewards.expression=2",
            "rewards.expression_text=length / 10 + 100 * truncated" });
        int seen = 0;
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(1)))
            for (const CompletionRow& one : group.completions) {
                const double value = one.tokens / 10.0 + 100 * (one.finishReason == "length");
                QCOMPARE(partOf(one, "expression"), value);
                QVERIFY(one.reward && std::abs(*one.reward - 2 * value) < 1e-9);
                ++seen;
            }
        QCOMPARE(seen, 4);
    }

    void aBadExpressionIsRefused()
    {
        const Outcome o = engine(support::tinyRun(m_folder.filePath("bad"), 2,
            { "rewards.expression=1", "rewards.expression_text=accuracy * (1 - trunkated)" }));
        QVERIFY(o.status != 0);
        QCOMPARE(o.code(), QByteArray("expression_invalid"));
        QVERIFY2(o.error.contains("column 17") && o.error.contains("trunkated"), o.error.constData());
        QVERIFY(!QFileInfo::exists(m_folder.filePath("bad/run.db"))); // before anything is written
    }

    void program()
    {
        const auto reader = train(withProgram("while read -r line; do echo \"{\\\"score\\\": ${#line}}\"; done"));
        QCOMPARE(last(*reader, "rewards/program/unscored"), 0.0);
        QVERIFY(last(*reader, "rewards/program/mean") > 50);
        QVERIFY2(logged(*reader, "It runs "), "how it is confined was not said");
        QVERIFY(!logged(*reader, "did not score"));
    }

    void pythonProgram()
    {
        QFile script(m_folder.filePath("score.py"));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(
            "import json, sys\nfor line in sys.stdin:\n    case = json.loads(line)\n"
            "    print(json.dumps({'score': len(case['completion']) + sum(case['item']['numbers'])}), flush=True)\n");
        script.close();
        if (support::runProgram("python3", { "-c", "" }).status != 0)
            QSKIP("there is no python3 here");
        const auto reader = train(withProgram("python3 " + script.fileName()));
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(2)))
            for (const CompletionRow& one : group.completions) {
                const std::string text = orThrow(reader->completionText(one.id)).text;
                double expected = double(QString::fromStdString(text).toUcs4().size());
                const nlohmann::json item = nlohmann::json::parse(group.prompt.itemJson);
                for (const auto& number : item["numbers"])
                    expected += number.get<double>();
                QCOMPARE(partOf(one, "program"), expected);
            }
    }

    void programsThatGoWrong_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("said");
        QTest::addColumn<double>("unscored"); // of the 4 completions of a step
        QTest::newRow("hangs") << "read -r line; cat > /dev/null"
                               << "did not answer within 0.5 seconds" << 4.0;
        QTest::newRow("dies") << "read -r line; echo '{\"score\": 1}'; echo broken >&2; exit 9"
                              << "exit status 9" << 3.0;
        QTest::newRow("rubbish") << "while read -r line; do echo nonsense; done"
                                 << "\"nonsense\"" << 4.0;
        QTest::newRow("is not there") << "/no/such/program"
                                      << "exit status 127" << 4.0;
        QTest::newRow("has no score for some")
            << "while read -r a; do read -r b; echo '{\"score\": 1}'; echo '{\"score\": "
               "null, \"reason\": \"out of ideas\"}'; done"
            << "out of ideas" << 2.0;
    }
    void programsThatGoWrong()
    {
        QFETCH(QString, command);
        QFETCH(QString, said);
        QFETCH(double, unscored);
        QStringList settings = withProgram(command);
        if (said.contains("0.5"))
            settings << "rewards.program_seconds=0.5";
        const auto reader = train(settings);
        for (const SeriesPoint& point : orThrow(reader->series("rewards/program/unscored")))
            QCOMPARE(point.value, unscored);
        QCOMPARE(orThrow(reader->series("rewards/program/unscored")).size(), size_t(2));
        QVERIFY2(logged(*reader, said.toStdString()), "the log does not say why");
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(2))) {
            bool someScored = false;
            for (const CompletionRow& one : group.completions)
                someScored = someScored || !std::isnan(partOf(one, "program"));
            for (const CompletionRow& one : group.completions)
                if (std::isnan(partOf(one, "program"))) {
                    QCOMPARE(one.reward.has_value(), !someScored); // masked, or compared by the other parts
                    if (someScored)
                        QCOMPARE(one.advantage, 0.0);
                }
        }
    }

    void theVerbTriesThem()
    {
        QFile config(m_folder.filePath("try.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("{\"version\": 1, \"rewards\": {\"expression\": 1, \"expression_text\": \"correct + tags\", "
                     "\"program\": 1, "
                     "\"program_command\": \"while read -r l; do echo rubbish; done\", \"cosine\": 1}}");
        config.close();
        const Outcome o = engine({ "reward", "--task", "countdown", "--config", config.fileName() },
            "{\"numbers\": [1, 2], \"target\": 3, \"completion\": \"<think></think><answer>1+2</answer>\"}\n");
        QVERIFY2(o.status == 0, o.error.constData());
        const nlohmann::json line = o.lines().at(0);
        QCOMPARE(line["parts"]["expression"].get<double>(), 2.0);
        QVERIFY(line["parts"]["program"].is_null() && line["parts"]["cosine"].is_null());
        QVERIFY(line["notes"][0].get<std::string>().find("rubbish") != std::string::npos);
        QVERIFY(std::abs(line["reward"].get<double>() - 3.1) < 1e-9);
    }

private:
    static QStringList withProgram(const QString& command)
    {
        return { "rewards.program=1", "rewards.program_command=" + command, "rewards.program_seconds=60" };
    }

    std::unique_ptr<RunReader> train(const QStringList& settings)
    {
        const QString run = m_folder.filePath(QString::number(m_runs++));
        const Outcome o = engine(support::tinyRun(run, 2, settings));
        if (o.status != 0)
            qWarning("%s", o.error.constData());
        return orThrow(RunReader::open(run.toStdString()));
    }
    static double last(const RunReader& reader, const std::string& name)
    {
        const auto series = orThrow(reader.series(name));
        return series.empty() ? std::nan("") : series.back().value;
    }
    static double partOf(const CompletionRow& row, const std::string& name)
    {
        for (const auto& [own, value] : row.parts)
            if (own == name)
                return value;
        return std::nan("");
    }
    static bool logged(const RunReader& reader, const std::string& text)
    {
        for (const auto& row : orThrow(reader.log(0, 1000)))
            if (row.message.find(text) != std::string::npos)
                return true;
        return false;
    }

    QTemporaryDir m_folder;
    int m_runs = 0;
};

QTEST_GUILESS_MAIN(TestRewardsRun)
#include "tst_rewards_run.moc"
