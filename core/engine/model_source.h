#pragma once
// A model as people name it: a Hugging Face folder, a run's checkpoint, or a PEFT adapter that names its base.

#include "core/nn/policy.h"

#include <filesystem>
#include <optional>

namespace aha {

/// The model as one set of weights; an adapter is merged into its base. `adapter`: a PEFT folder to merge on top of a
/// model that is none itself. Errors: those of Transformer::load and LoraAdapter::load; adapter_base_missing when an
/// adapter's base_model_name_or_path leads nowhere.
Result<Transformer> loadModel(
    const std::filesystem::path& folder, const std::optional<std::filesystem::path>& adapter = std::nullopt);

/// The folder that holds configuration and tokenizer of `folder`: itself, or an adapter's base.
Result<std::filesystem::path> baseFolder(const std::filesystem::path& folder);

} // namespace aha
