// What holds for every generated puzzle: the frame's split, levels and verdicts, and solvers that agree with verifiers.

#include "core/config/run_config.h"
#include "core/tasks/generated_task.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <set>

using namespace aha;

namespace {

using Json = nlohmann::ordered_json;

TaskConfig configOf(const std::string& name, int level)
{
    TaskConfig config;
    config.name = name;
    config.level = level;
    return config;
}

std::string answered(const std::string& answer) { return "<think>well</think> <answer>" + answer + "</answer>"; }

void everyPuzzle()
{
    QTest::addColumn<QString>("name");
    for (const PuzzleEntry& entry : allPuzzles())
        QTest::newRow(entry.name) << QString::fromLatin1(entry.name);
}

std::unique_ptr<Puzzle> puzzleOf(const QString& name)
{
    for (const PuzzleEntry& entry : allPuzzles())
        if (name == QLatin1String(entry.name))
            return entry.make(configOf(entry.name, 1));
    return nullptr;
}

} // namespace

class TestPuzzles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wholeNumbersAreReadStrictly_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("number");
        QTest::addColumn<qlonglong>("value");
        const auto row
            = [](const char* text, bool number, qlonglong value) { QTest::newRow(text) << text << number << value; };
        row("42", true, 42);
        row("-42", true, -42);
        row("+42", true, 42);
        row("1,234", true, 1234);
        row("12,345,678", true, 12345678);
        row("007", true, 7);
        row("999999999999999999", true, 999999999999999999);
        row("1000000000000000000", false, 0);
        row("", false, 0);
        row("-", false, 0);
        row("--3", false, 0);
        row("4 2", false, 0);
        row("42.0", false, 0);
        row("1,23", false, 0);
        row("1234,567", false, 0);
        row(",123", false, 0);
        row("1,234,", false, 0);
        row("1,2345", false, 0);
        row("1,,234", false, 0);
        row("42a", false, 0);
    }
    void wholeNumbersAreReadStrictly()
    {
        QFETCH(QString, text);
        QFETCH(bool, number);
        QFETCH(qlonglong, value);
        const std::optional<int64_t> read = wholeNumber(text.toStdString());
        QCOMPARE(read.has_value(), number);
        if (number)
            QCOMPARE(qlonglong(*read), value);
        QCOMPARE(checkWholeNumber(value, text.toStdString()).verdict, number ? Verdict::Correct : Verdict::Malformed);
        if (number)
            QCOMPARE(checkWholeNumber(value + 1, text.toStdString()).verdict, Verdict::Wrong);
    }

    void textsAreComparedWithoutCaseAndRunsOfBlanks()
    {
        QCOMPARE(checkText("Monday  noon", " monday\nNOON ").verdict, Verdict::Correct);
        QCOMPARE(checkText("monday noon", "mondaynoon").verdict, Verdict::Wrong);
        QCOMPARE(checkText("monday", "monday.").verdict, Verdict::Wrong);
    }

    void configurationNamesThem()
    {
        const RunConfig config;
        std::set<std::string> named, there { "countdown", "arithmetic", "dataset" };
        for (const Field& field : fields(const_cast<RunConfig&>(config)))
            if (field.info.group == "task" && field.info.key == "name")
                named.insert(field.info.choices.begin(), field.info.choices.end());
        for (const PuzzleEntry& entry : allPuzzles())
            QVERIFY2(there.insert(entry.name).second, entry.name);
        there.insert("programming"); // needs a sandbox: tests/unit/sandbox
        QCOMPARE(named, there);
        QVERIFY(there.size() >= 23);
    }

    void solversGetFullMarks_data() { everyPuzzle(); }
    void solversGetFullMarks()
    {
        QFETCH(QString, name);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name);
        std::set<std::string> kinds;
        for (int level = 1; level <= puzzle->levels(); ++level) {
            const auto task = orThrow(makeTask(configOf(name.toStdString(), level)));
            QCOMPARE(task->levels(), puzzle->levels());
            std::set<std::string> different;
            for (uint64_t i = 0; i < 60; ++i) {
                const TaskItem item = task->trainItem(5, i);
                QCOMPARE(task->trainItem(5, i).itemJson, item.itemJson);
                QCOMPARE(task->trainItemAt(level, 5, i).prompt, item.prompt);
                different.insert(item.prompt);
                const std::string answer = orThrow(puzzle->solve(Json::parse(item.itemJson)));
                const std::string text = answered(answer);
                const Judgement judgement = task->judge(item.itemJson, text);
                QVERIFY2(judgement.verdict == Verdict::Correct,
                    (item.prompt + " -> " + answer + ": " + judgement.explanation).c_str());
                QCOMPARE(judgement.accuracy, 1.0);
                QCOMPARE(judgement.reason, std::string("ok"));
                QCOMPARE(text.substr(judgement.begin, judgement.end - judgement.begin), judgement.extracted);
                QVERIFY(!judgement.normalForm.empty());
                QCOMPARE(task->judge(item.itemJson, "").verdict, Verdict::Malformed);
            }
            QVERIFY2(different.size() >= 20, puzzle->levelText(level).c_str());
            QVERIFY(kinds.insert(puzzle->levelText(level)).second);
        }
    }

    void heldOutProblemsNeverTrain_data() { everyPuzzle(); }
    void heldOutProblemsNeverTrain()
    {
        QFETCH(QString, name);
        const auto task = orThrow(makeTask(configOf(name.toStdString(), 1)));
        std::set<std::string> held;
        const std::vector<TaskItem> items = task->heldOut(200);
        QVERIFY(items.size() >= 10);
        for (const TaskItem& item : items)
            held.insert(item.prompt);
        QCOMPARE(held.size(), items.size());
        QCOMPARE(task->heldOut(5)[4].prompt, items[4].prompt);
        for (uint64_t i = 0; i < 500; ++i)
            QVERIFY(!held.count(task->trainItem(1, i).prompt));
    }

    void strangeItemsAreNobodysFault_data() { everyPuzzle(); }
    void strangeItemsAreNobodysFault()
    {
        QFETCH(QString, name);
        const auto task = orThrow(makeTask(configOf(name.toStdString(), 1)));
        const Json item = Json::parse(task->trainItem(0, 0).itemJson);
        std::vector<std::string> strange { "", "{}", "[]", "null", "{\"a\":", "7" };
        for (const auto& [key, value] : item.items())
            for (const Json& other : { Json(nullptr), Json("x"), Json(1e300), Json(-1), Json::array(), Json::object(),
                     Json::array({ Json::array({ Json::object() }) }), Json(uint64_t(1) << 63) }) {
                Json changed = item;
                changed[key] = other;
                strange.push_back(changed.dump());
            }
        for (const std::string& text : strange) {
            const Judgement judgement = task->judge(text, answered("7")); // never an exception, never a crash
            QVERIFY2(judgement.verdict != Verdict::Timeout, text.c_str());
        }
        for (const char* none : { "", "{}", "[]", "null", "7" })
            QCOMPARE(task->judge(none, answered("7")).verdict, Verdict::InfraError);
    }

    void strangeAnswersAreMalformedOrWrong_data() { everyPuzzle(); }
    void strangeAnswersAreMalformedOrWrong()
    {
        QFETCH(QString, name);
        const auto task = orThrow(makeTask(configOf(name.toStdString(), 1)));
        const TaskItem item = task->trainItem(0, 0);
        const std::string nul("7\0", 2);
        for (const std::string& answer : { std::string(1 << 20, '9'), std::string(1 << 20, '('), nul,
                 std::string("\xFF\xFE\x80"), std::string("\xE2\x80\xAE") + "7", std::string(100, ','),
                 std::string("__import__('os')"), std::string("9**9**9"), std::string("yes and no") }) {
            const Verdict verdict = task->judge(item.itemJson, answered(answer)).verdict;
            QVERIFY(verdict == Verdict::Malformed || verdict == Verdict::Wrong);
        }
    }

    void levelsBeyondTheLastAreRefused()
    {
        const Result<std::unique_ptr<Task>> task = makeTask(configOf("multiplication", 11));
        QVERIFY(!task);
        QCOMPARE(task.error().code, std::string("task_level"));
        TaskConfig held = configOf("multiplication", 1);
        held.evalLevel = 3;
        QVERIFY(orThrow(makeTask(held))->heldOut(3)[0].prompt.size() > std::string("What is 1 * 1?").size());
    }
};

QTEST_APPLESS_MAIN(TestPuzzles)
#include "tst_puzzles.moc"
