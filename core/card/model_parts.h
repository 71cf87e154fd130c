#pragma once
// What belongs to a model as people name it: a Hugging Face folder, a GGUF file, a checkpoint, or a PEFT adapter that
// names its base. Everything but the weights.

#include "core/template/chat_template.h"
#include "core/text/gguf_vocabulary.h"
#include "core/text/tokenizer.h"
#include "core/weights/gguf_tokenizer.h"

#include <filesystem>
#include <optional>

namespace aha {

bool isAdapterFolder(const std::filesystem::path& folder);

/// The folder that holds what belongs to the model of `folder`: itself, or an adapter's base; a relative name is looked
/// for as it stands, from the adapter's folder, then from `root`. Errors: adapter_base_missing, lora_config_invalid, …
Result<std::filesystem::path> baseOfModel(const std::filesystem::path& folder, const std::filesystem::path& root);

/// The GGUF file that `path` is, or the only model file of the folder that it is; empty: none.
std::filesystem::path ggufFileOf(const std::filesystem::path& path);

/// The tokenizer of a model folder or tokenizer file, of a GGUF file, or of an adapter's base. Errors: those of
/// loadTokenizer(), of makeTokenizer() and of the GGUF reader.
Result<std::shared_ptr<const Tokenizer>> tokenizerOfModel(
    const std::filesystem::path& path, const std::filesystem::path& root);

/// Errors: template_missing, and those of ChatTemplate and of the GGUF reader.
Result<ChatTemplate> templateOfModel(const std::filesystem::path& path, const std::filesystem::path& root);

/// What a GGUF file (or the folder that holds just that) carries of its tokenizer; nothing of any other model.
Result<std::optional<GgufTokenizer>> ggufTokenizerOf(const std::filesystem::path& path);
/// The same as the text library takes it.
GgufVocabulary vocabularyOf(GgufTokenizer tokenizer);

} // namespace aha
