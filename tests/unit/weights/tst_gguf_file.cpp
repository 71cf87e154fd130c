// The head of a GGUF file: every kind of malformed file gives its error, well-formed ones their values.

#include "core/weights/gguf_file.h"
#include "weight_files.h"

using namespace aha;
using test::bytesOf;
using test::GgufBytes;
using test::text;

namespace {

const std::string kData(256, '\0');

/// One F32 tensor of 8 numbers.
GgufBytes good()
{
    GgufBytes file;
    file.key("general.architecture", GgufType::String, text("llama"));
    file.tensor("a", { 8 }, 0, 0);
    file.data = std::string(32, '\0');
    return file;
}

std::string array(GgufType of, uint64_t count, const std::string& items = {})
{
    return bytesOf(uint32_t(of)) + bytesOf(count) + items;
}

std::string withArray(GgufType of, uint64_t count, const std::string& items = {})
{
    return good().key("list", GgufType::Array, array(of, count, items)).make();
}

std::string withTensor(std::vector<uint64_t> dimensions, uint32_t type, uint64_t offset = 0)
{
    GgufBytes file;
    file.tensor("t", std::move(dimensions), type, offset);
    file.data = kData;
    return file.make();
}

GgufBytes with(const std::function<void(GgufBytes&)>& change)
{
    GgufBytes file = good();
    change(file);
    return file;
}

} // namespace

class TestGgufFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void malformed_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const std::string& file, const char* code) {
            QTest::newRow(name) << QByteArray(file.data(), qsizetype(file.size())) << QString(code);
        };
        // header
        row("empty", "", "gguf_magic");
        row("three bytes", "GGU", "gguf_magic");
        row("other magic", with([](GgufBytes& f) { f.magic = "GGML"; }).make(), "gguf_magic");
        row("big-endian magic", with([](GgufBytes& f) { f.magic = "FUGG"; }).make(), "gguf_magic");
        row("magic alone", "GGUF", "gguf_truncated");
        row("version alone", "GGUF" + bytesOf(uint32_t(3)), "gguf_truncated");
        row("one count", "GGUF" + bytesOf(uint32_t(3)) + bytesOf(uint64_t(0)), "gguf_truncated");
        row("version 0", with([](GgufBytes& f) { f.version = 0; }).make(), "gguf_version");
        row("version 1", with([](GgufBytes& f) { f.version = 1; }).make(), "gguf_version");
        row("version 4", with([](GgufBytes& f) { f.version = 4; }).make(), "gguf_version");
        row("big-endian", with([](GgufBytes& f) { f.version = 0x03000000; }).make(), "gguf_big_endian");
        row("2^63-1 tensors", with([](GgufBytes& f) { f.tensorCount = INT64_MAX; }).make(), "gguf_too_many_tensors");
        row("2^32+1 tensors", with([](GgufBytes& f) { f.tensorCount = (int64_t(1) << 32) + 1; }).make(),
            "gguf_too_many_tensors");
        row("200001 tensors", with([](GgufBytes& f) {
            f.tensorCount = 200'001;
            f.data = std::string(6'000'000, '\0');
        }).make(),
            "gguf_too_many_tensors");
        row("a tensor more than there is room", with([](GgufBytes& f) { f.tensorCount = 10; }).make(),
            "gguf_too_many_tensors");
        row("2^63-1 keys", with([](GgufBytes& f) { f.keyCount = INT64_MAX; }).make(), "gguf_too_many_keys");
        row("100001 keys", with([](GgufBytes& f) {
            f.keyCount = 100'001;
            f.data = std::string(6'000'000, '\0');
        }).make(),
            "gguf_too_many_keys");
        row("a key more than there is", with([](GgufBytes& f) { f.keyCount = 2; }).make(), "gguf_tensor_name");
        row("more keys than there is room", with([](GgufBytes& f) { f.keyCount = 10; }).make(), "gguf_too_many_keys");
        // keys and values
        row("empty key", good().key("", GgufType::U8, "x").make(), "gguf_key");
        row("long key", good().key(std::string(65'536, 'k'), GgufType::U8, "x").make(), "gguf_key");
        row("key twice", good().key("k", GgufType::U8, "x").key("k", GgufType::U8, "x").make(), "gguf_key_twice");
        row("key of 2^64-1 bytes", with([](GgufBytes& f) { f.keys = { bytesOf(UINT64_MAX) + "key" }; }).make(),
            "gguf_key");
        row("key longer than the file",
            with([](GgufBytes& f) { f.keys = { bytesOf(uint64_t(5'000)) + "key" }; }).make(), "gguf_key");
        row("unknown type", good().key("k", GgufType(13), "x").make(), "gguf_value_type");
        row("type of 2^32-1", good().key("k", GgufType(UINT32_MAX), "x").make(), "gguf_value_type");
        row("bool of 2", good().key("k", GgufType::Bool, "\x02").make(), "gguf_bool");
        row("text of 2^64-1 bytes", good().key("k", GgufType::String, bytesOf(UINT64_MAX)).make(), "gguf_string");
        row("text of 2^63 bytes", good().key("k", GgufType::String, bytesOf(uint64_t(1) << 63)).make(), "gguf_string");
        row("text longer than the file", good().key("k", GgufType::String, bytesOf(uint64_t(5'000))).make(),
            "gguf_string");
        row("list of an unknown type", withArray(GgufType(99), 1, "x"), "gguf_value_type");
        row("list of 2^64-1", withArray(GgufType::U64, UINT64_MAX), "gguf_array");
        row("list of 2^61 doubles", withArray(GgufType::F64, uint64_t(1) << 61), "gguf_array");
        row("list of 2^32+1 texts", withArray(GgufType::String, (uint64_t(1) << 32) + 1), "gguf_array");
        row("list longer than the file", withArray(GgufType::U8, 5'000), "gguf_array");
        row("text in a list longer than the file", withArray(GgufType::String, 1, bytesOf(uint64_t(5'000))),
            "gguf_string");
        row("bool in a list of 3", withArray(GgufType::Bool, 1, "\x03"), "gguf_bool");
        row("8000001 entries", with([](GgufBytes& f) {
            f.key("list", GgufType::Array, array(GgufType::U8, 8'000'001, std::string(8'000'001, '\0')));
        }).make(),
            "gguf_array");
        std::string nest;
        for (int depth = 0; depth < 4; ++depth)
            nest += array(GgufType::Array, 1);
        row("lists of lists too deep", good().key("k", GgufType::Array, nest + array(GgufType::U8, 1, "x")).make(),
            "gguf_array_depth");
        row("lists nested without end", with([](GgufBytes& f) {
            std::string deep;
            for (int i = 0; i < 100'000; ++i)
                deep += array(GgufType::Array, 1);
            f.key("k", GgufType::Array, deep);
        }).make(),
            "gguf_array_depth");
        for (const uint32_t alignment : { 0u, 3u, 48u })
            row(("alignment " + std::to_string(alignment)).c_str(),
                good().key("general.alignment", GgufType::U32, bytesOf(alignment)).make(), "gguf_alignment");
        row("alignment of another type", good().key("general.alignment", GgufType::U64, bytesOf(uint64_t(32))).make(),
            "gguf_alignment");
        row("alignment text", good().key("general.alignment", GgufType::String, text("32")).make(), "gguf_alignment");
        row("alignment beyond the file",
            good().key("general.alignment", GgufType::U32, bytesOf(uint32_t(1) << 31)).make(), "gguf_truncated");
        // tensors
        row("tensor without name", GgufBytes().tensor("", { 8 }, 0, 0).make(), "gguf_tensor_name");
        row("tensor with a long name", GgufBytes().tensor(std::string(1'025, 't'), { 8 }, 0, 0).make(),
            "gguf_tensor_name");
        row("tensor name of 2^64-1",
            with([](GgufBytes& f) { f.tensors = { bytesOf(UINT64_MAX) + std::string(40, 'x') }; }).make(),
            "gguf_tensor_name");
        row("tensor twice", good().tensor("a", { 8 }, 0, 32).make() + kData, "gguf_tensor_twice");
        row("5 dimensions", withTensor({ 1, 1, 1, 1, 1 }, 0), "gguf_dimensions");
        row("2^32-1 dimensions",
            with([](GgufBytes& f) { f.tensors = { text("t") + bytesOf(UINT32_MAX) + std::string(100, '\1') }; }).make(),
            "gguf_dimensions");
        row("dimension 0", withTensor({ 8, 0 }, 0), "gguf_shape");
        row("first dimension 0", withTensor({ 0, 8 }, 0), "gguf_shape");
        row("dimension 2^63", withTensor({ uint64_t(1) << 63 }, 0), "gguf_shape");
        row("dimension 2^64-1", withTensor({ UINT64_MAX }, 0), "gguf_shape");
        row("product wraps to 0", withTensor({ uint64_t(1) << 32, uint64_t(1) << 32 }, 0), "gguf_shape");
        row("product wraps to 4", withTensor({ 4194305, 4194305, 211106198978564 }, 0), "gguf_shape");
        row("product is negative", withTensor({ uint64_t(1) << 32, uint64_t(1) << 31 }, 0), "gguf_shape");
        row("size wraps", withTensor({ (uint64_t(1) << 62) + 1 }, 0), "gguf_shape");
        for (const uint32_t type : { 4u, 5u, 31u, 42u, UINT32_MAX })
            row(("tensor type " + std::to_string(type)).c_str(), withTensor({ 32 }, type), "gguf_tensor_type");
        row("row of half a block", withTensor({ 16, 2 }, 8), "gguf_block");
        row("row of half a K block", withTensor({ 128, 2 }, 12), "gguf_block");
        row("scalar in blocks", withTensor({}, 8), "gguf_block");
        row("offset not aligned", withTensor({ 8 }, 0, 4), "gguf_offset");
        row("offset beyond the file", withTensor({ 8 }, 0, 256), "gguf_range");
        row("end beyond the file", withTensor({ 8 }, 0, 256 - 32 + 32), "gguf_range");
        row("larger than the file", withTensor({ 1'000 }, 0), "gguf_range");
        row("offset near 2^64", withTensor({ 64 }, 0, UINT64_MAX - 31), "gguf_range");
        row("tensors overlap", good().tensor("b", { 8 }, 0, 0).make(), "gguf_overlap");
        row(
            "tensors overlap partly",
            [] {
                GgufBytes file;
                file.tensor("a", { 16 }, 0, 0).tensor("b", { 16 }, 0, 32);
                file.data = kData;
                return file.make();
            }(),
            "gguf_overlap");
        row("data missing", good().make().substr(0, good().make().size() - 1), "gguf_range");
        row("ends in the padding", with([](GgufBytes& f) { f.data.clear(); }).make().substr(0, 100), "gguf_truncated");
    }
    void malformed()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, code);
        COMPARE_ERROR(parseGguf({ file.constData(), size_t(file.size()) }), code.toUtf8().constData());
    }

    /// Cut anywhere, a file is refused, and never read past its end (the copy has exactly its bytes).
    void cutAnywhere()
    {
        const std::string whole
            = good().key("list", GgufType::Array, array(GgufType::String, 2, text("x") + text("yz"))).make();
        QVERIFY(parseGguf(whole).ok());
        for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
            const std::vector<char> cut(whole.begin(), whole.begin() + std::ptrdiff_t(bytes));
            QVERIFY2(!parseGguf({ cut.data(), cut.size() }).ok(), std::to_string(bytes).c_str());
        }
    }

    void values()
    {
        GgufBytes bytes = good();
        bytes.version = 2;
        bytes.key("u8", GgufType::U8, bytesOf(uint8_t(200))).key("i8", GgufType::I8, bytesOf(int8_t(-3)));
        bytes.key("u16", GgufType::U16, bytesOf(uint16_t(60'000))).key("i16", GgufType::I16, bytesOf(int16_t(-300)));
        bytes.key("u32", GgufType::U32, bytesOf(UINT32_MAX)).key("i32", GgufType::I32, bytesOf(INT32_MIN));
        bytes.key("u64", GgufType::U64, bytesOf(UINT64_MAX)).key("i64", GgufType::I64, bytesOf(INT64_MIN));
        bytes.key("f32", GgufType::F32, bytesOf(0.5f)).key("f64", GgufType::F64, bytesOf(0.1));
        bytes.key("bool", GgufType::Bool, "\x01").key("text", GgufType::String, text(std::string("a\0b", 3)));
        bytes.key("texts", GgufType::Array, array(GgufType::String, 2, text("x") + text("")));
        bytes.key("nested", GgufType::Array,
            array(GgufType::Array, 2,
                array(GgufType::I32, 1, bytesOf(int32_t(-7))) + array(GgufType::Bool, 2, std::string("\1\0", 2))));
        bytes.key("none", GgufType::Array, array(GgufType::F32, 0));
        const GgufFile file = orThrow(parseGguf(bytes.make()));
        QCOMPARE(file.version, 2u);
        const auto integer = [&](const char* key) { return file.find(key)->integer().value(); };
        QCOMPARE(integer("u8"), 200);
        QCOMPARE(integer("i8"), -3);
        QCOMPARE(integer("u16"), 60'000);
        QCOMPARE(integer("i16"), -300);
        QCOMPARE(integer("u32"), int64_t(UINT32_MAX));
        QCOMPARE(integer("i32"), int64_t(INT32_MIN));
        QVERIFY(!file.find("u64")->integer().has_value()); // does not fit
        QCOMPARE(integer("i64"), INT64_MIN);
        QCOMPARE(file.find("f32")->number().value(), 0.5);
        QCOMPARE(file.find("f64")->number().value(), 0.1);
        QCOMPARE(*file.find("bool")->truth(), true);
        QCOMPARE(*file.find("text")->string(), std::string("a\0b", 3));
        QCOMPARE(*file.find("texts")->strings(), std::vector<std::string>({ "x", "" }));
        const auto& nested = std::get<std::vector<GgufValue>>(file.find("nested")->value);
        QCOMPARE(std::get<std::vector<int64_t>>(nested[0].value), std::vector<int64_t>({ -7 }));
        QCOMPARE(std::get<std::vector<uint64_t>>(nested[1].value), std::vector<uint64_t>({ 1, 0 }));
        QCOMPARE(nested[1].elementType, GgufType::Bool);
        QVERIFY(std::get<std::vector<double>>(file.find("none")->value).empty());
        QVERIFY(!file.find("other"));
        QVERIFY(!file.find("f32")->integer() && !file.find("text")->number());
        QCOMPARE(QString(ggufTypeName(GgufType::F64)), QString("FLOAT64"));
    }

    void tensors()
    {
        GgufBytes bytes;
        bytes.key("general.alignment", GgufType::U32, bytesOf(uint32_t(64)));
        bytes.alignment = 64;
        bytes.tensor("second", { 32, 2 }, 8, 64).tensor("first", { 2, 3, 4 }, 1, 0).tensor("scalar", {}, 0, 192);
        bytes.data = std::string(200, '\0'); // a hole after "second" is no error
        const std::string whole = bytes.make();
        const GgufFile file = orThrow(parseGguf(whole));
        QCOMPARE(file.alignment, uint64_t(64));
        QCOMPARE(file.dataOffset, whole.size() - 200);
        QCOMPARE(file.tensors[0].shape, std::vector<int64_t>({ 2, 32 }));
        QCOMPARE(file.tensors[0].begin, file.dataOffset + 64);
        QCOMPARE(file.tensors[0].end - file.tensors[0].begin, uint64_t(68));
        QCOMPARE(file.tensors[1].shape, std::vector<int64_t>({ 4, 3, 2 }));
        QCOMPARE(QString(file.tensors[1].format->name), QString("F16"));
        QCOMPARE(file.tensors[2].elements, uint64_t(1));
        QVERIFY(parseGguf(GgufBytes().make()).ok()); // no keys, no tensors: a vocabulary file has none of the latter
    }
};

QTEST_GUILESS_MAIN(TestGgufFile)
#include "tst_gguf_file.moc"
