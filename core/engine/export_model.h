#pragma once
// Hands a model back to other programs: a Hugging Face folder (transformers, vLLM) or a GGUF file (llama.cpp).

#include "core/base/result.h"
#include "core/base/workers.h"
#include "core/weights/weight_source.h"

#include <filesystem>
#include <string>

namespace aha {

struct ModelExport {
    std::filesystem::path model; ///< folder, GGUF file, or adapter (merged into its base)
    std::filesystem::path out; ///< "hf": a folder that does not exist yet; "gguf": a file, replaced at the end
    std::string to = "hf"; ///< hf | gguf
    /// hf: F32, F16, BF16 or keep (as stored, quantised weights as F32). gguf: F32, F16, BF16 or Q8_0. Empty: keep,
    /// F16.
    std::string dtype;
};

/// Writes weights, configuration, tokenizer and chat template, each in the target's own form; all of it appears at the
/// end or not at all. A model that is no adapter is streamed, tensor by tensor. Errors: those of the readers and
/// writers (core/weights), tokenizer_no_gguf, cancelled.
Result<void> exportModel(const ModelExport& request, Workers& workers, const WeightProgress& progress = {});

} // namespace aha
