// A fixed team: everybody runs once, errors come home, the team survives them.

#include "core/base/workers.h"

#include <QtTest>

#include <atomic>
#include <set>
#include <stdexcept>

using namespace aha;

class TestWorkers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyWorkerOnce_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : { 1, 2, 5 })
            QTest::addRow("%d", size) << size;
    }
    void everyWorkerOnce()
    {
        QFETCH(int, size);
        Workers workers(size);
        QCOMPARE(workers.size(), size);
        std::vector<int> calls(size_t(size), 0);
        std::vector<std::thread::id> threads { size_t(size), std::thread::id() };
        for (int round = 0; round < 500; ++round)
            workers.run([&](int w) {
                ++calls[size_t(w)];
                threads[size_t(w)] = std::this_thread::get_id();
            });
        for (const int count : calls)
            QCOMPARE(count, 500);
        QVERIFY(threads[0] == std::this_thread::get_id()); // worker 0 is the caller
        QCOMPARE(std::set<std::thread::id>(threads.begin(), threads.end()).size(), size_t(size));
    }

    void sillySizes()
    {
        QCOMPARE(Workers(0).size(), 1);
        QCOMPARE(Workers(-3).size(), 1);
    }

    void startHookRunsOnTheNewThreadsOnly()
    {
        std::atomic<int> started { 0 };
        {
            Workers workers(4, [&] { ++started; });
            workers.run([](int) {});
        }
        QCOMPARE(started.load(), 3);
    }

    void exceptionsComeHome_data()
    {
        QTest::addColumn<int>("thrower");
        QTest::newRow("the caller") << 0;
        QTest::newRow("another") << 2;
        QTest::newRow("all") << -1;
    }
    void exceptionsComeHome()
    {
        QFETCH(int, thrower);
        Workers workers(3);
        for (int round = 0; round < 50; ++round) {
            std::atomic<int> finished { 0 };
            bool caught = false;
            try {
                workers.run([&](int w) {
                    ++finished;
                    if (w == thrower || thrower < 0)
                        throw std::runtime_error("worker " + std::to_string(w));
                });
            } catch (const std::runtime_error& error) {
                caught = true;
                QVERIFY(thrower < 0 || std::string(error.what()) == "worker " + std::to_string(thrower));
            }
            QVERIFY(caught);
            QCOMPARE(finished.load(), 3); // nobody was left behind
            int after = 0;
            workers.run([&](int w) { after += w == 0; }); // the error does not stick
            QCOMPARE(after, 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestWorkers)
#include "tst_workers.moc"
