// Where a program stands in a completion, and in which language.

#include "core/tasks/programs/program_answer.h"

#include <QTest>

using namespace aha;

class TestProgramAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QString>("completion");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const char* completion, const char* code, const char* language,
                             const char* reason) { QTest::newRow(name) << completion << code << language << reason; };
        row("a block in the tags", "<think>x</think>\n<answer>\n```python\nprint(1)\n```\n</answer>", "print(1)\n",
            "python", "");
        row("C++", "</think><answer>```cpp\nint main() {}\n```</answer>", "int main() {}\n", "cpp", "");
        row("names in any case", "</think><answer>```C++\nint x;\n```</answer>", "int x;\n", "cpp", "");
        row("bare", "</think><answer>\nprint(2)\n</answer>", "print(2)", "", "");
        row("a block without a name", "</think><answer>```\nprint(3)\n```</answer>", "print(3)\n", "", "");
        row("no tags", "</think>Here it is:\n```py\nprint(4)\n```\nDone.", "print(4)\n", "python", "");
        row("the last block", "</think>\n```python\nfirst\n```\n```python\nsecond\n```", "second\n", "python", "");
        row("shown output does not count", "</think>\n```python\ncode\n```\nIt prints\n```\n5\n```", "code\n", "python",
            "");
        row("not before </think>", "```python\nprint(1)\n```\n</think> nothing", "", "", "no_code");
        row("never ends", "<think>```python\nprint(1)\n```", "", "", "no_think_end");
        row("another language", "</think><answer>```java\nclass A {}\n```</answer>", "", "", "language");
        row("block not closed", "</think><answer>```python\nprint(1)\n</answer>", "", "", "no_code");
        row("empty block", "</think><answer>```python\n\n```</answer>", "", "", "no_code");
        row("empty tags", "</think><answer> </answer>", "", "", "empty_answer");
        row("backquotes inside a line", "</think><answer>```python\ns = '```'\nprint(s)\n```</answer>",
            "s = '```'\nprint(s)\n", "python", "");
    }
    void finds()
    {
        QFETCH(QString, completion);
        QFETCH(QString, code);
        QFETCH(QString, language);
        QFETCH(QString, reason);
        const std::string text = completion.toStdString();
        const ProgramAnswer answer = readProgramAnswer(text);
        QCOMPARE(QString::fromStdString(answer.reason), reason);
        QCOMPARE(QString::fromStdString(std::string(answer.code)), code);
        QCOMPARE(answer.explanation.empty(), reason.isEmpty());
        QCOMPARE(QString(!answer.language ? "" : *answer.language == Language::Python ? "python" : "cpp"), language);
    }

    void guesses()
    {
        QCOMPARE(guessLanguage("#include <cstdio>\nint main() {}"), Language::Cpp);
        QCOMPARE(guessLanguage("print(input())"), Language::Python);
    }

    void isTotal()
    {
        std::string text = "</think>";
        for (int i = 0; i < 200'000; ++i)
            text += "```\n";
        QCOMPARE(readProgramAnswer(text).reason, std::string("no_code"));
        QCOMPARE(readProgramAnswer("</think><answer>" + std::string(1 << 20, 'x') + "</answer>").reason,
            std::string("too_long"));
    }
};

QTEST_GUILESS_MAIN(TestProgramAnswer)
#include "tst_program_answer.moc"
