// GGUF out and back in.

#include "core/weights/dequantize.h"
#include "core/weights/float_formats.h"
#include "core/weights/gguf_export.h"
#include "core/weights/gguf_source.h"
#include "core/weights/gguf_writer.h"
#include "small_model.h"
#include "weight_files.h"

#include <sys/stat.h>

using namespace aha;
using test::Folder;
using test::SmallModel;
using test::valuesOf;

namespace {

bool isLeft(const std::filesystem::path& folder)
{
    return !std::filesystem::is_empty(folder); // a temporary file, say
}

} // namespace

class TestGgufWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyValue()
    {
        const Folder folder;
        const std::vector<std::pair<std::string, GgufValue>> metadata {
            { "u8", { GgufType::U8, GgufType::U32, uint64_t(200) } },
            { "i16", { GgufType::I16, GgufType::U32, int64_t(-5) } },
            { "u64", { GgufType::U64, GgufType::U32, UINT64_MAX } }, { "f32", GgufValue::f32(0.1f) },
            { "f64", { GgufType::F64, GgufType::U32, 0.1 } }, { "bool", GgufValue::boolean(true) },
            { "text", GgufValue::text(std::string("a\0b", 3)) }, { "texts", GgufValue::texts({ "x", "" }) },
            { "bytes", { GgufType::Array, GgufType::U8, std::vector<uint64_t> { 1, 255 } } },
            { "flags", { GgufType::Array, GgufType::Bool, std::vector<uint64_t> { 1, 0 } } },
            { "nested",
                { GgufType::Array, GgufType::Array,
                    std::vector<GgufValue> { GgufValue::i32s({ -1, 2 }), GgufValue::f32s({ 0.5 }) } } }
        };
        for (const uint32_t alignment : { 32u, 8u, 4096u }) {
            const auto path = folder.path() / "all.gguf";
            GgufWriter writer = orThrow(GgufWriter::create(
                path, metadata, { { "a", "F32", { 3 } }, { "b", "BF16", { 2, 2 } }, { "c", "F32", {} } }, alignment));
            const float numbers[] = { 1, 2, 3, 4 };
            orThrow(writer.add(std::span(numbers).first(3)));
            orThrow(writer.add(numbers));
            orThrow(writer.addRaw(std::string_view("\0\0\x80\x3f", 4)));
            QVERIFY(!std::filesystem::exists(path)); // until it is finished
            orThrow(writer.finish());
            const auto source = orThrow(GgufSource::open(path, GgufNames::AsStored));
            QCOMPARE(source->file().alignment, uint64_t(alignment));
            QCOMPARE(source->file().metadata.size(), metadata.size() + (alignment != 32));
            for (const auto& [key, value] : metadata) {
                const GgufValue* read = source->file().find(key);
                QVERIFY2(read && read->type == value.type, key.c_str());
                if (value.type == GgufType::Array)
                    QCOMPARE(read->elementType, value.elementType);
                if (key != "nested")
                    QVERIFY2(read->value.index() == value.value.index(), key.c_str());
            }
            QCOMPARE(std::get<uint64_t>(source->file().find("u64")->value), UINT64_MAX);
            QCOMPARE(float(source->file().find("f32")->number().value()), 0.1f);
            QCOMPARE(source->file().find("f64")->number().value(), 0.1);
            QCOMPARE(*source->file().find("text")->string(), std::string("a\0b", 3));
            const auto& nested = std::get<std::vector<GgufValue>>(source->file().find("nested")->value);
            QCOMPARE(std::get<std::vector<int64_t>>(nested[0].value), std::vector<int64_t>({ -1, 2 }));
            QCOMPARE(valuesOf(*source, "a"), std::vector<float>({ 1, 2, 3 }));
            QCOMPARE(valuesOf(*source, "b"), std::vector<float>({ 1, 2, 3, 4 }));
            QCOMPARE(source->find("b")->shape, std::vector<int64_t>({ 2, 2 }));
            QCOMPARE(valuesOf(*source, "c"), std::vector<float>({ 1 }));
            std::filesystem::remove(path);
        }
    }
    void plansRefused()
    {
        const Folder folder;
        const auto create = [&](std::vector<GgufTensorPlan> plan,
                                std::vector<std::pair<std::string, GgufValue>> keys = {}, uint32_t alignment = 32) {
            return GgufWriter::create(folder.path() / "x.gguf", std::move(keys), std::move(plan), alignment);
        };
        COMPARE_ERROR(create({ { "", "F32", { 1 } } }), "gguf_write");
        COMPARE_ERROR(create({ { "a", "F32", { 1 } }, { "a", "F32", { 1 } } }), "gguf_write");
        COMPARE_ERROR(create({ { "a", "F33", { 1 } } }), "gguf_write");
        COMPARE_ERROR(create({ { "a", "F32", { 1, 1, 1, 1, 1 } } }), "gguf_write");
        COMPARE_ERROR(create({ { "a", "F32", { 0 } } }), "gguf_write");
        COMPARE_ERROR(create({ { "a", "F32", { INT64_MAX, 2 } } }), "gguf_write");
        COMPARE_ERROR(create({ { "a", "Q8_0", { 64, 16 } } }), "gguf_write");
        COMPARE_ERROR(create({}, { { "k", GgufValue::u32(1) }, { "k", GgufValue::u32(1) } }), "gguf_write");
        COMPARE_ERROR(create({}, {}, 24), "gguf_write");
        COMPARE_ERROR(GgufWriter::create(folder.path() / "no" / "x.gguf", {}, {}), "file_unwritable");
        QVERIFY(!isLeft(folder.path()));
    }
    void tensorsRefused()
    {
        const Folder folder;
        {
            GgufWriter writer = orThrow(
                GgufWriter::create(folder.path() / "x.gguf", {}, { { "a", "F32", { 2 } }, { "b", "Q4_0", { 32 } } }));
            const float numbers[32] = {};
            COMPARE_ERROR(writer.add(std::span(numbers).first(3)), "gguf_write");
            QVERIFY(writer.add(std::span(numbers).first(2)).ok());
            COMPARE_ERROR(writer.finish(), "gguf_write"); // b is missing
            COMPARE_ERROR(writer.add(numbers), "weights_format");
        }
        QVERIFY(!isLeft(folder.path())); // never finished: nothing stays
    }

    void roundTrip_data()
    {
        QTest::addColumn<QString>("architecture");
        for (const char* name : { "LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM" })
            QTest::newRow(name) << name;
    }
    void roundTrip()
    {
        QFETCH(QString, architecture);
        const Folder folder;
        const SmallModel model(architecture.toStdString(),
            architecture.startsWith("Mistral") ? nlohmann::ordered_json { { "sliding_window", 32 } } : nullptr);
        const MemoryWeights weights = model.weights();
        const auto path = folder.path() / "m.gguf";
        orThrow(exportGguf(weights, { path, "F32", "small" }));
        const auto source = orThrow(GgufSource::open(path));
        QCOMPARE(source->entries().size(), weights.entries().size());
        for (const WeightEntry& entry : weights.entries()) {
            QVERIFY2(source->find(entry.name), entry.name.c_str());
            QCOMPARE(source->find(entry.name)->shape, entry.shape);
            QVERIFY2(valuesOf(*source, entry.name) == valuesOf(weights, entry.name), entry.name.c_str());
        }
        const auto config = orThrow(source->config());
        for (const auto& [key, value] : model.config().items())
            QVERIFY2(config.contains(key) && config.at(key) == value, (key + ": " + config.dump()).c_str());
        QCOMPARE(source->metadata().at("general.name"), std::string("small"));
        // Only llama's rotary projections lie in another order in the file.
        const auto stored = orThrow(GgufSource::open(path, GgufNames::AsStored));
        const bool reordered = architecture.startsWith("Llama") || architecture.startsWith("Mistral");
        QCOMPARE(
            valuesOf(*stored, "blk.1.attn_k.weight") != valuesOf(weights, "model.layers.1.self_attn.k_proj.weight"),
            reordered);
        QVERIFY(
            valuesOf(*stored, "blk.1.attn_v.weight") == valuesOf(weights, "model.layers.1.self_attn.v_proj.weight"));
    }
    void smallerFormats()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        const auto path = folder.path() / "m.gguf";
        for (const std::string dtype : { "F16", "BF16", "Q8_0" }) {
            orThrow(exportGguf(weights, { path, dtype, "" }));
            const auto source = orThrow(GgufSource::open(path));
            QCOMPARE(source->find("lm_head.weight")->dtype, dtype);
            QCOMPARE(source->find("model.norm.weight")->dtype, std::string("F32"));
            std::vector<float> expected = valuesOf(weights, "lm_head.weight");
            std::string bytes;
            orThrow(appendEncoded(bytes, *findFormat(dtype), expected));
            orThrow(toFloat(*findFormat(dtype), bytes, expected));
            QVERIFY2(valuesOf(*source, "lm_head.weight") == expected, dtype.c_str());
        }
        COMPARE_ERROR(exportGguf(weights, { path, "Q4_0", "" }), "weights_format");
    }
    void tiedAndLlama3()
    {
        const Folder folder;
        const SmallModel model("LlamaForCausalLM",
            { { "tie_word_embeddings", true }, { "rope_theta", 500000.0 },
                { "rope_scaling",
                    { { "rope_type", "llama3" }, { "factor", 8.0 }, { "low_freq_factor", 1.0 },
                        { "high_freq_factor", 4.0 }, { "original_max_position_embeddings", 8192 } } } });
        GgufTokenizer tokenizer;
        tokenizer.model = "gpt2";
        tokenizer.tokens = std::vector<std::string>(32, "x");
        tokenizer.eosId = 7;
        GgufExport options { folder.path() / "m.gguf", "F16", "" };
        options.tokenizer = &tokenizer;
        orThrow(exportGguf(model.weights(), options));
        const auto source = orThrow(GgufSource::open(options.path));
        QVERIFY(!source->find("lm_head.weight"));
        const auto config = orThrow(source->config());
        QVERIFY(config.at("tie_word_embeddings") == true && config.at("eos_token_id") == 7);
        QVERIFY(config.at("rope_scaling") == model.config().at("rope_scaling"));
        QCOMPARE(orThrow(ggufTokenizer(source->file())).tokens.size(), size_t(32));
    }
    void exportRefused()
    {
        const Folder folder;
        const SmallModel model;
        const GgufExport options { folder.path() / "m.gguf", "F32", "" };
        const float numbers[4] = {};
        const MemoryWeights unknown(
            { { "model.layers.0.mlp.experts.0.up.weight", { 2, 2 }, numbers } }, model.config());
        COMPARE_ERROR(exportGguf(unknown, options), "gguf_tensor_unexpected");
        const MemoryWeights misfit({ { "model.layers.0.self_attn.q_proj.weight", { 2, 2 }, numbers } }, model.config());
        COMPARE_ERROR(exportGguf(misfit, options), "gguf_config");
        COMPARE_ERROR(
            exportGguf(model.weights(), options, nullptr, [](const auto&, auto, auto) { return false; }), "cancelled");
        QVERIFY(!isLeft(folder.path()));
        QVERIFY_THROWS_EXCEPTION(Failure, MemoryWeights({ { "a", { 3 }, numbers } }, {}));
        QVERIFY_THROWS_EXCEPTION(Failure, MemoryWeights({ { "a", { 4 }, numbers }, { "a", { 4 }, numbers } }, {}));
    }
};

QTEST_GUILESS_MAIN(TestGgufWriter)
#include "tst_gguf_writer.moc"
