// Streams of rows and their replicas: row for row the same, from any point on, and nothing damaged gets in.

#include "tests/support/run_rows.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "core/store/run_replica.h"
#include "core/store/run_writer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sqlite3.h>

using namespace aha;
using namespace aha::support;

class TestReplica : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path fresh(const char* name)
    {
        static int n = 0;
        const std::filesystem::path path
            = m_folder.filePath(QString::fromLatin1(name) + QString::number(++n)).toStdString();
        orThrow(makeFolders(path));
        return path;
    }

    static std::unique_ptr<RunWriter> begin(const std::filesystem::path& run)
    {
        orThrow(writeFileAtomically(run / "config.json", "{\"version\":1}"));
        return orThrow(RunWriter::create(run, "id", "name", "grpo", "{}"));
    }

    /// Every row of every table, types and bytes and all.
    static QByteArrayList dump(const std::filesystem::path& run)
    {
        sqlite3* database = nullptr;
        if (sqlite3_open_v2((run / "run.db").c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
            qFatal("run.db cannot be opened");
        QByteArrayList rows, tables;
        const auto query = [&](const QByteArray& sql, auto&& each) {
            sqlite3_stmt* q = nullptr;
            if (sqlite3_prepare_v2(database, sql.constData(), -1, &q, nullptr) != SQLITE_OK)
                qFatal("%s: %s", sql.constData(), sqlite3_errmsg(database));
            while (sqlite3_step(q) == SQLITE_ROW)
                each(q);
            sqlite3_finalize(q);
        };
        query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            [&](sqlite3_stmt* q) { tables << reinterpret_cast<const char*>(sqlite3_column_text(q, 0)); });
        for (const QByteArray& table : tables)
            query("SELECT * FROM " + table, [&](sqlite3_stmt* q) {
                QByteArray row = table;
                for (int c = 0; c < sqlite3_column_count(q); ++c) {
                    const void* bytes = sqlite3_column_blob(q, c);
                    row += '|' + QByteArray::number(sqlite3_column_type(q, c)) + ':';
                    if (sqlite3_column_type(q, c) == SQLITE_FLOAT) {
                        const double value = sqlite3_column_double(q, c);
                        row += QByteArray(reinterpret_cast<const char*>(&value), 8).toHex();
                    } else {
                        row += QByteArray(static_cast<const char*>(bytes), sqlite3_column_bytes(q, c)).toHex();
                    }
                }
                rows << row;
            });
        sqlite3_close(database);
        return rows;
    }

    static std::vector<std::string> linesOf(const std::filesystem::path& run, const StreamCursor& from)
    {
        std::vector<std::string> lines;
        auto stream = orThrow(RunStream::open(run, from));
        orThrow(stream->read([&](const std::string& line) {
            lines.push_back(line);
            return true;
        }));
        return lines;
    }

private Q_SLOTS:
    void theSchemaIsCoveredWhole()
    {
        // A table that is new in the schema must be given its place in core/store/stream_rows.h.
        const auto run = fresh("run");
        begin(run);
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open((run / "run.db").c_str(), &database), SQLITE_OK);
        sqlite3_stmt* q = nullptr;
        sqlite3_prepare_v2(database,
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", -1, &q, nullptr);
        QCOMPARE(sqlite3_step(q), SQLITE_ROW);
        QCOMPARE(sqlite3_column_int(q, 0), 19);
        sqlite3_finalize(q);
        sqlite3_close(database);
    }

    void everyPointOfABreakComesOutTheSame()
    {
        const auto run = fresh("run");
        const auto writer = begin(run);
        orThrow(writer->commitEvaluation(evaluationRow(0)));
        for (int64_t step = 1; step <= 4; ++step) {
            orThrow(writer->commitStep(stepRow(step), learningRows(stepRow(step))));
            orThrow(writer->addLog("info", "step \xFF"));
            if (step == 2)
                orThrow(writer->addCheckpoint({ 0, 1, 2, "checkpoints/2", 10, "abc", 0, false }));
        }
        orThrow(writer->markCheckpointRemoved("checkpoints/2"));
        (void)orThrow(writer->addSource("file", "x.jsonl", "MIT"));
        (void)orThrow(writer->addMarker({ 0, 4, "finished", "done", "{}", 0 }));
        const size_t all = linesOf(run, {}).size();
        QVERIFY(all >= 6);
        const QByteArrayList wanted = dump(run);
        for (size_t cut = 0; cut <= all; ++cut) {
            const auto copy = fresh("copy");
            const StreamHello hello = orThrow(orThrow(RunStream::open(run, {}))->hello());
            {
                auto replica = orThrow(RunReplica::open(copy, orThrow(parseStreamHello(toLine(hello)))));
                const auto lines = linesOf(run, orThrow(RunReplica::cursorOf(copy)));
                for (size_t i = 0; i < cut; ++i)
                    (void)orThrow(replica->apply(lines[i]));
                if (cut < all) // the line that broke off
                    QVERIFY(!replica->apply(lines[cut].substr(0, lines[cut].size() / 2)));
            }
            const StreamCursor cursor = orThrow(parseStreamCursor(toText(orThrow(RunReplica::cursorOf(copy)))));
            auto replica = orThrow(RunReplica::open(copy, hello));
            for (const std::string& line : linesOf(run, cursor))
                (void)orThrow(replica->apply(line));
            QCOMPARE(dump(copy), wanted);
            QCOMPARE(replica->lastStep(), 4);
            QVERIFY(RunReader::open(copy)); // and it is a run like any
        }
    }

    void followsWhatIsNew()
    {
        const auto run = fresh("run"), copy = fresh("copy");
        const auto writer = begin(run);
        auto stream = orThrow(RunStream::open(run, {}));
        auto replica = orThrow(RunReplica::open(copy, orThrow(stream->hello())));
        const auto pass = [&] {
            return orThrow(stream->read([&](const std::string& line) { return bool(replica->apply(line)); }));
        };
        pass();
        QCOMPARE(pass(), 0); // nothing twice
        orThrow(writer->commitStep(stepRow(1)));
        orThrow(writer->commitEvaluation(evaluationRow(1)));
        QCOMPARE(pass(), 2);
        orThrow(writer->endStage(1)); // a row that changes
        QCOMPARE(pass(), 1);
        orThrow(writer->commitStep(stepRow(2, 3, 4), learningRows(stepRow(2, 3, 4))));
        (void)orThrow(writer->addMarker({ 0, 2, "stop", "", "{}", 0 }));
        pass();
        QCOMPARE(dump(copy), dump(run));
        QCOMPARE(orThrow(RunStream::cursorAfter(run, 1)).evaluation, orThrow(RunReplica::cursorOf(copy)).evaluation);
        const auto after = linesOf(run, orThrow(RunStream::cursorAfter(run, 1)));
        int steps = 0;
        for (const std::string& line : after)
            steps += line.find("\"step\":[[") != std::string::npos;
        QCOMPARE(steps, 1);
    }

    /// What is stored afterwards goes behind what was stored before, of whatever step, and may bring new tables with
    /// it while the run is served.
    void followsWhatIsStoredAfterwards()
    {
        const auto run = fresh("run"), copy = fresh("copy");
        begin(run);
        sqlite3* database = nullptr;
        QCOMPARE(sqlite3_open((run / "run.db").c_str(), &database), SQLITE_OK);
        sqlite3_exec(database, "DROP TABLE evaluation_sample; PRAGMA user_version = 2", nullptr, nullptr, nullptr);
        sqlite3_close(database);
        auto stream = orThrow(RunStream::open(run, {})); // of a run that an older engine trains
        auto replica = orThrow(RunReplica::open(copy, orThrow(stream->hello())));
        const auto pass = [&] {
            return orThrow(stream->read([&](const std::string& line) { return bool(replica->apply(line)); }));
        };
        pass();
        const auto writer = orThrow(RunWriter::open(run));
        for (int64_t step = 1; step <= 3; ++step)
            orThrow(writer->commitStep(stepRow(step)));
        for (const int64_t step : { 3, 1 })
            orThrow(writer->commitEvaluation(evaluationRow(step)));
        pass();
        QCOMPARE(dump(copy), dump(run));
        QCOMPARE(orThrow(RunStream::cursorAfter(run, 1)).evaluation, int64_t(0)); // else that of step 3 is never sent
        QCOMPARE(orThrow(RunStream::cursorAfter(run, 3)).evaluation, int64_t(2));
    }

    /// A prompt that a person asked first becomes the task's when a step or an evaluation asks it, in a copy that has
    /// it already, too.
    void aPromptThatChangesHandsIsSentAgain()
    {
        const auto run = fresh("run"), copy = fresh("copy");
        const auto writer = begin(run);
        EvaluationRow own;
        own.task = kProbesTask;
        own.samples = 1;
        for (const char* text : { "use 0 :", "use 7 :", "of nobody else" })
            own.rows.push_back({ { 0, text, kProbesTask, "{\"prompt\":\"x\"}" }, 0, false, "an answer", {} });
        orThrow(writer->commitEvaluation(own));
        auto stream = orThrow(RunStream::open(run, {}));
        auto replica = orThrow(RunReplica::open(copy, orThrow(stream->hello())));
        std::string last;
        const auto pass = [&] {
            return orThrow(stream->read([&](const std::string& line) {
                last = line;
                return bool(replica->apply(line));
            }));
        };
        pass();
        QCOMPARE(dump(copy), dump(run));
        orThrow(writer->commitStep(stepRow(1))); // "use 0 :"
        QCOMPARE(pass(), 1);
        QCOMPARE(dump(copy), dump(run));
        orThrow(writer->commitEvaluation(evaluationRow(1))); // "use 7 :"
        QCOMPARE(pass(), 1);
        QCOMPARE(dump(copy), dump(run));
        own.step = 2;
        orThrow(writer->commitEvaluation(own));
        QCOMPARE(pass(), 1);
        QCOMPARE(dump(copy), dump(run));
        QVERIFY(last.find("use 7") != std::string::npos && last.find("nobody") == std::string::npos); // what changed

        const std::string other = "{\"prompt\":[[1,\"another text\",\"countdown\",\"{}\",null]]}";
        const QByteArrayList before = dump(copy);
        QCOMPARE(replica->apply("{\"sha256\":\"" + sha256Hex(other) + "\",\"rows\":" + other + "}").error().code,
            std::string("stream_diverged"));
        QCOMPARE(dump(copy), before);
    }

    void damageAndStrangersAreRefused()
    {
        const auto run = fresh("run"), copy = fresh("copy"), other = fresh("other");
        const auto writer = begin(run);
        orThrow(writer->commitStep(stepRow(1)));
        const StreamHello hello = orThrow(orThrow(RunStream::open(run, {}))->hello());
        auto replica = orThrow(RunReplica::open(copy, hello));
        const auto lines = linesOf(run, {});
        std::string damaged = lines[1];
        damaged[damaged.size() / 2] ^= 1;
        QCOMPARE(replica->apply(damaged).error().code, std::string("stream_damaged"));
        QCOMPARE(replica->lastStep(), -1);
        for (const std::string& line : lines)
            (void)orThrow(replica->apply(line));
        QCOMPARE(replica->apply(lines[1]).error().code, std::string("stream_diverged")); // not twice
        const auto rows
            = [](const std::string& text) { return "{\"sha256\":\"" + sha256Hex(text) + "\",\"rows\":" + text + "}"; };
        for (const char* text : { "[]", "{\"sqlite_master\":[[1]]}", "{\"step\":[[9]]}", "{\"step\":3}",
                 "{\"log\":[[1,2,{\"odd\":\"x\"},\"y\"]]}", "{\"log\":[[99,2,{\"blob\":\"?\"},\"y\"]]}" }) {
            const QByteArrayList before = dump(copy);
            QVERIFY2(!replica->apply(rows(text)), text);
            QCOMPARE(dump(copy), before);
        }
        QVERIFY(!replica->apply("").ok() && !replica->apply("{}").ok());
        const auto another = begin(other);
        orThrow(another->commitStep(stepRow(1, 1)));
        QCOMPARE(RunReplica::open(copy, orThrow(orThrow(RunStream::open(other, {}))->hello())).error().code,
            std::string("replica_other_run"));
        QCOMPARE(
            RunStream::open(other, orThrow(RunReplica::cursorOf(copy))).error().code, std::string("stream_diverged"));
        for (const char* text : { "step", "step=", "step=1x", "odd=1", "digest=xyz" })
            QCOMPARE(parseStreamCursor(text).error().code, std::string("stream_cursor"));
        StreamHello newer = hello;
        newer.schema = 9;
        QCOMPARE(parseStreamHello(toLine(newer)).error().code, std::string("stream_version"));
        QCOMPARE(parseStreamHello("Welcome to the machine!").error().code, std::string("stream_malformed"));
    }
};

QTEST_GUILESS_MAIN(TestReplica)
#include "tst_replica.moc"
