// The parser of answers, row by row: what a text says in plain notation, or why it is not read.

#include "core/tasks/math/comparison.h"
#include "core/tasks/math/math_parser.h"

#include <QtTest>

using namespace aha::math;

namespace {

QString read(const QString& text, Notation notation)
{
    const aha::Result<Tree> tree = parseAnswer(text.toStdString(), notation);
    return tree ? QString::fromStdString(normalForm(*tree)) : "!" + QString::fromStdString(tree.error().code);
}

void columns()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("normal");
}

} // namespace

class TestMathParser : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void latex_data()
    {
        columns();
        const auto row = [](const char* text, const char* normal) { QTest::newRow(text) << text << normal; };
        // numbers
        row("42", "42");
        row("+42", "42");
        row("-42", "-42");
        row("−42", "-42");
        row("0042", "42");
        row("0.50", "1/2");
        row(".5", "1/2");
        row("5.", "5");
        row("1,234,567", "1234567");
        row("1{,}234", "1234");
        row("1\\!234", "1234");
        row("12,34", "12, 34");
        row("1,2345", "1, 2345");
        row("0,125", "1/8");
        row("0,12", "0, 12");
        row("(100,200)", "(100, 200)");
        row("\\{1,200\\}", "{1, 200}");
        row("7 412 564", "!ambiguous_blank");
        row("7\\,412", "!ambiguous_blank");
        row("6.777.951", "!syntax");
        row("1.2e6", "(6/5)*e*6");
        row("1.2\\times 10^{6}", "1200000");
        row("25\\%", "25%");
        row("25%", "25%");
        row("25\\text{ percent}", "25%");
        row("\\$14.00", "14");
        row("14\\text{ cm}", "14 cm");
        row("14 cm", "14 cm");
        row("14\\,\\mathrm{km}", "14 km");
        row("14\\text{ m}^2", "14 m");
        row("14\\text{ km}/\\text{h}", "14 km h");
        row("14^\\circ", "14");
        row("14^{\\circ}", "14");
        row("14°", "14");
        row("1.5\\text{ million}", "1500000");
        row("1.5\\text{ million dollars}", "1500000 dollars");
        row("0.\\overline{3}", "1/3");
        row("0.1\\overline{6}", "1/6");
        row("0.\\overline{142857}", "1/7");
        row("0.\\overline{}", "!bad_character");
        row("1011_2", "11");
        row("2516_{8}", "1358");
        row("1012_2", "!syntax");
        row("1011_{16}", "!syntax");
        row("5_x", "!syntax");
        // fractions
        row("\\frac{1}{2}", "1/2");
        row("\\frac12", "1/2");
        row("\\frac1{2}", "1/2");
        row("\\frac123", "!syntax");
        row("\\frac{1}23", "!syntax");
        row("\\frac{1}2", "1/2");
        row("\\dfrac{10}{4}", "5/2");
        row("\\frac\\pi2", "pi/2");
        row("\\frac{-1}{-2}", "1/2");
        row("-\\frac{1}{2}", "-1/2");
        row("3/4", "3/4");
        row("3:4", "3/4");
        row("3\\div 4", "3/4");
        row("4\\frac{3}{8}", "35/8");
        row("-4\\frac{3}{8}", "-35/8");
        row("4\\frac{8}{3}", "!syntax");
        row("(4)\\frac{3}{8}", "3/2");
        row("4\\cdot\\frac{3}{8}", "3/2");
        row("3\\frac{x}{2}", "3*(x/2)");
        row("\\frac{1}{}", "!syntax");
        row("\\frac{1}", "!syntax");
        // powers, roots, functions
        row("2^{10}", "1024");
        row("2^10", "1024");
        row("2^(10)", "1024");
        row("2^{-1}", "1/2");
        row("2^-1", "1/2");
        row("2**10", "!syntax");
        row("x^2^3", "!syntax");
        row("-2^2", "-4");
        row("8^{1/3}", "2");
        row("(1/4)^{1/2}", "1/2");
        row("\\sqrt{12}", "sqrt(12)");
        row("\\sqrt{16}", "4");
        row("\\sqrt2", "sqrt(2)");
        row("\\sqrt12", "!syntax");
        row("\\sqrt{5}5", "sqrt(5)*5");
        row("\\sqrt[3]{27}", "3");
        row("\\sqrt[3]{-27}", "-3");
        row("5√2", "5*sqrt(2)");
        row("\\log_2 8", "log(2, 8)");
        row("\\log_{2}{8}", "log(2, 8)");
        row("\\log 8", "log(10, 8)");
        row("\\ln(2)", "ln(2)");
        row("\\sin^2 x+\\cos^2 x", "sin(x)^2 + cos(x)^2");
        row("\\sin^{-1}(1)", "arcsin(1)");
        row("\\sin 2x\\cos x", "sin(2*x)*cos(x)");
        row("\\operatorname{sin}(x)", "sin(x)");
        row("5!", "120");
        row("\\binom{5}{2}", "10");
        row("{5 \\choose 2}", "10");
        row("|-3|", "3");
        row("\\left|x-1\\right|", "abs(x - 1)");
        row("\\lfloor 7/2 \\rfloor", "3");
        row("\\lceil 7/2 \\rceil", "4");
        row("e^{i\\pi}", "e^(i*pi)");
        row("3+4\\mathrm{i}", "3 + 4*i");
        row("4pi", "4*p*i");
        row("\\pi 4", "pi*4");
        row("2x_1+x_{12}", "2*x_1 + x_12");
        row("\\theta", "θ");
        row("5+-4", "1");
        // products
        row("2x", "2*x");
        row("xy+1", "x*y + 1");
        row("(x-5)(x+5)", "(x - 5)*(x + 5)");
        row("2(3+4)", "14");
        row("a*b", "a*b");
        row("2\\cdot 60", "120");
        // collections
        row("\\{1,2\\}", "{1, 2}");
        row("\\left\\{1, 2\\right\\}", "{1, 2}");
        row("{1,2}", "{1, 2}");
        row("\\emptyset", "{}");
        row("(1,2)", "(1, 2)");
        row("\\left(1,2\\right]", "(1, 2]");
        row("[1,\\infty)", "[1, inf)");
        row("(1,2)\\cup[3,4)", "(1, 2) ∪ [3, 4)");
        row("\\mathbb{R}", "R");
        row("1, 2", "1, 2");
        row("1; 2", "1, 2");
        row("1\\text{ and }2", "1, 2");
        row("1 or 2", "1 or 2");
        row("1\\pm\\sqrt{2}", "1 + sqrt(2), 1 - sqrt(2)");
        row("\\pm 3", "3, -3");
        row("\\{\\pm1, \\pm2\\}", "{1, -1, 2, -2}");
        row("1\\pm2\\mp3", "0, 2");
        row("\\pm\\frac12", "1/2, -1/2");
        row("1\\pm\\sqrt2", "1 + sqrt(2), 1 - sqrt(2)");
        row("\\pm2\\text{ million dollars}", "2000000 dollars, -2000000 dollars");
        row("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "[1, 2; 3, 4]");
        row("\\begin{bmatrix}1\\\\2\\end{bmatrix}", "[1; 2]");
        row("\\left(\\begin{array}{cc}1&2\\\\3&4\\end{array}\\right)", "[1, 2; 3, 4]");
        row("\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "-2");
        row("\\begin{pmatrix}1&2\\\\3\\end{pmatrix}", "!syntax");
        row("\\begin{tikz}1\\end{tikz}", "!bad_command");
        row("(1", "!syntax");
        row("(1]", "!syntax");
        row("[1,2", "!syntax");
        row("()", "!syntax");
        // relations
        row("x=5", "x = 5");
        row("x=2+3=5", "x = 5 = 5");
        row("\\approx 10", "10");
        row("x\\approx 10", "x = 10");
        row("x\\in[1,2]", "x = [1, 2]");
        row("1\\le x<2", "1 <= x < 2");
        row("x<=2", "x <= 2");
        row("x\\geqslant 2", "x >= 2");
        row("x\\ne 2", "x != 2");
        row("x=1, y=2", "x = 1, y = 2");
        row("(x,y)=(1,2)", "(x, y) = (1, 2)");
        row("x=", "!syntax");
        // words
        row("C", "C");
        row("(C)", "C");
        row("\\text{(C)}", "c");
        row("\\textbf{(B)}", "b");
        row("\\text{Monday}", "monday");
        row("Monday", "monday");
        row("\\text{New York}", "newyork");
        row("\\text{11}", "11");
        row("\\mathbf{11}", "11");
        row("\\text{51 miles}", "51miles");
        row("nan", "!syntax");
        // what is not read
        row("", "!syntax");
        row("   ", "!syntax");
        row("5 \\foo", "!bad_command");
        row("５", "!bad_character");
        row("½", "!bad_character");
        row("⁵", "!bad_character");
        row("–5", "!bad_character");
        row("1 . 5", "!bad_character");
        row("5#", "!bad_character");
        row("5\\", "!bad_command");
        row("+", "!syntax");
        row("1+", "!syntax");
        row("*1", "!syntax");
        row("\\text{cm", "!syntax");
        row("5\\text{ ft} + 3\\text{ in}", "!syntax");
        row("\\boxed{\\boxed{11}}", "11");
        row("\\(6\\)", "6");
        row("$5$", "5");
    }
    void latex()
    {
        QFETCH(QString, text);
        QFETCH(QString, normal);
        QCOMPARE(read(text, Notation::Latex), normal);
    }

    void plain_data()
    {
        columns();
        const auto row = [](const char* text, const char* normal) { QTest::newRow(text) << text << normal; };
        row("1 000", "1000");
        row("8 319 349", "8319349");
        row("1,22", "61/50");
        row("1,234", "1234");
        row("0,111", "111/1000");
        row("1,2,3", "1, 2, 3");
        row("1.2e6", "1200000");
        row("1.5E-3", "3/2000");
        row("4pi", "4*pi");
        row("4 3/8", "35/8");
        row("3 + 4", "7");
        row("14 dollars", "14 dollars");
        row("1.5 million", "1500000");
        row("1.5 million dollars", "1500000 dollars");
        row("60 km/h", "60 km/h");
        row("5 or 6", "5 or 6");
        row("not 5", "!syntax");
        row("a bit", "abit");
        row("2 a bit", "!syntax");
        row("sqrt(16)", "4");
        row("28 percent", "28%");
        row("\\frac{3}{4}", "3/4");
        row("x", "x");
        row("Monday", "monday");
        row("1 2", "!syntax");
    }
    void plain()
    {
        QFETCH(QString, text);
        QFETCH(QString, normal);
        QCOMPARE(read(text, Notation::Plain), normal);
    }

    void bounds()
    {
        const auto code = [](const std::string& text) {
            const aha::Result<Tree> tree = parseAnswer(text, Notation::Latex);
            return tree ? std::string("ok") : tree.error().code;
        };
        const auto nested = [](int n) { return std::string(size_t(n), '(') + "1" + std::string(size_t(n), ')'); };
        QCOMPARE(code(nested(70)), std::string("ok"));
        QCOMPARE(code(nested(200)), std::string("too_deep"));
        QCOMPARE(code(std::string(kMaxDigits, '1')), std::string("ok"));
        QCOMPARE(code(std::string(kMaxDigits + 1, '1')), std::string("too_long"));
        QCOMPARE(code(std::string(kMaxExpression + 1, ' ')), std::string("too_long"));
        std::string twice, minus, sets;
        for (int i = 0; i < 20; ++i)
            twice += "\\pm\\{"; // each ± makes two of all that follows
        for (int i = 0; i < 20; ++i)
            twice += i == 0 ? "1\\}" : "\\}";
        QCOMPARE(code(twice), std::string("too_large"));
        for (int i = 0; i < 2040; ++i)
            minus += "-1";
        QCOMPARE(code(minus), std::string("too_large"));
        for (int i = 0; i < 20; ++i)
            sets += "\\{\\pm1,";
        sets += "1";
        for (int i = 0; i < 20; ++i)
            sets += "\\}";
        QCOMPARE(code(sets), std::string("ok")); // each ± makes two of its own set only
    }
};

QTEST_GUILESS_MAIN(TestMathParser)
#include "tst_math_parser.moc"
