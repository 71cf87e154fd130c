// The verifier and the word counters against the reference rows.

#include "core/tasks/countdown.h"
#include "core/trace/language.h"
#include "core/trace/reflection.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

class GoldenRewards : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFileIsKnown()
    {
        const QStringList known { "countdown.jsonl", "language.jsonl", "reflection.jsonl" };
        const QStringList later { "math_verify.jsonl", "open_r1_rewards.jsonl", "knights_knaves.jsonl" };
        int found = 0;
        for (const QString& name : QDir(golden::folder() + "/rewards").entryList({ "*.jsonl" }, QDir::Files)) {
            QVERIFY2(known.contains(name) || later.contains(name), qPrintable("unknown golden file: " + name));
            found += known.contains(name);
            if (later.contains(name))
                qInfo("golden rewards/%s: of tasks that this version does not have: %d", qPrintable(name),
                    int(golden::rows("rewards/" + name).size()));
        }
        QVERIFY2(found > 0, "no golden reward files found");
    }

    void countdown()
    {
        const std::vector<Json> rows = golden::rows("rewards/countdown.jsonl");
        QVERIFY(!rows.empty());
        for (const Json& row : rows) {
            const CountdownItem item { row["numbers"].get<std::vector<int64_t>>(), row["target"].get<int64_t>() };
            const Judgement j = judgeCountdown(item, row["completion"].get<std::string>());
            const std::string at
                = "row " + row["id"].dump() + " " + row["kind"].get<std::string>() + ": got " + j.reason;
            QVERIFY2(j.reason == row["expected"]["reason"], at.c_str());
            QVERIFY2(golden::close(j.accuracy, row["expected"]["score_strict"].get<double>(), 1e-9), at.c_str());
            QVERIFY2(golden::close(j.format, row["expected"]["format"].get<double>(), 1e-9), at.c_str());
        }
        qInfo("golden rewards/countdown.jsonl: %d cases", int(rows.size()));
    }

    void language()
    {
        const std::vector<Json> rows = golden::rows("rewards/language.jsonl");
        QVERIFY(!rows.empty());
        for (const Json& row : rows) {
            const LanguageCount count = countLanguages(row["text"].get<std::string>());
            const Json& expected = row["expected"];
            const std::string at = "row " + row["id"].dump() + " " + row["text"].dump();
            QVERIFY2(count.english == expected["counts"]["en"] && count.chinese == expected["counts"]["zh"]
                    && count.other == expected["counts"]["other"],
                at.c_str());
            QVERIFY2(golden::close(count.share("en"), expected["ratio_en"].get<double>(), 1e-9), at.c_str());
            QVERIFY2(golden::close(count.share("zh"), expected["ratio_zh"].get<double>(), 1e-9), at.c_str());
            QVERIFY2(
                golden::close(count.share(row["target"].get<std::string>()), expected["ratio"].get<double>(), 1e-9),
                at.c_str());
        }
        qInfo("golden rewards/language.jsonl: %d cases", int(rows.size()));
    }

    void reflection()
    {
        const std::vector<Json> rows = golden::rows("rewards/reflection.jsonl");
        QVERIFY(!rows.empty());
        const Result<Lexicon> lexicon = Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt");
        QVERIFY(lexicon.ok());
        for (const Json& row : rows) {
            const std::string text = row["text"].get<std::string>();
            std::vector<WordHit> hits;
            for (const WordHit& hit : lexicon->find(text))
                if (lexicon->entries()[size_t(hit.word)].language == "en") // the reference knows the ten English words
                    hits.push_back(hit);
            const Json& expected = row["expected"]["occurrences"];
            const std::string at = "row " + row["id"].dump();
            QVERIFY2(hits.size() == expected.size(), at.c_str());
            for (size_t i = 0; i < hits.size(); ++i) {
                QVERIFY2(lexicon->entries()[size_t(hits[i].word)].word == expected[i]["word"], at.c_str());
                QVERIFY2(
                    hits[i].begin == expected[i]["byte_start"] && hits[i].end == expected[i]["byte_end"], at.c_str());
            }
        }
        qInfo("golden rewards/reflection.jsonl: %d cases", int(rows.size()));
    }
};

QTEST_GUILESS_MAIN(GoldenRewards)
#include "tst_golden_rewards.moc"
