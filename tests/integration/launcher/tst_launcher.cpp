// The launcher from outside: what it forwards, what it counts, what it installs, what it says when it cannot.

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <unistd.h>

namespace {

const QString kSource = QStringLiteral(AHASCOPE_TEST_SOURCE_DIR);

struct Outcome {
    int status = -1;
    QByteArray out, error;
};

bool writeFile(const QString& path, const QByteArray& text, bool program = false)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        return false;
    const auto everyone = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther;
    return file.setPermissions(program ? everyone | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther : everyone);
}

/// A clone that holds the launcher, and a PATH whose first folder holds stand-ins for what it calls.
/// Every stand-in appends its name and arguments to `calls`, one line a call.
class Clone {
public:
    Clone()
    {
        QFile(m_folder.path()).setPermissions(QFile::Permissions(0x7755)); // others may read it: see asSomeoneElse()
        QDir().mkpath(path("resources/tools/launcher"));
        for (const char* file : { "ahascope", "CMakeLists.txt", "CMakePresets.json", "resources/cmake/deps.lock",
                 "resources/tools/launcher/say.sh", "resources/tools/launcher/setup.sh",
                 "resources/tools/launcher/cuda.sh", "resources/cmake/deps-cuda.lock",
                 "resources/tools/launcher/arrow.sh", "resources/cmake/deps-arrow.lock",
                 "resources/tools/launcher/words.sh", "resources/tools/launcher/tests.sh",
                 "resources/tools/launcher/doctor.sh" }) {
            QDir().mkpath(QFileInfo(path(file)).path());
            QFile::copy(kSource + "/" + file, path(file));
        }
        writeFile(path(".deps/python/torch/lib/libtorch_cpu.so"), ""); // "your own": nothing is fetched
        writeFile(path(".deps/arrow/pyarrow/libparquet.so.1"), "");
        writeFile(path(".deps/arrow/pyarrow/include/arrow/api.h"), "");
        writeFile(path("experiments/r1-zero-miniature/config.json"), "{}");
        writeFile(path("experiments/r1-zero-miniature/presets/dapo.json"), "{}");
        writeFile(path("experiments/r1-zero-miniature/README.md"), "# The miniature\n");
        // Everything is installed; `absent` names what is not.
        program("dpkg-query",
            "shift 2\nfor p; do grep -qxF \"$p\" \"$CLONE/absent\" 2>/dev/null || echo \"$p installed\"; done\n",
            false);
        program("apt-cache", "exit 0\n", false);
        program("apt-get", "");
        program("cmake",
            "case $1 in\n"
            "--version) echo cmake version 0 ;;\n"
            "--build) cp \"$CLONE/standin\" \"$CLONE/build/release/app/engine/ahascope-engine\"\n"
            "         cp \"$CLONE/standin\" \"$CLONE/build/release/app/workbench/ahascope-workbench\"\n"
            "         echo 'ninja: no work to do.' ;;\n"
            "*) mkdir -p \"$CLONE\"/build/release/app/{engine,workbench}; touch \"$CLONE/build/release/build.ninja\"; "
            "echo configured ;;\n"
            "esac\n");
        // The engine and the workbench: note the call, echo the arguments and stdin, leave with what EXIT says.
        writeFile(path("standin"),
            "#!/bin/bash\necho \"${0##*/} $*\" >>\"$CLONE/calls\"\nprintf '<%s>' \"$@\"; echo\ncat\nexit ${EXIT:-0}\n",
            true);
    }

    QString path(const QString& name) const { return m_folder.filePath(name); }

    void program(const QString& name, const QByteArray& body, bool noted = true)
    {
        const QByteArray note = noted ? "echo \"" + name.toUtf8() + " $*\" >>\"$CLONE/calls\"\n" : QByteArray();
        QVERIFY(writeFile(path("bin/" + name), "#!/bin/bash\n" + note + body, true));
    }

    void absent(const QByteArray& packages) { QVERIFY(writeFile(path("absent"), packages)); }

    void built()
    {
        QCOMPARE(run({ "build" }).status, 0);
        forget();
    }

    QStringList calls() const
    {
        QFile file(path("calls"));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts)
                                              : QStringList();
    }
    QString lastCall() const { return calls().isEmpty() ? QString() : calls().last(); }
    void forget() { QFile::remove(path("calls")); }

    QProcessEnvironment environment() const
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        for (const char* name :
            { "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "AHASCOPE_GOLDEN", "AHASCOPE_RUNS", "AHASCOPE_YES" })
            variables.remove(name);
        variables.insert("PATH", path("bin") + ":" + variables.value("PATH"));
        variables.insert("XDG_CACHE_HOME", path("cache"));
        variables.insert("CLONE", m_folder.path());
        return variables;
    }

    Outcome run(const QStringList& arguments, const QByteArray& in = {}, const QHash<QString, QString>& extra = {},
        const QStringList& before = {}) const
    {
        QProcess process;
        QProcessEnvironment variables = environment();
        for (auto i = extra.begin(); i != extra.end(); ++i)
            variables.insert(i.key(), i.value());
        process.setProcessEnvironment(variables);
        process.setWorkingDirectory(QDir::rootPath()); // the launcher finds its clone from wherever it is started
        const QStringList whole = before + QStringList { path("ahascope") } + arguments;
        process.start(whole.first(), whole.mid(1));
        process.write(in);
        process.closeWriteChannel();
        if (!process.waitForFinished(60000))
            return {};
        return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError() };
    }

private:
    QTemporaryDir m_folder;
};

/// What to start a program with so that it is not root; nothing where we are not root ourselves.
QStringList asSomeoneElse()
{
    return ::geteuid() == 0 ? QStringList { "setpriv", "--reuid", "65534", "--clear-groups" } : QStringList();
}

QByteArray lastLine(const QByteArray& text) { return text.trimmed().split('\n').last(); }

} // namespace

class TestLauncher : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_clone = std::make_unique<Clone>(); }

    void forwardsWordsAsTheyAre()
    {
        m_clone->built();
        const QByteArray input = QByteArrayLiteral("line\n\0\xff no newline at the end");
        const Outcome got
            = m_clone->run({ "score", "--model", "a b", "", "--yes", "$HOME *" }, input, { { "EXIT", "7" } });
        QCOMPARE(got.status, 7);
        QCOMPARE(got.out, "<score><--model><a b><><--yes><$HOME *>\n" + input);
        QCOMPARE(got.error, QByteArray());
        QCOMPARE(m_clone->calls().size(), 1); // the engine, and neither cmake nor dpkg
    }

    void forwardingBuildsFirst()
    {
        const Outcome got = m_clone->run({ "tokenize" }, "stdin is the engine's\n");
        QCOMPARE(got.status, 0);
        QCOMPARE(got.out, QByteArray("<tokenize>\nstdin is the engine's\n"));
        QVERIFY2(got.error.contains("[4/4] build"), got.error.constData());
    }

    void setUpIsDoneOnce()
    {
        QCOMPARE(m_clone->run({ "build" }).status, 0);
        QCOMPARE(m_clone->calls().size(), 2); // configure, build
        m_clone->forget();
        QCOMPARE(m_clone->run({ "build" }).status, 0);
        QCOMPARE(m_clone->calls().size(), 1);
        QVERIFY(m_clone->calls().first().startsWith("cmake --build --preset release"));
    }

    /// The second set of libraries belongs to machines with a GPU; elsewhere set-up does not even speak of it.
    void cudaLibrariesOnlyWhereAGpuAnswers()
    {
        const auto digest = [&](const QString& file) {
            QFile lock(m_clone->path(file));
            return lock.open(QIODevice::ReadOnly)
                ? QCryptographicHash::hash(lock.readAll(), QCryptographicHash::Sha256).toHex().left(12)
                : QByteArray();
        };
        const QString folder = m_clone->path("cache/ahascope/python-" + digest("resources/cmake/deps.lock"));
        writeFile(folder + "/torch/lib/libtorch_cpu.so", "");
        writeFile(folder + "/.cuda-" + digest("resources/cmake/deps-cuda.lock"), "");
        QVERIFY(QDir(m_clone->path(".deps")).removeRecursively() && QDir().mkpath(m_clone->path(".deps")));
        QVERIFY(QFile::link(folder, m_clone->path(".deps/python")));
        m_clone->program("nvidia-smi", "exit 9\n");
        Outcome got = m_clone->run({ "build" });
        QVERIFY2(got.status == 0 && got.error.contains("in the cache") && !got.error.contains("CUDA"),
            got.error.constData());
        m_clone->program("nvidia-smi", "exit 0\n");
        got = m_clone->run({ "build" });
        QVERIFY2(got.status == 0 && got.error.contains("CUDA libraries in the cache"), got.error.constData());
    }

    void aFailedConfigureIsRepeated()
    {
        m_clone->program("cmake", "echo 'CMake Error at CMakeLists.txt:1: no compiler'; exit 1\n");
        Outcome got = m_clone->run({ "build" });
        QCOMPARE(got.status, 1);
        QVERIFY2(got.error.contains("no compiler") && got.error.contains("could not configure"), got.error.constData());
        m_clone->forget();
        QCOMPARE(m_clone->run({ "build" }).status, 1);
        QVERIFY(m_clone->calls().value(0).contains("--preset release"));
    }

    void installsOnlyWhatIsMissing()
    {
        if (::geteuid() != 0)
            QSKIP("needs root, which installs without sudo");
        m_clone->absent("ccache\nlibgmp-dev\n");
        m_clone->run({ "build" });
        QCOMPARE(m_clone->calls().value(0), QString("apt-get install -y --no-install-recommends ccache libgmp-dev"));
    }

    void refreshesStalePackageLists()
    {
        if (::geteuid() != 0)
            QSKIP("needs root, which installs without sudo");
        m_clone->absent("ccache\n");
        m_clone->program("apt-cache", "exit 100\n", false); // the lists do not know it
        m_clone->run({ "build" });
        QCOMPARE(m_clone->calls().value(0), QString("apt-get update"));
        QCOMPARE(m_clone->calls().value(1), QString("apt-get install -y --no-install-recommends ccache"));
    }

    void asksBeforeSudo()
    {
        if (::geteuid() == 0 && QStandardPaths::findExecutable("setpriv").isEmpty())
            QSKIP("root without setpriv cannot become someone else");
        const QStringList before = asSomeoneElse();
        QProcess::execute("chmod", { "-R", "a+rwX", m_clone->path(".") });
        m_clone->absent("ccache\n");
        m_clone->program("sudo", "");
        Outcome got = m_clone->run({ "build" }, {}, {}, before);
        QCOMPARE(got.status, 1);
        QVERIFY2(got.error.contains("sudo apt-get install --no-install-recommends ccache"), got.error.constData());
        QCOMPARE(m_clone->calls(), QStringList()); // nothing was done without an answer

        got = m_clone->run({ "build", "--yes" }, {}, {}, before);
        QCOMPARE(m_clone->calls().value(0), QString("sudo -v"));
        QVERIFY(m_clone->calls().value(1).startsWith("sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y"));
    }

    void aCloneOfSomeoneElseIsASentence_data()
    {
        QTest::addColumn<bool>("built");
        QTest::newRow("fresh") << false;
        QTest::newRow("built by its owner") << true;
    }
    void aCloneOfSomeoneElseIsASentence()
    {
        QFETCH(bool, built);
        if (::geteuid() == 0 && QStandardPaths::findExecutable("setpriv").isEmpty())
            QSKIP("root without setpriv cannot become someone else");
        if (built)
            m_clone->built();
        QProcess::execute("chmod", { "-R", "a-w", m_clone->path(".") });
        const Outcome got = m_clone->run({ "build" }, {}, {}, asSomeoneElse());
        QProcess::execute("chmod", { "-R", "u+w", m_clone->path(".") });
        QCOMPARE(got.status, 1);
        QVERIFY2(got.error.startsWith("ahascope: the clone cannot be written"), got.error.constData());
        QCOMPARE(m_clone->calls(), QStringList());
    }

    void oneSetUpAtATime()
    {
        // Two at once would find the folder of the other and leave a mark.
        m_clone->program("cmake",
            "mkdir \"$CLONE/busy\" || touch \"$CLONE/overlap\"\nsleep 0.3\nrmdir \"$CLONE/busy\"\n"
            "mkdir -p \"$CLONE/build/release\"\ntouch \"$CLONE/build/release/build.ninja\"\n");
        QProcess first, second;
        for (QProcess* process : { &first, &second }) {
            process->setProcessEnvironment(m_clone->environment());
            process->start(m_clone->path("ahascope"), { "build" });
        }
        QVERIFY(first.waitForFinished(60000) && second.waitForFinished(60000));
        QCOMPARE(first.exitCode(), 0);
        QCOMPARE(second.exitCode(), 0);
        QVERIFY(!QFile::exists(m_clone->path("overlap")));
    }

    void countsTests_data()
    {
        QTest::addColumn<QByteArray>("log");
        QTest::addColumn<QByteArray>("failures");
        QTest::addColumn<int>("ctest");
        QTest::addColumn<QByteArray>("line");
        const QByteArray good = "1/2 Test: tst_a\nTotals: 3 passed, 0 failed, 1 skipped, 0 blacklisted, 1ms\n2/2 Test: "
                                "tst_b\nTotals: 4 passed, 0 failed, 0 skipped\n";
        QTest::newRow("good") << good << QByteArray() << 0 << QByteArray("7 passed, 0 failed");
        QTest::newRow("one function failed") << QByteArray("1/1 Test: tst_a\nTotals: 3 passed, 2 failed, 0 skipped\n")
                                             << QByteArray("1:tst_a\n") << 8 << QByteArray("3 passed, 2 failed");
        QTest::newRow("crashed before its totals") << good + "3/3 Test: tst_c\nSegmentation fault\n"
                                                   << QByteArray("3:tst_c\n") << 8 << QByteArray("7 passed, 1 failed");
        QTest::newRow("crashed after clean totals")
            << good << QByteArray("2:tst_b\n") << 8 << QByteArray("7 passed, 1 failed");
        QTest::newRow("one failed, one crashed")
            << QByteArray("1/2 Test: tst_a\nTotals: 3 passed, 2 failed, 0 skipped\n2/2 Test: tst_b\nTotals: 4 passed, "
                          "0 failed, 0 skipped\n")
            << QByteArray("1:tst_a\n2:tst_b\n") << 8 << QByteArray("7 passed, 3 failed");
        QTest::newRow("never started") << good << QByteArray("3:tst_gone\n") << 8 << QByteArray("7 passed, 1 failed");
        QTest::newRow("no Qt test") << good + "3/3 Test: script\nfine\n"
                                    << QByteArray() << 0 << QByteArray("8 passed, 0 failed");
        QTest::newRow("no tests") << QByteArray() << QByteArray() << 8 << QByteArray("0 passed, 1 failed");
    }
    void countsTests()
    {
        QFETCH(QByteArray, log);
        QFETCH(QByteArray, failures);
        QFETCH(int, ctest);
        QFETCH(QByteArray, line);
        QVERIFY(writeFile(m_clone->path("log"), log) && writeFile(m_clone->path("failures"), failures));
        m_clone->program("ctest",
            "d=$CLONE/build/release/Testing/Temporary\nmkdir -p $d\ncp \"$CLONE/log\" $d/LastTest.log\n"
            "[[ -s $CLONE/failures ]] && cp \"$CLONE/failures\" $d/LastTestsFailed.log\necho chatter\nexit "
                + QByteArray::number(ctest) + "\n");
        const Outcome got = m_clone->run({ "test", "--yes" });
        QCOMPARE(lastLine(got.out), line);
        QCOMPARE(got.status, ctest ? 1 : 0);
    }

    void choosesTests()
    {
        m_clone->program(
            "ctest", "echo \"golden=${AHASCOPE_GOLDEN-} platform=${QT_QPA_PLATFORM-}\" >>\"$CLONE/calls\"\n");
        QDir().mkpath(m_clone->path("cases"));
        m_clone->run({ "test", "--label", "golden", "--golden", m_clone->path("cases/../cases") });
        QVERIFY(m_clone->calls().value(2).contains("-L ^(golden)$ "));
        QCOMPARE(m_clone->calls().value(3),
            "golden=" + QFileInfo(m_clone->path("cases")).canonicalFilePath() + " platform=offscreen");
        m_clone->forget();
        m_clone->run({ "test" });
        QVERIFY(m_clone->calls().value(1).contains(
            "-L ^(unit|gui|golden|invariant|integration)$ -LE ^(bench|fuzz|gpu|long)$ "));
        m_clone->forget();
        m_clone->run({ "test", "--label=all" });
        QVERIFY(!m_clone->calls().value(1).contains("-L "));
        for (const QStringList& wrong : { QStringList { "test", "--golden", "/no/such/folder" }, { "test", "--label" },
                 { "test", "--lable", "x" } })
            QCOMPARE(m_clone->run(wrong).status, 1);
    }

    void demoWithoutADisplay()
    {
        const Outcome got = m_clone->run({ "demo", "--max-steps", "5", "--seed", "3", "--set", "a=b" });
        QCOMPARE(got.status, 0);
        const QStringList calls = m_clone->calls();
        QCOMPARE(calls.size(), 4); // configure, build, train, report
        QVERIFY2(
            calls[2].startsWith("ahascope-engine train " + QFileInfo(m_clone->path("experiments")).canonicalFilePath()
                + "/r1-zero-miniature/config.json --run-dir "),
            qPrintable(calls[2]));
        QVERIFY(calls[2].endsWith(" --max-steps 5 --set seed=3 --set a=b"));
        const QString run = calls[2].section(' ', 4, 4);
        QVERIFY2(calls[3].startsWith("ahascope-workbench --offscreen " + run + " --out "), qPrintable(calls[3]));
        QVERIFY(got.error.contains("The report: " + calls[3].section(' ', -1).toUtf8()));
    }

    void demoWithADisplay()
    {
        m_clone->run({ "demo", "--seed=3" }, {}, { { "DISPLAY", ":0" } });
        QVERIFY(m_clone->lastCall().startsWith("ahascope-workbench --start "));
        QVERIFY(m_clone->lastCall().endsWith("/r1-zero-miniature/config.json --set seed=3"));
    }

    void demoThatFailsDrawsNoReport()
    {
        QCOMPARE(m_clone->run({ "demo" }, {}, { { "EXIT", "5" } }).status, 5);
        QVERIFY(m_clone->lastCall().startsWith("ahascope-engine train"));
    }

    void experiments()
    {
        m_clone->built();
        const Outcome list = m_clone->run({ "experiment", "list" });
        QVERIFY(list.out.contains("The miniature") && list.out.contains("r1-zero-miniature/dapo"));
        m_clone->run({ "experiment", "run", "r1-zero-miniature/dapo", "--run-dir", "mine" });
        QVERIFY(m_clone->lastCall().endsWith("/presets/dapo.json --run-dir mine"));
        QCOMPARE(m_clone->run({ "experiment", "run", "nothing" }).status, 1);
    }

    void aQueueRunsEveryPresetOnEverySeed()
    {
        m_clone->built();
        const Outcome got = m_clone->run({ "experiment", "queue", "r1-zero-miniature", "--seeds", "0,7" });
        QCOMPARE(got.status, 0);
        const QStringList calls = m_clone->calls();
        QCOMPARE(calls.size(), 5); // configuration and one preset, twice, and the table
        QVERIFY(calls[0].contains("/r1-zero-miniature/config.json") && calls[0].endsWith("-s0 --set seed=0"));
        QVERIFY(calls[3].contains("/presets/dapo.json") && calls[3].endsWith("-dapo-s7 --set seed=7"));
        QVERIFY(calls[4].startsWith("ahascope-engine table ") && calls[4].count("r1-zero-miniature") == 4);
        QVERIFY(QDir().mkpath(m_clone->path("runs/r1-zero-miniature-s0")));
        QVERIFY(writeFile(m_clone->path("runs/r1-zero-miniature-s0/run.db"), ""));
        m_clone->run({ "experiment", "queue", "r1-zero-miniature" });
        QVERIFY(m_clone->calls().at(m_clone->calls().size() - 3).startsWith("ahascope-engine resume "));
        QCOMPARE(m_clone->run({ "experiment", "queue", "r1-zero-miniature", "--seeds", "0,a" }).status, 1);
        QCOMPARE(m_clone->run({ "experiment", "queue", "nothing" }).status, 1);
    }

    void doctorChangesNothing()
    {
        m_clone->absent("ccache\n");
        QVERIFY(QDir(m_clone->path(".deps")).removeRecursively());
        const Outcome got = m_clone->run({ "doctor" });
        QCOMPARE(got.status, 0);
        QVERIFY2(got.out.contains("ccache") && got.out.contains("libtorch     MISSING"), got.out.constData());
        QCOMPARE(m_clone->calls(), QStringList({ "cmake --version" }));
        QVERIFY(!QFile::exists(m_clone->path("build")) && !QFile::exists(m_clone->path("cache")));
    }

    void wrongUseIsASentence()
    {
        for (const QStringList& wrong : { QStringList { "--nonsense" }, { "build", "extra" }, { "report" },
                 { "experiment" }, { "fetch", "elephant" }, { "demo", "--seed" } }) {
            m_clone->built();
            const Outcome got = m_clone->run(wrong);
            QCOMPARE(got.status, 1);
            QCOMPARE(got.out, QByteArray());
            QVERIFY2(got.error.startsWith("ahascope: "), got.error.constData());
        }
    }

private:
    std::unique_ptr<Clone> m_clone;
};

QTEST_GUILESS_MAIN(TestLauncher)
#include "tst_launcher.moc"
