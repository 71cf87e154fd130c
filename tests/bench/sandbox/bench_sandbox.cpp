// Python in the sandbox: p50 <= 60 ms and p95 <= 150 ms a run, 25 runs a second on two cores; C++ compiles in 2 s. The
// baseline is the same work without a sandbox.

#include "core/sandbox/sandbox_pool.h"
#include "tests/bench/window/figure.h"
#include "tests/support/sandbox_machine.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace aha;

namespace {

const char* const kPython = "print(sum(map(int, input().split())))\n";
const char* const kCpp
    = "#include <bits/stdc++.h>\nint main() { std::vector<long> v; for (long x; std::cin >> x;) v.push_back(x);\n"
      "std::sort(v.begin(), v.end()); std::cout << std::accumulate(v.begin(), v.end(), 0L) << '\\n'; }\n";

double percentile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    return values[size_t(share * double(values.size() - 1))];
}

double msOf(const QStringList& command)
{
    QElapsedTimer timer;
    timer.start();
    QProcess process;
    process.start(command[0], command.mid(1));
    process.write("1 2 3\n");
    process.closeWriteChannel();
    process.waitForFinished(60'000);
    return double(timer.nsecsElapsed()) / 1e6;
}

} // namespace

class BenchSandbox : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runs()
    {
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        const Sandbox box = orThrow(Sandbox::open({}));
        const PreparedProgram python = box.prepare({ Language::Python, kPython });
        QCOMPARE(box.run(python, "1 2 3\n").output, std::string("6\n"));
        const PreparedProgram cpp = box.prepare({ Language::Cpp, kCpp });
        QVERIFY2(cpp.ok(), cpp.compilation.errors.c_str());
        QCOMPARE(box.run(cpp, "1 2 3\n").output, std::string("6\n"));

        QTemporaryDir folder;
        for (const auto& [name, text] : { std::pair("a.py", kPython), std::pair("a.cpp", kCpp) }) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        }
        std::vector<double> bare, inside, binary;
        for (int i = 0; i < 60; ++i) {
            bare.push_back(msOf({ "/usr/bin/python3", "-u", "-I", "-S", "-B", folder.filePath("a.py") }));
            inside.push_back(1000 * box.run(python, "1 2 3\n").seconds);
            binary.push_back(1000 * box.run(cpp, "1 2 3\n").seconds);
        }
        bool good = bench::report({ "sandbox/python_p50", percentile(inside, 0.5), "ms", percentile(bare, 0.5), 60 });
        good &= bench::report({ "sandbox/python_p95", percentile(inside, 0.95), "ms", percentile(bare, 0.95), 150 });
        good &= bench::report({ "sandbox/binary_p50", percentile(binary, 0.5), "ms", std::nan(""), 60 });

        std::vector<double> compile, bareCompile;
        for (int i = 0; i < 5; ++i) {
            bareCompile.push_back(
                msOf({ "/usr/bin/g++", "-std=c++17", "-O1", folder.filePath("a.cpp"), "-o", folder.filePath("a") }));
            compile.push_back(1000 * box.prepare({ Language::Cpp, kCpp }).compilation.seconds);
        }
        good &= bench::report(
            { "sandbox/compile_p50", percentile(compile, 0.5), "ms", percentile(bareCompile, 0.5), 2000 });

        SandboxPool pool(box, 0);
        const std::vector<std::string> inputs(100, "1 2 3\n");
        QElapsedTimer timer;
        timer.start();
        for (const SandboxRun& run : pool.run(python, inputs, 0))
            QCOMPARE(run.output, std::string("6\n"));
        const double perSecond = 100 / (double(timer.nsecsElapsed()) / 1e9);
        good &= bench::report(
            { "sandbox/python_per_second", perSecond, "1/s", 1000 / percentile(inside, 0.5), 25, true });
        QVERIFY2(good, "a bar was missed widely");
    }
};

QTEST_GUILESS_MAIN(BenchSandbox)
#include "bench_sandbox.moc"
