// Verdicts on programs.

#include "core/tasks/programs/code_judge.h"
#include "tests/support/sandbox_machine.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

SandboxRun ran(const char* output)
{
    SandboxRun run { SandboxEnd::Exited };
    run.output = output;
    return run;
}

SandboxRun ended(SandboxEnd end) { return SandboxRun { end }; }

std::string python(const std::string& code)
{
    return "<think>x</think>\n<answer>```python\n" + code + "\n```</answer>";
}

} // namespace

class TestCodeJudge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_forbidden = test::namespacesForbidden();
        if (m_forbidden.isEmpty()) {
            SandboxConfig config;
            config.cpuSeconds = 1;
            m_pool = orThrow(openSandboxPool(config));
        }
    }

    void whatRunsSay_data()
    {
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("which");
        QTest::newRow("output") << "wrong_output" << -1;
        for (const auto& [reason, end] : { std::pair("time_limit", SandboxEnd::Cpu),
                 std::pair("time_limit", SandboxEnd::Wall), std::pair("memory_limit", SandboxEnd::Memory),
                 std::pair("output_limit", SandboxEnd::Output), std::pair("runtime_error", SandboxEnd::Signal) })
            QTest::newRow(sandboxEndName(end)) << reason << int(end);
    }
    void whatRunsSay()
    {
        QFETCH(QString, reason);
        QFETCH(int, which);
        const ProgramTests tests { { { "a", "1" }, { "b", "2" }, { "c", "3" }, { "d", "4" } }, {}, {}, 0 };
        const SandboxRun bad = which < 0 ? ran("7") : ended(SandboxEnd(which));
        const Judgement judgement = judgeRuns(tests, { ran("1\n"), bad, ran("3"), ran("4 ") });
        QCOMPARE(judgement.verdict, Verdict::Wrong);
        QCOMPARE(QString::fromStdString(judgement.reason), reason);
        QCOMPARE(judgement.share, 0.75);
        QCOMPARE(judgement.accuracy, 0.0);
        const QString words = QString::fromStdString(judgement.explanation);
        QVERIFY2(words.contains("3 of 4 tests passed") && words.contains("Test 2 failed. Input \"b\", expected \"2\""),
            qPrintable(words));
    }

    void allPass()
    {
        const Judgement judgement = judgeRuns({ { { "a", "1" } }, {}, {}, 0 }, { ran("1") });
        QCOMPARE(judgement.verdict, Verdict::Correct);
        QCOMPARE(judgement.accuracy, 1.0);
        QCOMPARE(judgement.share, 1.0);
        QCOMPARE(judgement.reason, std::string("ok"));
    }

    /// The right output does not help a program that fails.
    void statusCounts()
    {
        SandboxRun run = ran("1");
        run.status = 1;
        QCOMPARE(judgeRuns({ { { "a", "1" } }, {}, {}, 0 }, { run }).verdict, Verdict::Wrong);
        run.end = SandboxEnd::Wall;
        run.status = 0;
        QCOMPARE(judgeRuns({ { { "a", "1" } }, {}, {}, 0 }, { run }).verdict, Verdict::Wrong);
    }

    /// What the sandbox could not do is nobody's mistake.
    void infrastructure()
    {
        SandboxRun failed;
        failed.error = "no more processes";
        const Judgement judgement = judgeRuns({ { { "a", "1" }, { "b", "2" } }, {}, {}, 0 }, { ran("x"), failed });
        QCOMPARE(judgement.verdict, Verdict::InfraError);
        QCOMPARE(judgement.reason, std::string("sandbox_failed"));
        QCOMPARE(judgement.explanation, std::string("no more processes"));
        QVERIFY(std::isnan(judgement.share));
    }

    void programs_data()
    {
        QTest::addColumn<QString>("completion");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<double>("share");
        const auto row = [](const char* name, const std::string& completion, const char* verdict, const char* reason,
                             double share) {
            QTest::newRow(name) << QString::fromStdString(completion) << verdict << reason << share;
        };
        row("right", python("print(int(input()) ** 2)"), "correct", "ok", 1);
        row("right for some", python("print(int(input()) + 2)"), "wrong", "wrong_output", 0.5);
        row("raises", python("raise SystemExit(3)"), "wrong", "runtime_error", 0);
        row("is no Python", python("print("), "wrong", "runtime_error", 0);
        row("C++",
            "</think><answer>```cpp\n#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n * n; }\n"
            "```</answer>",
            "correct", "ok", 1);
        row("C++ without a fence",
            "</think><answer>#include <cstdio>\nint main() { int n; scanf(\"%d\", &n); printf(\"%d\", n * n); "
            "}</answer>",
            "correct", "ok", 1);
        row("does not compile", "</think><answer>```cpp\nint main() { return x; }\n```</answer>", "wrong",
            "compile_error", 0);
        row("no code", "</think> I do not know.", "malformed", "no_code", 0);
        row("another language", "</think><answer>```rust\nfn main() {}\n```</answer>", "malformed", "language", 0);
    }
    void programs()
    {
        QFETCH(QString, completion);
        QFETCH(QString, verdict);
        QFETCH(QString, reason);
        QFETCH(double, share);
        if (!m_pool)
            QSKIP(m_forbidden);
        const std::string text = completion.toStdString();
        const Judgement judgement
            = judgeCode(Json { { "inputs", { "2", "-3" } }, { "outputs", { "4", "9" } } }, text, *m_pool, 15);
        QVERIFY2(QString::fromStdString(verdictName(judgement.verdict)) == verdict, judgement.explanation.c_str());
        QCOMPARE(QString::fromStdString(judgement.reason), reason);
        QCOMPARE(judgement.share, share);
        QCOMPARE(text.substr(judgement.begin, judgement.end - judgement.begin), judgement.extracted);
    }

    void functions_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("a function") << "def turned(xs):\n    return xs[::-1]"
                                    << "correct";
        QTest::newRow("a method")
            << "class Solution:\n    def turned(self, xs: List[int]) -> List[int]:\n        return xs[::-1]"
            << "correct";
        QTest::newRow("a tuple") << "def turned(xs):\n    return tuple(reversed(xs))"
                                 << "correct";
        QTest::newRow("prints besides") << "def turned(xs):\n    print('busy')\n    return xs[::-1]"
                                        << "correct";
        QTest::newRow("text of any kind") << "def turned(xs):\n    s = 'ä\\n\"\\\\ 𝄞 )py'\n    return xs[::-1]"
                                          << "correct";
        QTest::newRow("wrong") << "def turned(xs):\n    return xs"
                               << "wrong";
        QTest::newRow("returns nothing") << "def turned(xs):\n    print(xs[::-1])"
                                         << "wrong";
        QTest::newRow("has another name") << "def turn(xs):\n    return xs[::-1]"
                                          << "wrong";
        QTest::newRow("equal to everything")
            << "class E(list):\n    def __eq__(self, o): return True\ndef turned(xs):\n    return E(xs)"
            << "wrong";
        QTest::newRow("leaves early") << "import os\ndef turned(xs):\n    os._exit(0)"
                                      << "wrong";
        QTest::newRow("bends json")
            << "import json\njson.dumps = lambda *a, **k: 'true'\ndef turned(xs):\n    return xs"
            << "wrong";
    }
    void functions()
    {
        QFETCH(QString, code);
        QFETCH(QString, verdict);
        if (!m_pool)
            QSKIP(m_forbidden);
        const Json gold { { "fn_name", "turned" },
            { "inputs", { Json::array({ { 1, 2, 3 } }), Json::array({ Json::array() }) } },
            { "outputs", { Json::array({ { 3, 2, 1 } }), Json::array({ Json::array() }) } } };
        const Judgement judgement = judgeCode(gold, python(code.toStdString()), *m_pool, 15);
        QVERIFY2(QString::fromStdString(verdictName(judgement.verdict)) == verdict, judgement.explanation.c_str());
    }

    void functionsAreOfPython()
    {
        if (!m_pool)
            QSKIP(m_forbidden);
        const Json gold { { "fn_name", "f" }, { "inputs", { { 1 } } }, { "outputs", { 1 } } };
        QCOMPARE(
            judgeCode(gold, "</think><answer>```cpp\nint f(int x) { return x; }\n```</answer>", *m_pool, 15).reason,
            std::string("language"));
    }

    void rowsThatCannotBeRead()
    {
        if (!m_pool)
            QSKIP(m_forbidden);
        const Judgement judgement
            = judgeCode(Json { { "inputs", 1 }, { "outputs", 2 } }, python("print(1)"), *m_pool, 15);
        QCOMPARE(judgement.verdict, Verdict::InfraError);
        QCOMPARE(judgement.reason, std::string("bad_item"));
    }

private:
    QByteArray m_forbidden;
    std::shared_ptr<SandboxPool> m_pool;
};

QTEST_GUILESS_MAIN(TestCodeJudge)
#include "tst_code_judge.moc"
