// Whether a process still runs: it does, it has ended unheard, it was never there.

#include "core/base/process.h"

#include <QtTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace aha;

class TestProcess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runsUntilItEnds()
    {
        QVERIFY(processRuns(getpid()));
        const pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        QVERIFY(child > 0);
        QVERIFY(processRuns(child));
        QCOMPARE(::kill(child, SIGKILL), 0);
        siginfo_t ended {};
        QCOMPARE(waitid(P_PID, id_t(child), &ended, WEXITED | WNOWAIT), 0); // it has ended and keeps its number
        QCOMPARE(::kill(child, 0), 0);
        QVERIFY(!processRuns(child));
        QCOMPARE(waitpid(child, nullptr, 0), child);
        QVERIFY(!processRuns(child));
    }

    void nobody()
    {
        QVERIFY(!processRuns(0));
        QVERIFY(!processRuns(-1));
    }
};

QTEST_APPLESS_MAIN(TestProcess)
#include "tst_process.moc"
