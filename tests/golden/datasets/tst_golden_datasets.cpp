// Every data file of the golden folder, through an import and back: exactly the rows that pyarrow and json read.

#include "core/data/dataset.h"
#include "core/data/layout.h"
#include "core/data/parquet_reader.h"
#include "tests/support/golden.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace aha;
using namespace aha::data;

namespace {

Row expectedFiles()
{
    const QByteArray text = golden::bytes(golden::folder() + "/expected/datasets.json");
    return text.isEmpty() ? Row() : Row::parse(text.begin(), text.end());
}

QString shownRow(const Row& row) { return QString::fromStdString(row.dump()).left(1500); }

} // namespace

class GoldenDatasets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void files_data()
    {
        QTest::addColumn<QString>("file");
        const QString root = golden::folder() + "/datasets";
        int found = 0;
        QDirIterator at(root, QDir::Files, QDirIterator::Subdirectories);
        while (at.hasNext()) {
            const QString name = QDir(root).relativeFilePath(at.next());
            if (name.endsWith(".md"))
                continue;
            QTest::newRow(qPrintable(name)) << name;
            ++found;
        }
        QVERIFY2(found > 0, "no golden data sets found");
        const Row expected = expectedFiles();
        for (const auto& [name, ignored] : expected.items())
            QVERIFY2(QFile::exists(root + "/" + QString::fromStdString(name)), name.c_str());
        qInfo("golden datasets: %d cases", found);
    }

    void files()
    {
        QFETCH(QString, file);
        const Row all = expectedFiles();
        QVERIFY2(all.contains(file.toStdString()), "expected/datasets.json does not know the file");
        const Row want = all[file.toStdString()];
        const std::string path = (golden::folder() + "/datasets/" + file).toStdString();
        QTemporaryDir cache;
        const auto imported = importFiles({ path }, cache.path().toStdString());
        QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().sentence().c_str());
        const Dataset& data = **imported;
        QCOMPARE(data.size(), want["rows"].get<uint64_t>());
        QCOMPARE(data.badRowCount(), uint64_t(0));

        std::vector<std::string> columns;
        for (const Column& column : data.columns())
            columns.push_back(column.name);
        QCOMPARE(columns, want["columns"].get<std::vector<std::string>>());

        Row expected = want["first_rows"];
        if (want.contains("rows_all")) {
            QVERIFY(!want["rows_all"].is_string() || want["rows_all"] == "same as types_zstd.parquet");
            expected = want["rows_all"].is_string() ? all["types_zstd.parquet"]["rows_all"] : want["rows_all"];
            QCOMPARE(expected.size(), size_t(data.size()));
        }
        for (size_t i = 0; i < expected.size(); ++i) {
            const auto row = data.row(i);
            QVERIFY2(row.ok(), row.ok() ? "" : row.error().message.c_str());
            // As text: the order of keys counts, and 1 is not 1.0.
            QVERIFY2(row->dump() == expected[i].dump(),
                qPrintable(QString("row %1\n got %2\nwant %3").arg(i).arg(shownRow(*row), shownRow(expected[i]))));
        }
        if (want.contains("types")) {
            const auto info = parquetInfo(path);
            QVERIFY2(info.ok(), info.ok() ? "" : info.error().message.c_str());
            QCOMPARE(info->rows, data.size());
            QCOMPARE(info->columns, columns);
            QCOMPARE(info->types, want["types"].get<std::vector<std::string>>());
            QCOMPARE(info->rowGroups, want["row_groups"].get<int>());
            QCOMPARE(info->compression, want["compression"].get<std::string>());
            QCOMPARE(info->formatVersion, want["format_version"].get<std::string>());
        }
        recogniseAll(data, file);
    }

private:
    /// Files that were made in a known layout are recognised, and every row can be mapped.
    static void recogniseAll(const Dataset& data, const QString& file)
    {
        if (file.startsWith("types_"))
            return; // no training layout
        const auto sample = data.rows(0, 100);
        QVERIFY(sample.ok());
        const auto mapping = recognise(*sample);
        QVERIFY2(mapping.ok(), mapping.ok() ? "" : mapping.error().sentence().c_str());
        for (const Row& row : *sample) {
            const auto example = toExample(*mapping, row);
            QVERIFY2(example.ok(), example.ok() ? "" : example.error().sentence().c_str());
        }
    }
};

QTEST_GUILESS_MAIN(GoldenDatasets)
#include "tst_golden_datasets.moc"
