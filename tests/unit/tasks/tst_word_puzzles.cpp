// Puzzles about words against oracles of their own: Qt's strings, and Python itself where there is one.

#include "core/tasks/words/code_tree.h"
#include "tests/support/puzzle_checks.h"

#include <QProcess>
#include <QStandardPaths>

using namespace aha;
using namespace aha::support;

namespace {

QString q(const std::string& text) { return QString::fromStdString(text); }

/// Another letter, two swapped, one less, one more, other case, quotes.
std::string changedText(const Json&, const std::string& solution, Rng& rng)
{
    std::string text = solution;
    const size_t at = size_t(rng.below(text.size())), other = size_t(rng.below(text.size()));
    switch (rng.below(7)) {
    case 0:
        text[at] = char('a' + rng.below(26));
        break;
    case 1:
        std::swap(text[at], text[other]);
        break;
    case 2:
        text.erase(at, 1);
        break;
    case 3:
        text.insert(at, 1, text[at]);
        break;
    case 4:
        return q(text).toUpper().toStdString();
    case 5:
        return "\"" + text + "\"";
    default:
        std::reverse(text.begin(), text.end());
    }
    return text.find_first_not_of(" \n") == std::string::npos ? "x" : text;
}

// ---- counting

bool isCount(const std::string& prompt, const Json&, const std::string& answer)
{
    const QRegularExpressionMatch match
        = QRegularExpression(QStringLiteral("^How many (?:times is the letter|letters are) (.+) in ([a-z ]+)\\?$"))
              .match(q(prompt));
    int count = 0;
    for (const QString& letter : match.captured(1).split(QRegularExpression(QStringLiteral(", | or "))))
        count += int(match.captured(2).count(letter));
    const bool digits = QRegularExpression(QStringLiteral("^\\d+$")).match(q(answer)).hasMatch();
    return match.hasMatch() && digits && q(answer).toInt() == count;
}

// ---- chains of steps, from the sentences of the question

bool isResult(const std::string& prompt, const Json&, const std::string& answer)
{
    QStringList sentences = q(prompt).split(QStringLiteral(". "));
    QString text = sentences.takeFirst().remove(QStringLiteral("Take the letters "));
    for (const QString& sentence : sentences) {
        const QRegularExpressionMatch digits = QRegularExpression(QStringLiteral("\\d+")).match(sentence);
        const int count = digits.captured().toInt();
        if (sentence.startsWith(QLatin1String("Reverse"))) {
            QString back;
            for (const QChar c : text)
                back.prepend(c);
            text = back;
        } else if (sentence.startsWith(QLatin1String("Move"))) {
            text = text.mid(count) + text.left(count);
        } else if (sentence.startsWith(QLatin1String("Write it"))) {
            text = text.toUpper();
        } else if (sentence.startsWith(QLatin1String("Remove all"))) {
            text.remove(QRegularExpression(QStringLiteral("[aeiouAEIOU]")));
        } else if (sentence.startsWith(QLatin1String("Replace"))) {
            const QStringList words = sentence.split(QLatin1Char(' '));
            text.replace(words[2], words[4].left(1), Qt::CaseInsensitive);
        } else if (sentence.startsWith(QLatin1String("Make every"))) {
            for (int i = 0; i < text.size(); ++i)
                if (i % count == count - 1)
                    text[i] = text[i].toUpper();
        } else if (sentence.startsWith(QLatin1String("Write every"))) {
            text.replace(QRegularExpression(QStringLiteral("(.)")), QStringLiteral("\\1\\1"));
        } else if (sentence.startsWith(QLatin1String("Remove the first"))) {
            text.remove(0, count);
        } else if (!sentence.startsWith(QLatin1String("What is"))) {
            return false;
        }
    }
    return q(answer) == text;
}

// ---- sorting

bool isSorted(const std::string& prompt, const Json&, const std::string& answer)
{
    const QString text = q(prompt);
    QStringList words = text.mid(text.indexOf(QLatin1Char(':')) + 2).chopped(1).split(QLatin1Char(' '));
    words.sort();
    if (text.contains(QLatin1String("z to a")))
        std::reverse(words.begin(), words.end());
    if (text.contains(QLatin1String("from the shortest")))
        std::stable_sort(words.begin(), words.end(), [](auto& a, auto& b) { return a.size() < b.size(); });
    if (text.contains(QLatin1String("from the longest")))
        std::stable_sort(words.begin(), words.end(), [](auto& a, auto& b) { return a.size() > b.size(); });
    return q(answer).toLower() == words.join(QLatin1Char(' '))
        || q(answer).toLower() == words.join(QStringLiteral(", "));
}

std::string nearSorted(const Json& item, const std::string& solution, Rng& rng)
{
    QStringList words = q(solution).split(QLatin1Char(' '));
    const auto at = qsizetype(rng.below(uint64_t(words.size())));
    switch (rng.below(7)) {
    case 0:
        words.swapItemsAt(at, (at + 1) % words.size());
        break;
    case 1:
        words.removeAt(at);
        break;
    case 2:
        words.insert(at, words[at]);
        break;
    case 3:
        words[at] += QLatin1Char('s');
        break;
    case 4: // as they came
        words.clear();
        for (const std::string& word : item["words"].get<std::vector<std::string>>())
            words << q(word);
        break;
    case 5:
        return words.join(QStringLiteral(", ")).toStdString();
    default:
        return rng.below(2) ? words.join(QStringLiteral(" < ")).toStdString() : solution + ".";
    }
    return words.join(QLatin1Char(' ')).toStdString();
}

// ---- Caesar

bool isShifted(const std::string& prompt, const Json&, const std::string& answer)
{
    static const QString alphabet = QStringLiteral("abcdefghijklmnopqrstuvwxyz");
    const QString text = q(prompt);
    const bool back = text.startsWith(QLatin1String("Every"));
    const QRegularExpressionMatch match
        = QRegularExpression(back ? QStringLiteral("moved (\\d+) places? on.*, and ([a-z ]+) came out")
                                  : QStringLiteral("letter of ([a-z ]+) (\\d+) places? on"))
              .match(text);
    const int shift = match.captured(back ? 1 : 2).toInt();
    const QString given = q(answer).simplified().toLower(), source = match.captured(back ? 2 : 1);
    // The shorter way is to encode what should be plain, and compare.
    const QString plain = back ? given : source, moved = back ? source : given;
    if (!match.hasMatch() || plain.size() != moved.size())
        return false;
    for (int i = 0; i < plain.size(); ++i) {
        const auto from = alphabet.indexOf(plain[i]), to = alphabet.indexOf(moved[i]);
        if (from < 0 || to < 0 ? plain[i] != moved[i] || plain[i] != QLatin1Char(' ') : (to - from + 26) % 26 != shift)
            return false;
    }
    return true;
}

// ---- programs

/// All outputs by one run of Python; empty where there is no Python.
std::map<std::string, std::string> runPython(const std::vector<std::string>& programs)
{
    const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
    if (python.isEmpty())
        return {};
    QProcess process;
    process.start(python,
        { QStringLiteral("-c"),
            QStringLiteral("import contextlib, io, json, sys\n"
                           "outputs = []\n"
                           "for program in json.load(sys.stdin):\n"
                           "    out = io.StringIO()\n"
                           "    try:\n"
                           "        with contextlib.redirect_stdout(out):\n"
                           "            exec(program, {})\n"
                           "        outputs.append(out.getvalue())\n"
                           "    except Exception as e:\n"
                           "        outputs.append('error')\n"
                           "json.dump(outputs, sys.stdout)\n") });
    process.write(QByteArray::fromStdString(Json(programs).dump()));
    process.closeWriteChannel();
    process.waitForFinished(-1);
    const Json outputs = Json::parse(process.readAllStandardOutput().toStdString());
    std::map<std::string, std::string> byProgram;
    for (size_t i = 0; i < programs.size(); ++i)
        byProgram[programs[i]] = outputs[i].get<std::string>();
    return byProgram;
}

/// The runner is held against Python below; here its output is compared as text.
bool isPrinted(const std::string&, const Json& item, const std::string& answer)
{
    QString output = q(orThrow(runCode(item["program"].get<std::string>())));
    output.chop(1);
    return q(answer) == output;
}

std::string nearOutput(const Json& item, const std::string& solution, Rng& rng)
{
    switch (rng.below(8)) {
    case 0:
        return q(solution).replace(QLatin1String(", "), QLatin1String(",")).toStdString();
    case 1:
        return q(solution).replace(QLatin1Char('\n'), QLatin1Char(' ')).toStdString();
    case 2:
        return q(solution).replace(QLatin1Char(' '), QLatin1Char('\n')).toStdString();
    case 3:
        return q(solution).section(QLatin1Char('\n'), 0, 0).toStdString();
    case 4:
        return "\"" + solution + "\"";
    case 5:
        return changedText(item, solution, rng);
    default:
        return changedNumber(solution, rng);
    }
}

const PuzzleOracle kOracles[] = {
    { "letter_counting", isCount,
        [](const Json&, const std::string& solution, Rng& rng) { return changedNumber(solution, rng); } },
    { "string_manipulation", isResult, changedText },
    { "word_sorting", isSorted, nearSorted },
    { "caesar_cipher", isShifted, changedText },
    { "code_output", isPrinted, nearOutput },
};

} // namespace

class TestWordPuzzles : public QObject {
    Q_OBJECT

    static void rows()
    {
        QTest::addColumn<int>("row");
        for (int i = 0; i < int(std::size(kOracles)); ++i)
            QTest::addRow("%s", kOracles[i].name) << i;
    }
    static const PuzzleOracle& oracle()
    {
        QFETCH(int, row);
        return kOracles[row];
    }

private Q_SLOTS:
    void everyPuzzleIsHere()
    {
        std::set<std::string> tested;
        for (const PuzzleOracle& each : kOracles)
            tested.insert(each.name);
        for (const PuzzleEntry& entry : wordPuzzles())
            QVERIFY2(tested.count(entry.name), entry.name);
    }

    void solver_data() { rows(); }
    void solver() { exactSolverGetsFullMarks(oracle()); }
    void wrong_data() { rows(); }
    void wrong() { wrongAnswersGetNothing(oracle()); }
    void problems_data() { rows(); }
    void problems() { problemsAreTold(oracle()); }
    void hostile_data() { rows(); }
    void hostile() { hostileTextEndsInAVerdict(oracle()); }
    void readme_data() { rows(); }
    void readme() { readmeShowsAnExample(oracle(), "words"); }

    /// Each letter once, the count behind every hit, the sum at the end.
    void lettersAreCountedAloud()
    {
        const Json item { { "text", "straw berry" }, { "letters", "r" } };
        Rng rng(1, Purpose::Corpus);
        QCOMPARE(puzzleOf(kOracles[0])->working(item, rng), std::string("s t r 1 a w b e r 2 r 3 y : 3"));
        for (const PuzzleOracle* each : { &kOracles[0], &kOracles[1], &kOracles[3] }) {
            const std::unique_ptr<Puzzle> puzzle = puzzleOf(*each);
            for (int level = 1; level <= puzzle->levels(); ++level)
                for (uint64_t i = 0; i < 50; ++i) {
                    const Json drawn
                        = Json::parse(orThrow(makeTask(puzzleConfig(*each, level)))->trainItem(6, i).itemJson);
                    const QString words = q(puzzle->working(drawn, rng));
                    QVERIFY2(
                        words.endsWith(QLatin1String(" : ") + q(orThrow(puzzle->solve(drawn)))), qPrintable(words));
                }
        }
    }

    void lettersAreMovedOneByOne()
    {
        Rng rng(1, Purpose::Corpus);
        const Json encode { { "text", "cat y" }, { "shift", 3 }, { "direction", "encode" } },
            decode { { "text", "fd" }, { "shift", 3 }, { "direction", "decode" } };
        const std::unique_ptr<Puzzle> caesar = puzzleOf(kOracles[3]);
        QCOMPARE(caesar->working(encode, rng), std::string("c + 3 = f , a + 3 = d , t + 3 = w , y + 3 = b : fdw b"));
        QCOMPARE(caesar->working(decode, rng), std::string("f - 3 = c , d - 3 = a : ca"));
    }

    void programsPrintWhatPythonPrints()
    {
        const PuzzleOracle& code = kOracles[4];
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(code);
        std::vector<std::string> programs {
            "print(-7 // 2, -7 % 2, 7 // -2, 7 % -2, -8 // 2, -8 % -3)\n",
            "x = 0\nprint(x or 5, 3 and x, not x, x == 0 and 2)\n",
            "a = [1, 2]\nb = a\nb.append(3)\nprint(a, len(b))\n",
            "a = [3, 1, 2]\nfor v in a:\n    if len(a) < 6:\n        a.append(v * 10)\nprint(a)\n",
            "for i in range(10, 0, -3):\n    if i == 4:\n        continue\n    print(i)\nprint(i)\n",
            "x = True\nprint(x, x + 1, -x, [1][0], [])\n", "a = [5, 6, 7]\na[-1] += a[0]\na[0] = a[2] // 5\nprint(a)\n",
            "if 0:\n    print(1)\nelif 2 < 1:\n    print(2)\nelse:\n    print()\n    print(3)\n",
            "print(min(3, 1, 2), max([4, 9]), abs(-3), sum([]), 2 - 3 - 4, 2 * -3 % 5, -2 * 3)\n",
            "n = 0\nwhile True:\n    n += 1\n    if n % 2:\n        continue\n    if n > 5:\n        break\nprint(n)\n"
        };
        for (int level = 1; level <= puzzle->levels(); ++level) {
            const auto task = orThrow(makeTask(puzzleConfig(code, level)));
            for (uint64_t i = 0; i < 200; ++i)
                programs.push_back(Json::parse(task->trainItem(2, i).itemJson)["program"].get<std::string>());
        }
        const std::map<std::string, std::string> expected = runPython(programs);
        if (expected.empty())
            QSKIP("there is no python3 here");
        for (const auto& [program, output] : expected)
            QVERIFY2(orThrow(runCode(program)) == output, (program + "-> " + output).c_str());
    }

    void programsThatPythonRefuses_data()
    {
        QTest::addColumn<QByteArray>("program");
        for (const char* bad : { "print(x)", "x = 1 / 2", "print(1", "x = = 2", "if 1:\nprint(1)", "  print(1)",
                 "print([1][1])", "print(1 // 0)", "print(len(3))", "break", "x.append(1)", "for i in 5:\n    print(i)",
                 "if 1:\n    x = 1\n  y = 2", "elif 1:\n    x = 1", "else:\n    x = 1", "x = 007", "a = [1]\na += 1",
                 "while 1:\n    x = 1", "print = 3", "x = 9\x80", "import os", "print(min([]))",
                 "x = [1]\nprint(x + 1)" })
            QTest::newRow(bad) << QByteArray(bad);
        QTest::newRow("overflow") << QByteArray("x = 3\nfor i in range(60):\n    x *= 10\nprint(x)");
        QTest::newRow("deep") << "x = " + QByteArray(1000, '(') + "1" + QByteArray(1000, ')');
        QTest::newRow("not not") << "x = " + QByteArray("not ").repeated(900) + "1";
        QTest::newRow("minus minus") << "x = " + QByteArray(3000, '-') + "1";
        QTest::newRow("a long sum") << "x = 1" + QByteArray("+1").repeated(1900);
        QTest::newRow("prints much") << QByteArray("while 1:\n    print(123456789)");
        QTest::newRow("a long list") << QByteArray("a = [1]\nfor v in a:\n    a.append(v)");
        QTest::newRow("long") << QByteArray("x = 1\n").repeated(1000);
        QByteArray blocks;
        for (int i = 0; i < 60; ++i)
            blocks += QByteArray(i, ' ') + "if 1:\n";
        QTest::newRow("blocks") << blocks + QByteArray(60, ' ') + "x = 1";
    }
    void programsThatPythonRefuses()
    {
        QFETCH(QByteArray, program);
        const Result<std::string> output = runCode(program.toStdString());
        QVERIFY(!output);
        QVERIFY2(
            output.error().code == "code_invalid" || output.error().code == "code_failed", output.error().code.c_str());
        QVERIFY(output.error().message.find("Line ") == 0);
    }
};

QTEST_GUILESS_MAIN(TestWordPuzzles)
#include "tst_word_puzzles.moc"
