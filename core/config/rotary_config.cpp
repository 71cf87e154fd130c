#include "core/config/rotary_config.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace aha {

using Json = nlohmann::ordered_json;
using Scaling = RotaryConfig::Scaling;

namespace {

struct Kind {
    Scaling scaling;
    const char* name;
};
constexpr Kind kKinds[] = { { Scaling::None, "default" }, { Scaling::Linear, "linear" },
    { Scaling::Dynamic, "dynamic" }, { Scaling::Llama3, "llama3" }, { Scaling::Yarn, "yarn" } };

Error invalid(const std::string& message) { return { "model_config_invalid", message, "Correct config.json." }; }

/// A number of `json` into `out`; null and absent leave it.
Result<void> number(const Json& json, const char* key, double& out)
{
    if (!json.contains(key) || json[key].is_null())
        return {};
    if (!json[key].is_number() || !std::isfinite(json[key].get<double>()))
        return invalid(std::string("The rotary setting ") + key + " is " + json[key].dump() + ", not a number.");
    out = json[key].get<double>();
    return {};
}

Result<void> readScaling(const Json& json, RotaryConfig& c)
{
    std::string name = "default";
    for (const char* key : { "rope_type", "type" }) // the older key counts where the newer one is missing
        if (json.contains(key)) {
            if (!json[key].is_string())
                return invalid(std::string(key) + " of the rotary embeddings is not a text.");
            name = json[key].get<std::string>();
            break;
        }
    const Kind* kind
        = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == name; });
    if (kind == std::end(kKinds))
        return Error { "model_architecture_unknown", "config.json asks for the rotary scaling \"" + name + "\".",
            "Known are default, linear, dynamic, llama3 and yarn." };
    c.scaling = kind->scaling;
    c.factor = c.scaling == Scaling::None ? 1 : 0; // 0: not given
    double partial = 1, original = 0;
    const std::pair<const char*, double*> numbers[]
        = { { "rope_theta", &c.theta }, { "factor", &c.factor }, { "original_max_position_embeddings", &original },
              { "low_freq_factor", &c.lowFrequencyFactor }, { "high_freq_factor", &c.highFrequencyFactor },
              { "beta_fast", &c.betaFast }, { "beta_slow", &c.betaSlow }, { "attention_factor", &c.attentionFactor },
              { "mscale", &c.mscale }, { "mscale_all_dim", &c.mscaleAllDim }, { "partial_rotary_factor", &partial } };
    for (const auto& [key, target] : numbers)
        if (Result<void> read = number(json, key, *target); !read)
            return read;
    if (partial != 1)
        return Error { "model_architecture_unknown",
            "config.json asks for partial_rotary_factor " + std::to_string(partial) + ".",
            "Only whole heads are rotated here." };
    if (!(original >= 0 && original < double(int64_t(1) << 40)))
        return invalid("original_max_position_embeddings is " + std::to_string(original) + ".");
    c.originalMaxPositions = int64_t(original);
    if (json.contains("truncate") && !json["truncate"].is_null()) {
        if (!json["truncate"].is_boolean())
            return invalid("truncate of the rotary embeddings is not true or false.");
        c.truncate = json["truncate"].get<bool>();
    }
    return {};
}

/// What the model's own fields say about the trained context.
Result<void> completeContext(const Json& json, RotaryConfig& c)
{
    if (c.scaling != Scaling::Llama3 && c.scaling != Scaling::Yarn)
        return {};
    double outside = 0, longest = 0;
    for (const auto& [key, target] : { std::pair<const char*, double*> { "original_max_position_embeddings", &outside },
             { "max_position_embeddings", &longest } })
        if (Result<void> read = number(json, key, *target); !read)
            return read;
    if (outside >= 1 || c.originalMaxPositions == 0)
        c.originalMaxPositions = int64_t(outside >= 1 ? outside : longest);
    if (c.scaling == Scaling::Yarn && c.factor == 0 && c.originalMaxPositions > 0)
        c.factor = longest / double(c.originalMaxPositions);
    return {};
}

Result<void> check(const RotaryConfig& c)
{
    if (!(c.theta > 1) || !(c.theta < 1e12))
        return invalid("rope_theta is " + std::to_string(c.theta) + "; it must be between 1 and 1e12.");
    if (c.scaling == Scaling::None)
        return {};
    if (!(c.factor >= 1) || !(c.factor < 1e6))
        return invalid(
            "The factor of the rotary scaling is " + std::to_string(c.factor) + "; it must be between 1 and 1e6.");
    const bool needsContext = c.scaling == Scaling::Llama3 || c.scaling == Scaling::Yarn;
    if (needsContext && c.originalMaxPositions < 1)
        return invalid("The rotary scaling needs original_max_position_embeddings.");
    if (c.scaling == Scaling::Llama3 && !(c.lowFrequencyFactor > 0 && c.highFrequencyFactor > c.lowFrequencyFactor))
        return invalid("The rotary scaling llama3 needs 0 < low_freq_factor < high_freq_factor.");
    if (c.scaling == Scaling::Yarn && !(c.betaSlow > 0 && c.betaFast > 0))
        return invalid("The rotary scaling yarn needs positive beta_fast and beta_slow.");
    return {};
}

/// Dimension that turns `rotations` times over the trained context (YaRN, Peng et al. 2023, equation 18).
double correctionDimension(const RotaryConfig& c, double rotations, int64_t headDim)
{
    return double(headDim) * std::log(double(c.originalMaxPositions) / (rotations * 2 * std::numbers::pi))
        / (2 * std::log(c.theta));
}

double yarnScale(double factor, double mscale) { return factor <= 1 ? 1 : 0.1 * mscale * std::log(factor) + 1; }

/// Llama 3.1: long waves are stretched, short ones kept, those between blended.
double llama3(const RotaryConfig& c, double radians)
{
    const double wave = 2 * std::numbers::pi / radians, context = double(c.originalMaxPositions);
    if (wave > context / c.lowFrequencyFactor)
        return radians / c.factor;
    if (wave < context / c.highFrequencyFactor)
        return radians;
    const double smooth = (context / wave - c.lowFrequencyFactor) / (c.highFrequencyFactor - c.lowFrequencyFactor);
    return (1 - smooth) * radians / c.factor + smooth * radians;
}

} // namespace

Result<RotaryConfig> readRotaryConfig(const Json& json)
{
    RotaryConfig c;
    if (Result<void> read = number(json, "rope_theta", c.theta); !read)
        return read.error();
    Json scaling = Json::object();
    for (const char* key : { "rope_scaling", "rope_parameters" }) { // the newer one decides
        if (!json.contains(key) || json[key].is_null())
            continue;
        if (!json[key].is_object())
            return invalid(std::string(key) + " in config.json is not an object.");
        scaling = json[key];
    }
    if (Result<void> read = readScaling(scaling, c); !read)
        return read.error();
    if (Result<void> completed = completeContext(json, c); !completed)
        return completed.error();
    if (c.scaling == Scaling::None)
        c.factor = 1;
    if (Result<void> valid = check(c); !valid)
        return valid.error();
    return c;
}

void writeRotaryConfig(const RotaryConfig& c, Json& json)
{
    json["rope_theta"] = c.theta;
    if (c.scaling == Scaling::None)
        return;
    const Kind* kind
        = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.scaling == c.scaling; });
    Json scaling = { { "rope_type", kind->name }, { "factor", c.factor } };
    if (c.originalMaxPositions > 0)
        scaling["original_max_position_embeddings"] = c.originalMaxPositions;
    if (c.scaling == Scaling::Llama3) {
        scaling["low_freq_factor"] = c.lowFrequencyFactor;
        scaling["high_freq_factor"] = c.highFrequencyFactor;
    }
    if (c.scaling == Scaling::Yarn) {
        scaling["beta_fast"] = c.betaFast;
        scaling["beta_slow"] = c.betaSlow;
        for (const auto& [key, value] : { std::pair<const char*, double> { "attention_factor", c.attentionFactor },
                 { "mscale", c.mscale }, { "mscale_all_dim", c.mscaleAllDim } })
            if (value != 0)
                scaling[key] = value;
        if (!c.truncate)
            scaling["truncate"] = false;
    }
    json["rope_scaling"] = scaling;
}

RotaryFrequencies rotaryFrequencies(
    const RotaryConfig& c, int64_t headDim, int64_t maxPositionEmbeddings, int64_t longest)
{
    const double width = double(headDim);
    double theta = c.theta;
    if (c.scaling == Scaling::Dynamic && headDim > 2) { // NTK-aware: the base grows with the sequence
        const double length = double(std::max(longest, maxPositionEmbeddings)), trained = double(maxPositionEmbeddings);
        theta *= std::pow(c.factor * length / trained - (c.factor - 1), width / (width - 2));
    }
    RotaryFrequencies frequencies;
    for (int64_t i = 0; i < headDim / 2; ++i)
        frequencies.radians.push_back(std::pow(theta, -2.0 * double(i) / width));
    if (c.scaling == Scaling::Linear)
        for (double& radians : frequencies.radians)
            radians /= c.factor;
    if (c.scaling == Scaling::Llama3)
        for (double& radians : frequencies.radians)
            radians = llama3(c, radians);
    if (c.scaling == Scaling::Yarn) {
        double low = correctionDimension(c, c.betaFast, headDim), high = correctionDimension(c, c.betaSlow, headDim);
        if (c.truncate) {
            low = std::floor(low);
            high = std::ceil(high);
        }
        low = std::max(low, 0.0);
        high = std::min(high, width - 1);
        if (low == high)
            high += 0.001;
        for (size_t i = 0; i < frequencies.radians.size(); ++i) {
            const double interpolated = std::clamp((double(i) - low) / (high - low), 0.0, 1.0);
            frequencies.radians[i] *= interpolated / c.factor + (1 - interpolated);
        }
        frequencies.scale = c.attentionFactor != 0 ? c.attentionFactor
            : c.mscale != 0 && c.mscaleAllDim != 0 ? yarnScale(c.factor, c.mscale) / yarnScale(c.factor, c.mscaleAllDim)
                                                   : yarnScale(c.factor, 1);
    }
    return frequencies;
}

double yarnScoreScale(const RotaryConfig& c)
{
    const double scale = c.scaling == Scaling::Yarn && c.mscaleAllDim != 0 ? yarnScale(c.factor, c.mscaleAllDim) : 1;
    return scale * scale;
}

void fillRotaryTables(const RotaryFrequencies& frequencies, int64_t count, float* cosines, float* sines)
{
    for (int64_t position = 0; position < count; ++position)
        for (const double radians : frequencies.radians) { // in doubles: float angles lose digits at high positions
            *cosines++ = float(frequencies.scale * std::cos(double(position) * radians));
            *sines++ = float(frequencies.scale * std::sin(double(position) * radians));
        }
}

} // namespace aha
