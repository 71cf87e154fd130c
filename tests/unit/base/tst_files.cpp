// Atomic writes: the old or the new content, whatever happens in between.

#include "core/base/files.h"

#include <QtTest>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace aha;

class TestFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }

    void roundTrip()
    {
        const std::string bytes = std::string("a\0b\r\n\xFF", 6) + std::string(200'000, 'x');
        QVERIFY(writeFileAtomically(path("f"), bytes).ok());
        QCOMPARE(*readFile(path("f")), bytes);
        QVERIFY(writeFileAtomically(path("f"), "").ok());
        QCOMPARE(*readFile(path("f")), std::string());
        QCOMPARE(names(), QStringList { "f" });
        QCOMPARE(int(QFile::permissions(QString::fromStdString(path("f"))) & QFile::ReadOther),
            int(QFile::ReadOther)); // 0644, not mkstemp's 0600
    }

    void limits()
    {
        QVERIFY(writeFileAtomically(path("f"), "12345").ok());
        QCOMPARE(*readFile(path("f"), 5), std::string("12345"));
        QCOMPARE(readFile(path("f"), 4).error().code, std::string("file_too_large"));
        QCOMPARE(readFile(path("nothing")).error().code, std::string("file_missing"));
        QCOMPARE(readFile(path("")).error().code, std::string("file_unreadable")); // a folder
        QCOMPARE(readFile(path("f/g")).error().code, std::string("file_unreadable"));
    }

    void endlessFileStopsAtTheLimit()
    {
        QCOMPARE(readFile("/dev/zero", 1 << 20).error().code, std::string("file_too_large"));
    }

    void failureKeepsTheOldFile()
    {
        QVERIFY(writeFileAtomically(path("f"), "old").ok());
        // The file size limit of a child process is met in the middle of the write.
        const int status = inChild([this] {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit small { 1000, 1000 };
            ::setrlimit(RLIMIT_FSIZE, &small);
            const Result<void> written = writeFileAtomically(path("f"), std::string(5000, 'n'));
            return !written && written.error().code == "disk_full" ? 0 : 1;
        });
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        QCOMPARE(*readFile(path("f")), std::string("old"));
        QCOMPARE(names(), QStringList { "f" }); // its own temporary file is gone
    }

    void failureIsASentence()
    {
        const Result<void> written = writeFileAtomically(path("no/such/folder/f"), "x");
        QCOMPARE(written.error().code, std::string("file_unwritable"));
        QVERIFY(written.error().message.find("no/such/folder/f") != std::string::npos && !written.error().hint.empty());
        QVERIFY(writeFileAtomically(path("f"), "x").ok());
        QCOMPARE(makeFolders(path("f/g")).error().code, std::string("file_unwritable"));
        QVERIFY(QDir(m_folder.path()).mkpath("target"));
        QCOMPARE(writeFileAtomically(path("target"), "x").error().code,
            std::string("file_unwritable")); // a folder is in the place
        QVERIFY(!names().join(' ').contains(".tmp"));
        QCOMPARE(syncPath(path("nothing")).error().code, std::string("file_unwritable"));
        for (const int full : { ENOSPC, EDQUOT, EFBIG })
            QCOMPARE(fileError("Writing", "x", full).code, std::string("disk_full"));
    }

    void killedAtEveryOperation()
    {
        QVERIFY(writeFileAtomically(path("f"), "old").ok());
        int deaths = 0;
        bool renamed = false;
        for (int n = 1;; ++n) {
            const int status = inChild([this, n] {
                ::setenv("AHASCOPE_FAULT", ("file:" + std::to_string(n)).c_str(), 1);
                return writeFileAtomically(path("f"), "new").ok() ? 0 : 1;
            });
            const std::string now = *readFile(path("f"));
            QVERIFY2(now == "old" || now == "new", now.c_str());
            QVERIFY(!renamed || now == "new"); // and never back
            renamed = now == "new";
            if (WIFEXITED(status)) {
                QCOMPARE(WEXITSTATUS(status), 0);
                break;
            }
            QCOMPARE(WTERMSIG(status), SIGKILL);
            ++deaths;
        }
        QCOMPARE(deaths, 5); // create, write, fsync, rename, fsync of the folder
    }

    void sha256() // FIPS 180-4's examples
    {
        QCOMPARE(sha256Hex(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256Hex("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

private:
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    QStringList names() const { return QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden); }

    template <class Work> static int inChild(Work&& work)
    {
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(work());
        int status = 0;
        ::waitpid(child, &status, 0);
        return status;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestFiles)
#include "tst_files.moc"
