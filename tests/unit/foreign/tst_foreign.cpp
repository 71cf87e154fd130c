// Files of other trainers: every prefix waits, every damaged byte is found, and what is imported is what was written.

#include "core/base/files.h"
#include "core/foreign/foreign_run.h"
#include "core/foreign/metric_mapping.h"
#include "core/store/run_reader.h"

#include <QtTest>

#include <cmath>

using namespace aha;
using namespace aha::foreign;
namespace fs = std::filesystem;

namespace {

const fs::path kFixtures = AHASCOPE_TEST_FIXTURES "/foreign";

std::string events(const char* program) { return orThrow(readFile(kFixtures / program / "events.out.tfevents.1")); }

Lexicon lexicon() { return orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")); }

double metric(const RunReader& reader, const char* name, int64_t step)
{
    for (const auto& [own, value] : orThrow(reader.metricsAt(step)))
        if (own == name)
            return value;
    return std::nan("");
}

bool said(const ImportReport& report, const char* words)
{
    for (const std::string& note : report.notes)
        if (note.find(words) != std::string::npos)
            return true;
    return false;
}

} // namespace

class TestForeign : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void checksum() { QCOMPARE(crc32c("123456789"), 0xE3069283u); } // RFC 3720's Castagnoli check value

    void scalars()
    {
        const EventScan scan = scanEvents(events("trl"));
        QVERIFY(!scan.damage);
        QCOMPARE(scan.consumed, uint64_t(events("trl").size()));
        QCOMPARE(scan.scalars.size(), size_t(7));
        QCOMPARE(scan.scalars[0].tag, std::string("train/reward"));
        QCOMPARE(scan.scalars[0].step, 1);
        QCOMPARE(scan.scalars[0].value, 0.25);
        QVERIFY(scan.scalars[0].wallTime > 1.7e9);
        QCOMPARE(scan.otherValues, uint64_t(1)); // the text
    }
    void everyPrefixWaits()
    {
        const std::string whole = events("trl");
        size_t before = 0;
        for (size_t size = 0; size <= whole.size(); ++size) {
            const EventScan scan = scanEvents(std::string_view(whole).substr(0, size));
            QVERIFY(!scan.damage && scan.consumed <= size && scan.scalars.size() >= before);
            before = scan.scalars.size();
            // Going on from there gives the rest.
            QCOMPARE(scanEvents(std::string_view(whole).substr(scan.consumed)).scalars.size(), 7 - before);
        }
    }
    void everyDamagedByteIsFound()
    {
        const std::string whole = events("trl");
        for (size_t at = 0; at < whole.size(); ++at) {
            std::string bytes = whole;
            bytes[at] = char(bytes[at] ^ 0x40);
            const EventScan scan = scanEvents(bytes);
            QVERIFY2(scan.damage, qPrintable(QString("byte %1").arg(at)));
            QVERIFY(scan.consumed <= at);
        }
    }

    /// A find of the fuzzer: a tag's bytes went into the database as they were.
    void tagsAreText()
    {
        const auto record = [](const std::string& body) {
            std::string bytes;
            const auto number
                = [&](uint64_t value, size_t size) { bytes.append(reinterpret_cast<const char*>(&value), size); };
            const auto checksum = [&](std::string_view of) {
                const uint32_t crc = crc32c(of);
                number(uint32_t(((crc >> 15) | (crc << 17)) + 0xa282ead8u), 4);
            };
            number(body.size(), 8);
            checksum(std::string(bytes));
            bytes += body;
            checksum(body);
            return bytes;
        };
        const auto part = [](char field, const std::string& inner) { // length as a varint of two bytes
            return field + std::string { char(0x80 | (inner.size() & 0x7f)), char(inner.size() >> 7) } + inner;
        };
        const auto event = [&](const std::string& tag) {
            const std::string one("\x15\0\0\x80\x3f", 5);
            return record(part(0x2a, part(0x0a, part(0x0a, tag) + one)));
        };
        const EventScan scan = scanEvents(event("train/a\x91z") + event(std::string(1025, 'a')) + event("train/b"));
        QVERIFY(!scan.damage);
        QCOMPARE(scan.scalars.size(), size_t(2));
        QCOMPARE(scan.scalars[0].tag, std::string("train/a\xEF\xBF\xBDz"));
        QCOMPARE(scan.scalars[1].tag, std::string("train/b"));
        QCOMPARE(scan.otherValues, uint64_t(1)); // a name that nobody could read
    }

    void names()
    {
        QCOMPARE(metricName("train/reward"), std::string("reward"));
        QCOMPARE(metricName("train/rewards/f/mean"), std::string("rewards/f/mean"));
        QCOMPARE(metricName("train/step_time"), std::string("perf/step_seconds"));
        QCOMPARE(metricName("train/new_thing"), std::string("foreign/train/new_thing"));
        QCOMPARE(metricName("eval/reward"), std::string("foreign/eval/reward"));
        QCOMPARE(metricName("critic/score/mean"), std::string("reward"));
        QCOMPARE(metricName("critic/rewards/mean"), std::string("foreign/critic/rewards/mean")); // with its penalty
    }

    void trl()
    {
        const ForeignFile file = orThrow(readTrlCompletions(kFixtures / "trl/completions/completions_00001.parquet"));
        QCOMPARE(file.completions.size(), size_t(4));
        const ForeignCompletion& first = file.completions[0];
        QCOMPARE(first.step, 1);
        QCOMPARE(first.prompt, std::string("use 1 2 3 :"));
        QCOMPARE(first.parts.size(), size_t(2));
        QCOMPARE(first.parts[0].first, std::string("accuracy_reward"));
        QCOMPARE(first.advantage, std::optional(0.7));
        QVERIFY(std::isnan(file.completions[2].parts[0].second));
        const ForeignFile chat = orThrow(readTrlCompletions(kFixtures / "trl/completions/completions_00003.parquet"));
        QCOMPARE(chat.completions[1].completion, std::string("5"));
        QCOMPARE(readTrlCompletions(kFixtures / "verl/1.jsonl").error().code, std::string("foreign_layout"));
    }
    void verl()
    {
        const ForeignFile file = orThrow(readVerlRollouts(kFixtures / "verl/1.jsonl"));
        QCOMPARE(file.completions[0].reward, std::optional(1.0));
        QCOMPARE(file.completions[0].gold, std::string("\"3\""));
        QCOMPARE(file.completions[1].parts.size(), size_t(1)); // acc; pred is a text
        QCOMPARE(file.leftOut, std::vector<std::string>({ "pred" }));
    }

    void readsBack()
    {
        QTemporaryDir folder;
        const fs::path run = folder.filePath("run").toStdString();
        auto foreign = orThrow(ForeignRun::open(kFixtures / "trl", run, lexicon(), false));
        QCOMPARE(ForeignRun::open(kFixtures / "trl", run, lexicon(), false).error().code, std::string("run_busy"));
        orThrow(foreign->poll(true));
        orThrow(foreign->finish(true));
        QVERIFY(said(foreign->report(), "plain sum") && said(foreign->report(), "texts and images"));
        const auto reader = orThrow(RunReader::open(run));
        QCOMPARE(metric(*reader, "reward", 1), 0.25); // the event file's, not that of the four completions
        QCOMPARE(metric(*reader, "perf/step_seconds", 1), 1.5);
        QCOMPARE(metric(*reader, "loss", 2), -0.03125);
        QCOMPARE(metric(*reader, "foreign/eval/reward", 2), 0.75);
        QCOMPARE(metric(*reader, "rewards/format_reward/mean", 1), 0.625); // from the completions
        const std::vector<GroupRow> groups = orThrow(reader->groupsWithCompletions(1));
        QCOMPARE(groups.size(), size_t(2));
        QCOMPARE(groups[0].completions.size(), size_t(2));
        QCOMPARE(groups[0].rewardMean, 1.25); // 2 and 0.5
        const CompletionRow& first = groups[0].completions[0];
        QCOMPARE(first.reward, std::optional(2.0));
        QCOMPARE(first.advantage, 0.7);
        QVERIFY(first.correct && first.verdict == "correct" && first.reflections > 0);
        QVERIFY(groups[1].completions[0].mixesLanguage);
        QCOMPARE(groups[1].completions[0].verdict, std::string("unchecked")); // its accuracy did not apply
        QVERIFY(orThrow(reader->completionText(first.id)).text.find("1 + 2 = 3") != std::string::npos);
        QCOMPARE(orThrow(reader->summary()).lastMarker, std::string("finished"));
    }

    void follows()
    {
        QTemporaryDir folder;
        const fs::path source = folder.filePath("source").toStdString(), run = folder.filePath("run").toStdString(),
                       log = source / "events.out.tfevents.7";
        fs::create_directories(source);
        auto foreign = orThrow(ForeignRun::open(source, run, lexicon(), true));
        QCOMPARE(orThrow(foreign->poll(false)), 0);
        const std::string whole = events("verl");
        orThrow(writeFileAtomically(log, whole.substr(0, whole.size() - 5))); // the last record is not all there
        QCOMPARE(orThrow(foreign->poll(false)), 1); // step 1 is over: there is something of step 2
        fs::copy_file(kFixtures / "verl/2.jsonl", source / "2.jsonl");
        QCOMPARE(orThrow(foreign->poll(false)), 0); // it may still grow
        orThrow(writeFileAtomically(log, whole));
        QCOMPARE(orThrow(foreign->poll(false)), 0); // step 2 may have more
        orThrow(foreign->finish(false));
        foreign.reset();
        QCOMPARE(orThrow(orThrow(RunReader::open(run))->lastStep()), 1);
        // Later, without following: the rest, and nothing twice.
        auto again = orThrow(ForeignRun::open(source, run, lexicon(), false));
        QCOMPARE(orThrow(again->poll(true)), 1);
        const auto reader = orThrow(RunReader::open(run));
        QCOMPARE(metric(*reader, "reward", 1), 0.5);
        QCOMPARE(metric(*reader, "reward", 2), 0.5);
        QCOMPARE(metric(*reader, "perf/step_seconds", 2), 2.0);
        QCOMPARE(orThrow(reader->groupsWithCompletions(2))[0].completions[0].extracted, std::string());
        QVERIFY(said(again->report(), "advantages"));
    }

    void whatIsNotThere()
    {
        QTemporaryDir folder;
        const fs::path run = folder.filePath("run").toStdString();
        QCOMPARE(ForeignRun::open(folder.filePath("no").toStdString(), run, lexicon(), false).error().code,
            std::string("source_missing"));
        QCOMPARE(ForeignRun::open(folder.path().toStdString(), run, lexicon(), false).error().code,
            std::string("foreign_nothing"));
    }
};

QTEST_GUILESS_MAIN(TestForeign)
#include "tst_foreign.moc"
