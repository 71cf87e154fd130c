#pragma once
// Rotary position embeddings as a config.json describes them, in both dialects of transformers.

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <vector>

namespace aha {

/// How positions beyond the trained context are scaled. Names and formulas are those of transformers'
/// modeling_rope_utils.
struct RotaryConfig {
    enum class Scaling { None, Linear, Dynamic, Llama3, Yarn };
    double theta = 10000; ///< base of the wave lengths
    Scaling scaling = Scaling::None;
    double factor = 1; ///< stretch of the context
    int64_t originalMaxPositions = 0; ///< trained context; llama3 and yarn
    double lowFrequencyFactor = 1, highFrequencyFactor = 4; ///< llama3
    double betaFast = 32, betaSlow = 1; ///< yarn: rotations that are kept, and that are interpolated
    double attentionFactor = 0; ///< yarn: scale of cos and sin; 0 = from `factor` and the two below
    double mscale = 0, mscaleAllDim = 0; ///< yarn, DeepSeek; 0 = not given
    bool truncate = true; ///< yarn: whole dimensions as bounds of the ramp

    bool operator==(const RotaryConfig&) const = default;
};

/// Fields `rope_theta` with `rope_scaling` (transformers 4) or `rope_parameters` (5). Errors: model_config_invalid
/// names the field, model_architecture_unknown a scaling that is not computed here.
Result<RotaryConfig> readRotaryConfig(const nlohmann::ordered_json& json);
/// Writes `rope_theta` and, when positions are scaled, `rope_scaling`: the dialect that both versions read.
void writeRotaryConfig(const RotaryConfig& config, nlohmann::ordered_json& json);

/// Radians a position of each pair of a head of `headDim` elements, and the scale of cos and sin. `longest` is the
/// longest sequence of the pass: the dynamic scaling depends on it, the others do not.
struct RotaryFrequencies {
    std::vector<double> radians; ///< headDim / 2
    double scale = 1;
};
RotaryFrequencies rotaryFrequencies(
    const RotaryConfig& config, int64_t headDim, int64_t maxPositionEmbeddings, int64_t longest);

/// DeepSeek's factor on the scores beside yarn: mscale(factor, mscale_all_dim) squared, 1 where it is not given.
double yarnScoreScale(const RotaryConfig& config);

/// cos and sin, times the scale, for positions 0 … count-1, each [count][radians].
void fillRotaryTables(const RotaryFrequencies& frequencies, int64_t count, float* cosines, float* sines);

} // namespace aha
