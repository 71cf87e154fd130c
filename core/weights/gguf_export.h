#pragma once
// A model in Hugging Face's names as a GGUF file that llama.cpp loads.

#include "core/weights/gguf_tokenizer.h"
#include "core/weights/weight_source.h"

#include <filesystem>
#include <string>

namespace aha {

struct GgufExport {
    std::filesystem::path path; ///< replaced whole at the end, or not at all
    std::string dtype
        = "F16"; ///< of matrices: F32, F16, BF16, Q8_0 (rows of no whole blocks: F16). Vectors are always F32
    std::string name; ///< general.name, may be empty
    const GgufTokenizer* tokenizer = nullptr; ///< without one the file has no tokenizer in it
};

/// Writes `source`, tensor by tensor; at most one tensor is in memory. F32 is exact: reading the file back gives the
/// same numbers. Errors: gguf_architecture, gguf_config, gguf_tensor_unexpected (no name in GGUF), weights_format,
/// those of the source and of GgufWriter, cancelled.
Result<void> exportGguf(const WeightSource& source, const GgufExport& options, Workers* workers = nullptr,
    const WeightProgress& progress = {});

} // namespace aha
