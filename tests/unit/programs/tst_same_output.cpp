// Outputs are compared whole.

#include "core/tasks/programs/same_output.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace aha;

class TestSameOutput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void texts_data()
    {
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<double>("tolerance");
        QTest::addColumn<bool>("same");
        const auto row = [](const char* name, const char* a, QByteArray b, double tolerance, bool same) {
            QTest::newRow(name) << QByteArray(a) << b << tolerance << same;
        };
        row("equal", "1 2\n3\n", "1 2\n3\n", 0, true);
        row("no final newline", "1\n", "1", 0, true);
        row("blank lines at the end", "1", "1\n\n \n", 0, true);
        row("white space at the ends of lines", "1 2\n3", "1 2 \t\r\n3  \r\n", 0, true);
        row("both empty", "", "\n", 0, true);
        row("first line only", "1\n2\n3\n", "1\n", 0, false);
        row("all but the last line", "1\n2\n3\n", "1\n2\n", 0, false);
        row("a line more", "1\n", "1\n2\n", 0, false);
        row("nothing", "1\n", "", 0, false);
        row("something for nothing", "", "1", 0, false);
        row("blank line between", "1\n2", "1\n\n2", 0, false);
        row("missing blank line", "1\n\n2", "1\n2", 0, false);
        row("leading space", "1", " 1", 0, false);
        row("spaces inside", "1 2", "1  2", 0, false);
        row("lines joined", "1\n2", "1 2", 0, false);
        row("case", "Yes", "yes", 0, false);
        row("another number form", "1.0", "1", 0, false);
        row("leading zero", "7", "07", 0, false);
        row("NUL at the end", "1", QByteArray("1\0", 2), 0, false);
        row("NUL cuts nothing", "1", QByteArray("1\0\n2", 4), 0, false);
        row("colours", "1", "\x1b[31m1\x1b[0m", 0, false);
        row("backspace", "1", "2\b1", 0, false);
        row("invalid UTF-8", "1", "1\xff", 0, false);
        row("close without being asked", "0.333333", "0.333334", 0, false);
        row("close", "0.333333", "0.333334", 1e-5, true);
        row("close beside text", "area 0.5 m\n2", "area  0.500001 m\n2", 1e-5, true);
        row("not close", "0.3333", "0.3343", 1e-5, false);
        row("relative", "1000000", "1000001", 1e-5, true);
        row("a token less", "1 2", "1", 1e-5, false);
        row("a token more", "1", "1 2", 1e-5, false);
        row("infinite", "1", "inf", 1e300, false);
        row("not a number", "nan", "1", 1e300, false);
        row("no number", "1", "1x", 1e300, false);
        row("line counts with tolerance", "1\n2", "1\n2\n3", 1e-5, false);
    }
    void texts()
    {
        QFETCH(QByteArray, expected);
        QFETCH(QByteArray, output);
        QFETCH(double, tolerance);
        QFETCH(bool, same);
        QCOMPARE(sameOutput(
                     { expected.data(), size_t(expected.size()) }, { output.data(), size_t(output.size()) }, tolerance),
            same);
    }

    void values_data()
    {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("value");
        QTest::addColumn<double>("tolerance");
        QTest::addColumn<bool>("same");
        const auto row = [](const char* a, const char* b, double tolerance, bool same) {
            QTest::addRow("%s %s %g", a, b, tolerance) << a << b << tolerance << same;
        };
        row("5", "5", 0, true);
        row("[5]", "5", 0, true); // as APPS writes a value
        row("5", "[5]", 0, false);
        row("5", "5.0", 0, true);
        row("5", "\"5\"", 0, false);
        row("1", "true", 0, false);
        row("[1,2]", "[2,1]", 0, false);
        row("[1,2]", "[1]", 0, false);
        row("[[1],[2]]", "[[1],[2]]", 0, true);
        row("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", 0, true);
        row("{\"a\":1}", "{\"a\":1,\"b\":2}", 0, false);
        row("0.5", "0.5000001", 0, false);
        row("[0.5]", "[0.5000001]", 1e-5, true);
        row("36893488147419103232", "36893488147419103233", 0, false); // both the same double
        row("9007199254740993", "9007199254740992", 0, false);
        row("null", "null", 0, true);
        row("\"a\"", "\"a \"", 0, false);
    }
    void values()
    {
        QFETCH(QString, expected);
        QFETCH(QString, value);
        QFETCH(double, tolerance);
        QFETCH(bool, same);
        const auto parse = [](const QString& text) { return nlohmann::ordered_json::parse(text.toStdString()); };
        QCOMPARE(sameValue(parse(expected), parse(value), tolerance), same);
    }
};

QTEST_GUILESS_MAIN(TestSameOutput)
#include "tst_same_output.moc"
