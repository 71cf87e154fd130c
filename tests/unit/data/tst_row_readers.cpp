// JSON Lines, JSON and CSV, plain and packed: what is a row, what is a bad row and where, what ends a file.

#include "core/data/byte_source.h"
#include "core/data/json_check.h"
#include "tests/unit/data/read_all.h"

#include <nlohmann/json.hpp>
#include <zlib.h>
#include <zstd.h>

#include <QtTest>

using namespace aha;
using namespace aha::data;

namespace {

std::string gzip(const std::string& text)
{
    z_stream z {};
    deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&z, uLong(text.size())) + 64, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = uInt(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = uInt(out.size());
    deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::string zstd(const std::string& text)
{
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

using Lines = std::vector<std::string>;

std::string nested(int depth)
{
    return "{\"a\":" + std::string(size_t(depth - 1), '[') + std::string(size_t(depth - 1), ']') + "}";
}

} // namespace

class TestRowReaders : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jsonlIsTolerantAboutFraming()
    {
        Files files;
        const ReadAll got = readAll(files.write("a.jsonl",
            "\xEF\xBB\xBF{\"a\":1}\r\n\r\n  \t\n{\"a\":\"x\xE2\x80\xA8y\"}\n \n{\"a\":3}")); // U+2028 inside a string
        QCOMPARE(got.error, std::string());
        QVERIFY(got.bad.empty());
        QCOMPARE(got.rows, Lines({ "{\"a\":1}\r", "{\"a\":\"x\xE2\x80\xA8y\"}", "{\"a\":3}" }));
        QVERIFY(readAll(files.write("empty.jsonl", "")).rows.empty());
        QVERIFY(readAll(files.write("mark.jsonl", "\xEF\xBB\xBF")).rows.empty());
    }

    void badRowsHaveTheirPlace_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const QByteArray& line, const char* code) {
            QTest::newRow(name) << line << QString(code);
        };
        row("truncated", "{\"a\":", "row_not_json");
        row("trailing", "{\"a\":1} x", "row_not_json");
        row("two values", "{\"a\":1}{\"a\":2}", "row_not_json");
        row("NaN", "{\"a\":NaN}", "row_not_json");
        row("minus infinity", "{\"a\":-Infinity}", "row_not_json");
        row("single quotes", "{'a':1}", "row_not_json");
        row("trailing comma", "{\"a\":1,}", "row_not_json");
        row("leading zero", "{\"a\":01}", "row_not_json");
        row("bare point", "{\"a\":1.}", "row_not_json");
        row("too large", "{\"a\":1e999}", "row_not_json");
        row("control character", "{\"a\":\"\x01\"}", "row_not_json");
        row("bad escape", "{\"a\":\"\\x\"}", "row_not_json");
        row("bad utf-8", "{\"a\":\"\xC3\"}", "row_encoding");
        row("overlong utf-8", "{\"a\":\"\xC0\xAF\"}", "row_encoding");
        row("utf-8 surrogate", "{\"a\":\"\xED\xA0\x80\"}", "row_encoding");
        row("lone surrogate", "{\"a\":\"\\ud800\"}", "row_encoding");
        row("twice", "{\"a\":1,\"b\":{\"c\":1,\"\\u0063\":2}}", "row_duplicate_key");
        row("twice among many", "{\"1\":1,\"2\":1,\"3\":1,\"4\":1,\"5\":1,\"6\":1,\"7\":1,\"8\":1,\"9\":1,\"3\":1}",
            "row_duplicate_key");
        row("too deep", QByteArray::fromStdString(nested(65)), "row_too_deep");
        row("array", "[1]", "row_not_object");
        row("number", "7", "row_not_object");
    }
    void badRowsHaveTheirPlace()
    {
        QFETCH(QByteArray, line);
        QFETCH(QString, code);
        Files files;
        const ReadAll got = readAll(files.write("a.jsonl", "{\"a\":1}\n\n" + line.toStdString() + "\n{\"a\":2}\n"));
        QCOMPARE(got.error, std::string());
        QCOMPARE(got.rows, Lines({ "{\"a\":1}", "{\"a\":2}" }));
        QCOMPARE(got.bad.size(), size_t(1));
        QCOMPARE(QString::fromStdString(got.bad[0].code), code);
        QCOMPARE(got.bad[0].line, uint64_t(3));
        QCOMPARE(got.bad[0].row, uint64_t(2));
        const QString sentence = QString::fromStdString(got.bad[0].sentence());
        QVERIFY2(sentence.contains("a.jsonl, line 3 (row 2): ") && !got.bad[0].hint.empty(), qPrintable(sentence));
    }

    void goodOddities()
    {
        JsonCheck check;
        for (const std::string& text : { nested(64), std::string("{}"), std::string(" { \"a\" : [ ] } "),
                 std::string("{\"\":-0.0e-5}"), std::string("{\"a\":\"\\ud83d\\ude00\\u0000\"}"),
                 std::string("{\"a\":123456789012345678901234567890}"), std::string("{\"a\":{\"a\":{\"a\":1}}}") }) {
            QVERIFY2(check.check(text).ok, text.c_str());
            QVERIFY(nlohmann::json::accept(text));
        }
        QVERIFY(check.check("{\"b\":1,\"\\u0061\\n\":{\"x\":2}}").ok);
        QCOMPARE(Lines(check.keys().begin(), check.keys().end()), Lines({ "b", "a\n" }));
    }

    /// A line beyond the limit is passed over, not kept: the buffer stays as small as the limit allows.
    void anEndlessLineIsBounded()
    {
        Files files;
        ReadOptions options;
        options.maxRowBytes = 1000;
        const std::string path = files.write("a.jsonl",
            "{\"a\":1}\n{\"a\":\"" + std::string(5 << 20, 'x') + "\"}\n{\"a\":2}\n{\"a\":\"" + std::string(2000, 'y')
                + "\"}");
        const ReadAll got = readAll(path, options);
        QCOMPARE(got.rows, Lines({ "{\"a\":1}", "{\"a\":2}" }));
        QCOMPARE(got.bad.size(), size_t(2));
        QCOMPARE(got.bad[0].code, std::string("row_too_long"));
        QVERIFY2(got.bad[0].message.find("5242888 bytes") != std::string::npos, got.bad[0].message.c_str());
        QCOMPARE(got.bad[1].line, uint64_t(4));
    }

    void jsonArraysAreStreamed()
    {
        Files files;
        const ReadAll got
            = readAll(files.write("a.json", "\n[\n {\"a\": [1, {\"b\": \"]},\\\"\"}]},\n {\"a\": 2}\n,{\"a\":3} ]\n"));
        QCOMPARE(got.error, std::string());
        QCOMPARE(got.rows, Lines({ "{\"a\": [1, {\"b\": \"]},\\\"\"}]}", "{\"a\": 2}", "{\"a\":3}" }));
        QVERIFY(readAll(files.write("none.json", " [ ] ")).rows.empty());
        // JSON Lines, or rows printed over several lines, under the name .json.
        QCOMPARE(readAll(files.write("lines.json", "{\"a\":1}\n{\n\"a\":2\n}\n")).rows,
            Lines({ "{\"a\":1}", "{\n\"a\":2\n}" }));
    }

    void badElementsOfAnArray()
    {
        Files files;
        ReadOptions options;
        options.maxRowBytes = 50;
        const ReadAll got
            = readAll(files.write("a.json",
                          "[{\"a\":1},\n7,\n{\"a\":nul},\n{\"a\":\"" + std::string(99, 'x') + "\"},\n{\"a\":2}]"),
                options);
        QCOMPARE(got.error, std::string());
        QCOMPARE(got.rows, Lines({ "{\"a\":1}", "{\"a\":2}" }));
        QCOMPARE(got.bad.size(), size_t(3));
        QCOMPARE(got.bad[0].code + " " + std::to_string(got.bad[0].line), std::string("row_not_object 2"));
        QCOMPARE(got.bad[1].code + " " + std::to_string(got.bad[1].line), std::string("row_not_json 3"));
        QCOMPARE(got.bad[2].code + " " + std::to_string(got.bad[2].line), std::string("row_too_long 4"));
    }

    void brokenArraysEndTheFile_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("unfinished") << QByteArray("[{\"a\":1},");
        QTest::newRow("inside a row") << QByteArray("[{\"a\":1},{\"a\":");
        QTest::newRow("no comma") << QByteArray("[{\"a\":1}{\"a\":2}]");
        QTest::newRow("two commas") << QByteArray("[{\"a\":1},,{\"a\":2}]");
        QTest::newRow("comma at the end") << QByteArray("[{\"a\":1},]");
        QTest::newRow("more behind") << QByteArray("[{\"a\":1}]{\"a\":2}");
        QTest::newRow("no array") << QByteArray("{\"a\":1},{\"a\":2}");
    }
    void brokenArraysEndTheFile()
    {
        QFETCH(QByteArray, text);
        Files files;
        const ReadAll got = readAll(files.write("a.json", text.toStdString()));
        QCOMPARE(got.error, std::string("json_broken"));
        QCOMPARE(got.rows, Lines({ "{\"a\":1}" }));
        QVERIFY2(got.message.find("line 1") != std::string::npos, got.message.c_str());
    }

    void csvByTheBook()
    {
        Files files;
        const ReadAll got = readAll(files.write(
            "a.csv", "\xEF\xBB\xBFq,\"a \"\"b\"\"\",\r\n\"x,\ny\",007,\r\n\r\n\"say \"\"hi\"\"\",in\"ner,z\n,,"));
        QCOMPARE(got.error, std::string());
        QVERIFY(got.bad.empty());
        QCOMPARE(got.rows,
            Lines({ "{\"q\":\"x,\\ny\",\"a \\\"b\\\"\":\"007\",\"column_3\":\"\"}",
                "{\"q\":\"say \\\"hi\\\"\",\"a \\\"b\\\"\":\"in\\\"ner\",\"column_3\":\"z\"}",
                "{\"q\":\"\",\"a \\\"b\\\"\":\"\",\"column_3\":\"\"}" }));
        QCOMPARE(readAll(files.write("a.tsv", "a\tb\r1\t2\r")).rows, Lines({ "{\"a\":\"1\",\"b\":\"2\"}" }));
    }

    void csvFaults()
    {
        Files files;
        const ReadAll got = readAll(files.write("a.csv", "a,b\n1\n\"x\"y,2\n\"a\nb\",\xFF\n1,2,3\n5,6\n\"open,7\n"));
        QCOMPARE(got.rows, Lines({ R"({"a":"5","b":"6"})" }));
        std::string found;
        for (const RowError& e : got.bad)
            found += e.code + "@" + std::to_string(e.line) + " ";
        QCOMPARE(found, std::string("row_fields@2 row_quotes@3 row_encoding@4 row_fields@6 row_quotes@8 "));
        QCOMPARE(readAll(files.write("twice.csv", "a,a\n1,2\n")).error, std::string("csv_header"));
        QCOMPARE(readAll(files.write("none.csv", "")).error, std::string("csv_header"));
        ReadOptions options;
        options.maxRowBytes = 20;
        const ReadAll longRow = readAll(files.write("long.csv", "a\n\"" + std::string(100, 'x') + "\"\ny\n"), options);
        QCOMPARE(longRow.rows, Lines({ R"({"a":"y"})" }));
        QCOMPARE(longRow.bad.at(0).code, std::string("row_too_long"));
    }

    void packedFiles()
    {
        Files files;
        const std::string a = "{\"a\":1}\n{\"a\":", b = "2}\n";
        const Lines want { "{\"a\":1}", "{\"a\":2}" };
        QCOMPARE(readAll(files.write("a.jsonl.gz", gzip(a + b))).rows, want);
        QCOMPARE(readAll(files.write("b.jsonl.gz", gzip(a) + gzip(b) + std::string(7, '\0'))).rows,
            want); // members, padding
        QCOMPARE(readAll(files.write("a.jsonl.zst", zstd(a + b))).rows, want);
        QCOMPARE(readAll(files.write("b.jsonl.zst", zstd(a) + zstd(b))).rows, want);
        QCOMPARE(readAll(files.write("named-wrong.jsonl", gzip(a + b))).rows, want); // content decides
        QCOMPARE(readAll(files.write("none.jsonl.gz", gzip(""))).rows, Lines());
    }

    void damagedPacking()
    {
        Files files;
        std::string rows;
        for (int i = 0; i < 3000; ++i)
            rows += "{\"a\":" + std::to_string(i * 7919) + "}\n";
        for (const auto& [name, bytes] :
            { std::pair(QString("a.jsonl.gz"), gzip(rows)), std::pair(QString("a.jsonl.zst"), zstd(rows)) }) {
            QCOMPARE(readAll(files.write(name, bytes)).rows.size(), size_t(3000));
            QCOMPARE(
                readAll(files.write(name, bytes.substr(0, bytes.size() / 2))).error, std::string("packed_truncated"));
            QCOMPARE(
                readAll(files.write(name, bytes.substr(0, bytes.size() - 1))).error, std::string("packed_truncated"));
            std::string damaged = bytes;
            for (size_t i = 200; i < 300; ++i)
                damaged[i] = char(damaged[i] ^ 0x55);
            const ReadAll got = readAll(files.write(name, damaged));
            QVERIFY2(got.error == "packed_damaged" || got.error == "packed_truncated" || !got.bad.empty(),
                got.error.c_str());
        }
        QCOMPARE(
            readAll(files.write("b.jsonl.gz", gzip("{\"a\":1}\n") + "rubbish")).error, std::string("packed_damaged"));
    }

    void bombsAreStopped()
    {
        Files files;
        ReadOptions options;
        options.inflationFreeBytes = 1 << 20;
        options.maxInflation = 100;
        const std::string rows(8 << 20, '\n');
        QCOMPARE(readAll(files.write("a.jsonl.gz", gzip(rows)), options).error, std::string("packed_bomb"));
        QCOMPARE(readAll(files.write("a.jsonl.zst", zstd(rows)), options).error, std::string("packed_bomb"));
        options.inflationFreeBytes = 16 << 20;
        QCOMPARE(readAll(files.write("a.jsonl.gz", gzip(rows)), options).error, std::string());
    }

    void formats()
    {
        Files files;
        const auto code = [&](const QString& name, const std::string& bytes) {
            return QString::fromStdString(readAll(files.write(name, bytes)).error);
        };
        QCOMPARE(code("a.parquet", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "format_unknown");
        QVERIFY(readAll(files.path("a.parquet")).message.find("git lfs pull") != std::string::npos);
        QCOMPARE(code("b.parquet", "PK\x03\x04 a zip"), "parquet_damaged");
        QCOMPARE(code("a.jsonl", "<!DOCTYPE html><html>"), "format_unknown");
        QCOMPARE(code("b.jsonl", std::string("\xFF\xFE{\0\"\0", 6)), "format_unknown");
        QCOMPARE(code("a.bin", "hello"), "format_unknown");
        QCOMPARE(code("rows", "{\"a\":1}\n{\"a\":2}\n"), "");
        QCOMPARE(QString::fromStdString(readAll(files.path("absent.jsonl")).error), "file_missing");
        QCOMPARE(QString::fromStdString(readAll(files.path()).error), "file_unreadable");
        QCOMPARE(readAll(files.write("Größe %s 😀\n.jsonl", "{\"a\":1}")).rows.size(), size_t(1));
    }

    /// Where the chunks of a file end does not matter: every format reads the same in pieces of 16, 17, … bytes.
    void chunksDoNotShow()
    {
        Files files;
        const std::string row = "{\"a\":\"x\\\"]}\u2028\",\"b\":[1,{\"c\":null}]}";
        std::string lines = "\xEF\xBB\xBF", array = "[", csv = "a,\"b\"\r\n";
        for (int i = 0; i < 20; ++i) {
            lines += row + (i % 3 ? "\r\n" : "\n\n");
            array += (i ? ",\n " : "") + row;
            csv += "\"x\"\"\r\ny,\"," + std::string(size_t(i), 'z') + "\r\n";
        }
        for (const std::string& path :
            { files.write("a.jsonl", lines), files.write("a.json", array + "]"), files.write("a.csv", csv),
                files.write("a.jsonl.gz", gzip(lines)), files.write("a.jsonl.zst", zstd(lines)) }) {
            const ReadAll whole = readAll(path);
            QCOMPARE(whole.rows.size(), size_t(20));
            for (ReadOptions options { .chunkBytes = 16 }; options.chunkBytes < 50; ++options.chunkBytes)
                QVERIFY2(readAll(path, options).rows == whole.rows, path.c_str());
        }
    }

    void stopsWhenAsked()
    {
        Files files;
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(readAll(files.write("a.jsonl", "{\"a\":1}"), {}, stop.get_token()).error, std::string("cancelled"));
    }
};

QTEST_GUILESS_MAIN(TestRowReaders)
#include "tst_row_readers.moc"
