#include "core/weights/gguf_export.h"

#include "core/weights/element_format.h"
#include "core/weights/gguf_config.h"
#include "core/weights/gguf_names.h"
#include "core/weights/gguf_writer.h"

#include <nlohmann/json.hpp>

namespace aha {

namespace {

/// llama.cpp's general.file_type.
uint32_t fileType(const std::string& dtype)
{
    return dtype == "F32" ? 0 : dtype == "F16" ? 1 : dtype == "Q8_0" ? 7 : 32; // 32: BF16
}

} // namespace

Result<void> exportGguf(
    const WeightSource& source, const GgufExport& options, Workers* workers, const WeightProgress& progress)
{
    if (options.dtype != "F32" && options.dtype != "F16" && options.dtype != "BF16" && options.dtype != "Q8_0")
        return Error { "weights_format", "A GGUF file cannot be written as " + options.dtype + ".",
            "Choose F32, F16, BF16 or Q8_0." };
    const Result<nlohmann::ordered_json> json = source.config();
    if (!json)
        return json.error();
    Result<GgufModelConfig> config = ggufModelConfig(*json);
    if (!config)
        return config.error();

    std::vector<std::pair<std::string, GgufValue>> metadata = std::move(config->metadata);
    if (!options.name.empty())
        metadata.emplace_back("general.name", GgufValue::text(options.name));
    metadata.emplace_back("general.file_type", GgufValue::u32(fileType(options.dtype)));
    metadata.emplace_back("general.quantization_version", GgufValue::u32(2));
    if (options.tokenizer)
        for (auto& [key, value] : ggufTokenizerMetadata(*options.tokenizer))
            metadata.emplace_back(std::move(key), std::move(value));

    const bool tied = json->contains("tie_word_embeddings") && (*json)["tie_word_embeddings"] == true;
    std::vector<GgufTensorPlan> plan;
    std::vector<const WeightEntry*> entries;
    if (!config->ropeFactors.empty())
        plan.push_back({ "rope_freqs.weight", "F32", { int64_t(config->ropeFactors.size()) } });
    for (const WeightEntry& entry : source.entries()) {
        if (tied && entry.name == "lm_head.weight")
            continue; // the same numbers as the embedding
        const std::optional<std::string> name = ggufName(entry.name);
        if (!name)
            return Error { "gguf_tensor_unexpected",
                "Tensor " + entry.name + " has no name in GGUF's " + config->architecture + ".", "" };
        const RotaryRows rows = rotaryRows(config->architecture, entry.name);
        const int64_t heads = rows == RotaryRows::Queries ? config->heads
            : rows == RotaryRows::Keys                    ? config->keyValueHeads
                                                          : 0;
        if (heads && (entry.shape.empty() || entry.shape[0] != heads * config->headDim))
            return Error { "gguf_config",
                "Tensor " + entry.name + " has the shape " + shapeText(entry.shape) + ", which is not "
                    + std::to_string(heads) + " heads of " + std::to_string(config->headDim) + ".",
                "config.json and the weights do not belong together." };
        std::string dtype = entry.shape.size() < 2 ? "F32" : options.dtype;
        if (dtype == "Q8_0" && entry.shape.back() % 32 != 0)
            dtype = "F16";
        plan.push_back({ *name, dtype, entry.shape });
        entries.push_back(&entry);
    }
    Result<GgufWriter> writer = GgufWriter::create(options.path, std::move(metadata), std::move(plan));
    if (!writer)
        return writer.error();
    if (!config->ropeFactors.empty())
        if (Result<void> added = writer->add(config->ropeFactors); !added)
            return added.error();
    uint64_t done = 0;
    std::vector<float> values;
    for (const WeightEntry* entry : entries) {
        values.resize(entry->elements);
        if (Result<void> read = source.read(entry->name, values, workers); !read)
            return read.error();
        const RotaryRows rows = rotaryRows(config->architecture, entry->name);
        if (rows != RotaryRows::None)
            rowsToGguf(values, rows == RotaryRows::Queries ? config->heads : config->keyValueHeads, config->headDim);
        if (Result<void> added = writer->add(values); !added)
            return added.error();
        done += entry->bytes;
        if (progress && !progress(entry->name, done, source.totalBytes()))
            return Error { "cancelled", "Writing was cancelled.", "" };
    }
    return writer->finish();
}

} // namespace aha
