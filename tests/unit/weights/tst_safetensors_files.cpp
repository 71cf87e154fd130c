// safetensors: every kind of malformed file gives its error, well-formed ones their numbers.

#include "core/weights/safetensors.h"
#include "core/weights/safetensors_source.h"
#include "weight_files.h"

#include <nlohmann/json.hpp>

using namespace aha;
using test::bytesOf;
using test::Folder;
using test::safetensors;

namespace {

const std::string kGood = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

std::string tensor(const std::string& fields) { return "{\"a\":{" + fields + "}}"; }

std::string manyTensors(int count)
{
    std::string header = "{";
    for (int i = 0; i < count; ++i)
        header
            += (i ? ",\"" : "\"") + std::to_string(i) + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    return header + "}";
}

} // namespace

class TestSafetensorsFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void malformed_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const std::string& file, const char* code) {
            QTest::newRow(name) << QByteArray(file.data(), qsizetype(file.size())) << QString(code);
        };
        const std::string data8(8, '\0'), json = "InvalidHeaderDeserialization";
        row("empty", "", "HeaderTooSmall");
        row("seven bytes", std::string(7, '\0'), "HeaderTooSmall");
        row("header of 2^64-1", bytesOf(UINT64_MAX) + "{}", "HeaderTooLarge");
        row("header of 2^63", bytesOf(uint64_t(1) << 63) + "{}", "HeaderTooLarge");
        row("header over 100 MB", bytesOf(uint64_t(100'000'001)) + "{}", "HeaderTooLarge");
        row("header longer than the file", bytesOf(uint64_t(3)) + "{}", "InvalidHeaderLength");
        row("empty header", safetensors(""), json.c_str());
        row("no JSON", safetensors("hello"), json.c_str());
        row("cut JSON", safetensors(kGood.substr(0, 30), data8), json.c_str());
        row("two JSON values", safetensors("{}{}"), json.c_str());
        row("a list", safetensors("[]"), json.c_str());
        row("a number", safetensors("1"), json.c_str());
        row("not UTF-8", safetensors("{\"\xff\xfe\":{}}"), "InvalidHeader");
        row("a lone surrogate", safetensors("{\"\\ud800\":{}}"), json.c_str());
        row("a byte order mark in a name", safetensors("{\"\xef\xbb\":{}}"), "InvalidHeader");
        row("NaN", safetensors(R"({"a":NaN})"), json.c_str());
        row("a key twice",
            safetensors(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                        R"("a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})"),
            json.c_str());
        row("a field twice",
            safetensors(tensor(R"("dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8])"), data8),
            json.c_str());
        row("nested deeply", safetensors(std::string(100'000, '[')), json.c_str());
        row("nested deeply in a field", safetensors("{\"a\":{\"shape\":" + std::string(100'000, '[')), json.c_str());
        row("200001 tensors", safetensors(manyTensors(200'001)), "TooManyTensors");
        row("a million dimensions",
            safetensors(tensor(R"("dtype":"F32","data_offsets":[0,8],"shape":[1)" +
                            [] {
                                std::string ones;
                                for (int i = 0; i < 1'000'000; ++i)
                                    ones += ",1";
                                return ones;
                            }()
                            + "]"),
                data8),
            json.c_str());
        row("tensor is a number", safetensors(R"({"a":1})"), json.c_str());
        row("no dtype", safetensors(tensor(R"("shape":[2],"data_offsets":[0,8])"), data8), json.c_str());
        row("no shape", safetensors(tensor(R"("dtype":"F32","data_offsets":[0,8])"), data8), json.c_str());
        row("no offsets", safetensors(tensor(R"("dtype":"F32","shape":[2])"), data8), json.c_str());
        row("a field too many", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1)"), data8),
            json.c_str());
        row("unknown dtype", safetensors(tensor(R"("dtype":"F33","shape":[2],"data_offsets":[0,8])"), data8),
            json.c_str());
        row("dtype a number", safetensors(tensor(R"("dtype":32,"shape":[2],"data_offsets":[0,8])"), data8),
            json.c_str());
        row("negative dimension", safetensors(tensor(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])"), data8),
            json.c_str());
        row("fractional dimension", safetensors(tensor(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])"), data8),
            json.c_str());
        row("dimension of 2^64",
            safetensors(tensor(R"("dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8])"), data8),
            json.c_str());
        row("dimension of 2^63",
            safetensors(tensor(R"("dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8])"), data8),
            "ValidationOverflow");
        row("shape that wraps to 4 elements",
            safetensors(tensor(R"("dtype":"F32","shape":[4194305,4194305,211106198978564],"data_offsets":[0,16])"),
                data8 + data8),
            "ValidationOverflow");
        row("shape that wraps to 0",
            safetensors(tensor(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0])")),
            "ValidationOverflow");
        row("one offset", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[8])"), data8), json.c_str());
        row("three offsets", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4,8])"), data8),
            json.c_str());
        row("negative offset", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[-8,0])"), data8),
            json.c_str());
        row("reversed offsets", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"), data8),
            "InvalidOffset");
        row("too few bytes", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])"), data8),
            "TensorInvalidInfo");
        row("too many bytes", safetensors(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,12])"), data8),
            "TensorInvalidInfo");
        row("hole at the start", safetensors(tensor(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])"), data8),
            "InvalidOffset");
        row("hole between",
            safetensors(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                        R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
                "xxx"),
            "InvalidOffset");
        row("overlap",
            safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                        R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                "xxx"),
            "InvalidOffset");
        row("the same bytes twice",
            safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                        R"("b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
                "xx"),
            "InvalidOffset");
        row("data cut", safetensors(kGood, data8.substr(1)), "MetadataIncompleteBuffer");
        row("data too long", safetensors(kGood, data8 + "x"), "MetadataIncompleteBuffer");
        row("bytes behind no tensors", safetensors("{}", "x"), "MetadataIncompleteBuffer");
        row("metadata no object", safetensors(R"({"__metadata__":[]})"), json.c_str());
        row("metadata not text", safetensors(R"({"__metadata__":{"a":1}})"), json.c_str());
        row("metadata nested", safetensors(R"({"__metadata__":{"a":{"b":"c"}}})"), json.c_str());
    }
    void malformed()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, code);
        COMPARE_ERROR(parseSafetensors({ file.constData(), size_t(file.size()) }), code.toUtf8().constData());
    }

    void wellFormed()
    {
        QVERIFY(parseSafetensors(safetensors("{}")).ok());
        QVERIFY(
            parseSafetensors(safetensors("  " + kGood + "  ", std::string(8, '\0'))).ok()); // the reference allows it
        QVERIFY(parseSafetensors(safetensors(R"({"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", "1234")).ok());
        const auto empties = parseSafetensors(
            safetensors(R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                        R"("b":{"dtype":"F32","shape":[3,0],"data_offsets":[0,0]},"__metadata__":{"k":"v"}})"));
        QVERIFY(empties.ok());
        QCOMPARE(empties->tensors.size(), size_t(2));
        QCOMPARE(empties->metadata.at("k"), std::string("v"));
        QVERIFY(parseSafetensors(safetensors(manyTensors(200'000))).ok()); // the limit, in linear time
    }

    void formats()
    {
        const Folder folder;
        const float numbers[] = { 1.5f, -2.f };
        const uint16_t halves[] = { 0x3e00, 0xc000 }, bfloats[] = { 0x3fc0, 0xc000 };
        const auto view
            = [](const auto& values) { return std::string_view(reinterpret_cast<const char*>(values), sizeof values); };
        const std::vector<SafetensorsTensor> tensors { { "f32", "F32", { 2 }, view(numbers) },
            { "f16", "F16", { 2 }, view(halves) }, { "bf16", "BF16", { 2 }, view(bfloats) },
            { "f8", "F8_E4M3", { 2 }, "\x3c\xc0" }, { "i8", "I8", { 2 }, "\x05\xfe" }, { "u8", "U8", { 2 }, "ab" } };
        const auto path = folder.write("model.safetensors", writeSafetensors(tensors, { { "format", "pt" } }));
        const auto source = orThrow(SafetensorsSource::openFile(path));
        QCOMPARE(source->totalBytes(), uint64_t(8 + 4 + 4 + 2 + 2 + 2));
        QCOMPARE(source->metadata().at("format"), std::string("pt"));
        float out[2];
        for (const char* name : { "f32", "f16", "bf16", "f8" }) {
            QVERIFY2(source->read(name, out).ok(), name);
            QCOMPARE(out[0], 1.5f);
            QCOMPARE(out[1], -2.f);
        }
        orThrow(source->read("i8", out));
        QCOMPARE(out[0], 5.f);
        QCOMPARE(out[1], -2.f);
        QCOMPARE(std::string(*source->raw("u8")), std::string("ab"));
        COMPARE_ERROR(source->read("u8", out), "weights_format");
        COMPARE_ERROR(source->read("other", out), "weights_no_tensor");
        COMPARE_ERROR(source->read("f32", std::span(out).first(1)), "weights_size");
        COMPARE_ERROR(source->config(), "model_config_missing");
        folder.write("config.json", "[]");
        COMPARE_ERROR(source->config(), "model_config_invalid");
        folder.write("config.json", R"({"model_type":"x"})");
        QCOMPARE(source->config()->at("model_type").get<std::string>(), std::string("x"));
        std::filesystem::resize_file(path, 100);
        COMPARE_ERROR(source->read("f32", out), "weights_file_changed");
    }

    void progressAndCancel()
    {
        const Folder folder;
        const float numbers[] = { 1, 2, 3, 4 };
        const std::string_view bytes(reinterpret_cast<const char*>(numbers), 8);
        const auto source = orThrow(SafetensorsSource::openFile(folder.write(
            "m.safetensors", writeSafetensors({ { "a", "F32", { 2 }, bytes }, { "b", "F32", { 2 }, bytes } }))));
        std::map<std::string, std::vector<float>> got;
        const auto place = [&](const WeightEntry& entry) {
            got[entry.name].resize(entry.elements);
            return std::span<float>(got[entry.name]);
        };
        std::vector<uint64_t> steps;
        QVERIFY(readAll(*source, place, nullptr, [&](const std::string&, uint64_t done, uint64_t total) {
            steps.push_back(done);
            return total == 16;
        }).ok());
        QCOMPARE(steps, std::vector<uint64_t>({ 8, 16 }));
        QCOMPARE(got["b"], std::vector<float>({ 1, 2 }));
        got.clear();
        COMPARE_ERROR(readAll(*source, place, nullptr, [](const auto&, auto, auto) { return false; }), "cancelled");
        QCOMPARE(got.size(), size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsFiles)
#include "tst_safetensors_files.moc"
