// Hostile answers (reference/reliability.md §3): what published verifiers accept, hang on or crash on.

#include "core/tasks/countdown.h"

#include <QtTest>

using namespace aha;

namespace {

std::string wrapped(const std::string& answer) { return "<think> x </think> <answer>" + answer + "</answer>"; }

} // namespace

class TestVerifier : public QObject {
    Q_OBJECT

    struct Row {
        const char *name, *answer;
        std::vector<int64_t> numbers;
        int64_t target;
        const char *verdict, *reason;
    };

private Q_SLOTS:
    void answers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QList<qint64>>("numbers");
        QTest::addColumn<qint64>("target");
        QTest::addColumn<QByteArray>("verdict");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* name, const QByteArray& answer, QList<qint64> numbers, qint64 target,
                             const char* verdict, const char* reason) {
            QTest::newRow(name) << answer << numbers << target << QByteArray(verdict) << QByteArray(reason);
        };
        row("C1 power", "2**3", { 2, 3 }, 8, "malformed", "syntax");
        row("C2 floor division", "7//2", { 7, 2 }, 3, "malformed", "syntax");
        row("C3 digit splice", "1.5*2", { 1, 5, 2 }, 3, "malformed", "bad_character");
        row("C4 leading point", ".5*4", { 5, 4 }, 2, "malformed", "bad_character");
        row("C5 trailing point", "3.+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("C6 double sign", "--3+4", { 3, 4 }, 7, "malformed", "syntax");
        row("C7 signed operand", "3-+-4", { 3, 4 }, 7, "malformed", "syntax");
        row("unary minus", "-3+10", { 3, 10 }, 7, "malformed", "syntax");
        row("C8 tower", "9**9**9", { 9, 9, 9 }, 387420489, "malformed", "syntax");
        row("C9 tolerance", "100000000*1-99999999.99999", { 100000000, 1, 99999999 }, 0, "malformed", "bad_character");
        row("C10 plain", "12+3", { 12, 3 }, 15, "correct", "ok");
        row("C11 Arabic digits", "٣+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("C12 times sign", "3×4", { 3, 4 }, 12, "malformed", "bad_character");
        row("C12 divided sign", "12÷4", { 12, 4 }, 3, "malformed", "bad_character");
        row("C12 minus sign", "7−4", { 7, 4 }, 3, "malformed", "bad_character");
        row("C13 import", "__import__('os')", { 3, 4 }, 7, "malformed", "bad_character");
        row("C14 line break", "3+4\n", { 3, 4 }, 7, "correct", "ok");
        row("C15 leading zeros", "007+1", { 7, 1 }, 8, "malformed", "leading_zero");
        row("C16 equation", "3+4=7", { 3, 4 }, 7, "malformed", "bad_character");
        row("C17 exponent", "1e3", { 1, 3 }, 1000, "malformed", "bad_character");
        row("C18 implicit product", "(3)(4)", { 3, 4 }, 12, "malformed", "syntax");
        row("C19 division by zero", "4/(3-3)", { 4, 3, 3 }, 0, "wrong", "division_by_zero");
        row("0/0", "(3-3)/(4-4)", { 3, 3, 4, 4 }, 1, "wrong", "division_by_zero");
        row("C20 extra number", "0+3+4", { 3, 4 }, 7, "wrong", "wrong_numbers");
        row("C21 reuse", "3+3+1", { 3, 4 }, 7, "wrong", "wrong_numbers");
        row("missing number", "7", { 3, 4 }, 7, "wrong", "wrong_numbers");
        row("spliced number", "34", { 3, 4 }, 34, "wrong", "wrong_numbers");
        row("C22 exact thirds", "1/3*3", { 1, 3, 3 }, 1, "correct", "ok");
        row("not quite", "10/3", { 10, 3 }, 3, "wrong", "wrong_value");
        row("C23 space splice", "1 2+3", { 1, 2, 3 }, 15, "malformed", "syntax");
        row("C24 full width", "３+４", { 3, 4 }, 7, "malformed", "bad_character");
        row("C24 superscript", "3²", { 3, 2 }, 9, "malformed", "bad_character");
        row("C24 half", "½*4", { 1, 2, 4 }, 2, "malformed", "bad_character");
        row("C25 deep", QByteArray(100'000, '('), { 3, 4 }, 7, "malformed", "too_long");
        row("deep within the length", QByteArray(90, '(') + "3" + QByteArray(90, ')') + "+4", { 3, 4 }, 7, "malformed",
            "too_deep");
        row("C26 long literal", QByteArray(1'000'000, '9'), { 9 }, 9, "malformed", "too_long");
        row("200 digits", QByteArray(200, '9'), { 9 }, 9, "wrong", "wrong_numbers");
        row("unbalanced", "(3+4", { 3, 4 }, 7, "malformed", "syntax");
        row("unbalanced the other way", "3+4)", { 3, 4 }, 7, "malformed", "syntax");
        row("empty parentheses", "()3+4", { 3, 4 }, 7, "malformed", "syntax");
        row("operator only", "+", { 3, 4 }, 7, "malformed", "syntax");
        row("nothing", "   ", { 3, 4 }, 7, "malformed", "empty_answer");
        row("T1 placeholder", " answer here ", { 3, 4 }, 7, "malformed", "bad_character");
        row("T12 zero width space", "3\xE2\x80\x8B+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("T12 bidi",
            "\xE2\x80\xAE"
            "3+4",
            { 3, 4 }, 7, "malformed", "bad_character");
        row("no-break space", "3\xC2\xA0+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("T13 entities", "&lt;3+4&gt;", { 3, 4 }, 7, "malformed", "bad_character");
        row("T14 fence", "```3+4```", { 3, 4 }, 7, "malformed", "bad_character");
        row("T14 JSON", "{\"answer\":\"3+4\"}", { 3, 4 }, 7, "malformed", "bad_character");
        row("T17 two lines", "3+4\n5", { 3, 4 }, 7, "malformed", "syntax");
        row("T19 NUL", QByteArray("3+4\0", 4), { 3, 4 }, 7, "malformed", "bad_character");
        row("T19 invalid UTF-8", "3+4\xFF", { 3, 4 }, 7, "malformed", "bad_character");
        row("vertical tab", "3\v+4", { 3, 4 }, 7, "malformed", "bad_character");
        row("same numbers twice given", "3*3", { 3, 3 }, 9, "correct", "ok");
        row("order is free", "(6+5)*9", { 5, 9, 6 }, 99, "correct", "ok");
        row("precedence", "5+9*6", { 5, 9, 6 }, 59, "correct", "ok");
        row("left to right", "9-5-6", { 5, 9, 6 }, -2, "correct", "ok");
        row("left to right division", "8/2*4", { 8, 2, 4 }, 16, "correct", "ok");
        row("huge exact product", QByteArray("9").repeated(18) + "*" + QByteArray("9").repeated(18),
            { 999999999999999999, 999999999999999999 }, 1, "wrong", "wrong_value");
        row("product that wraps to the target", "4294967296*4294967296", { 4294967296, 4294967296 }, 0, "wrong",
            "wrong_value");
    }
    void answers()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QList<qint64>, numbers);
        QFETCH(qint64, target);
        QFETCH(QByteArray, verdict);
        QFETCH(QByteArray, reason);
        const CountdownItem item { std::vector<int64_t>(numbers.begin(), numbers.end()), target };
        const Judgement j = judgeCountdown(item, wrapped(answer.toStdString()));
        QCOMPARE(QByteArray::fromStdString(j.reason), reason);
        QCOMPARE(QByteArray::fromStdString(verdictName(j.verdict)), verdict);
        QCOMPARE(j.accuracy, verdict == "correct" ? 1.0 : 0.0);
        QVERIFY(!j.explanation.empty());
    }

    void completions_data()
    {
        QTest::addColumn<QByteArray>("text"); // numbers 3 4, target 7
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<int>("format");
        const auto row = [](const char* name, const QByteArray& text, const char* reason, int format) {
            QTest::newRow(name) << text << QByteArray(reason) << format;
        };
        row("right", "<think> x </think> <answer>3+4</answer>", "ok", 1);
        row("T10 opener in the template", "x </think> <answer>3+4</answer>", "ok", 1);
        row("T20 empty", "", "no_think_end", 0);
        row("T10 no end of thought", "<think> <answer>3+4</answer>", "no_think_end", 0);
        row("T9 answer inside the thought", "<think> <answer>3+4</answer> </think>", "no_answer", 0);
        row("T4 two answers", "</think> <answer>9</answer> <answer>3+4</answer>", "ok", 0);
        row("T5 the same answer twice", "</think> <answer>3+4</answer> <answer>3+4</answer>", "ok", 0);
        row("T6 text behind", "</think> <answer>3+4</answer> done", "ok", 0);
        row("text between", "</think> so <answer>3+4</answer>", "ok", 0);
        row("text before the thought", "hm <think> x </think> <answer>3+4</answer>", "ok", 0);
        row("T7 nested thought", "<think><think> x </think> <answer>3+4</answer>", "ok", 0);
        row("T7 second end of thought", "<think> x </think> </think> <answer>3+4</answer>", "ok", 0);
        row("T11 capitals", "</think> <ANSWER>3+4</ANSWER>", "no_answer", 0);
        row("T11 spaces in the tag", "</think> < answer >3+4</ answer >", "no_answer", 0);
        row("T11 attribute", "</think> <answer x=1>3+4</answer>", "no_answer", 0);
        row("T12 Cyrillic a", "</think> <\xD0\xB0nswer>3+4</\xD0\xB0nswer>", "no_answer", 0);
        row("T12 zero width in a tag", "</think> <ans\xE2\x80\x8Bwer>3+4</answer>", "no_answer", 0);
        row("T15 cut", "</think> <answer>3+4", "no_answer", 0);
        row("close before open", "</think> </answer>3+4<answer>", "no_answer", 0);
        row("T18 a million openers", "</think> " + QByteArray("<answer>").repeated(1'000'000), "no_answer", 0);
        row("T18 ten megabytes", QByteArray(10 << 20, 'x'), "no_think_end", 0);
        row("a million pairs", QByteArray("<think></think>").repeated(1'000'000), "no_answer", 0);
        row("white space thought", "<think>  </think> <answer>3+4</answer>", "ok", 1);
    }
    void completions()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, reason);
        QFETCH(int, format);
        const Judgement j = judgeCountdown({ { 3, 4 }, 7 }, { text.constData(), size_t(text.size()) });
        QCOMPARE(QByteArray::fromStdString(j.reason), reason);
        QCOMPARE(int(j.format), format);
    }
};

QTEST_GUILESS_MAIN(TestVerifier)
#include "tst_verifier.moc"
