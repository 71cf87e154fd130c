// A01 to A36, each once.

#include "attacks.h"
#include "tests/support/sandbox_machine.h"

#include "core/sandbox/process_tree.h"

#include <QProcess>
#include <QTest>

#include <csignal>
#include <thread>
#include <unistd.h>

namespace {

const char* const kHold = "--hold";
const char* const kLasting = "import os, time\nos.fork()\nos.setsid()\nprint('up', flush=True)\ntime.sleep(1000)";

} // namespace

class TestAttacks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        aha::Result<aha::Sandbox> box = aha::Sandbox::open(attack::limits());
        QVERIFY2(box.ok(), box.ok() ? "" : box.error().sentence().c_str());
        m_pool = std::make_unique<aha::SandboxPool>(std::move(*box), 2);
    }

    void contained_data()
    {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const attack::Attack& each : attack::attacks())
            QTest::newRow(each.name) << index++;
    }
    void contained()
    {
        QFETCH(int, index);
        const QString failure = attack::failureOf(attack::attacks()[size_t(index)], m_host, *m_pool);
        QVERIFY2(failure.isEmpty(), qPrintable(failure));
        QCOMPARE(m_host.survivors(), QString());
    }

    /// A18 from outside: whoever kills bubblewrap itself kills all that runs in it.
    void bubblewrapIsKilled()
    {
        const aha::PreparedProgram program = m_pool->prepare({ aha::Language::Python, kLasting });
        std::vector<aha::SandboxRun> runs;
        std::thread runner([&] { runs = m_pool->run(program, { "" }, 0); });
        // Once the program itself is there: bubblewrap, its inner process, the program.
        std::vector<pid_t> all;
        while (all.size() < 4) {
            all.clear();
            for (const pid_t each : aha::descendantsOf(::getpid()))
                if (each != m_host.bystander())
                    all.push_back(each);
        }
        ::kill(all[0], SIGKILL);
        runner.join();
        QVERIFY(!runs[0].ok());
        QCOMPARE(m_host.survivors(), QString());
    }

    /// The same for the program that wanted the run: this one again, with a word.
    void supervisorIsKilled()
    {
        QProcess supervisor;
        QTemporaryDir home; // for what its preflight may leave behind
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("HOME", home.path());
        supervisor.setProcessEnvironment(environment);
        supervisor.start(QCoreApplication::applicationFilePath(), { kHold });
        QVERIFY(supervisor.waitForStarted());
        while (aha::descendantsOf(pid_t(supervisor.processId())).size() < 4)
            QVERIFY2(supervisor.state() == QProcess::Running && !supervisor.waitForFinished(20),
                supervisor.readAllStandardError().constData());
        supervisor.kill();
        QVERIFY(supervisor.waitForFinished(30'000));
        QTRY_COMPARE_WITH_TIMEOUT(m_host.survivors(), QString(), 30'000);
    }

    /// Every attack of the design's table is here.
    void all()
    {
        QStringList numbers;
        for (const attack::Attack& each : attack::attacks())
            if (const QString number = QString(each.name).left(3); !numbers.contains(number))
                numbers << number;
        QCOMPARE(numbers.size(), 36);
        for (int i = 1; i <= 36; ++i)
            QVERIFY2(numbers.contains(QString("A%1").arg(i, 2, 10, QChar('0'))), qPrintable(QString::number(i)));
    }

private:
    attack::Host m_host;
    std::unique_ptr<aha::SandboxPool> m_pool;
};

int main(int argc, char** argv)
{
    if (argc == 2 && QByteArray(argv[1]) == kHold) {
        const aha::Sandbox box = orThrow(aha::Sandbox::open({ 600, 256, 1024, 4, 600 }));
        return box.run({ aha::Language::Python, kLasting }, "").ok() ? 0 : 1;
    }
    QCoreApplication app(argc, argv);
    TestAttacks test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_attacks.moc"
