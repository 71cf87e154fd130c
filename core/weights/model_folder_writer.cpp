#include "core/weights/model_folder_writer.h"

#include "core/base/files.h"
#include "core/weights/element_format.h"
#include "core/weights/output_file.h"
#include "core/weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

struct Stored {
    const WeightEntry* entry;
    std::string dtype;
    uint64_t bytes;
};
using Shard = std::vector<Stored>;

std::string storedAs(const WeightEntry& entry, const std::string& dtype)
{
    const bool number = entry.dtype == "F32" || entry.dtype == "F16" || entry.dtype == "BF16" || entry.dtype[0] == 'Q';
    if (dtype != "keep" && number)
        return dtype;
    return safetensorsElementBytes(entry.dtype) ? entry.dtype : "F32"; // quantised blocks are not safetensors'
}

/// In the order of the source; a shard is closed when the next tensor would make it too large.
std::vector<Shard> shardsOf(const WeightSource& source, const ModelFolderOptions& options)
{
    std::vector<Shard> shards(1);
    uint64_t bytes = 0;
    for (const WeightEntry& entry : source.entries()) {
        const std::string dtype = storedAs(entry, options.dtype);
        const uint64_t size = entry.elements * safetensorsElementBytes(dtype);
        if (!shards.back().empty() && bytes + size > options.shardBytes) {
            shards.emplace_back();
            bytes = 0;
        }
        bytes += size;
        shards.back().push_back({ &entry, dtype, size });
    }
    return shards;
}

std::string shardName(size_t index, size_t count)
{
    if (count == 1)
        return "model.safetensors";
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name;
}

/// Progress over all shards.
struct Reporter {
    const WeightProgress& progress;
    uint64_t total;
    uint64_t done = 0;
};

void writeTensor(OutputFile& out, const WeightSource& source, const Stored& stored, Workers* workers)
{
    constexpr size_t kPiece = 1 << 18;
    const WeightEntry& entry = *stored.entry;
    if (stored.dtype == entry.dtype) { // the same bytes, unless they lie in another order
        const Result<std::string_view> raw = source.raw(entry.name);
        if (raw) {
            for (size_t at = 0; at < raw->size(); at += 4 * kPiece)
                orThrow(out.write(raw->substr(at, 4 * kPiece)));
            return;
        }
        if (raw.error().code != "weights_reordered")
            throw Failure(raw.error());
    }
    std::vector<float> values(entry.elements);
    orThrow(source.read(entry.name, values, workers));
    const ElementFormat& format = *findFormat(stored.dtype);
    const std::span<const float> all = values;
    std::string bytes;
    for (size_t at = 0; at < all.size(); at += kPiece) {
        bytes.clear();
        orThrow(appendEncoded(bytes, format, all.subspan(at, std::min(kPiece, all.size() - at))));
        orThrow(out.write(bytes));
    }
}

void writeShard(const fs::path& path, const WeightSource& source, Shard shard, Workers* workers, Reporter& reporter)
{
    // Wide numbers first, then by name: every tensor is aligned to its element, as the reference implementation orders
    // them.
    std::stable_sort(shard.begin(), shard.end(), [](const Stored& a, const Stored& b) {
        const uint64_t widthA = safetensorsElementBytes(a.dtype), widthB = safetensorsElementBytes(b.dtype);
        return widthA != widthB ? widthA > widthB : a.entry->name < b.entry->name;
    });
    Json header { { "__metadata__", { { "format", "pt" } } } };
    uint64_t offset = 0;
    for (const Stored& stored : shard) {
        header[stored.entry->name] = { { "dtype", stored.dtype }, { "shape", stored.entry->shape },
            { "data_offsets", { offset, offset + stored.bytes } } };
        offset += stored.bytes;
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    const uint64_t size = text.size();
    OutputFile out = orThrow(OutputFile::create(path));
    orThrow(out.write({ reinterpret_cast<const char*>(&size), 8 }));
    orThrow(out.write(text));
    for (const Stored& stored : shard) {
        writeTensor(out, source, stored, workers);
        reporter.done += stored.bytes;
        if (reporter.progress && !reporter.progress(stored.entry->name, reporter.done, reporter.total))
            throw Failure({ "cancelled", "Writing was cancelled.", "" });
    }
    if (out.written() != 8 + size + offset) // a source that breaks its word must not make a file
        throw Failure({ "weights_size", "The source gave other bytes than it announced.", "" });
    orThrow(out.commit());
}

std::string dtypeWord(const std::vector<Shard>& shards)
{
    uint64_t f32 = 0, f16 = 0, bf16 = 0;
    for (const Shard& shard : shards)
        for (const Stored& stored : shard)
            (stored.dtype == "F16" ? f16 : stored.dtype == "BF16" ? bf16 : f32) += stored.bytes;
    return f16 > f32 && f16 > bf16 ? "float16" : bf16 > f32 ? "bfloat16" : "float32";
}

void writeAll(const fs::path& folder, const WeightSource& source, const ModelFolderOptions& options, Workers* workers,
    const WeightProgress& progress)
{
    Json config = orThrow(source.config());
    const std::vector<Shard> shards = shardsOf(source, options);
    config[config.contains("dtype") ? "dtype" : "torch_dtype"] = dtypeWord(shards);
    orThrow(writeFileAtomically(folder / "config.json", config.dump(2) + "\n"));
    for (const auto& [name, content] : options.files)
        orThrow(writeFileAtomically(folder / name, content));
    Reporter reporter { progress, 0 };
    Json map = Json::object();
    for (size_t i = 0; i < shards.size(); ++i)
        for (const Stored& stored : shards[i]) {
            reporter.total += stored.bytes;
            map[stored.entry->name] = shardName(i, shards.size());
        }
    for (size_t i = 0; i < shards.size(); ++i)
        writeShard(folder / shardName(i, shards.size()), source, shards[i], workers, reporter);
    if (shards.size() > 1) {
        const Json index { { "metadata", { { "total_size", reporter.total } } }, { "weight_map", map } };
        orThrow(writeFileAtomically(folder / "model.safetensors.index.json", index.dump(2) + "\n"));
    }
}

} // namespace

Result<void> writeModelFolder(
    const WeightSource& source, const ModelFolderOptions& options, Workers* workers, const WeightProgress& progress)
{
    if (options.dtype != "keep" && options.dtype != "F32" && options.dtype != "F16" && options.dtype != "BF16")
        return Error { "weights_format", "safetensors cannot be written as " + options.dtype + ".",
            "Choose F32, F16, BF16 or keep." };
    fs::path target = options.target;
    if (!target.has_filename())
        target = target.parent_path(); // "folder/" is folder
    std::error_code error;
    if (fs::exists(target, error) && !(fs::is_directory(target, error) && fs::is_empty(target, error)))
        return Error { "folder_exists", "There is something at " + target.string() + " already.",
            "Choose another folder, or remove that one." };
    const fs::path temporary = target.string() + ".tmp" + std::to_string(::getpid());
    fs::remove_all(temporary, error); // of an earlier process with this number
    if (Result<void> made = makeFolders(temporary); !made)
        return made.error();
    Result<void> done;
    try {
        writeAll(temporary, source, options, workers, progress);
        orThrow(syncPath(temporary));
        fs::rename(temporary, target, error);
        if (error)
            throw Failure(fileError("Renaming", target, error.value()));
        orThrow(syncPath(target.has_parent_path() ? target.parent_path() : fs::path(".")));
    } catch (const Failure& failure) {
        done = failure.error();
    } catch (const Json::exception&) {
        done = Error { "weights_name", "A name in the model is not UTF-8, which safetensors and JSON need.", "" };
    }
    fs::remove_all(temporary, error);
    return done;
}

} // namespace aha
