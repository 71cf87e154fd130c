#pragma once
// A Hugging Face model folder: config.json, generation_config.json, the tokenizer's files and the weights as
// safetensors.

#include "core/weights/weight_source.h"

#include <filesystem>
#include <map>
#include <string>

namespace aha {

struct ModelFolderOptions {
    std::filesystem::path target; ///< must not exist, or be an empty folder
    std::map<std::string, std::string> files; ///< tokenizer, templates, generation settings: content by name
    /// How to store the weights: F32, F16, BF16, or "keep": as they are stored, with quantised ones as F32.
    std::string dtype = "keep";
    uint64_t shardBytes = 5'000'000'000; ///< largest shard; a larger tensor has a shard of its own
};

/// Writes everything to a folder beside `target` and renames it at the end; at most one tensor is in memory.
/// config.json is source.config() with torch_dtype set. Reading the folder back gives the same numbers (with a dtype
/// that holds them). Errors: folder_exists, those of the source, weights_format, disk_full, file_unwritable, cancelled.
Result<void> writeModelFolder(const WeightSource& source, const ModelFolderOptions& options, Workers* workers = nullptr,
    const WeightProgress& progress = {});

} // namespace aha
