// The lease keeps a second engine out and falls with its holder; what an outsider concludes from a folder.

#include "core/protocol/run_folder.h"

#include <QtTest>

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace aha;

class TestRunFolder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void oneHolder()
    {
        QVERIFY(!liveEngine(run()));
        auto lease = orThrow(Lease::acquire(run()));
        QVERIFY(lease->setState(RunState::Paused).ok());
        const std::optional<LeaseHolder> holder = liveEngine(run());
        QVERIFY(holder && holder->pid == ::getpid() && holder->processStart > 0);
        QCOMPARE(stateOfRun(run(), "finished"), RunState::Paused); // the living know better than the record
        const auto second = Lease::acquire(run());
        QCOMPARE(second.error().code, std::string("run_busy"));
        QVERIFY(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
        lease.reset();
        QVERIFY(!liveEngine(run()));
        QVERIFY(Lease::acquire(run()).ok());
    }

    void aStartTellsItsPart()
    {
        auto lease = orThrow(Lease::acquire(run()));
        QCOMPARE(int(startPartOfRun(run())), int(StartPart::None));
        QVERIFY(lease->setState(RunState::Starting, StartPart::Teacher).ok());
        QCOMPARE(int(startPartOfRun(run())), int(StartPart::Teacher));
        QCOMPARE(stateOfRun(run(), ""), RunState::Starting);
        QVERIFY(lease->setState(RunState::Running).ok());
        QCOMPARE(int(startPartOfRun(run())), int(StartPart::None));
        QVERIFY(lease->setState(RunState::Starting, StartPart::Data).ok());
        lease.reset();
        QCOMPARE(int(startPartOfRun(run())), int(StartPart::None)); // the dead are at nothing
    }

    void fallsWithItsHolder()
    {
        int ready[2];
        QVERIFY(::pipe(ready) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto lease = Lease::acquire(run());
            (void)(*lease)->setState(RunState::Running);
            (void)!::write(ready[1], "x", 1);
            for (;;)
                ::pause();
        }
        char byte;
        QCOMPARE(::read(ready[0], &byte, 1), ssize_t(1));
        QCOMPARE(liveEngine(run())->pid, int64_t(child));
        QCOMPARE(stateOfRun(run(), "start"), RunState::Running);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        QVERIFY(!liveEngine(run()));
        QCOMPARE(stateOfRun(run(), "start"), RunState::Interrupted);
        ::close(ready[0]);
        ::close(ready[1]);
    }

    void lookingIsNotHolding() // a window that polls at the moment an engine starts must not keep it out
    {
        {
            const auto once = orThrow(Lease::acquire(run()));
        }
        std::atomic<bool> stop { false };
        std::thread window([&] {
            while (!stop)
                (void)liveEngine(run());
        });
        int refused = 0;
        for (int i = 0; i < 300; ++i)
            refused += !Lease::acquire(run()).ok();
        stop = true;
        window.join();
        QCOMPARE(refused, 0);
    }

    void namesBecomeFolders_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("folder");
        const auto row = [](const char* name, const char* folder) {
            QTest::newRow(folder) << QString::fromUtf8(name) << QString::fromUtf8(folder);
        };
        row("monday", "monday");
        row("lr#3 (second try)", "lr-3-second-try");
        row("../../evil name/x", "evil-name-x");
        row("...", "run");
        row("", "run");
        row("--help", "help");
        row(".hidden.", "hidden");
        row("C:\\runs\\a.b", "C-runs-a.b");
        row("a\nb\tc\x7f", "a-b-c");
        row("周一 的 实验", "周一-的-实验");
        row("、。é", "、。é");
        row("\u202egnp.exe", "gnp.exe"); // would be read backwards
        QTest::newRow("long") << QString(500, 'x') << QString(100, 'x');
        QTest::newRow("long, three bytes each") << QString(500, QChar(0x5468)) << QString(33, QChar(0x5468));
    }
    void namesBecomeFolders()
    {
        QFETCH(QString, name);
        QFETCH(QString, folder);
        QCOMPARE(QString::fromStdString(runFolderName(name.toStdString())), folder);
        QCOMPARE(runFolderName(folder.toStdString()), folder.toStdString());
        QCOMPARE(runFolderName("a\xff\xfe" + folder.toStdString()).substr(0, 2), std::string("a-"));
    }

    void finalStates()
    {
        QCOMPARE(stateOfRun(run(), "finished"), RunState::Finished);
        QCOMPARE(stateOfRun(run(), "stop"), RunState::Stopped);
        QCOMPARE(stateOfRun(run(), "failed"), RunState::Failed);
        QCOMPARE(stateOfRun(run(), ""), RunState::Interrupted);
        QCOMPARE(stateOfRun(run() + "/none", "checkpoint"), RunState::Interrupted);
    }

    void strangeLeaseFiles_data()
    {
        QTest::addColumn<QByteArray>("content");
        for (const char* text : { "", "{}", "[]", "garbage", "{\"pid\":\"7\"}",
                 "{\"pid\":7,\"process_start\":\"soon\",\"host\":3,\"state\":[]}", "{\"pid\":-1,\"process_start\":-5}",
                 "\xFF" })
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("deep") << QByteArray(60'000, '[');
    }
    void strangeLeaseFiles()
    {
        QFETCH(QByteArray, content);
        QFile file(m_folder->filePath("lease"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        QVERIFY(!liveEngine(run()));
        const int fd = ::open(qPrintable(file.fileName()), O_RDWR | O_CLOEXEC);
        struct flock whole { };
        whole.l_type = F_WRLCK;
        whole.l_whence = SEEK_SET;
        QVERIFY(::fcntl(fd, F_OFD_SETLK, &whole) == 0); // held by somebody who wrote nonsense
        QVERIFY(liveEngine(run()).has_value());
        QCOMPARE(stateOfRun(run(), "start"), RunState::Running);
        QCOMPARE(Lease::acquire(run()).error().code, std::string("run_busy"));
        ::close(fd);
        QVERIFY(Lease::acquire(run()).ok());
    }

    void unwritable()
    {
        QCOMPARE(Lease::acquire(run() + "/none").error().code, std::string("file_unwritable"));
        QVERIFY(QDir(m_folder->path()).mkpath("lease")); // a folder in its place
        QCOMPARE(Lease::acquire(run()).error().code, std::string("file_unwritable"));
    }

private:
    std::string run() const { return m_folder->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRunFolder)
#include "tst_run_folder.moc"
