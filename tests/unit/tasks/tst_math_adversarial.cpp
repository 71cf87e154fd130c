// The cases V1–V24 of the verifier's attack suite, and what else a policy might try. "1" is correct, "0" is anything
// else; where the suite asks for malformed, the test does too.

#include "core/tasks/math/math_answer.h"

#include <QElapsedTimer>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace aha;

namespace {

std::string repeated(const std::string& text, int times)
{
    std::string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

Judgement open(const std::string& gold, const std::string& answer) { return judgeMath(gold, answer, Extraction::Open); }

#define RIGHT(gold, answer) QCOMPARE(open(gold, answer).reason, std::string("ok"))
#define REFUSED(gold, answer) QVERIFY2(open(gold, answer).accuracy == 0, open(gold, answer).explanation.c_str())
#define JUDGED(gold, answer, expected) QCOMPARE(verdictName(open(gold, answer).verdict), verdictName(Verdict::expected))

} // namespace

class TestMathAdversarial : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void V1() { RIGHT("7425000", "7,425,000"); }
    void V2() { RIGHT("1,22", "1.22"); }
    void V3() { RIGHT("1000", "1 000"); }
    void V4() { JUDGED("2", "AZYUK2A", Malformed); }
    void V5() { JUDGED("$[0,9)$", "$[0,1)$", Wrong); }
    void V6() { JUDGED("$(0,9)$", "$[0,9)$", Wrong); }
    void V7()
    {
        JUDGED("$(3,1)$", "$\\{1,3\\}$", Wrong);
        RIGHT("$(1,3)$", "$\\{1,3\\}$");
    }
    void V8()
    {
        RIGHT("$28\\%$", "28 percent");
        RIGHT("$28\\%$", "28 pct");
        JUDGED("$0.28$", "28 %", Wrong);
        JUDGED("$0.28$", "$28\\%$", Wrong);
    }
    void V9()
    {
        JUDGED("$x>5$", "$x<5$", Wrong);
        RIGHT("$x<=5$", "$5>=x$");
    }
    void V10() { JUDGED("$7=11a+c$", "$11a+c$", Wrong); }
    void V11() { RIGHT("$x=11$", "$x=5+5+1=7=11$"); }
    void V12()
    {
        JUDGED("$f(x)$", "$f(y)$", Wrong);
        MathRules loose;
        loose.strictVariables = false;
        QCOMPARE(judgeMath("$f(x)$", "$f(y)$", Extraction::Open, loose).reason, std::string("ok"));
        QCOMPARE(judgeMath("$f(x)+1$", "$f(y)+2$", Extraction::Open, loose).accuracy, 0.0);
    }
    void V13() { JUDGED("$1 \\pm \\sqrt{19}$", "$1 + \\sqrt{19}$", Wrong); }
    void V14()
    {
        JUDGED("$6$", "\\boxed{5} … \\boxed{6}", Wrong);
        QCOMPARE(judgeMath("$6$", "\\boxed{5} … \\boxed{6}", Extraction::Boxed).accuracy, 0.0);
    }
    void V15()
    {
        REFUSED("$5$", "The answer is 5 or 6");
        REFUSED("$6$", "The answer is 5 or 6");
        REFUSED("$6$", "It is 5 or 6");
        REFUSED("$5$", "\\boxed{5\\text{ or }6}");
    }
    void V16()
    {
        const Judgement judged = judgeMath("$5$", "I do not know, but 5 is a nice number. 5", Extraction::Boxed);
        QCOMPARE(verdictName(judged.verdict), verdictName(Verdict::Malformed));
        QCOMPARE(judged.reason, std::string("no_box"));
    }
    void V17()
    {
        JUDGED("$5$", "$10^{10^{10}}$", Wrong);
        JUDGED("$5$", "$99999!$", Wrong);
        JUDGED("$5$", "$\\binom{10^9}{5\\cdot 10^8}$", Wrong);
        JUDGED("$5$", "$9^{9^{9}}$", Wrong);
    }
    void V18()
    {
        REFUSED("$\\infty$", "1e400");
        REFUSED("inf", "1e400");
        JUDGED("nan", "nan", InfraError);
        JUDGED("$nan$", "$nan$", InfraError);
        JUDGED("$0/0$", "$0/0$", InfraError);
    }
    void V19()
    {
        JUDGED("$0$", "$\\frac{0}{0}$", Wrong);
        JUDGED("$0$", "$1/0\\cdot 0$", Wrong);
        QCOMPARE(open("$0$", "$\\frac{0}{0}$").reason, std::string("undefined_value"));
    }
    void V20()
    {
        JUDGED("$(1,2)$", "$1<x<2$", Wrong);
        JUDGED("$(-\\infty,2)\\cup(8,\\infty)$", "\\boxed{x<2\\text{ or }x>8}", Wrong);
    }
    void V21()
    {
        MathRules four;
        four.places = 4;
        QCOMPARE(judgeMath("$\\frac13$", "0.3333", Extraction::Open, four).reason, std::string("ok"));
        QCOMPARE(judgeMath("$\\frac13$", "0.333", Extraction::Open, four).accuracy, 0.0);
        REFUSED("$\\frac13$", "0.3333"); // six places unless a task says otherwise
        RIGHT("$\\frac13$", "0.333333");
        REFUSED("$\\frac13$", "0.333334");
    }
    void V22()
    {
        JUDGED("$5$", "\\boxed{" + repeated("\\frac{", 10'000), Malformed);
        JUDGED("$5$", "\\boxed{" + repeated("\\frac{", 10'000) + "1" + repeated("}{2}", 10'000) + "}", Malformed);
        JUDGED("$5$", "\\boxed{" + repeated("1+", 500'000) + "1}", Malformed);
    }
    void V23()
    {
        RIGHT("6", "#### 5\nwait\n#### 6");
        REFUSED("5", "#### 5\nwait\n#### 6");
    }
    void V24()
    {
        JUDGED("5", "#### ...", Malformed);
        JUDGED("5", "#### ,", Malformed);
    }

    void hedges_data()
    {
        QTest::addColumn<QString>("gold");
        QTest::addColumn<QString>("answer");
        const auto row = [](const char* gold, const char* answer) { QTest::newRow(answer) << gold << answer; };
        row("$5$", "\\boxed{5}\\boxed{6}");
        row("$5$", "\\boxed{5, 6}");
        row("$5$", "\\boxed{\\{5, 6\\}}");
        row("$5$", "The answer is 5, or maybe 6.");
        row("$5$", "The answer is 5 and 6.");
        row("$5$", "The answer is not 5.");
        row("$5$", "The answer is certainly not 5");
        row("$5$", "Answer: 5\nAnswer: 6");
        row("$5$", "$5$ or $6$");
        row("$5$", "\\boxed{4 \\text{ to } 6}");
        row("$5$", "\\boxed{[4, 6]}");
        row("$5$", "\\boxed{4<x<6}");
        row("$5$", "\\boxed{x}");
        row("$5$", "\\boxed{5x}");
        row("$5$", "\\boxed{5=6}");
        row("$5$", "\\boxed{x\\ge5}");
        row("$5$", "\\boxed{5\\pm1}");
        row("$5$", "\\boxed{5");
        row("$5$", "\\boxed{}");
        row("$5$", "\\boxed{\\text{five}}");
        row("$5$", "\\boxed{5 6}");
        row("$56$", "\\boxed{5 6}");
        row("$x=5$", "\\boxed{y=5}");
        row("$x=5$", "\\boxed{x}");
        row("$x=5$", "\\boxed{x=x}");
        row("$x=5$", "\\boxed{5=5}"); // not a value of x
        row("$y=2x+1$", "\\boxed{y=y}");
        row("$y=2x+1$", "\\boxed{0=0}");
        row("$x=1, y=2$", "\\boxed{2, 1}");
        row("$\\{1,2\\}$", "\\boxed{\\{1,2,3\\}}");
        row("$\\{1,2\\}$", "\\boxed{\\{1,1\\}}");
        row("$x^2$", "\\boxed{x^2+10^{-40}}");
        row("$\\sqrt{2}$", "\\boxed{1.414214+10^{-40}}");
        row("$\\pi$", "\\boxed{\\pi+10^{-70}}");
        row("$262537412640768744$", "\\boxed{e^{\\pi\\sqrt{163}}}"); // differs by 7.5e-13
        row("$|x|$", "\\boxed{x}");
        row("$\\sqrt{x^2}$", "\\boxed{x}");
        row("$C$", "\\boxed{A, B, C, D}");
        row("$C$", "The answer is A or C");
        row("$A$", "The answer is a bit complicated");
        row("$14\\text{ cm}$", "\\boxed{14\\text{ km}}");
        row("$0.000001$", "\\boxed{0.000002}");
        row("$10^{-7}$", "\\boxed{0.000000}");
        row("$10$", "\\boxed{9.99999999}");
        row("$2.5$", "\\boxed{2.5000001}");
        row("$0$", "\\boxed{10^{-300}}");
        row("$5$", "\\boxed{\\infty}");
        row("$\\infty$", "\\boxed{-\\infty}");
        row("$\\infty$", "\\boxed{\\infty-\\infty}");
        row("$[1,2]$", "\\boxed{(1,2)}");
        row("$[1,2]$", "\\boxed{\\{1,2\\}}");
        row("$\\emptyset$", "\\boxed{}");
        row("$\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}$", "\\boxed{\\begin{pmatrix}1&2&3&4\\end{pmatrix}}");
        row("$\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}$", "\\boxed{\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}}");
    }
    void hedges()
    {
        QFETCH(QString, gold);
        QFETCH(QString, answer);
        for (const Extraction extraction : { Extraction::Open, Extraction::Boxed }) {
            const Judgement judged = judgeMath(gold.toStdString(), answer.toStdString(), extraction);
            QVERIFY2(judged.accuracy == 0, judged.explanation.c_str());
            QVERIFY(judged.verdict == Verdict::Wrong || judged.verdict == Verdict::Malformed);
        }
    }

    /// Bytes that must neither crash nor cost: each is judged in far less than a second even on a busy machine, and the
    /// work grows no faster than the text.
    void hostileBytes_data()
    {
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char* name, const std::string& answer) {
            QTest::newRow(name) << QByteArray::fromStdString(answer);
        };
        row("empty", "");
        row("nul", std::string("\\boxed{5\0}", 10));
        row("invalid UTF-8", "\\boxed{5\xff}");
        row("cut character", "\\boxed{5\xe2\x88}");
        row("zero width", "\\boxed{5\u200b}");
        row("full width", "\\boxed{５}");
        row("direction", "\\boxed{\u202e5}");
        row("powers", "\\boxed{" + repeated("9^{", 60) + "9" + repeated("}", 60) + "}");
        row("factorials", "\\boxed{9" + repeated("!", 60) + "}");
        row("signs", "\\boxed{" + repeated("-", 1000) + "5}");
        row("plus-minus", "\\boxed{" + repeated("\\{\\pm1,", 40) + "\\pm1" + repeated("\\}", 40) + "}");
        row("sets", "\\boxed{\\{" + repeated("1,", 1500) + "1\\}}");
        row("sum", "\\boxed{" + repeated("\\sin(1)+", 400) + "1}");
        row("boxes", repeated("\\boxed{5} ", 100'000));
        row("open boxes", repeated("\\boxed{", 140'000));
        row("formulas", repeated("$5$, ", 200'000));
        row("open formulas", repeated("\\(", 500'000));
        row("open displays", repeated("\\[\n", 300'000));
        row("dollars", repeated("$", 1'000'000));
        row("dollar lines", repeated("$5\n", 300'000));
        row("answers", repeated("answer ", 140'000));
        row("final answers", repeated("final answer is ", 60'000));
        row("hashes", repeated("#### \n", 170'000));
        row("thinks", repeated("</think>", 130'000));
        row("digits", std::string(1'000'000, '7'));
        row("numbers", repeated("1 ", 500'000));
        row("operators", repeated("1+", 500'000));
        row("fractions", repeated("\\frac{1}{2}", 90'000));
        row("braces", repeated("{", 1'000'000));
        row("backslashes", std::string(1'000'000, '\\'));
        row("too long", std::string(2'000'000, '5'));
    }
    void hostileBytes()
    {
        QFETCH(QByteArray, answer);
        for (const Extraction extraction : { Extraction::Open, Extraction::Boxed }) {
            const Judgement judged = judgeMath("$31$", answer.toStdString(), extraction);
            QVERIFY2(judged.accuracy == 0, judged.explanation.c_str());
            QVERIFY(!judged.explanation.empty());
        }
    }

    /// One verifier, several threads, the same verdicts.
    void threads()
    {
        std::atomic<int> wrong = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 50; ++n)
                    wrong += open("$\\frac{\\sqrt2}{2}$", "\\boxed{\\sin 45^\\circ}").accuracy != 1
                        || open("$\\frac{\\sqrt3}{2}$", "\\boxed{\\sin 45^\\circ}").accuracy != 0;
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestMathAdversarial)
#include "tst_math_adversarial.moc"
