#pragma once
// The model's configuration as GGUF metadata and as Hugging Face's config.json. Architectures: gguf_names.h.

#include "core/base/result.h"
#include "core/weights/gguf_file.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace aha {

/// config.json in the hub's dialect (rope_theta, rope_scaling, torch_dtype). What GGUF does not say follows from the
/// tensors: embeddings are tied when output.weight is absent, biases exist when their tensors do. `ropeFactors` is
/// rope_freqs.weight as float32, empty without it: it stands for Llama 3's rope_scaling, whose parameters are found
/// from it. Errors: gguf_architecture (names it), gguf_config (names the key and the value).
Result<nlohmann::ordered_json> huggingFaceConfig(const GgufFile& file, std::span<const float> ropeFactors);

struct GgufModelConfig {
    std::string architecture; ///< general.architecture
    int64_t heads = 0, keyValueHeads = 0, headDim = 0;
    std::vector<std::pair<std::string, GgufValue>> metadata; ///< general.architecture and <architecture>.*
    std::vector<float> ropeFactors; ///< rope_freqs.weight, empty if there is none
};
/// The way back, from either dialect of config.json. Errors: gguf_architecture, gguf_config.
Result<GgufModelConfig> ggufModelConfig(const nlohmann::ordered_json& config);

/// Llama 3's divisors of the rotary frequencies, [headDim / 2], as llama.cpp's converter stores them.
std::vector<float> llama3RopeFactors(
    double theta, int64_t headDim, double factor, double lowFactor, double highFactor, double originalContext);

} // namespace aha
