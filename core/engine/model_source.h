#pragma once
// A model as people name it: a Hugging Face folder, a GGUF file, a run's checkpoint, or a PEFT adapter that names its
// base. Its weights, its tokenizer, its chat template.

#include "core/nn/policy.h"
#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <optional>

namespace aha {

/// What was named, or the newest checkpoint of the run that was named. Errors: those of newestCheckpoint().
Result<std::filesystem::path> resolveModel(const std::string& given);

/// The model as one set of weights; an adapter is merged into its base. `adapter`: a PEFT folder to merge on top of a
/// model that is none itself. Errors: those of Transformer::load and LoraAdapter::load; adapter_base_missing when an
/// adapter's base_model_name_or_path leads nowhere.
Result<Transformer> loadModel(
    const std::filesystem::path& folder, const std::optional<std::filesystem::path>& adapter = std::nullopt);

/// The tokenizer of a model folder or tokenizer file, of a GGUF file, or of an adapter's base. Errors: those of
/// loadTokenizer(), of makeTokenizer() and of the GGUF reader.
Result<std::shared_ptr<const Tokenizer>> loadModelTokenizer(const std::filesystem::path& path);

/// Errors: template_missing, and those of ChatTemplate and of the GGUF reader.
Result<ChatTemplate> loadChatTemplate(const std::filesystem::path& path);

} // namespace aha
