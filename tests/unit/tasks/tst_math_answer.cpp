// Where an answer is found, what is equal to what, and what a judgement says.

#include "core/tasks/math/math_answer.h"

#include <QtTest>

using namespace aha;

class TestMathAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equal_data()
    {
        QTest::addColumn<QString>("gold");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<bool>("same");
        const auto row = [](const char* gold, const char* answer, bool same) {
            QTest::addRow("%s | %s", gold, answer) << gold << answer << same;
        };
        // values
        row("\\frac{1}{2}", "0.5", true);
        row("\\frac{1}{2}", "0.50000", true);
        row("\\sqrt{12}", "2\\sqrt{3}", true);
        row("\\sqrt{3+2\\sqrt2}", "1+\\sqrt2", true);
        row("\\frac{1}{\\sqrt5}", "\\frac{\\sqrt5}{5}", true);
        row("\\sqrt[3]{2}", "2^{1/3}", true);
        row("4\\pi", "12.566371", true);
        row("4\\pi", "12.566372", false);
        row("4\\pi", "12.57", false);
        row("\\frac23", "0.666667", true);
        row("\\frac23", "0.666666", false);
        row("\\frac23", "0.6666666667", true);
        row("0.333333", "\\frac13", true);
        row("0.333", "\\frac13", false);
        row("0.3", "0.30000000000000004", true);
        row("0.3", "0.3001", false);
        row("e^{2}", "e\\cdot e", true);
        row("e^{i\\pi}", "-1", true);
        row("3+4i", "5e^{i\\arctan(4/3)}", true);
        row("i^2", "-1", true);
        row("\\ln 8", "3\\ln 2", true);
        row("\\ln 8", "\\log 8", false);
        row("\\log_2 8", "3", true);
        row("\\sin 30^\\circ", "\\frac12", true);
        row("\\cos\\frac{\\pi}{4}", "\\frac{\\sqrt2}{2}", true);
        row("\\tan 15^\\circ", "2-\\sqrt3", true);
        row("\\arcsin 1", "\\frac{\\pi}{2}", true);
        row("\\arccos(-1)", "\\pi", true);
        row("\\cosh(0)", "1", true);
        row("\\binom{10}{3}", "5!", true);
        row("\\begin{vmatrix}1&2&3\\\\0&1&4\\\\5&6&0\\end{vmatrix}", "1", true);
        row("2^{-3}", "0.125", true);
        row("0", "\\sin\\pi", true);
        // expressions
        row("(x-5)(x+5)", "x^2-25", true);
        row("(x-5)(x+5)", "x^2-24", false);
        row("a^2+2ab+b^2", "(a+b)^2", true);
        row("\\frac{x^2-1}{x-1}", "x+1", true);
        row("\\sin 2x", "2\\sin x\\cos x", true);
        row("\\sin^2 x+\\cos^2 x", "1", true);
        row("\\sqrt{x}", "x^{1/2}", true);
        row("|x|", "\\sqrt{x^2}", true);
        row("\\ln x^2", "2\\ln x", false); // not for x < 0
        row("x^y", "e^{y\\ln x}", true);
        row("\\frac{x^{100}-1}{x-1}", "\\frac{1-x^{100}}{1-x}", true);
        row("f(x)", "f(y)", false);
        row("ab", "ba", true);
        // percent
        row("25\\%", "25", true);
        row("25\\%", "0.25", true);
        row("25\\%", "\\frac14", true);
        row("25", "25\\%", true);
        row("0.25", "25\\%", false);
        row("25\\%", "2.5", false);
        row("33.3\\%", "33.3", true);
        // units
        row("14\\text{ cm}", "14", true);
        row("14", "14\\text{ cm}", true);
        row("14\\text{ cm}", "14\\text{ centimeters}", true);
        row("14\\text{ cm}", "14\\text{ km}", false);
        row("14\\text{ apples}", "14\\text{ pears}", true);
        // sets, lists, tuples
        row("\\{1,2,3\\}", "3,2,1", true);
        row("\\{1,2,3\\}", "(3,2,1)", true);
        row("\\{1,2\\}", "\\{1,2,2\\}", true);
        row("1,2", "\\{2,1\\}", true);
        row("1,2", "x=2\\text{ or }x=1", true);
        row("1\\pm\\sqrt2", "1-\\sqrt2, 1+\\sqrt2", true);
        row("\\{5\\}", "5", true);
        row("5", "\\{5\\}", true);
        row("(1,2)", "1,2", true);
        row("(1,2)", "2,1", false);
        row("(1,2)", "(2,1)", false);
        row("(1,2)", "[1,2]", false);
        row("(1,2)", "x=1, y=2", true);
        row("x=1, y=2", "(1,2)", true);
        row("x=1, y=2", "(2,1)", false);
        row("x=1, y=2", "y=2, x=1", true);
        row("(\\frac12,\\sqrt4)", "(0.5,2)", true);
        row("((1,2),(3,4))", "((1,2),(3,4))", true);
        row("\\{(1,2),(3,4)\\}", "\\{(3,4),(1,2)\\}", true);
        row("\\emptyset", "\\{\\}", true);
        row("\\emptyset", "0", false);
        row("(1,2)", "\\begin{pmatrix}1\\\\2\\end{pmatrix}", false);
        row("\\begin{pmatrix}1/2\\end{pmatrix}", "\\begin{bmatrix}0.5\\end{bmatrix}", true);
        // intervals and inequalities
        row("[2,8)", "x\\in[2,8)", true);
        row("(-\\infty,1)\\cup(2,\\infty)", "(2,\\infty)\\cup(-\\infty,1)", true);
        row("[0,1]\\cup[1,2]", "[0,2]\\cup\\{1\\}", true);
        row("\\mathbb{R}", "(-\\infty,\\infty)", true);
        row("x>3", "(3,\\infty)", true);
        row("x\\ge3", "(3,\\infty)", false);
        row("1<x\\le2", "(1,2]", true);
        row("x<1\\text{ or }x>2", "(-\\infty,1)\\cup(2,\\infty)", true);
        row("x<1\\text{ or }x>2", "x>2\\text{ or }x<1", true);
        row("x\\ne3", "(-\\infty,3)\\cup(3,\\infty)", true);
        row("(3,\\infty)", "x>3", false);
        row("x>3", "3<x", true);
        row("x>3", "2x>6", false);
        row("1<x<2", "2>x>1", true);
        row("1<x<2", "1<x<3", false);
        row("x>3", "y>3", false);
        row("x\\ge y", "x-y\\ge0", true);
        row("x\\ge y", "2x\\ge2y", true);
        row("x\\ge y", "-x\\ge-y", false);
        // equations
        row("x=4", "4", true);
        row("4", "x=4", true);
        row("4", "f(5)=4", true);
        row("f(5)=4", "4", false);
        row("x=4", "4=x", true);
        row("x=4", "2x=8", false);
        row("x=4", "y=4", false);
        row("y=5x+4", "y-5x=4", true);
        row("y=5x+4", "2y=10x+8", true);
        row("y=5x+4", "5x+4", true);
        row("y=5x+4", "y=5x-4", false);
        row("7=11a+c", "11a+c", false);
        row("(x,y,z)=(1,2,3)", "(1,2,3)", true);
        // words
        row("C", "\\text{(C)}", true);
        row("\\text{(B)}", "\\textbf{B}", true);
        row("C", "c", true);
        row("C", "D", false);
        row("\\text{Yes}", "Yes", true);
        row("\\text{Monday}", "\\text{Tuesday}", false);
        row("\\text{Yes}", "1", false);
    }
    void equal()
    {
        QFETCH(QString, gold);
        QFETCH(QString, answer);
        QFETCH(bool, same);
        const Judgement judged = compareMath(gold.toStdString(), answer.toStdString());
        QVERIFY2((judged.verdict == Verdict::Correct) == same, judged.explanation.c_str());
        QVERIFY2(same || judged.verdict == Verdict::Wrong, judged.explanation.c_str());
        QCOMPARE(judged.accuracy, same ? 1.0 : 0.0);
    }

    void found_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("open"); // the answer's place, or "!" and why there is none
        QTest::addColumn<QString>("boxed");
        const auto row = [](const char* text, const char* open, const char* boxed) {
            QTest::newRow(text) << text << open << boxed;
        };
        row("", "!no_answer", "!no_box");
        row("I cannot solve this.", "!no_answer", "!no_box");
        row("\\boxed{5}", "\\boxed{5}", "\\boxed{5}");
        row("We get $\\boxed{\\frac{1}{2}}$.", "\\boxed{\\frac{1}{2}}", "\\boxed{\\frac{1}{2}}");
        row("\\boxed 11 so", "\\boxed 11", "\\boxed 11");
        row("\\boxed{5", "!box_not_closed", "!box_not_closed");
        row("\\boxed{} but 11", "11", "!no_box");
        row("\\boxed{a}}", "\\boxed{a}", "\\boxed{a}");
        row("\\boxed{5 \\foo} or 6", "!bad_command", "!bad_command");
        row("\\boxed{1} and \\boxed{2}", "\\boxed{1} and \\boxed{2}", "\\boxed{1} and \\boxed{2}");
        row("\\boxed{1} is a step on a long way that finally leads to \\boxed{2}", "\\boxed{2}", "\\boxed{2}");
        row("<think>\\boxed{1}</think>\\boxed{2}", "\\boxed{2}", "\\boxed{2}");
        row("<think>\\boxed{1}</think>I do not know.", "\\boxed{1}", "!no_box");
        row("<think>\\boxed{1}</think>The answer is 2.", "2", "!no_box");
        row("The final answer is $23$. I hope it is correct.", "$23$", "!no_box");
        row("The final answer is 23\nThe answer is 63", "23", "!no_box");
        row("The answer is 23. Check: 63 is too large.", "23", "!no_box");
        row("Answer: 23\nWait. Answer: 63", "63", "!no_box");
        row("**Answer:** 23", "23", "!no_box");
        row("ANSWER IS 23", "23", "!no_box");
        row("the answer is therefore 23", "23", "!no_box");
        row("The answer is (1, 2).", "(1, 2)", "!no_box");
        row("The answer is C", "C", "!no_box");
        row("The answer is 14 dollars.", "14 dollars", "!no_box");
        row("the answer is not 23", "!denied", "!no_box");
        row("answer：23", "!no_answer", "!no_box");
        row("The answer is $3$ or $4$", "$3$ or $4$", "!no_box");
        row("#### 5", "5", "!no_box");
        row("#### 5\nwait\n#### 6", "6", "!no_box");
        row("#### ...", "!no_answer", "!no_box");
        row("so 5 = 2 + 3", "2 + 3", "!no_box");
        row("It is 6,777,951.", "6,777,951", "!no_box");
        row("It costs $1,000.99", "1,000.99", "!no_box");
        row("It is 5 percent of it", "5 percent", "!no_box");
        row("$7$ and also 8", "8", "!no_box");
        row("8, so $x=7$", "$x=7$", "!no_box");
        row("28$ %", "28", "!no_box");
        row("$28$ %", "$28$ %", "!no_box");
        row("5 or 6", "5 or 6", "!no_box");
        row("7 apples", "7 apples", "!no_box");
        row("7 of them", "7", "!no_box");
        row("\\frac{3}{4}", "\\frac{3}{4}", "!no_box");
        row("A2B", "!no_answer", "!no_box");
    }
    void found()
    {
        QFETCH(QString, text);
        QFETCH(QString, open);
        QFETCH(QString, boxed);
        for (const bool wide : { true, false }) {
            const std::string all = text.toStdString();
            const Judgement judged = extractMath(all, wide ? Extraction::Open : Extraction::Boxed);
            const std::string place = judged.verdict == Verdict::Correct
                ? all.substr(judged.begin, judged.end - judged.begin)
                : "!" + judged.reason;
            QCOMPARE(QString::fromStdString(place), wide ? open : boxed);
        }
    }

    void judgement()
    {
        const Judgement right = judgeMath("$\\frac12$", "So it is \\boxed{0.50}.", Extraction::Boxed);
        QCOMPARE(verdictName(right.verdict), verdictName(Verdict::Correct));
        QCOMPARE(right.accuracy, 1.0);
        QCOMPARE(right.format, 1.0);
        QCOMPARE(right.extracted, std::string("0.50"));
        QCOMPARE(right.begin, size_t(9));
        QCOMPARE(right.end, size_t(21));
        QCOMPARE(right.normalForm, std::string("1/2"));
        QCOMPARE(right.explanation, std::string("The answer is 1/2."));
        const Judgement wrong = judgeMath("$\\frac12$", "\\boxed{0.25}", Extraction::Boxed);
        QCOMPARE(wrong.reason, std::string("wrong_value"));
        QCOMPARE(wrong.explanation, std::string("The answer is 1/4, not 1/2."));
        const Judgement broken = judgeMath("", "\\boxed{5}", Extraction::Boxed);
        QCOMPARE(verdictName(broken.verdict), verdictName(Verdict::InfraError));
        QCOMPARE(broken.reason, std::string("gold_unreadable"));
        QCOMPARE(broken.accuracy, 0.0);
        const Judgement same = judgeMath("$99999!$", "\\boxed{99999!}", Extraction::Boxed);
        QCOMPARE(same.reason, std::string("ok"));
        const Judgement open = judgeMath("$99998!$", "\\boxed{99999!}", Extraction::Boxed);
        QCOMPARE(verdictName(open.verdict), verdictName(Verdict::Timeout));
        QCOMPARE(open.reason, std::string("budget"));
    }

    /// A gold that cannot be read is no wrong answer, and nothing else in it is taken for the answer.
    void unreadableGolds()
    {
        for (const char* gold :
            { "", "no number here", "$\\foo 5$", "$\\frac{1}{0}$", "\\boxed{5", "\\text{none}", "$ $" })
            QCOMPARE(judgeMath(gold, "\\boxed{5}", Extraction::Boxed).verdict, Verdict::InfraError);
        QCOMPARE(judgeMath(std::string(100'000, '5'), "5", Extraction::Open).verdict, Verdict::InfraError);
    }

    void markedGolds_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("marked");
        QTest::addColumn<QString>("answer");
        const auto row = [](const char* field, const char* marked, const char* answer) {
            QTest::newRow(field) << field << marked << answer;
        };
        row("12", "12", "12");
        row("1,000", "1,000", "1000");
        row("50%", "50%", "50\\%");
        row("\\sqrt{2}", "$\\sqrt{2}$", "\\sqrt2");
        row("(1, 2)", "$(1, 2)$", "(1,2)");
        row("A", "$A$", "\\text{(A)}");
        row(" x=3 ", "$x=3$", "3");
        row("\\text{Yes}", "$\\text{Yes}$", "yes");
        row("$5$", "$5$", "5");
        row("so the answer is 9", "so the answer is 9", "9");
        row("work\n#### 42", "work\n#### 42", "42");
    }
    void markedGolds()
    {
        QFETCH(QString, field);
        QFETCH(QString, marked);
        QFETCH(QString, answer);
        QCOMPARE(QString::fromStdString(markedGold(field.toStdString())), marked);
        const Judgement judged
            = judgeMath(markedGold(field.toStdString()), "\\boxed{" + answer.toStdString() + "}", Extraction::Boxed);
        QVERIFY2(judged.accuracy == 1, judged.explanation.c_str());
    }
};

QTEST_GUILESS_MAIN(TestMathAnswer)
#include "tst_math_answer.moc"
