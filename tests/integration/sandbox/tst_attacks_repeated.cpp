// Every attack twenty times, four at once, each beside the others.

#include "attacks.h"
#include "tests/support/sandbox_machine.h"

#include <QTest>

#include <atomic>
#include <mutex>
#include <thread>

class TestAttacksRepeated : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void contained()
    {
        if (const QByteArray why = test::namespacesForbidden(); !why.isEmpty())
            QSKIP(why);
        aha::SandboxPool pool(orThrow(aha::Sandbox::open(attack::limits())), 4);
        const attack::Host host;
        const size_t count = attack::attacks().size();
        std::atomic<size_t> next { 0 };
        std::mutex mutex;
        QStringList failures;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (size_t job = next++; job < 20 * count; job = next++) {
                    const attack::Attack& each = attack::attacks()[job % count];
                    const QString failure = attack::failureOf(each, host, pool);
                    const std::lock_guard lock(mutex);
                    if (!failure.isEmpty())
                        failures << failure;
                }
            });
        for (std::thread& thread : threads)
            thread.join();
        QVERIFY2(failures.isEmpty(), qPrintable(failures.join("\n")));
        QCOMPARE(host.survivors(), QString());
        QCOMPARE(host.changes(), QString());
    }
};

QTEST_GUILESS_MAIN(TestAttacksRepeated)
#include "tst_attacks_repeated.moc"
