// Searches that two threads read for, part by part: they say what one query says.

#include "core/store/hit_counts.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "tests/support/run_rows.h"

#include <QTemporaryDir>
#include <QtTest>

#include <pthread.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace aha;

namespace {

constexpr int kSteps = 20, kGroups = 10, kSamples = 12; // 2400 completions: enough for a second thread
constexpr int64_t kAll = kSteps * kGroups * kSamples;
constexpr TraceOrder kOrders[] = { TraceOrder::Newest, TraceOrder::Oldest, TraceOrder::RewardHigh,
    TraceOrder::RewardLow, TraceOrder::Longest, TraceOrder::Shortest, TraceOrder::MostReflections,
    TraceOrder::FewestReflections, TraceOrder::AdvantageHigh, TraceOrder::AdvantageLow };

void makeRun(const std::string& folder, int steps, int groups, int samples, const std::string& word = "等等")
{
    auto writer = orThrow(RunWriter::create(folder, "r", "r", "grpo", "{}"));
    for (int64_t step = 1; step <= steps; ++step) {
        StepRow row = support::stepRow(step, groups, samples);
        for (GroupRow& group : row.groups)
            for (CompletionRow& c : group.completions) {
                const int mixed = int((step * 31 + group.position * 17 + c.position * 7) % 23);
                c.tokens = 1 + mixed;
                c.tokenIds.assign(size_t(c.tokens), 7);
                c.detail.reset();
                c.advantage = mixed % 5 - 2;
                c.reflections = mixed % 3;
                c.text = "mark" + std::to_string(mixed) + "x " + word + " " + std::to_string(step);
            }
        orThrow(writer->commitStep(row));
    }
}

std::vector<TraceFilter> filters()
{
    std::vector<TraceFilter> made;
    for (const auto& [text, isPattern] :
        { std::pair("等等", false), std::pair("MARK7x", false), std::pair("然后", false), std::pair("mark1\\dx", true),
            std::pair("mark(3|4)x.* 1\\d$", true), std::pair("absent\\d", true) }) {
        TraceFilter filter;
        filter.text = text;
        filter.isPattern = isPattern;
        made.push_back(filter);
        filter.correct = true;
        made.push_back(filter);
        filter.correct.reset();
        filter.stepMin = 5;
        filter.stepMax = 9;
        made.push_back(filter);
        filter.rewardMin = 0.5;
        filter.verdict = "malformed";
        made.push_back(filter);
    }
    return made;
}

std::vector<int64_t> ids(const std::vector<TraceHit>& hits)
{
    std::vector<int64_t> made;
    for (const TraceHit& hit : hits)
        made.push_back(hit.completion.id);
    return made;
}

/// How many texts have the word, by the search and by the counts of the steps.
std::pair<int64_t, int64_t> found(const RunReader& reader, const HitCounter& counter, const std::string& word)
{
    TraceFilter filter;
    filter.text = word;
    std::atomic<bool> isShared { false };
    const auto wanted = [&, caller = std::this_thread::get_id()] {
        if (std::this_thread::get_id() != caller)
            isShared = true;
        for (int turn = 0; turn < 1000 && !isShared; ++turn) // if there is another thread, it gets a part
            std::this_thread::yield();
        return true;
    };
    const auto ignored = [](std::vector<TraceHit>) {};
    std::pair both { orThrow(reader.searchTexts(filter, TraceOrder::Newest, 1, ignored, wanted)), int64_t(0) };
    isShared = false;
    for (const StepHits& step : orThrow(counter.perStep(filter, wanted)))
        both.second += step.hits;
    return both;
}

} // namespace

class TestTextSearch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        makeRun(folder(), kSteps, kGroups, kSamples);
        QCOMPARE(orThrow(RunReader::open(folder()))->summary()->completions, int64_t(kSteps * kGroups * kSamples));
        makeRun(otherFolder(), kSteps, kGroups, kSamples, "然后");
    }

    /// The page of every order, the count, and the counts of the steps.
    void asOneQuery()
    {
        const auto reader = orThrow(RunReader::open(folder()));
        const auto counter = orThrow(HitCounter::open(folder()));
        int64_t most = 0;
        for (const TraceFilter& filter : filters()) {
            const int64_t wanted = orThrow(reader->countHits(filter));
            most = std::max(most, wanted);
            for (const TraceOrder order : kOrders)
                for (const int limit : { 1, 40, 5000 }) {
                    int told = 0;
                    std::vector<TraceHit> page;
                    const auto first = [&](std::vector<TraceHit> hits) {
                        ++told;
                        page = std::move(hits);
                    };
                    QCOMPARE(orThrow(reader->searchTexts(filter, order, limit, first)), wanted);
                    QCOMPARE(told, 1);
                    QCOMPARE(ids(page), ids(orThrow(reader->search(filter, order, limit))));
                }
            int64_t hits = 0;
            for (const StepHits& step : orThrow(counter->perStep(filter))) {
                TraceFilter here = filter;
                here.stepMin = std::max(filter.stepMin.value_or(0), step.step);
                here.stepMax = std::min(filter.stepMax.value_or(kSteps), step.step);
                QCOMPARE(step.hits, orThrow(reader->countHits(here)));
                hits += step.hits;
            }
            QCOMPARE(hits, wanted);
        }
        QCOMPARE(most, int64_t(kSteps * kGroups * kSamples));
    }

    void aPatternThatFails()
    {
        const auto reader = orThrow(RunReader::open(folder()));
        TraceFilter filter;
        filter.isPattern = true;
        filter.text = "mark(";
        const auto nothing = [](std::vector<TraceHit>) {};
        QCOMPARE(
            reader->searchTexts(filter, TraceOrder::Newest, 10, nothing).error().code, std::string("pattern_invalid"));
        filter.text = "mark"; // and the reader works on
        QCOMPARE(orThrow(reader->searchTexts(filter, TraceOrder::Newest, 10, nothing)),
            int64_t(kSteps * kGroups * kSamples));
    }

    /// Of a small run all parts are read by this thread: the interrupt comes before the last of them.
    void interrupted()
    {
        QTemporaryDir small;
        makeRun(small.path().toStdString(), 3, 3, 5);
        const auto reader = orThrow(RunReader::open(small.path().toStdString()));
        TraceFilter filter;
        filter.text = "等等";
        const auto stopped
            = reader->searchTexts(filter, TraceOrder::Newest, 1, [&](std::vector<TraceHit>) { reader->interrupt(); });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, std::string("cancelled"));
        QCOMPARE(
            orThrow(reader->searchTexts(filter, TraceOrder::Newest, 1, [](std::vector<TraceHit>) {})), int64_t(45));
    }

    /// An interrupt() before a search begins ends nothing; whoever asked for the search says that it is not wanted.
    void unwantedBeforeItBegins()
    {
        const auto reader = orThrow(RunReader::open(folder()));
        const auto counter = orThrow(HitCounter::open(folder()));
        TraceFilter filter;
        filter.text = "等等";
        int told = 0;
        const auto first = [&](std::vector<TraceHit>) { ++told; };
        const auto never = [] { return false; };
        const auto stopped = reader->searchTexts(filter, TraceOrder::RewardHigh, 1, first, never);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, std::string("cancelled"));
        QCOMPARE(told, 0);
        const auto uncounted = counter->perStep(filter, never);
        QVERIFY(!uncounted);
        QCOMPARE(uncounted.error().code, std::string("cancelled"));

        std::atomic<int> asked { 0 };
        const auto awhile = [&] { return ++asked < 5; }; // of 32 parts
        QCOMPARE(counter->perStep(filter, awhile).error().code, std::string("cancelled"));
        QVERIFY(asked < 8);
        const auto always = [] { return true; };
        QCOMPARE(orThrow(reader->searchTexts(filter, TraceOrder::RewardHigh, 1, first, always)), kAll);
    }

    void anotherRunAtThePath_data()
    {
        QTest::addColumn<bool>("byLink");
        QTest::addColumn<bool>("searchedBefore");
        QTest::newRow("replaced") << false << false;
        QTest::newRow("replaced after a search") << false << true;
        QTest::newRow("link") << true << false;
        QTest::newRow("link after a search") << true << true;
    }

    /// The second connection is opened by path, and would read another run than the first.
    void anotherRunAtThePath()
    {
        QFETCH(bool, byLink);
        QFETCH(bool, searchedBefore);
        QTemporaryDir place;
        const std::filesystem::path path = place.filePath("run").toStdString();
        const auto put = [&](const std::string& run) {
            std::filesystem::remove_all(path); // of a link the link alone
            if (byLink)
                std::filesystem::create_directory_symlink(run, path);
            else
                std::filesystem::copy(run, path);
        };
        put(folder());
        const auto reader = orThrow(RunReader::open(path));
        const auto counter = orThrow(HitCounter::open(path));
        if (searchedBefore)
            QCOMPARE(found(*reader, *counter, "等等"), std::pair(kAll, kAll));
        put(otherFolder());
        for (int again = 0; again < 2; ++again) {
            QCOMPARE(found(*reader, *counter, "等等"), std::pair(kAll, kAll));
            QCOMPARE(found(*reader, *counter, "然后"), std::pair(int64_t(0), int64_t(0)));
        }
        const auto reopened = orThrow(RunReader::open(path));
        QCOMPARE(found(*reopened, *orThrow(HitCounter::open(path)), "然后"), std::pair(kAll, kAll));
    }

    void withoutAnotherConnection()
    {
        QTemporaryDir place;
        const std::filesystem::path path = place.filePath("run").toStdString();
        std::filesystem::copy(folder(), path);
        const auto reader = orThrow(RunReader::open(path));
        const auto counter = orThrow(HitCounter::open(path));
        std::filesystem::rename(path, place.filePath("renamed").toStdString());
        QCOMPARE(found(*reader, *counter, "等等"), std::pair(kAll, kAll));
    }

    void withoutAnotherThread()
    {
        const auto reader = orThrow(RunReader::open(folder()));
        const auto counter = orThrow(HitCounter::open(folder()));
        pthread_attr_t usual, huge;
        QCOMPARE(pthread_getattr_default_np(&usual), 0);
        QCOMPARE(pthread_attr_init(&huge), 0);
        QCOMPARE(pthread_attr_setstacksize(&huge, size_t(1) << 47), 0); // more than any process can map
        QCOMPARE(pthread_setattr_default_np(&huge), 0);
        std::pair<int64_t, int64_t> hits;
        std::string thrown;
        try {
            hits = found(*reader, *counter, "等等");
        } catch (const std::exception& exception) {
            thrown = exception.what();
        }
        QCOMPARE(pthread_setattr_default_np(&usual), 0);
        pthread_attr_destroy(&usual);
        pthread_attr_destroy(&huge);
        QCOMPARE(thrown, std::string());
        QCOMPARE(hits, std::pair(kAll, kAll));
        QCOMPARE(found(*reader, *counter, "等等"), std::pair(kAll, kAll)); // with two again
    }

    /// Ids at both ends of what there is, as in no file of ours.
    void idsFarApart()
    {
        QTemporaryDir damaged;
        makeRun(damaged.path().toStdString(), 2, 2, 5);
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open(damaged.filePath("run.db").toUtf8().constData(), &database), SQLITE_OK);
        QCOMPARE(sqlite3_exec(database,
                     "UPDATE completion_text SET completion_id = 9223372036854775807 WHERE completion_id = 20;"
                     "UPDATE completion SET id = 9223372036854775807 WHERE id = 20;"
                     "UPDATE completion_text SET completion_id = -9223372036854775808 WHERE completion_id = 1;"
                     "UPDATE completion SET id = -9223372036854775808 WHERE id = 1;",
                     nullptr, nullptr, nullptr),
            SQLITE_OK);
        sqlite3_close(database);
        const auto reader = orThrow(RunReader::open(damaged.path().toStdString()));
        TraceFilter filter;
        filter.text = "mark";
        std::vector<TraceHit> page;
        const auto first = [&](std::vector<TraceHit> hits) { page = std::move(hits); };
        QCOMPARE(orThrow(reader->searchTexts(filter, TraceOrder::Oldest, 100, first)), int64_t(20));
        QCOMPARE(page.size(), size_t(20));
        QCOMPARE(page.front().completion.id, INT64_MIN);
        QCOMPARE(page.back().completion.id, INT64_MAX);
    }

    /// What nobody could judge, or was to judge, is not among the wrong ones.
    void wrongIsWhatWasJudged()
    {
        QTemporaryDir folder;
        const std::string at = folder.path().toStdString();
        StepRow step = support::stepRow(1, 2, 6);
        const char* const verdicts[] = { "correct", "wrong", "malformed", "infra_error", "timeout", "unjudged" };
        for (GroupRow& group : step.groups)
            for (CompletionRow& c : group.completions) {
                c.verdict = verdicts[c.position];
                c.correct = c.position == 0;
            }
        orThrow(orThrow(RunWriter::create(at, "r", "r", "grpo", "{}"))->commitStep(step));
        const auto reader = orThrow(RunReader::open(at));
        TraceFilter filter;
        filter.correct = false;
        QCOMPARE(*reader->countHits(filter), int64_t(4));
        for (const TraceHit& hit : *reader->search(filter, TraceOrder::Newest, 100))
            QVERIFY2(hit.completion.verdict == "wrong" || hit.completion.verdict == "malformed",
                hit.completion.verdict.c_str());
        filter.correct = true;
        QCOMPARE(*reader->countHits(filter), int64_t(2));
    }

private:
    std::string folder() const { return m_folder.path().toStdString(); }
    std::string otherFolder() const { return m_other.path().toStdString(); }
    QTemporaryDir m_folder, m_other;
};

QTEST_APPLESS_MAIN(TestTextSearch)
#include "tst_text_search.moc"
