// The queue's file: order, what may be done with which item, many hands at once, damage.

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/run_queue.h"

#include <QTemporaryDir>
#include <QtTest>

#include <thread>

using namespace aha;

class TestRunQueue : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    RunQueue fresh()
    {
        static int n = 0;
        return RunQueue((m_folder.path() + "/runs " + QString::number(++n)).toStdString());
    }
    static std::string order(const RunQueue& queue)
    {
        std::string names;
        for (const QueueItem& item : orThrow(queue.read()).items)
            names += item.name;
        return names;
    }
    static void set(RunQueue& queue, int64_t id, QueueItem::State state)
    {
        orThrow(queue.edit([&](QueueContents& contents) -> Result<void> {
            contents.find(id)->state = state;
            return {};
        }));
    }
private Q_SLOTS:
    void keepsOrderAndFolders()
    {
        RunQueue queue = fresh();
        QVERIFY(orThrow(queue.read()).items.empty());
        QVERIFY(!std::filesystem::exists(queue.folder())); // looking makes nothing
        const auto ids
            = orThrow(queue.add({ { "a", "{}", "", "" }, { "b", "{}", "", "" }, { "../c;d", "{\"x\":1}", "s", "" } }));
        QCOMPARE(ids, (std::vector<int64_t> { 1, 2, 3 }));
        const QueueContents contents = orThrow(queue.read());
        QCOMPARE(QString::fromStdString(contents.items[2].folder),
            QString::fromStdString((queue.folder().parent_path() / "c-d-q3").string()));
        QCOMPARE(contents.items[2].sweep, std::string("s"));
        QCOMPARE(orThrow(readFile(queue.configFile(3))), std::string("{\"x\":1}"));
        QVERIFY(contents.wantsWorker());
        orThrow(queue.setPaused(true));
        QVERIFY(!orThrow(queue.read()).wantsWorker());
    }
    void runsOfOthersHoldTheMachine()
    {
        RunQueue queue = fresh();
        const auto runs = queue.folder().parent_path();
        (void)orThrow(queue.add({ { "a", "", "", "" } }));
        set(queue, 1, QueueItem::State::Started);
        const QueueContents contents = orThrow(queue.read());
        const auto live = [](const std::filesystem::path& run) {
            orThrow(makeFolders(run));
            return orThrow(Lease::acquire(run));
        };
        const auto worker = live(queue.folder()), own = live(contents.items[0].folder), copy = live(runs / "copy");
        orThrow(writeFileAtomically(runs / "copy/remote.json", "{}")); // trains on another machine
        QVERIFY(queue.othersAtWork(contents).empty());
        auto byHand = live(runs / "monday");
        QVERIFY(byHand->setState(RunState::Paused).ok());
        QCOMPARE(queue.othersAtWork(contents), std::vector { runs / "monday" });
        byHand.reset();
        QVERIFY(queue.othersAtWork(contents).empty());
        // Whoever added the run may have named the folder of runs by a link.
        const auto link = runs.parent_path() / "by-link";
        std::filesystem::create_directory_symlink(runs, link);
        QVERIFY(RunQueue(link).othersAtWork(contents).empty());
        std::filesystem::remove(link);
    }
    void movesAmongTheWaiting()
    {
        RunQueue queue = fresh();
        (void)orThrow(
            queue.add({ { "a", "", "", "" }, { "b", "", "", "" }, { "c", "", "", "" }, { "d", "", "", "" } }));
        set(queue, 2, QueueItem::State::Started);
        orThrow(queue.move(4, QueueMove::Up));
        QCOMPARE(order(queue), std::string("abdc"));
        orThrow(queue.move(4, QueueMove::Up)); // over the running one, which keeps its place
        QCOMPARE(order(queue), std::string("dbac"));
        orThrow(queue.move(4, QueueMove::Up));
        QCOMPARE(order(queue), std::string("dbac"));
        orThrow(queue.move(4, QueueMove::Last));
        QCOMPARE(order(queue), std::string("abcd"));
        orThrow(queue.move(3, QueueMove::First));
        QCOMPARE(order(queue), std::string("cbad"));
        orThrow(queue.move(3, QueueMove::Down));
        QCOMPARE(order(queue), std::string("abcd"));
        QCOMPARE(queue.move(2, QueueMove::Up).error().code, std::string("queue_started"));
        QCOMPARE(queue.move(9, QueueMove::Up).error().code, std::string("queue_unknown"));
    }
    void replacesWhatWasNeverStarted()
    {
        RunQueue queue = fresh();
        (void)orThrow(queue.add({ { "a", "1", "s", "" }, { "b", "2", "s", "" }, { "c", "3", "s", "" } }));
        const auto folder = [&](size_t at) { return orThrow(queue.read()).items[at].folder; };
        const std::string before = folder(1);
        orThrow(queue.replace(before, "x", "4"));
        QCOMPARE(order(queue), std::string("axc")); // at its place
        QCOMPARE(folder(1), before);
        QCOMPARE(orThrow(queue.read()).items[1].sweep, std::string("s"));
        QCOMPARE(orThrow(readFile(queue.configFile(2))), std::string("4"));
        set(queue, 1, QueueItem::State::Started); // a worker took it meanwhile
        QCOMPARE(queue.replace(folder(0), "y", "5").error().code, std::string("queue_started"));
        orThrow(queue.edit([](QueueContents& contents) -> Result<void> { // a retry: its checkpoint has settings
            contents.find(3)->startedAt = 1;
            return {};
        }));
        QCOMPARE(queue.replace(folder(2), "y", "5").error().code, std::string("queue_started"));
        QCOMPARE(queue.replace("/nowhere", "y", "5").error().code, std::string("queue_unknown"));
        QCOMPARE(order(queue), std::string("axc"));
        QCOMPARE(orThrow(readFile(queue.configFile(1))), std::string("1"));
        QCOMPARE(orThrow(readFile(queue.configFile(3))), std::string("3"));
    }
    void removesAndRetries()
    {
        RunQueue queue = fresh();
        (void)orThrow(queue.add({ { "a", "", "", "" }, { "b", "", "", "" }, { "c", "", "", "" } }));
        set(queue, 1, QueueItem::State::Started);
        set(queue, 2, QueueItem::State::Ended);
        QCOMPARE(queue.remove(1).error().code, std::string("queue_running"));
        QCOMPARE(queue.retry(3).error().code, std::string("queue_not_ended"));
        orThrow(queue.retry(2));
        QCOMPARE(order(queue), std::string("acb"));
        QVERIFY(orThrow(queue.read()).items[2].state == QueueItem::State::Queued);
        orThrow(queue.remove(3));
        QVERIFY(!std::filesystem::exists(queue.configFile(3)));
        set(queue, 1, QueueItem::State::Ended);
        QCOMPARE(orThrow(queue.clearEnded()), int64_t(1));
        QCOMPARE(order(queue), std::string("b"));
        QCOMPARE(orThrow(queue.add({ { "e", "", "", "" } }))[0], int64_t(4)); // numbers never come twice
        QCOMPARE(queue.setJobs(0).error().code, std::string("queue_jobs"));
    }
    void manyHandsLoseNothing()
    {
        RunQueue queue = fresh();
        std::vector<std::thread> hands;
        for (int h = 0; h < 4; ++h)
            hands.emplace_back([&queue] {
                for (int i = 0; i < 10; ++i)
                    (void)orThrow(queue.add({ { "x", "", "", "" } }));
            });
        for (std::thread& hand : hands)
            hand.join();
        const QueueContents contents = orThrow(queue.read());
        QCOMPARE(contents.items.size(), size_t(40));
        std::set<int64_t> ids;
        for (const QueueItem& item : contents.items)
            ids.insert(item.id);
        QCOMPARE(ids.size(), size_t(40));
    }
    void damageIsSaidAndKept()
    {
        for (const char* text :
            { "", "[]", "{\"version\":1}", "{\"version\":9,\"items\":[]}", "{\"version\":1,\"items\":[3]}",
                "{\"version\":1,\"items\":[{\"id\":1,\"state\":\"odd\",\"outcome\":\"\"}]}" }) {
            RunQueue queue = fresh();
            orThrow(makeFolders(queue.folder()));
            orThrow(writeFileAtomically(queue.folder() / "queue.json", text));
            QCOMPARE(queue.read().error().code, std::string("queue_corrupt"));
            QCOMPARE(queue.setPaused(true).error().code, std::string("queue_corrupt"));
            QCOMPARE(orThrow(readFile(queue.folder() / "queue.json")), std::string(text));
        }
    }
};

QTEST_GUILESS_MAIN(TestRunQueue)
#include "tst_run_queue.moc"
