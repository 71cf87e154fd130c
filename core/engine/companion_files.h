#pragma once
// The small files that make a model folder whole: tokenizer, templates, generation settings.

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>

namespace aha {

/// Content by file name.
using CompanionFiles = std::map<std::string, std::string>;

/// Those of a model folder, or of an adapter's base; of a GGUF file the same made from what it carries inside. Errors:
/// adapter_base_missing, those of the GGUF reader and of tokenizerJsonOf().
Result<CompanionFiles> companionFiles(const std::filesystem::path& model);

} // namespace aha
