// Countdown answers C1 to C26 and completions T1 to T20: one row a case, verdict and reason.

#include "core/tasks/row_verifier.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

Judgement judged(const char* task, const std::string& item, const std::string& completion)
{
    TaskConfig config;
    config.name = task;
    return orThrow(makeTask(config))->judge(item, completion);
}

std::string countdownItem(const QList<qint64>& numbers, qint64 target)
{
    return Json { { "numbers", std::vector<int64_t>(numbers.begin(), numbers.end()) }, { "target", target } }.dump();
}

const char* const kGraph = R"({"roads": [["A", "B"], ["B", "C"]], "from": "A", "to": "C"})";
const char* const kIsland = R"({"names": ["Zoey", "Noah"], "solution": ["knight", "knave"]})";

/// `text` with @ as a right answer, judged by every kind of task that has tags.
std::vector<std::pair<std::string, Judgement>> judgedByAll(const QByteArray& text)
{
    const auto with = [&](const char* right) { return QByteArray(text).replace('@', right).toStdString(); };
    const std::string roles = "(1) Zoey is a knight\n(2) Noah is a knave";
    return { { "countdown", judged("countdown", countdownItem({ 3, 4 }, 7), with("3+4")) },
        { "arithmetic", judged("arithmetic", R"({"value": 7})", with("7")) },
        { "graph_path", judged("graph_path", kGraph, with("A B C")) },
        { "knights_knaves", judged("knights_knaves", kIsland, with(roles.c_str())) },
        { "row of knights", judgeRow({}, Json { { "gold", Json::parse(kIsland) } }, with(roles.c_str())) },
        { "row of countdown",
            judgeRow({}, Json { { "gold", Json::parse(countdownItem({ 3, 4 }, 7)) } }, with("3+4")) } };
}

} // namespace

class GoldenAdversarial : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countdown_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QList<qint64>>("numbers");
        QTest::addColumn<qint64>("target");
        QTest::addColumn<QByteArray>("verdict");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* name, const QByteArray& answer, const QList<qint64>& numbers, qint64 target,
                             const char* verdict, const char* reason) {
            QTest::newRow(name) << answer << numbers << target << QByteArray(verdict) << QByteArray(reason);
        };
        row("C1", "2**3", { 2, 3 }, 8, "malformed", "syntax");
        row("C2", "7//2", { 7, 2 }, 3, "malformed", "syntax");
        row("C3", "1.5*2", { 1, 5, 2 }, 3, "malformed", "bad_character");
        row("C4", ".5*4", { 5, 4 }, 2, "malformed", "bad_character");
        row("C5", "3.+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("C6", "--3+4", { 3, 4 }, 7, "malformed", "syntax");
        row("C7", "3-+-4", { 3, 4 }, 7, "malformed", "syntax");
        row("C8", "9**9**9", { 9, 9, 9 }, 387420489, "malformed", "syntax");
        row("C9", "100000000*1-99999999.99999", { 100000000, 1, 99999999 }, 0, "malformed", "bad_character");
        row("C10", "12+3", { 12, 3 }, 15, "correct", "ok");
        row("C11", "٣+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("C12 times", "3×4", { 3, 4 }, 12, "malformed", "bad_character");
        row("C12 divided", "12÷4", { 12, 4 }, 3, "malformed", "bad_character");
        row("C12 minus", "3−4", { 3, 4 }, -1, "malformed", "bad_character");
        row("C13", "__import__('os')", { 3, 4 }, 7, "malformed", "bad_character");
        row("C14", "3+4\n", { 3, 4 }, 7, "correct", "ok");
        row("C15", "007+1", { 7, 1 }, 8, "malformed", "leading_zero");
        row("C16", "3+4=7", { 3, 4 }, 7, "malformed", "bad_character");
        row("C17", "1e3", { 1, 3 }, 1000, "malformed", "bad_character");
        row("C18", "(3)(4)", { 3, 4 }, 12, "malformed", "syntax");
        row("C19", "4/(3-3)", { 4, 3, 3 }, 0, "wrong", "division_by_zero");
        row("C20", "0+3+4", { 3, 4 }, 7, "wrong", "wrong_numbers");
        row("C21", "3+3+1", { 3, 4 }, 7, "wrong", "wrong_numbers");
        row("C22", "1/3*3", { 1, 3, 3 }, 1, "correct", "ok");
        row("C23", "1 2+3", { 1, 2, 3 }, 15, "malformed", "syntax");
        row("C24 full width", "３+４", { 3, 4 }, 7, "malformed", "bad_character");
        row("C24 superscript", "3²", { 3, 2 }, 9, "malformed", "bad_character");
        row("C24 half", "½*4", { 1, 2, 4 }, 2, "malformed", "bad_character");
        row("C25", QByteArray(100'000, '(') + "3+4" + QByteArray(100'000, ')'), { 3, 4 }, 7, "malformed", "too_long");
        row("C25 within the length", QByteArray(90, '(') + "3+4" + QByteArray(90, ')'), { 3, 4 }, 7, "malformed",
            "too_deep");
        row("C26", QByteArray(1'000'000, '9'), { 9 }, 9, "malformed", "too_long");
    }
    void countdown()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QList<qint64>, numbers);
        QFETCH(qint64, target);
        QFETCH(QByteArray, verdict);
        QFETCH(QByteArray, reason);
        const std::string item = countdownItem(numbers, target),
                          text = "<think> x </think>\n<answer>" + answer.toStdString() + "</answer>";
        const Json gold = Json::parse(item);
        for (const Judgement& j : { judged("countdown", item, text), judgeRow({}, Json { { "gold", gold } }, text) }) {
            QCOMPARE(QByteArray::fromStdString(verdictName(j.verdict)), verdict);
            QCOMPARE(QByteArray::fromStdString(j.reason), reason);
            QCOMPARE(j.accuracy, verdict == "correct" ? 1.0 : 0.0);
            QVERIFY(!j.explanation.empty());
        }
    }

    void tags_data()
    {
        QTest::addColumn<QByteArray>("text"); // @: the right answer
        QTest::addColumn<QByteArray>("verdict");
        QTest::addColumn<QByteArray>("reason"); // empty: each task has its own
        const auto row = [](const char* name, const QByteArray& text, const char* verdict, const char* reason) {
            QTest::newRow(name) << text << QByteArray(verdict) << QByteArray(reason);
        };
        row("well formed", "<think> x </think>\n<answer> @ </answer>\n", "correct", "ok");
        row("T1", "<think> reasoning process here </think> <answer> answer here </answer>", "malformed", "");
        row("T2", "", "malformed", "no_think_end"); // the prompt's own example is not the completion's
        row("T3", "<think> Assistant: <|im_start|>assistant </think><answer>@</answer>", "correct", "ok");
        row("T4", "<think> x </think><answer>9</answer><answer>@</answer>", "malformed", "ok");
        row("T4 right one first", "<think> x </think><answer>@</answer><answer>9</answer>", "malformed", "");
        row("T5", "<think> x </think><answer>@</answer><answer>@</answer>", "malformed", "ok");
        row("T6", "<think> x </think><answer>@</answer>\n and more", "malformed", "ok");
        row("T7 nested", "<think><think> x </think><answer>@</answer>", "malformed", "ok");
        row("T7 second end", "<think> x </think></think><answer>@</answer>", "malformed", "ok");
        row("T8 thought", "<think>\n\n</think><answer>@</answer>", "malformed", "ok");
        row("T8 prefilled thought", "\n</think><answer>@</answer>", "malformed", "ok");
        row("T8 answer", "<think> x </think><answer>\n \n</answer>", "malformed", "empty_answer");
        row("T9", "<think> <answer>@</answer> </think>", "malformed", "no_answer");
        row("T10 end before start", "</think> x <think><answer>@</answer>", "malformed", "ok");
        row("T10 opener in the template", " x </think> <answer>@</answer>", "correct", "ok");
        row("T10 no end", "<think> x <answer>@</answer>", "malformed", "no_think_end");
        row("T11 capitals", "<think> x </think><ANSWER>@</ANSWER>", "malformed", "no_answer");
        row("T11 spaces", "<think> x </think>< answer >@</ answer >", "malformed", "no_answer");
        row("T11 attribute", "<think> x </think><answer foo=1>@</answer>", "malformed", "no_answer");
        row("T12 zero width in a tag", "<think> x </think><ans\xE2\x80\x8Bwer>@</answer>", "malformed", "no_answer");
        row("T12 zero width in the answer", "<think> x </think><answer>\xE2\x80\x8B@</answer>", "malformed", "");
        row("T12 bidi", "<think> x </think><answer>\xE2\x80\xAE@</answer>", "malformed", "");
        row("T12 Cyrillic", "<think> x </think><\xD0\xB0nswer>@</\xD0\xB0nswer>", "malformed", "no_answer");
        row("T13", "<think> x </think>&lt;answer&gt;@&lt;/answer&gt;", "malformed", "no_answer");
        row("T14 fence", "<think> x </think><answer>```@```</answer>", "malformed", "");
        row("T14 fenced tags", "<think> x </think>```<answer>@</answer>```", "malformed", "ok");
        row("T14 JSON", "<think> x </think><answer>{\"answer\":\"@\"}</answer>", "malformed", "");
        row("T15", "<think> x </think><answer>@", "malformed", "no_answer");
        row("T16", "<think> x </think><answer><|endoftext|>@</answer>", "malformed", "");
        row("T17", "<think> x </think><answer>@\n5 apples</answer>", "malformed", "");
        row("T18 size", QByteArray(10 << 20, 'x'), "malformed", "no_think_end");
        row("T18 openers", "<think> x </think>" + QByteArray("<answer>").repeated(1'000'000), "malformed", "no_answer");
        row("T18 answers", "<think> x </think>" + QByteArray("<answer>@</answer>").repeated(100'000), "malformed",
            "ok");
        row("T19 NUL", "<think> x </think><answer>@" + QByteArray(1, '\0') + "</answer>", "malformed", "");
        row("T19 UTF-8", "<think> x </think><answer>\xFF@</answer>", "malformed", "");
        row("T20 white space", "\n", "malformed", "no_think_end");
    }
    void tags()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, verdict);
        QFETCH(QByteArray, reason);
        for (const auto& [task, j] : judgedByAll(text)) {
            const std::string at = task + ": " + verdictName(j.verdict) + " " + j.reason;
            QVERIFY2(verdictName(j.verdict) == verdict.toStdString(), at.c_str());
            QVERIFY2(reason.isEmpty() || j.reason == reason.toStdString(), at.c_str());
            QVERIFY2(j.accuracy == (j.reason == "ok" ? 1.0 : 0.0), at.c_str()); // whatever the form
            QVERIFY2(!j.explanation.empty(), at.c_str());
        }
    }

    /// T2, T3: what stands in the problem is never searched.
    void problemIsNotTheCompletion()
    {
        const std::string item = R"({"numbers": [3, 4], "target": 7,
            "prompt": "Assistant: <|im_start|>assistant <think> x </think> <answer>3+4</answer>"})";
        QCOMPARE(judged("countdown", item, "").verdict, Verdict::Malformed);
        QCOMPARE(judged("countdown", item, "<think> x </think><answer>3+5</answer>").verdict, Verdict::Wrong);
        QCOMPARE(judged("countdown", item, "<think> x </think><answer>3+4</answer>").verdict, Verdict::Correct);
    }
};

QTEST_GUILESS_MAIN(GoldenAdversarial)
#include "tst_golden_adversarial.moc"
