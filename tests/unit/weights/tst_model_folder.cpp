// Hugging Face folders out and back in.

#include "core/weights/gguf_export.h"
#include "core/weights/model_folder_writer.h"
#include "core/weights/open_weights.h"
#include "core/weights/safetensors.h"
#include "core/weights/safetensors_source.h"
#include "small_model.h"
#include "weight_files.h"

#include <sys/stat.h>

#include <set>

using namespace aha;
using test::Folder;
using test::SmallModel;
using test::valuesOf;

namespace {

std::set<std::string> filesOf(const std::filesystem::path& folder)
{
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.insert(entry.path().filename().string());
    return names;
}

} // namespace

class TestModelFolder : public QObject {
    Q_OBJECT

    /// All tensors of `source` as float32 equal those of `expected`.
    static bool same(const WeightSource& source, const WeightSource& expected)
    {
        bool equal = source.entries().size() == expected.entries().size();
        for (const WeightEntry& entry : expected.entries())
            equal = equal && source.find(entry.name) && source.find(entry.name)->shape == entry.shape
                && valuesOf(source, entry.name) == valuesOf(expected, entry.name);
        return equal;
    }

private Q_SLOTS:
    void oneFile()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        const std::map<std::string, std::string> files { { "tokenizer.json", "{}" },
            { "generation_config.json", "{\"eos_token_id\":[1,2]}" } };
        const auto target = folder.path() / "out";
        orThrow(writeModelFolder(weights, { target, files, "keep" }));
        QVERIFY(filesOf(target)
            == std::set<std::string>(
                { "config.json", "generation_config.json", "model.safetensors", "tokenizer.json" }));
        QCOMPARE(orThrow(readFile(target / "generation_config.json")), std::string("{\"eos_token_id\":[1,2]}"));
        const auto source = orThrow(openWeights(target));
        QVERIFY(same(*source, weights));
        QCOMPARE(source->metadata().at("format"), std::string("pt")); // transformers asks for it
        auto config = orThrow(source->config());
        QVERIFY(config.at("torch_dtype") == "float32");
        config.erase("torch_dtype");
        QVERIFY(config == model.config());
        QVERIFY(filesOf(folder.path()) == std::set<std::string>({ "out" })); // nothing temporary
    }

    void shards()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        for (const uint64_t limit : { 30'000, 100 }) { // 100: every tensor is larger
            const auto target = folder.path() / std::to_string(limit);
            orThrow(writeModelFolder(weights, { target, {}, "keep", limit }));
            const auto index = nlohmann::json::parse(orThrow(readFile(target / "model.safetensors.index.json")));
            QCOMPARE(index.at("metadata").at("total_size").get<uint64_t>(), weights.totalBytes());
            QCOMPARE(index.at("weight_map").size(), weights.entries().size());
            size_t shards = 0;
            for (const std::string& name : filesOf(target)) {
                if (name.find(".safetensors") == std::string::npos || name.find("index") != std::string::npos)
                    continue;
                ++shards;
                const auto shard = orThrow(SafetensorsSource::openFile(target / name));
                QVERIFY(shard->totalBytes() <= limit || shard->entries().size() == 1);
            }
            QCOMPARE(shards, limit == 100 ? weights.entries().size() : size_t(12));
            QVERIFY(filesOf(target).count(
                limit == 100 ? "model-00001-of-00021.safetensors" : "model-00001-of-00012.safetensors"));
            QVERIFY(same(*orThrow(openWeights(target)), weights));
        }
    }

    void formats()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        for (const std::string dtype : { "F16", "BF16" }) {
            const auto target = folder.path() / dtype;
            orThrow(writeModelFolder(weights, { target, {}, dtype }));
            const auto source = orThrow(openWeights(target));
            QCOMPARE(source->find("model.norm.weight")->dtype, dtype);
            QVERIFY(orThrow(source->config()).at("torch_dtype") == (dtype == "F16" ? "float16" : "bfloat16"));
            orThrow(writeModelFolder(*source, { folder.path() / (dtype + " again"), {}, "keep" }));
            QVERIFY(orThrow(readFile(target / "model.safetensors")) // kept to the byte
                == orThrow(readFile(folder.path() / (dtype + " again") / "model.safetensors")));
            orThrow(writeModelFolder(*source, { folder.path() / (dtype + " wide"), {}, "F32" }));
            QVERIFY(same(*orThrow(openWeights(folder.path() / (dtype + " wide"))), *source));
        }
        COMPARE_ERROR(writeModelFolder(weights, { folder.path() / "x", {}, "Q8_0" }), "weights_format");
    }

    /// GGUF in, folder out: quantised blocks become F32, reordered rows come back, the rest stays.
    void fromGguf()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        for (const std::string dtype : { "Q8_0", "F16" }) {
            const auto file = folder.path() / (dtype + ".gguf"), target = folder.path() / dtype;
            orThrow(exportGguf(weights, { file, dtype, "" }));
            const auto gguf = orThrow(openWeights(file));
            orThrow(writeModelFolder(*gguf, { target, {}, "keep" }));
            const auto source = orThrow(openWeights(target));
            QVERIFY(same(*source, *gguf));
            QCOMPARE(source->find("model.layers.0.self_attn.q_proj.weight")->dtype,
                std::string(dtype == "F16" ? "F16" : "F32"));
            QVERIFY(orThrow(source->config()).at("architectures")[0] == "LlamaForCausalLM");
        }
    }

    void alignedToElements()
    {
        const Folder folder;
        const uint8_t bytes[12] = {};
        const auto view = [&](size_t size) { return std::string_view(reinterpret_cast<const char*>(bytes), size); };
        folder.write("config.json", "{}");
        folder.write("model.safetensors",
            writeSafetensors({ { "a", "U8", { 3 }, view(3) }, { "b", "F32", { 2 }, view(8) },
                { "c", "I8", { 1 }, view(1) }, { "d", "F16", { 1 }, view(2) } }));
        const auto target = folder.path() / "out";
        orThrow(writeModelFolder(*orThrow(openWeights(folder.path())), { target, {}, "keep" }));
        const SafetensorsHeader header = orThrow(parseSafetensors(orThrow(readFile(target / "model.safetensors"))));
        QCOMPARE(header.tensors.at("b").begin, uint64_t(0));
        QCOMPARE(header.tensors.at("d").begin, uint64_t(8));
        QCOMPARE(header.dataOffset % 8, uint64_t(0));
    }

    void nothingHalf()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        const auto target = folder.path() / "out";
        int tensors = 0;
        COMPARE_ERROR(writeModelFolder(weights, { target, {}, "keep" }, nullptr,
                          [&](const auto&, uint64_t, uint64_t) { return ++tensors % 5 != 0; }),
            "cancelled");
        QVERIFY(filesOf(folder.path()).empty());
        std::filesystem::create_directory(target);
        QVERIFY(writeModelFolder(weights, { target / "", {}, "keep" }).ok()); // an empty folder may be filled
        COMPARE_ERROR(writeModelFolder(weights, { target, {}, "keep" }), "folder_exists");
        QVERIFY(same(*orThrow(openWeights(target)), weights));
        COMPARE_ERROR(writeModelFolder(weights, { target / "config.json" / "x", {}, "keep" }), "file_unwritable");
    }
};

QTEST_GUILESS_MAIN(TestModelFolder)
#include "tst_model_folder.moc"
