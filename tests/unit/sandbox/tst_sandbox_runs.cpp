// How programs end in the sandbox, what comes back, and many at once.

#include "core/sandbox/memory_file.h"
#include "core/sandbox/process_tree.h"
#include "core/sandbox/sandbox_pool.h"
#include "core/sandbox/supervisor.h"
#include "core/sandbox/syscall_filter.h"
#include "tests/support/sandbox_machine.h"

#include <QTest>

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

using namespace aha;

namespace {

SandboxProgram python(const char* source) { return { Language::Python, source }; }
SandboxProgram cpp(const char* source) { return { Language::Cpp, source }; }

/// A busy machine may take its time, but for the test that waits for the clock.
constexpr SandboxLimits kLimits { 1, 256, 64, 4, 60 }, kQuick { 1, 256, 64, 4, 0.8 };

} // namespace

class TestSandboxRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        Result<Sandbox> opened = Sandbox::open(kLimits);
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().sentence().c_str());
        m_box.emplace(std::move(*opened));
    }

    void ends_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("end");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, const char* language, const char* source, const char* end, int status) {
            QTest::newRow(name) << language << source << end << status;
        };
        row("well", "python", "print(1)", "exited", 0);
        row("status", "python", "import sys; sys.exit(7)", "exited", 7);
        row("exception", "python", "raise ValueError", "exited", 1);
        row("not Python", "python", "this is no program", "exited", 1);
        row("works for ever", "python", "while True: pass", "cpu", 0);
        row("four that work for ever", "python", "import os\nos.fork(); os.fork()\nwhile True: pass", "cpu", 0);
        row("ignores SIGXCPU", "python", "import signal\nsignal.signal(24, signal.SIG_IGN)\nwhile True: pass", "cpu",
            0);
        row("waits for ever", "python", "import time; time.sleep(1000)", "wall", 0);
        row("too much output", "python", "print('x' * 70000)", "output", 0);
        row("too many errors", "python", "import sys; print('x' * 70000, file=sys.stderr)", "output", 0);
        row("memory of one", "python", "x = bytearray(1 << 30)", "exited", 1);
        row("memory of many", "python",
            "import os, time\nos.fork(); os.fork()\nx = b'x' * (120 << 20)\ntime.sleep(1000)", "memory", 0);
        row("segmentation fault", "cpp", "int main() { return *(volatile int*)0; }", "signal", 11);
        row("abort", "cpp", "#include <cstdlib>\nint main() { std::abort(); }", "signal", 6);
        row("does not compile", "cpp", "int main() { return x; }", "exited", 1);
    }
    void ends()
    {
        QFETCH(QString, language);
        QFETCH(QString, source);
        QFETCH(QString, end);
        QFETCH(int, status);
        const Sandbox box = end == "wall" ? orThrow(Sandbox::open(kQuick)) : *m_box;
        const SandboxRun run
            = box.run({ language == "cpp" ? Language::Cpp : Language::Python, source.toStdString() }, "");
        QVERIFY2(QString(sandboxEndName(run.end)) == end, (run.sentence() + " " + run.errors).c_str());
        QCOMPARE(run.status, status);
        QCOMPARE(run.ok(), end == "exited" && status == 0);
    }

    void inputAndBothStreams()
    {
        const SandboxRun run = m_box->run(
            python("import sys\nprint(sys.stdin.read()[::-1], end='')\nprint('aside', file=sys.stderr)"), "one two\n");
        QCOMPARE(run.output, std::string("\nowt eno"));
        QCOMPARE(run.errors, std::string("aside\n"));
        const std::string big(300'000, 'a'); // more than a pipe holds, and nobody reads it
        QCOMPARE(m_box->run(python("print('done')"), big).output, std::string("done\n"));
        QCOMPARE(m_box->run(python("print(len(input()))"), big).output, std::string("300000\n"));
    }

    /// What it wrote before the limit is kept, to be shown.
    void outputIsCutAtTheLimit()
    {
        QCOMPARE(m_box->run(python("while True: print('y' * 999)"), "").output.size(), size_t(64) << 10);
        QVERIFY(m_box->run(python("print('y' * ((64 << 10) - 1))"), "").ok());
    }

    void cppIsCompiledOnce()
    {
        const PreparedProgram program = m_box->prepare(
            cpp("#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }"));
        QVERIFY2(program.ok(), program.compilation.errors.c_str());
        QCOMPARE(m_box->run(program, "3 4").output, std::string("7\n"));
        QCOMPARE(m_box->run(program, "-3 4").output, std::string("1\n"));
        const PreparedProgram broken = m_box->prepare(cpp("int main() { return undeclared; }"));
        QVERIFY(!broken.ok());
        QVERIFY(broken.compilation.errors.find("undeclared") != std::string::npos);
    }

    /// A descriptor of ours that is not closed on exec stays outside all the same.
    void nothingIsInherited()
    {
        const int leak = ::open("/etc/passwd", O_RDONLY);
        QVERIFY(leak > 2);
        const SandboxRun run = m_box->run(python("import os\nfor fd in range(3, 64):\n    try:\n        os.fstat(fd)\n"
                                                 "        print(fd)\n    except OSError:\n        pass"),
            "");
        ::close(leak);
        QCOMPARE(run.output, std::string());
        QVERIFY(run.ok());
    }

    void aMissingProgramIsNoVerdict()
    {
        Launch launch;
        launch.command = { "/nowhere/at/all" };
        const Supervised result = supervise(launch);
        QCOMPARE(result.run.end, SandboxEnd::NotStarted);
        QVERIFY(result.run.error.find("/nowhere/at/all") != std::string::npos);
    }

    void withoutACompiler()
    {
        SandboxTools tools = findSandboxTools();
        tools.compiler = "/usr/bin/no-such-compiler";
        const Sandbox box = orThrow(Sandbox::open(kLimits, tools));
        QVERIFY(!box.hasCompiler());
        const SandboxRun run = box.run(cpp("int main() {}"), "");
        QCOMPARE(run.end, SandboxEnd::NotStarted);
        QVERIFY(run.error.find("g++") != std::string::npos);
    }

    void processesAreCounted()
    {
        Launch launch;
        launch.command = { "/bin/sh", "-c", "sleep 0.01" };
        QCOMPARE(supervise(launch).run.status, 0);
        QProcess shell;
        shell.start("/bin/sh",
            { "-c",
                "sleep 100 & python3 -c \"import time; x = b'x' * (64 << 20); print('up', flush=True); "
                "time.sleep(100)\" &"
                " wait" });
        QVERIFY(shell.waitForReadyRead(30'000));
        const std::vector<pid_t> all = descendantsOf(pid_t(shell.processId()));
        QCOMPARE(all.size(), size_t(2));
        QVERIFY(useOf(all).residentMb > 60);
        QVERIFY(useOf(all).residentMb < 200);
        for (const pid_t each : all)
            ::kill(each, SIGKILL);
        shell.waitForFinished();
        QVERIFY(descendantsOf(pid_t(shell.processId())).empty());
    }

    /// The order of results is the order of inputs, for any number of callers.
    void poolKeepsOrder()
    {
        SandboxPool pool(*m_box, 3);
        QCOMPARE(pool.workers(), 3);
        const PreparedProgram program = pool.prepare(python("print(int(input()) ** 2)"));
        std::vector<std::vector<SandboxRun>> results(2);
        std::vector<std::thread> callers;
        for (size_t caller = 0; caller < 2; ++caller)
            callers.emplace_back([&, caller] {
                std::vector<std::string> inputs;
                for (int i = 0; i < 6; ++i)
                    inputs.push_back(std::to_string(int(caller) * 10 + i));
                results[caller] = pool.run(program, inputs, 0);
            });
        for (std::thread& caller : callers)
            caller.join();
        for (int caller = 0; caller < 2; ++caller)
            for (int i = 0; i < 6; ++i) {
                const int value = caller * 10 + i;
                QCOMPARE(results[size_t(caller)][size_t(i)].output, std::to_string(value * value) + "\n");
            }
    }

    /// After two runs that hit a limit of time the later ones are not waited for, in whatever order they ran.
    void poolStopsAfterLimits()
    {
        const Sandbox quick = orThrow(Sandbox::open(kQuick));
        SandboxPool pool(quick, 2);
        const PreparedProgram program
            = pool.prepare(python("import time\nx = input()\nif x == 's': time.sleep(1000)\nprint(x)"));
        const std::vector<SandboxRun> runs = pool.run(program, { "a", "s", "b", "s", "c", "d" }, 2);
        QStringList ends;
        for (const SandboxRun& run : runs)
            ends << sandboxEndName(run.end);
        QCOMPARE(ends.join(' '), QString("exited wall exited wall wall wall"));
        QVERIFY(runs[5].output.empty());
    }

    void filterIsAWholeProgram()
    {
        const std::string program = orThrow(makeSyscallFilter());
        QVERIFY(program.size() % 8 == 0); // instructions of eight bytes
        QVERIFY(program.size() / 8 > 50);
        QVERIFY(program.size() / 8 < 4096); // the kernel's own bound
    }

    void memoryFilesCannotBeChanged()
    {
        const MemoryFile file = orThrow(MemoryFile::of("content"));
        const Descriptor first = file.open(), second = file.open();
        char bytes[8] = "";
        QCOMPARE(::read(first.number(), bytes, 7), ssize_t(7));
        QCOMPARE(::read(second.number(), bytes, 7), ssize_t(7)); // a place of its own
        const int written = ::open(("/proc/self/fd/" + std::to_string(first.number())).c_str(), O_RDWR | O_CLOEXEC);
        QVERIFY(written < 0 || ::write(written, "x", 1) < 0);
        ::close(written);
    }

private:
    std::optional<Sandbox> m_box;
};

QTEST_GUILESS_MAIN(TestSandboxRuns)
#include "tst_sandbox_runs.moc"
