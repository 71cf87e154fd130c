// Fail-closed: each of the ten checks is made to fail by a bubblewrap that leaves something out, and each then disables
// the sandbox with its own reason.

#include "core/sandbox/preflight.h"
#include "core/sandbox/sandbox.h"
#include "tests/support/sandbox_machine.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace aha;

namespace {

/// A program in bubblewrap's place that changes the arguments `a` and starts the real one; `before` comes first.
QByteArray wrapper(const QByteArray& edit, const QByteArray& before)
{
    return "#!/usr/bin/python3 -ISB\n"
           "import os, sys\n"
           "a = sys.argv[1:]\n"
           "real = '"
        + QByteArray::fromStdString(findSandboxTools().bubblewrap)
        + "'\n"
          "def drop(flag, more, after=None):\n"
          "    for i in range(len(a)):\n"
          "        if a[i] == flag and (after is None or a[i + 1] == after):\n"
          "            del a[i:i + 1 + more]\n"
          "            return\n"
          "    sys.exit('nothing to drop')\n"
        + before
        + "\n"
          "if a != ['--version']:\n"
          "    "
        + (edit.isEmpty() ? "pass" : edit)
        + "\n"
          "os.execv(real, [real] + a)\n";
}

} // namespace

class TestPreflight : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        // A home that the sandbox's user may enter, so that only the sandbox keeps it out.
        QVERIFY(QFile::setPermissions(m_home.path(), QFile::Permissions(0x7755)));
        qputenv("HOME", m_home.path().toUtf8());
    }

    void holdsHere()
    {
        const Result<Sandbox> box = Sandbox::open({});
        QVERIFY2(box.ok(), box.ok() ? "" : box.error().sentence().c_str());
        QVERIFY2(QDir(m_home.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty(),
            "the canary was left behind");
    }

    void failsClosed_data()
    {
        QTest::addColumn<int>("check");
        QTest::addColumn<QByteArray>("edit");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, int check, const QByteArray& edit, const char* says) {
            QTest::newRow(name) << check << edit << QByteArray() << says;
        };
        QTest::newRow("1 old bubblewrap")
            << 1 << QByteArray() << QByteArray("print('bubblewrap 0.7.0'); sys.exit(0)") << "0.8.0";
        QTest::newRow("1 no version") << 1 << QByteArray() << QByteArray("sys.exit(0)") << "version";
        row("2 nothing runs", 2, "sys.exit(0)", "before its program began");
        row("2 says it ran", 2, "os.write(5, b'{ \"exit-code\": 0 }\\n'); print('nonce=1'); sys.exit(0)",
            "did not answer");
        row("2 no namespaces", 2,
            "os.execv('/usr/bin/unshare', ['unshare', '-Ur', 'sh', '-c', 'echo 0 > /proc/sys/user/max_user_namespaces; "
            "exec \"$@\"', 'sh', real] + a)",
            "user.max_user_namespaces");
        row("3 no filter", 3, "drop('--seccomp', 1)", "filter");
        row("3 a capability", 3, "a[a.index('--cap-drop'):a.index('--cap-drop') + 2] = ['--cap-add', 'CAP_NET_RAW']",
            "capabilities");
        row("4 home inside", 4,
            "i = a.index('--chdir'); a[i:i] = ['--ro-bind', '" + m_home.path().toUtf8() + "', '"
                + m_home.path().toUtf8() + "']",
            "can read");
        row("4 /etc inside", 4, "i = a.index('--chdir'); a[i:i] = ['--ro-bind', '/etc', '/etc']", "/etc/passwd");
        row("5 writable root", 5, "drop('--remount-ro', 1, '/')", "can write to /");
        row("5 writable source", 5, "i = a.index('--ro-bind-data'); a[i] = '--bind-data'; a[i - 1] = '0666'",
            "its own source");
        row("6 unbounded memory", 6, "drop('--size', 1, '1048576')", "/dev/shm");
        row("7 network", 7, "drop('--unshare-net', 0)", "network");
        row("8 no bound of processes", 8, "a[:] = [x for x in a if not x.startswith('--nproc')]", "64 processes");
        row("9 a descriptor", 9, "os.set_inheritable(os.open('/usr/bin/env', os.O_RDONLY), True)", "0 1 2 6");
        row("10 no pid namespace", 10, "drop('--unshare-pid', 0)", "outlived");
    }
    void failsClosed()
    {
        QFETCH(int, check);
        QFETCH(QByteArray, edit);
        QFETCH(QByteArray, before);
        QFETCH(QString, says);
        SandboxTools tools = findSandboxTools();
        tools.bubblewrap = script(wrapper(edit, before));
        refuses(tools, check, says);
    }

    void setUserId()
    {
        SandboxTools tools = findSandboxTools();
        const QString copy = m_folder.filePath("setuid-bwrap");
        QVERIFY(QFile::copy(QString::fromStdString(tools.bubblewrap), copy));
        QCOMPARE(::chmod(copy.toUtf8().constData(), 04755), 0);
        tools.bubblewrap = copy.toStdString();
        refuses(tools, 1, "set-user-ID");
    }

    void missingTools()
    {
        SandboxTools tools = findSandboxTools();
        tools.bubblewrap.clear();
        refuses(tools, 1, "There is no bubblewrap");
        tools = findSandboxTools();
        tools.prlimit = "/usr/bin/no-prlimit";
        refuses(tools, 1, "no-prlimit");
        tools = findSandboxTools();
        tools.python = "/usr/bin/no-python";
        refuses(tools, 2, "no-python");
    }

    /// The wrapper itself is no reason to refuse: what is refused above is refused for what it left out.
    void theWrapperAloneHolds()
    {
        SandboxTools tools = findSandboxTools();
        tools.bubblewrap = script(wrapper("", ""));
        const Result<Sandbox> box = Sandbox::open({}, tools);
        QVERIFY2(box.ok(), box.ok() ? "" : box.error().sentence().c_str());
    }

private:
    std::string script(const QByteArray& text)
    {
        QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755));
        QFile file(m_folder.filePath("bwrap-" + QString::number(++m_scripts)));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        file.close();
        file.setPermissions(QFile::Permissions(0x7755));
        return file.fileName().toStdString();
    }

    void refuses(const SandboxTools& tools, int check, const QString& says)
    {
        const Result<Sandbox> box = Sandbox::open({}, tools);
        QVERIFY(!box.ok());
        const QString message = QString::fromStdString(box.error().sentence());
        QCOMPARE(box.error().code, std::string("sandbox_unavailable"));
        QVERIFY2(message.contains(QString("check %1 of 10").arg(check)), qPrintable(message));
        QVERIFY2(message.contains(says), qPrintable(message));
        QVERIFY2(message.contains("Rewards that run no programs work"), qPrintable(message));
    }

    QTemporaryDir m_folder, m_home;
    int m_scripts = 0;
};

QTEST_GUILESS_MAIN(TestPreflight)
#include "tst_preflight.moc"
