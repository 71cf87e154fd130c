// Import and row store: whole or not at all, found again, any row in one step, damage and change noticed.

#include "core/data/dataset.h"
#include "core/data/split_files.h"
#include "tests/unit/data/read_all.h"

#include <QtTest>

using namespace aha;
using namespace aha::data;
namespace fs = std::filesystem;

namespace {

std::string code(const auto& result) { return result.ok() ? "" : result.error().code; }

std::string rowsText(int count)
{
    std::string rows;
    for (int i = 0; i < count; ++i)
        rows += "{\"id\":" + std::to_string(i) + ",\"text\":\"" + std::string(size_t(i % 50), 'x') + "\"}\n";
    return rows;
}

std::vector<std::string> names(const fs::path& folder)
{
    std::vector<std::string> all;
    if (fs::exists(folder))
        for (const auto& entry : fs::directory_iterator(folder))
            all.push_back(entry.path().filename().string());
    return all;
}

void overwrite(const fs::path& path, size_t at, char value)
{
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(qint64(at)) && file.write(&value, 1) == 1);
}

} // namespace

class TestDataset : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsByNumber()
    {
        Files files;
        const std::string a = files.write("a.jsonl", rowsText(3000)), b = files.write("b.csv", "id,extra\n7,y\n");
        std::vector<ImportProgress> seen;
        const auto data
            = importFiles({ a, b }, files.path("cache"), {}, {}, [&](const ImportProgress& p) { seen.push_back(p); });
        QVERIFY2(data.ok(), code(data).c_str());
        QCOMPARE((*data)->size(), uint64_t(3001));
        for (const uint64_t i : { uint64_t(0), uint64_t(2999), uint64_t(1234) })
            QCOMPARE((*data)->row(i).value()["id"].get<uint64_t>(), i);
        QCOMPARE((*data)->row(3000).value().dump(), std::string(R"({"id":"7","extra":"y"})"));
        QCOMPARE((*data)->rows(2998, 10).value().size(), size_t(3));
        QCOMPARE((*data)->rows(5000, 10).value().size(), size_t(0));
        QCOMPARE(code((*data)->row(3001)), std::string("row_missing"));

        const auto& columns = (*data)->columns();
        QCOMPARE(columns.size(), size_t(3));
        QCOMPARE(columns[0].name + std::to_string(columns[0].rows), std::string("id3001"));
        QCOMPARE(columns[1].name + std::to_string(columns[1].rows), std::string("text3000"));
        QCOMPARE(columns[2].name + std::to_string(columns[2].rows), std::string("extra1"));
        QCOMPARE((*data)->sources()[0].rows, uint64_t(3000));
        QCOMPARE((*data)->sources()[1].bytes, uint64_t(13));
        QVERIFY(!seen.empty());
        QCOMPARE(seen.back().bytes, seen.back().bytesTotal);
        QCOMPARE(seen.back().rows, uint64_t(3001));
    }

    /// The second import reads nothing; a changed file is read again; equal content has an equal digest anywhere.
    void importsAreFoundAgain()
    {
        Files files;
        const std::string path = files.write("a.jsonl", rowsText(10));
        const auto first = importFiles({ path }, files.path("cache"));
        int reports = 0;
        const auto second
            = importFiles({ path }, files.path("cache"), {}, {}, [&](const ImportProgress&) { ++reports; });
        QVERIFY(first.ok() && second.ok());
        QCOMPARE(reports, 0);
        QCOMPARE((*second)->folder(), (*first)->folder());
        QCOMPARE((*second)->digest(), (*first)->digest());
        QVERIFY((*second)->verifySources().ok());

        const auto elsewhere = importFiles({ files.write("b.jsonl", rowsText(10)) }, files.path("cache"));
        QVERIFY((*elsewhere)->folder() != (*first)->folder());
        QCOMPARE((*elsewhere)->digest(), (*first)->digest());

        files.write("a.jsonl", rowsText(11));
        const auto changed = (*first)->verifySources();
        QCOMPARE(code(changed), std::string("source_changed"));
        QVERIFY(changed.error().message.find("a.jsonl") != std::string::npos);
        const auto again = importFiles({ path }, files.path("cache"));
        QCOMPARE((*again)->size(), uint64_t(11));
        QVERIFY((*again)->digest() != (*first)->digest());
        QCOMPARE((*first)->size(), uint64_t(10)); // the old one stays what it was
    }

    void badRowsAreSkippedOrFatal()
    {
        Files files;
        const std::string path = files.write("a.jsonl", "{\"a\":1}\nrubbish\n{\"a\":2}\n[]\n");
        const auto fatal = importFiles({ path }, files.path("cache"));
        QCOMPARE(code(fatal), std::string("row_not_json"));
        QVERIFY2(
            fatal.error().message.find("a.jsonl, line 2 (row 2)") != std::string::npos, fatal.error().message.c_str());
        QCOMPARE(names(files.path("cache")), std::vector<std::string>()); // nothing half done

        ImportOptions options;
        options.badRows = BadRows::Skip;
        options.listedBadRows = 1;
        for (int round = 0; round < 2; ++round) { // made, then opened
            const auto skipped = importFiles({ path }, files.path("cache"), options);
            QVERIFY(skipped.ok());
            QCOMPARE((*skipped)->size(), uint64_t(2));
            QCOMPARE((*skipped)->badRowCount(), uint64_t(2));
            QCOMPARE((*skipped)->badRows().size(), size_t(1));
            QCOMPARE((*skipped)->badRows()[0].line, uint64_t(2));
        }
        const auto none = importFiles({ files.write("b.jsonl", "x\ny\n") }, files.path("cache"), options);
        QCOMPARE(code(none), std::string("dataset_empty"));
        QVERIFY(none.error().message.find("line 1") != std::string::npos);
        QCOMPARE(
            code(importFiles({ files.write("c.jsonl", "\n") }, files.path("cache"))), std::string("dataset_empty"));
        QCOMPARE(code(importFiles({}, files.path("cache"))), std::string("dataset_empty"));
    }

    void cancelLeavesNothing()
    {
        Files files;
        const std::string path = files.write("a.jsonl", rowsText(300000));
        std::stop_source stop;
        uint64_t rows = 0;
        const auto got = importFiles({ path }, files.path("cache"), {}, stop.get_token(), [&](const ImportProgress& p) {
            rows = p.rows;
            stop.request_stop();
        });
        QCOMPARE(code(got), std::string("cancelled"));
        QVERIFY(rows > 0 && rows < 300000);
        QCOMPARE(names(files.path("cache")), std::vector<std::string>());
    }

    /// What a killed import left is no data set, and the next import clears it away.
    void orphansAreRemoved()
    {
        Files files;
        files.write("cache/abc.part-999999999-XyZ/rows.bin", "half");
        files.write("cache/keep.txt", "mine");
        QVERIFY(importFiles({ files.write("a.jsonl", rowsText(3)) }, files.path("cache")).ok());
        const auto left = names(files.path("cache"));
        QCOMPARE(left.size(), size_t(2));
        QVERIFY(std::find(left.begin(), left.end(), "keep.txt") != left.end());
    }

    void damageIsNoticed()
    {
        Files files;
        const std::string path = files.write("a.jsonl", rowsText(100));
        const fs::path folder = importFiles({ path }, files.path("cache")).value()->folder();
        overwrite(folder / "rows.bin", 6, '7'); // {"id":7 is JSON as well: only the checksum knows
        auto data = Dataset::open(folder);
        QVERIFY(data.ok());
        QCOMPARE(code((*data)->row(0)), std::string("store_damaged"));
        QVERIFY((*data)->row(1).ok());
        overwrite(folder / "rows.idx", 16 * 3 + 7, '\x7f'); // an offset far outside
        QCOMPARE(code((*data)->row(3)), std::string("store_damaged"));
        fs::resize_file(folder / "rows.bin", 100);
        QCOMPARE(code((*data)->row(50)), std::string("store_damaged")); // a shrunk file is an error, not a signal
        fs::resize_file(folder / "rows.idx", 16 * 50);
        QCOMPARE(code(Dataset::open(folder)), std::string("store_damaged"));
        fs::resize_file(folder / "rows.idx", 16 * 50 + 3);
        QCOMPARE(code(Dataset::open(folder)), std::string("store_damaged"));
        // Importing again mends it.
        data = importFiles({ path }, files.path("cache"));
        QVERIFY(data.ok());
        QCOMPARE((*data)->row(0).value()["id"].get<int>(), 0);

        files.write(
            QString::fromStdString(fs::relative(folder / "dataset.json", files.path()).string()), "{\"version\":99}");
        QCOMPARE(code(Dataset::open(folder)), std::string("store_version"));
        files.write(QString::fromStdString(fs::relative(folder / "dataset.json", files.path()).string()), "[");
        QCOMPARE(code(Dataset::open(folder)), std::string("store_damaged"));
    }

    void headWithoutImport()
    {
        Files files;
        const auto head = readHead({ files.write("a.jsonl", "{\"a\":1}\nx\n{\"a\":2}\n{\"a\":3}\n") }, 2);
        QVERIFY(head.ok());
        QCOMPARE(head->rows.size(), size_t(2));
        QCOMPARE(head->rows[1]["a"].get<int>(), 2);
        QCOMPARE(head->badRows.size(), size_t(1));
    }

    void splitsOfAFolder()
    {
        Files files;
        for (const char* name : { "data/train-00000-of-00011.parquet", "data/train-00010-of-00011.parquet",
                 "data/train-00002-of-00011.parquet", "data/test-00000-of-00001.parquet", "data/validation.jsonl.gz",
                 "README.md", "dataset_infos.json", ".hidden/train.jsonl", "train.csv" })
            files.write(name, "x");
        const auto splits = findSplits(files.path());
        QVERIFY(splits.ok());
        QCOMPARE(splits->size(), size_t(3));
        QCOMPARE((*splits)[0].name, std::string("train"));
        QCOMPARE((*splits)[0].files.size(), size_t(3));
        QCOMPARE((*splits)[0].files[1].filename().string(), std::string("train-00002-of-00011.parquet"));
        QCOMPARE((*splits)[0].files[2].filename().string(), std::string("train-00010-of-00011.parquet"));
        QCOMPARE((*splits)[0].ignored.size(), size_t(1)); // the same split in another format
        QCOMPARE((*splits)[1].name, std::string("validation"));
        QCOMPARE((*splits)[2].name, std::string("test"));
        QCOMPARE(chooseSplit(files.path(), "").value().name, std::string("train"));
        const auto absent = chooseSplit(files.path(), "dev");
        QCOMPARE(code(absent), std::string("split_unknown"));
        QVERIFY(absent.error().hint.find("train, validation, test") != std::string::npos);
    }

    void configurationsOfAFolder()
    {
        Files files;
        for (const char* name :
            { "main/train-0.jsonl", "main/test-0.jsonl", "socratic/train/2.jsonl", "socratic/train/10.jsonl" })
            files.write(name, "{\"a\":1}\n");
        const auto splits = findSplits(files.path());
        QVERIFY(splits.ok());
        QCOMPARE(splits->size(), size_t(3));
        QCOMPARE((*splits)[0].name, std::string("main/train"));
        QCOMPARE((*splits)[1].name, std::string("socratic/train"));
        QCOMPARE((*splits)[1].files[0].filename().string(), std::string("2.jsonl"));
        QCOMPARE(code(chooseSplit(files.path(), "")), std::string("split_unknown"));
        QCOMPARE(importDataset(files.path(), files.path("cache"), "socratic/train").value()->size(), uint64_t(2));
        QCOMPARE(code(findSplits(files.path("absent"))), std::string("file_missing"));
        QDir().mkpath(QString::fromStdString(files.path("empty")));
        QCOMPARE(code(findSplits(files.path("empty"))), std::string("dataset_empty"));
        fs::create_directory_symlink(files.path(), fs::path(files.path("main")) / "loop"); // not entered
        QCOMPARE(findSplits(files.path("main")).value().size(), size_t(2));
    }
};

QTEST_GUILESS_MAIN(TestDataset)
#include "tst_dataset.moc"
