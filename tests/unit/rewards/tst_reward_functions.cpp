// Cases by hand for what the golden rows do not reach: other scripts, edges, TinyZero, the dense penalty.

#include "core/rewards/boxed_accuracy.h"
#include "core/rewards/cosine.h"
#include "core/rewards/format.h"
#include "core/rewards/gated.h"
#include "core/rewards/kimi_length.h"
#include "core/rewards/logic_rl.h"
#include "core/rewards/overlong.h"
#include "core/rewards/reasoning_steps.h"
#include "core/rewards/reflection_count.h"
#include "core/rewards/repetition.h"
#include "core/rewards/tag_count.h"
#include "core/rewards/text_words.h"
#include "core/rewards/tiny_zero.h"

#include <QtTest>

#include <cmath>

using namespace aha;

class TestRewardFunctions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wordsAsPythonHasThem()
    {
        QCOMPARE(codePointCount("a\u00e9\u4e2d"), size_t(3));
        QCOMPARE(lowerCase("\u00c9T\u00c9 \u0130"), std::string("\u00e9t\u00e9 i\u0307"));
        QCOMPARE(splitWords(" a\u3000b\u00a0c\n").size(), size_t(3));
        QCOMPARE(splitWords("a\u200bb").size(), size_t(1)); // a zero-width space is none
        QCOMPARE(stripText("\u2003 x y \n"), std::string_view("x y"));
        QCOMPARE(countOf("aaaa", "aa"), size_t(2));
    }

    void formatOfCode()
    {
        const auto text
            = [](const std::string& answer) { return "<think>\nx\n</think>\n<answer>\n" + answer + "\n</answer>"; };
        QCOMPARE(codeFormat(text("```python\nprint(1)\n```"), "python"), 1.0);
        QCOMPARE(codeFormat(text("so:\n```python\nprint(1)\n``` done"), "python"), 1.0);
        QCOMPARE(codeFormat(text("```cpp\nx\n```"), "python"), 0.0);
        QCOMPARE(codeFormat(text("```python\nprint(1)"), "python"), 0.0);
        QCOMPARE(codeFormat(text("print(1)"), "python"), 0.0);
        QCOMPARE(codeFormat("<think>\n```python\n```\n</think>\n<answer>\nx\n</answer>", "python"), 0.0);
        QCOMPARE(openR1Format(text("x") + "\nmore"), 1.0);
        QCOMPARE(openR1Format(text("x") + " more"), 0.0);
        QCOMPARE(openR1Format(text("x") + " more\n</answer>"), 1.0); // a later end serves
        QCOMPARE(thinkFormat("<think>a</think>b"), 1.0);
        QCOMPARE(thinkFormat("<think>a</think>b<think>"), 0.0);
        QCOMPARE(thinkFormat(" <think>a</think>"), 0.0);
    }

    void tagsShareALineBreak()
    {
        QCOMPARE(tagCount("\n</think>\n</think>\n"), 0.25); // occurrences do not overlap: one
        QCOMPARE(tagCount("\n</think>\n\n</think>\n"), 0.0);
    }

    void stepsOfAnyScript()
    {
        QCOMPARE(reasoningSteps("Step \u0663: a"), 1.0 / 3); // an Arabic-Indic digit is \d
        QCOMPARE(reasoningSteps("Step : a"), 0.0);
        QCOMPARE(reasoningSteps("\n-\n-\n-\n-"), 1.0);
    }

    void boxes()
    {
        QCOMPARE(boxedAccuracy("$1/2$", "so \\boxed{\\frac{1}{2}}"), std::optional(1.0));
        QCOMPARE(boxedAccuracy("\\boxed{3}", "\\boxed{4} far, far and further away \\boxed{3}"), std::optional(1.0));
        QCOMPARE(boxedAccuracy("\\boxed{3}", "\\boxed{4}, no, \\boxed{3}"), std::optional(0.0));
        QCOMPARE(boxedAccuracy("$3$", "the answer is 3"), std::optional(0.0));
        QCOMPARE(boxedAccuracy("three", "\\boxed{3}"), std::optional<double>());
        QCOMPARE(boxedAccuracy("$3$", "\\boxed{3"), std::optional(0.0));
        QCOMPARE(reasoningAccuracy("$3$", "\\boxed{3}"), std::optional(0.0));
        QCOMPARE(reasoningAccuracy("$3$", "</think> \\boxed{3}"), std::optional(1.0));
    }

    void lengths()
    {
        const CosineEnds ends { 1, 0.5, -1, -0.5 };
        QCOMPARE(cosineClipped(0, 100, true, ends), 1.0);
        QCOMPARE(cosineClipped(100, 100, true, ends), 0.5);
        QCOMPARE(cosineClipped(200, 100, true, ends), 0.5);
        QCOMPARE(cosineUnclipped(200, 100, true, ends), 1.0); // open-r1 climbs again
        QCOMPARE(cosineClipped(0, 100, false, ends), -1.0);
        QCOMPARE(demystifyCosine(83, 100, true, ends, -10) > 0, true);
        QCOMPARE(demystifyCosine(84, 100, true, ends, -10), -10.0);
        QCOMPARE(softOverlong(90, 100, 20), -0.5);
        QCOMPARE(softOverlong(10, 10, 0), 0.0);
        QCOMPARE(softOverlong(11, 10, 0), -1.0);
        QCOMPARE(dapoOverlongBuffer(110, 100, 20, 1), -1.5);
        QCOMPARE(dapoOverlongBuffer(11, 10, 0, 0.5), -0.5);
        QCOMPARE(kimiLengthRewards({ 10, 20, 30 }, { true, true, false }), std::vector<double>({ 0.5, 0, -0.5 }));
        QCOMPARE(kimiLengthRewards({ 10, 30 }, { false, true }), std::vector<double>({ 0, -0.5 }));
    }

    void repetition()
    {
        QCOMPARE(repetitionOfWords("A b a B", 2, -1), -(1 - 2.0 / 3));
        QCOMPARE(repetitionOfTokens({ 1, 2, 1, 2 }, 2, -0.5), -(1 - 2.0 / 3) * 0.5);
        QCOMPARE(repetitionOfTokens({ 1 }, 2, -1), 0.0);
        const std::vector<int32_t> ids { 1, 2, 1, 2, 1, 2 }; // n-grams 12 21 12 21 12: repeated from 2, 3 and 4
        QCOMPARE(denseRepetition(ids, 2, -1, false), std::vector<double>({ 0, 0, -1, -1, -1, -1 }));
        QCOMPARE(denseRepetition(ids, 2, -1, true), std::vector<double>({ 0, 0, -1, -1, 0, 0 }));
        QCOMPARE(denseRepetition({ 1, 2 }, 3, -1, false), std::vector<double>({ 0, 0 }));
    }

    void reflectionWordsUpToTen()
    {
        const Result<Lexicon> lexicon = Lexicon::parse("wait\nbut\n");
        QVERIFY(lexicon.ok());
        QCOMPARE(reflectionCount(*lexicon, "Wait, but wait"), 3.0);
        std::string many;
        for (int i = 0; i < 30; ++i)
            many += "wait ";
        QCOMPARE(reflectionCount(*lexicon, many), 10.0);
    }

    void gate()
    {
        QCOMPARE(gated(1, 0), 0.0);
        QCOMPARE(gated(1, 1), 1.0);
        QVERIFY(std::isnan(gated(std::nan(""), 1)));
    }

    void knights()
    {
        const std::string good = "<think>x</think><answer>O'Neil is a KNIGHT, \u00c9va is a knave</answer>";
        QCOMPARE(logicRlScore(good, { "o'neil", "\u00e9va" }, { "knight", "knave" }).total(), 3.0);
        QCOMPARE(logicRlScore(good, { "O'Neil", "\u00c9va" }, { "knight", "knight" }).total(), -0.5);
        QCOMPARE(logicRlScore(good, { "O.Neil", "\u00c9va" }, { "knight", "knave" }).total(), -1.0); // no pattern
        QCOMPARE(logicRlScore(good, { "a\\E.*", "\u00c9va" }, { "knight", "knave" }).total(), -1.0);
        QCOMPARE(logicRlScore("x", { "A" }, { "knight" }).total(), -3.0);
    }

    void tinyZero()
    {
        const auto score = [](const char* text) { return tinyZeroCountdown(text, { 3, 5, 2 }, 13); };
        QCOMPARE(score("<answer>5*2+3</answer>"), 1.0);
        QCOMPARE(score("<answer>5 * 2 - 3</answer>"), 0.1);
        QCOMPARE(score("<answer>5*2</answer>"), 0.1); // not all numbers
        QCOMPARE(score("<answer>5*2+03</answer>"), 0.1); // not Python
        QCOMPARE(score("<answer>5//2+3</answer>"), 0.1); // the reference's hole
        QCOMPARE(score("<answer>whatever</answer>"), 0.1);
        QCOMPARE(score("5*2+3"), 0.0);
        QCOMPARE(score("<answer>5*2+3</answer>\nmore"), 0.0); // only the last line counts
        QCOMPARE(score("<answer>1</answer> <answer>5*2+3</answer>"), 1.0);
        QCOMPARE(tinyZeroCountdown("<answer>7/(3-3)</answer>", { 7, 3, 3 }, 3), 0.1);
        QCOMPARE(tinyZeroCountdown("<answer>8/(3-8/3)</answer>", { 3, 3, 8, 8 }, 24), 1.0);
        QCOMPARE(tinyZeroMultiply("<answer> 12 </answer>", 12), 1.0);
        QCOMPARE(tinyZeroMultiply("<answer>-12</answer>", 12), 0.1);
        QCOMPARE(tinyZeroMultiply("<answer>12.0</answer>", 12), 0.0);
        QCOMPARE(tinyZeroMultiply("12", 12), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestRewardFunctions)
#include "tst_reward_functions.moc"
