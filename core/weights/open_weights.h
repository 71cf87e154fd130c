#pragma once
// Opens whatever holds a model's weights.

#include "core/weights/weight_source.h"

#include <filesystem>
#include <memory>

namespace aha {

/// `path` is a .safetensors file, an index of shards, a GGUF file, or a folder: then model.safetensors, else
/// model.safetensors.index.json, else its only .safetensors or .gguf file. Files are told apart by their content first.
/// Errors: file_missing, weights_pickle (a pickle can run programs and is never opened; how to convert it),
/// weights_none (nothing in the folder, or nothing known), weights_several, and those of the readers.
Result<std::unique_ptr<WeightSource>> openWeights(const std::filesystem::path& path);

} // namespace aha
