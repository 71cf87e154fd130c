// Databases that lost something. SQLite's own check says "ok" to a lost tail; ours must not.

#include "core/base/rng.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "tests/support/run_rows.h"

#include <sqlite3.h>

#include <QtTest>

using namespace aha;

namespace {

constexpr int kSteps = 30;

void execute(const QString& database, const char* sql)
{
    sqlite3* db = nullptr;
    QCOMPARE(sqlite3_open(database.toUtf8().constData(), &db), SQLITE_OK);
    char* words = nullptr;
    QVERIFY2(sqlite3_exec(db, sql, nullptr, nullptr, &words) == SQLITE_OK, words);
    sqlite3_close(db);
}

} // namespace

class TestDamagedStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() // a run that was killed: database and log as they lie on disk
    {
        const std::string folder = m_origin.path().toStdString();
        const auto writer = orThrow(RunWriter::create(folder, "id", "n", "grpo", "{}"));
        for (int64_t step = 1; step <= kSteps; ++step)
            QVERIFY(writer->commitStep(support::stepRow(step)).ok());
        for (const char* name : { "run.db", "run.db-wal", "high_water.json" })
            QVERIFY(QFile::copy(m_origin.filePath(name), m_image.filePath(name)));
        QVERIFY(QFileInfo(m_image.filePath("run.db-wal")).size() > 100'000);
    }

    void init()
    {
        m_run = std::make_unique<QTemporaryDir>();
        for (const char* name : { "run.db", "run.db-wal", "high_water.json" })
            QVERIFY(QFile::copy(m_image.filePath(name), m_run->filePath(name)));
    }

    void intactImageOpens()
    {
        QCOMPARE(*orThrow(RunReader::open(path()))->lastStep(), int64_t(kSteps));
        QCOMPARE(orThrow(RunWriter::open(path()))->lastStep(), int64_t(kSteps));
    }

    void lostTailIsNoticed_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("log deleted") << "delete";
        QTest::newRow("log emptied") << "empty";
        for (const int percent : { 1, 25, 50, 75, 95 })
            QTest::addRow("log cut to %d %%", percent) << QString("cut %1").arg(percent);
        for (int i = 0; i < 12; ++i)
            QTest::addRow("flip %d", i) << QString("flip %1").arg(i);
    }
    void lostTailIsNoticed()
    {
        QFETCH(QString, how);
        QFile log(m_run->filePath("run.db-wal"));
        if (how == "delete") {
            QVERIFY(log.remove());
        } else if (how == "empty") {
            QVERIFY(log.resize(0));
        } else if (how.startsWith("cut")) {
            QVERIFY(log.resize(log.size() * how.section(' ', 1).toInt() / 100));
        } else {
            Rng rng(uint64_t(how.section(' ', 1).toInt()), Purpose::Corpus);
            QVERIFY(log.open(QIODevice::ReadWrite));
            const qint64 at = 32 + qint64(rng.below(uint64_t(log.size() - 32)));
            log.seek(at);
            const char byte = log.read(1)[0];
            log.seek(at);
            const char flipped = char(byte ^ char(1 << rng.below(8)));
            log.write(&flipped, 1);
            log.close();
        }
        const auto reader = RunReader::open(path());
        const auto writer = RunWriter::open(path());
        QVERIFY2(!reader.ok(), "the reader saw nothing");
        QVERIFY2(!writer.ok(), "the writer saw nothing");
        for (const Error& error : { reader.error(), writer.error() })
            QVERIFY2(error.code == "database_lost_tail" || error.code == "database_corrupt", error.code.c_str());
        if (reader.error().code == "database_lost_tail")
            QVERIFY(reader.error().message.find("step " + std::to_string(kSteps)) != std::string::npos);
    }

    void goingOnWithWhatIsLeft() // the way out that the message names
    {
        QFile log(m_run->filePath("run.db-wal"));
        QVERIFY(log.resize(log.size() / 2));
        QCOMPARE(RunWriter::open(path()).error().code, std::string("database_lost_tail"));
        QVERIFY(QFile::remove(m_run->filePath("high_water.json")));
        const auto writer = orThrow(RunWriter::open(path()));
        QVERIFY(writer->lastStep() > 0 && writer->lastStep() < kSteps);
        QVERIFY(writer->commitStep(support::stepRow(writer->lastStep() + 1)).ok());
    }

    void newerSchema()
    {
        execute(m_run->filePath("run.db"), "PRAGMA user_version = 4");
        const QByteArray before = bytes("run.db");
        for (const Error& error : { RunReader::open(path()).error(), RunWriter::open(path()).error() }) {
            QCOMPARE(error.code, std::string("database_newer"));
            QVERIFY(error.message.find("version 4") != std::string::npos
                && error.message.find("version 3") != std::string::npos);
        }
        QCOMPARE(bytes("run.db"), before); // nothing was migrated
    }

    void garbagePages()
    {
        execute(m_run->filePath("run.db"), "PRAGMA wal_checkpoint(TRUNCATE)");
        QFile::remove(m_run->filePath("run.db-wal"));
        QFile database(m_run->filePath("run.db"));
        QVERIFY(database.open(QIODevice::ReadWrite));
        const qint64 size = database.size();
        for (qint64 page = 1; page < size / 4096; ++page) { // all but the header
            database.seek(page * 4096);
            database.write(QByteArray(4096, char(0xA5)));
        }
        database.close();
        const auto reader = RunReader::open(path());
        QCOMPARE(reader.error().code, std::string("database_corrupt"));
        QVERIFY(!reader.error().hint.empty());
        QCOMPARE(RunWriter::open(path()).error().code, std::string("database_corrupt"));
    }

    void notADatabase_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("text") << QByteArray("hello ").repeated(2000) << QByteArray("database_corrupt");
        QTest::newRow("zeros") << QByteArray(8192, '\0') << QByteArray("database_corrupt");
        QTest::newRow("empty, from a killed start") << QByteArray() << QByteArray("database_missing");
        QTest::newRow("some other database") << QByteArray("other") << QByteArray("database_corrupt");
    }
    void notADatabase()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, code);
        for (const char* name : { "run.db", "run.db-wal", "high_water.json" })
            QFile::remove(m_run->filePath(name));
        QFile file(m_run->filePath("run.db"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        if (content != "other")
            file.write(content);
        file.close();
        if (content == "other")
            execute(m_run->filePath("run.db"), "CREATE TABLE t(x)");
        for (const Error& error : { RunReader::open(path()).error(), RunWriter::open(path()).error() })
            QVERIFY2(error.code == code.toStdString(), (error.code + ": " + error.message).c_str());
        if (code == "database_missing") // and it can be made after all
            QVERIFY(RunWriter::create(path(), "id", "n", "grpo", "{}").ok());
    }

    void missing()
    {
        QCOMPARE(RunReader::open(path() + "/none").error().code, std::string("database_missing"));
        QCOMPARE(RunWriter::open(path() + "/none").error().code, std::string("database_missing"));
    }

    void staleSharedMemoryIsHarmless()
    {
        QFile shm(m_run->filePath("run.db-shm"));
        QVERIFY(shm.open(QIODevice::WriteOnly));
        shm.write(QByteArray(32768, char(0x5A)));
        shm.close();
        QCOMPARE(orThrow(RunWriter::open(path()))->lastStep(), int64_t(kSteps));
    }

    void lockedByAnotherProgram()
    {
        const auto writer = orThrow(RunWriter::open(path()));
        const auto reader = orThrow(RunReader::open(path()));
        QVERIFY(writer->commitStep(support::stepRow(kSteps + 1)).ok());
        QCOMPARE(*reader->lastStep(), int64_t(kSteps + 1)); // readers never block, and are never blocked
    }

private:
    std::string path() const { return m_run->path().toStdString(); }
    QByteArray bytes(const char* name) const
    {
        QFile file(m_run->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QTemporaryDir m_origin, m_image;
    std::unique_ptr<QTemporaryDir> m_run;
};

QTEST_GUILESS_MAIN(TestDamagedStore)
#include "tst_damaged_store.moc"
