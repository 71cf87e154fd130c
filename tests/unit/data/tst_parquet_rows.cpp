// Parquet under fire: golden files cut, changed byte by byte, and lied about. Their values are golden's business.

#include "core/data/parquet_reader.h"
#include "tests/unit/data/read_all.h"

#include <QtTest>

using namespace aha;
using namespace aha::data;

namespace {

std::string fixture(const char* name)
{
    QFile file(QString(AHASCOPE_TEST_FIXTURES "/golden/datasets/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "";
}

} // namespace

class TestParquetRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aCutFileIsNamed()
    {
        Files files;
        const std::string whole = fixture("countdown_raw.parquet");
        QVERIFY(whole.size() > 1000);
        for (const size_t size :
            { size_t(4), size_t(11), size_t(12), whole.size() / 2, whole.size() - 9, whole.size() - 1 }) {
            const ReadAll got = readAll(files.write("a.parquet", whole.substr(0, size)));
            QCOMPARE(got.error, std::string("parquet_damaged"));
            QVERIFY2(got.message.find("fetch the file again") != std::string::npos, got.message.c_str());
        }
    }

    void footersThatLie()
    {
        Files files;
        const std::string whole = fixture("countdown_raw.parquet");
        for (const uint32_t length : { 0u, 1u, 0x7fffffffu, 0xffffffffu, uint32_t(whole.size()) }) {
            std::string lying = whole;
            memcpy(lying.data() + lying.size() - 8, &length, 4);
            QCOMPARE(readAll(files.write("a.parquet", lying)).error, std::string("parquet_damaged"));
        }
        std::string encrypted = whole;
        encrypted.replace(encrypted.size() - 4, 4, "PARE");
        QCOMPARE(readAll(files.write("a.parquet", encrypted)).error, std::string("parquet_encrypted"));
        std::string both = encrypted;
        both.replace(0, 4, "PARE");
        QCOMPARE(readAll(files.write("a.parquet", both)).error, std::string("parquet_encrypted"));
    }

    /// Every changed byte ends in rows or in a named error: no crash, no silence about a lost row.
    void everyByteMayBeWrong_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : { "countdown_raw.parquet", "stepwise_supervision.parquet" })
            QTest::newRow(name) << name;
    }
    void everyByteMayBeWrong()
    {
        QFETCH(QString, name);
        Files files;
        const std::string whole = fixture(qPrintable(name));
        const ReadAll good = readAll(files.write("a.parquet", whole));
        QVERIFY(good.error.empty() && good.bad.empty());
        int damaged = 0;
        for (size_t at = 0; at < whole.size(); at += 3) {
            std::string changed = whole;
            changed[at] = char(changed[at] ^ 0xff);
            const ReadAll got = readAll(files.write("a.parquet", changed));
            for (const RowError& e : got.bad)
                QVERIFY(!e.message.empty() && e.line == 0 && e.row > 0 && e.count > 0);
            damaged += !got.error.empty() || !got.bad.empty();
        }
        QVERIFY(damaged > 50);
    }

    /// A damaged page costs its row group, with the rows named; the groups around it are read.
    void aDamagedPageLosesItsRowGroup()
    {
        Files files;
        std::string bytes = fixture("types_zstd.parquet"); // groups of 25, 25 and 10 rows
        const size_t first = bytes.find("\x28\xb5\x2f\xfd"); // the first zstd frame
        QVERIFY(first != std::string::npos);
        bytes[first] = 'X';
        const ReadAll got = readAll(files.write("a.parquet", bytes));
        QCOMPARE(got.error, std::string());
        QCOMPARE(got.rows.size(), size_t(35));
        QCOMPARE(got.bad.size(), size_t(1));
        QCOMPARE(got.bad[0].row, uint64_t(1));
        QCOMPARE(got.bad[0].count, uint64_t(25));
        QVERIFY2(got.bad[0].sentence().find("rows 1–25: row group 1 of 3") != std::string::npos,
            got.bad[0].sentence().c_str());
        QVERIFY(got.rows[0].rfind("{\"id\":25,", 0) == 0);
    }

    void badTextIsABadRow()
    {
        Files files;
        std::string bytes = fixture("types_plain_delta.parquet");
        const size_t at = bytes.find("Thinking tokens are wrapped");
        QVERIFY(at != std::string::npos);
        bytes[at] = '\xff';
        const ReadAll got = readAll(files.write("a.parquet", bytes));
        QCOMPARE(got.error, std::string());
        QVERIFY(!got.bad.empty() && got.rows.size() + got.bad.size() == 60);
        QCOMPARE(got.bad[0].code, std::string("row_encoding"));
        QVERIFY2(got.bad[0].message.find("column \"text\"") != std::string::npos, got.bad[0].message.c_str());
    }

    void memoryIsCapped()
    {
        Files files;
        ReadOptions options;
        options.arrowMemoryBytes = 2000;
        const ReadAll got = readAll(files.write("a.parquet", fixture("types_snappy.parquet")), options);
        QVERIFY2(got.error == "parquet_too_large" || (!got.bad.empty() && got.rows.empty()),
            (got.error + got.message).c_str());
    }

    void longRowsAreBounded()
    {
        Files files;
        ReadOptions options;
        options.maxRowBytes = 300;
        const ReadAll got = readAll(files.write("a.parquet", fixture("tinyzero_countdown/test.parquet")), options);
        QCOMPARE(got.bad.size(), size_t(20));
        QCOMPARE(got.bad[19].code, std::string("row_too_long"));
        QCOMPARE(got.bad[19].row, uint64_t(20));
    }

    void progressAndDigest()
    {
        Files files;
        const std::string path = files.write("a.parquet", fixture("types_zstd.parquet"));
        auto reader = openRows(path);
        QVERIFY(reader.ok());
        uint64_t last = 0;
        while (true) {
            const auto step = (*reader)->next();
            QVERIFY(step.ok());
            QVERIFY((*reader)->bytesRead() >= last && (*reader)->bytesRead() <= (*reader)->bytesTotal());
            last = (*reader)->bytesRead();
            if (*step == RowReader::Step::End)
                break;
        }
        QVERIFY(last > (*reader)->bytesTotal() / 4);
        const std::string bytes = fixture("types_zstd.parquet");
        const QByteArray want
            = QCryptographicHash::hash(QByteArray(bytes.data(), int(bytes.size())), QCryptographicHash::Sha256);
        QCOMPARE((*reader)->sha256().value(), want.toHex().toStdString());
    }
};

QTEST_GUILESS_MAIN(TestParquetRows)
#include "tst_parquet_rows.moc"
