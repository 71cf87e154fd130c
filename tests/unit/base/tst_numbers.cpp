// Rows of numbers that grow: what copies see, where they lie, and that nothing is copied that need not be.

#include "core/base/numbers.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <thread>

using namespace aha;

namespace {

std::vector<double> counted(long long count, double from = 0)
{
    std::vector<double> made;
    for (long long i = 0; i < count; ++i)
        made.push_back(from + double(i));
    return made;
}

} // namespace

class TestNumbers : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { qputenv("TMPDIR", m_folder.path().toUtf8()); }

    void copiesStayAsLongAsTheyWere()
    {
        Numbers row(counted(5));
        row << 5; // grows, with room for more
        const Numbers before = row;
        row << 6 << 7;
        QCOMPARE(before.size(), 6);
        QCOMPARE(row, Numbers(counted(8)));
        QVERIFY2(row.constData() == before.constData(), "appending in place copies nothing");
        Numbers other = before; // the place behind it is taken
        other << 60;
        QCOMPARE(row[6], 6.0);
        QCOMPARE(other[6], 60.0);
        QCOMPARE(other.size(), 7);
        QVERIFY(row.continues(before) && other.continues(before) && !row.continues(other) && !before.continues(row));
    }

    void beginningsAreKnownBitByBit()
    {
        const Numbers gap { 1, NAN, 3 };
        QVERIFY(Numbers({ 1, NAN, 3, 4 }).continues(gap));
        QVERIFY(!Numbers({ 1, 2, 3, 4 }).continues(gap));
        QVERIFY(gap.continues(Numbers()) && Numbers().continues(Numbers()));
        QCOMPARE(Numbers().size(), 0);
        QVERIFY(Numbers().begin() == Numbers().end());
        Numbers gone = gap;
        gone.clear();
        QVERIFY(gone.isEmpty() && gap.size() == 3);
    }

    void aRowThatWasMovedFromIsEmpty()
    {
        Numbers row = counted(3);
        Numbers taken = std::move(row);
        QVERIFY(row.isEmpty() && row.begin() == row.end());
        row << 4;
        QCOMPARE(row, Numbers({ 4 }));
        QCOMPARE(taken.size(), 3);
        taken = std::move(row);
        QCOMPARE(taken, Numbers({ 4 }));
    }

    void aRowCanBeAppendedToItself()
    {
        Numbers row(counted(3));
        row.append(row);
        row.append(row);
        QCOMPARE(row, Numbers({ 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2 }));
    }

    void longRowsThatGrowLieInAFile()
    {
        Numbers whole(counted(3 * Numbers::kInMemory));
        QVERIFY2(!whole.inFile(), "what is read once and does not grow needs no file");
        whole << -1;
        QVERIFY(whole.inFile());
        Numbers row;
        for (long long i = 0; i < 5 * Numbers::kInMemory; ++i) {
            row << double(i);
            QCOMPARE(row.inFile(), row.size() > Numbers::kInMemory);
        }
        QVERIFY(row.inFile());
        QCOMPARE(row, Numbers(counted(5 * Numbers::kInMemory)));
        const Numbers copy = row;
        row.clear();
        QCOMPARE(copy.back(), double(5 * Numbers::kInMemory - 1)); // the file is there as long as a copy is
    }

    void filesHaveNoNames()
    {
        Numbers row(counted(Numbers::kInMemory));
        row << 1;
        QVERIFY(row.inFile());
        QVERIFY2(QDir(m_folder.path()).isEmpty(), "a crash must leave nothing behind");
    }

    void withoutAFileItIsMemory()
    {
        Numbers row(counted(Numbers::kInMemory));
        {
            qputenv("TMPDIR", "/nonexistent");
            const auto back = qScopeGuard([this] { qputenv("TMPDIR", m_folder.path().toUtf8()); });
            row << 1;
        }
        QVERIFY(!row.inFile());
        QCOMPARE(row.size(), Numbers::kInMemory + 1);
        QCOMPARE(row.back(), 1.0);
        Numbers many[Numbers::kMostFiles + 1];
        for (Numbers& one : many) {
            one = Numbers(counted(Numbers::kInMemory));
            one << 2;
        }
        QVERIFY(many[0].inFile() && !many[Numbers::kMostFiles].inFile());
        QCOMPARE(many[Numbers::kMostFiles].back(), 2.0);
        // A process that may open few keeps three quarters of them for other things.
        rlimit most {};
        QCOMPARE(getrlimit(RLIMIT_NOFILE, &most), 0);
        const rlimit few { 4 * 100, most.rlim_max };
        for (int i = 100; i < Numbers::kMostFiles; ++i)
            many[i].clear();
        QCOMPARE(setrlimit(RLIMIT_NOFILE, &few), 0);
        for (int i = 100; i < Numbers::kMostFiles; ++i) {
            many[i] = Numbers(counted(Numbers::kInMemory));
            many[i] << 2;
        }
        setrlimit(RLIMIT_NOFILE, &most);
        QVERIFY(!many[Numbers::kMostFiles - 1].inFile());
        QVERIFY(
            std::count_if(std::begin(many), std::end(many), [](const Numbers& one) { return one.inFile(); }) <= 100);
        many[0].clear(); // makes room for another
        row = Numbers(counted(Numbers::kInMemory));
        row << 3;
        QVERIFY(row.inFile());
    }

    /// A disk that is full says so to who writes; what was there is all there.
    void aFullDiskSendsItToMemory()
    {
        Numbers row(counted(Numbers::kInMemory));
        row << -1;
        QVERIFY(row.inFile());
        const Numbers before = row;
        const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
        rlimit most {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &most), 0);
        const rlimit little { rlim_t(row.size()) * sizeof(double), most.rlim_max };
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &little), 0);
        row << -2;
        Numbers other(counted(Numbers::kInMemory)); // has no file to begin with
        other << -1;
        setrlimit(RLIMIT_FSIZE, &most);
        std::signal(SIGXFSZ, ignored);
        QVERIFY(!row.inFile() && before.inFile() && !other.inFile());
        QVERIFY(row.continues(before) && other == before);
        QCOMPARE(row.size(), Numbers::kInMemory + 2);
        QCOMPARE(row.back(), -2.0);
    }

    /// Whoever extends the longest copy does so in place, the other leaves: neither sees the other's values.
    void twoThreadsExtendTheSameRow()
    {
        Numbers row(counted(100));
        row << 100;
        for (int round = 0; round < 200; ++round) {
            Numbers one = row, two = row;
            const auto extend = [](Numbers& mine, double with) {
                for (int i = 0; i < 50; ++i)
                    mine << with;
            };
            std::thread first(extend, std::ref(one), 1.0), second(extend, std::ref(two), 2.0);
            first.join();
            second.join();
            for (const auto& [mine, with] : { std::pair(&one, 1.0), std::pair(&two, 2.0) }) {
                QCOMPARE(mine->size(), 151);
                QVERIFY(mine->continues(row));
                QCOMPARE(std::count(mine->begin() + 101, mine->end(), with), 50);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestNumbers)
#include "tst_numbers.moc"
