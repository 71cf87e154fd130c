// The task "programming": its references against solutions that were written on their own, its split, its tests.

#include "core/tasks/held_out.h"
#include "core/tasks/programs/code_judge.h"
#include "core/tasks/programs/programming.h"
#include "tests/support/sandbox_machine.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <set>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

std::string answer(const std::string& code) { return "<think>x</think><answer>```python\n" + code + "```</answer>"; }

} // namespace

class TestProgramming : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_forbidden = test::namespacesForbidden();
        if (!m_forbidden.isEmpty())
            return;
        SandboxConfig config;
        config.cpuSeconds = 10;
        m_pool = orThrow(openSandboxPool(config));
        TaskConfig task;
        task.name = "programming";
        task.level = 2;
        m_task = orThrow(makeTask(task, config));
    }

    void everyLevelHasFamilies()
    {
        std::set<std::string> names;
        QMap<int, int> levels;
        for (const ProgramFamily& family : programFamilies()) {
            QVERIFY2(names.insert(family.name).second, family.name);
            ++levels[family.level];
        }
        QCOMPARE(levels.keys(), QList<int>({ 1, 2, 3, 4, 5, 6 }));
        for (const int count : levels)
            QVERIFY(count >= 4);
    }

    void families_data()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const ProgramFamily& family : programFamilies())
            QTest::newRow(family.name) << index++;
    }

    /// Full marks for the solution, which is Python; the expected outputs come from the reference, which is C++.
    void families()
    {
        QFETCH(int, index);
        const ProgramFamily family = programFamilies()[size_t(index)];
        for (uint64_t seed = 0; seed < 40; ++seed) { // what every draw promises
            Rng rng(seed, Purpose::Problem), again(seed, Purpose::Problem);
            const DrawnProgram drawn = drawProgram(family, rng);
            QCOMPARE(drawProgram(family, again).itemJson, drawn.itemJson);
            const Json item = Json::parse(drawn.itemJson);
            QCOMPARE(item["inputs"].size(), size_t(8));
            std::set<std::string> inputs, outputs;
            for (const Json& input : item["inputs"]) {
                QVERIFY(inputs.insert(input.get<std::string>()).second);
                QVERIFY(drawn.prompt.find("Input:\n" + input.get<std::string>() + "Output") == std::string::npos);
            }
            for (const Json& output : item["outputs"])
                outputs.insert(output.get<std::string>());
            QVERIFY(outputs.size() > 1);
            QVERIFY(drawn.prompt.find('$') == std::string::npos);
            QVERIFY(drawn.python.find('$') == std::string::npos);
        }
        if (!m_pool)
            QSKIP(m_forbidden);
        Rng rng(7, Purpose::Problem);
        const DrawnProgram drawn = drawProgram(family, rng);
        const Judgement judgement = m_task->judge(drawn.itemJson, answer(drawn.python));
        QVERIFY2(judgement.verdict == Verdict::Correct, judgement.explanation.c_str());
        QCOMPARE(judgement.share, 1.0);
    }

    void splitAndSeeds()
    {
        if (!m_task)
            QSKIP(m_forbidden);
        const auto statement
            = [](const TaskItem& item) { return item.prompt.substr(0, item.prompt.find("\nWrite a")); };
        QCOMPARE(m_task->trainItem(3, 5).itemJson, m_task->trainItem(3, 5).itemJson);
        QVERIFY(m_task->trainItem(3, 5).itemJson != m_task->trainItem(3, 6).itemJson);
        QVERIFY(m_task->trainItem(3, 5).itemJson != m_task->trainItem(4, 5).itemJson);
        QVERIFY(m_task->trainItemAt(6, 3, 5).itemJson != m_task->trainItem(3, 5).itemJson);
        std::set<std::string> held;
        for (const TaskItem& item : m_task->heldOut(40))
            QVERIFY(held.insert(statement(item)).second);
        QCOMPARE(held.size(), size_t(40));
        for (uint64_t i = 0; i < 300; ++i)
            QVERIFY(!held.count(statement(m_task->trainItem(1, i))));
    }

    /// Programs that print what was never asked: numbers, words of the input, examples by heart.
    void wrongAnswersGetNothing()
    {
        if (!m_task)
            QSKIP(m_forbidden);
        Rng rng(11, Purpose::Problem);
        for (uint64_t i = 0; i < 6; ++i) {
            const TaskItem item = m_task->trainItemAt(int(i) + 1, 2, i);
            const size_t at = item.prompt.find("Output:\n") + 8;
            const std::string example = item.prompt.substr(at, item.prompt.find("\n\nInput", at) - at);
            const std::string by_heart = Json(example).dump();
            for (const std::string& code : { "print(" + std::to_string(rng.below(100)) + ")\n",
                     std::string("print(input())\n"), "print(" + by_heart + ")\n", std::string("pass\n") }) {
                const Judgement judgement = m_task->judge(item.itemJson, answer(code));
                QVERIFY2(judgement.verdict == Verdict::Wrong, (code + judgement.explanation).c_str());
                QCOMPARE(judgement.accuracy, 0.0);
                QVERIFY(judgement.share < 1);
            }
        }
    }

    void levelsAreChecked()
    {
        TaskConfig config;
        config.name = "programming";
        config.level = 7;
        const auto made = makeTask(config, SandboxConfig {});
        QVERIFY(!made.ok());
        QCOMPARE(made.error().code, std::string("task_level"));
    }

private:
    QByteArray m_forbidden;
    std::shared_ptr<SandboxPool> m_pool;
    std::unique_ptr<Task> m_task;
};

QTEST_GUILESS_MAIN(TestProgramming)
#include "tst_programming.moc"
