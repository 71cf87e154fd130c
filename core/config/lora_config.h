#pragma once
// Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685) as PEFT's adapter_config.json describes them.

#include "core/config/model_config.h"
#include "core/config/run_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aha {

/// The matrices of a layer that can be adapted, by their names in checkpoints.
inline constexpr const char* kLoraTargets[]
    = { "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj" };
/// Those of latent attention beside q_proj and o_proj.
inline constexpr const char* kLatentLoraTargets[] = { "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj" };

/// A matrix that a model has in every layer.
struct LoraTarget {
    const char *name, *block; ///< "q_proj" in "self_attn"
    int64_t inputs, outputs;
};
/// What can be adapted in `model`, in the order of an adapter's parameters. With experts: attention alone.
std::vector<LoraTarget> loraTargets(const ModelConfig& model);

/// W·x becomes W·x + scale · B·A·x, with A [rank][in] and B [out][rank].
struct LoraConfig {
    int64_t rank = 8;
    double alpha = 16;
    double dropout = 0; ///< share of A's inputs that training drops
    bool rankStabilized = false; ///< scale alpha / sqrt(rank) instead of alpha / rank (Kalajdzievski 2023)
    std::vector<std::string> targets { std::begin(kLoraTargets), std::end(kLoraTargets) }; ///< in that order
    std::string baseModel; ///< where PEFT looks for the base; may be empty

    double scale() const;
    bool adapts(const std::string& target) const;
};

/// Errors: lora_config_invalid names the field; lora_unsupported a feature of PEFT that is not computed here.
Result<LoraConfig> parseLoraConfig(const std::string& json);
std::string loraConfigJson(const LoraConfig& config);
Result<void> validate(const LoraConfig& config);
/// The adapter that a run's `adapter` group asks for beside `model`; its rank must not be 0.
LoraConfig loraConfig(const RunConfig& run, const ModelConfig& model);
/// lora_unsupported names a target that `model` does not have, or that cannot be adapted in it.
Result<void> checkTargets(const LoraConfig& config, const ModelConfig& model);
/// Numbers that the adapter has beside `model`.
int64_t parameterCount(const LoraConfig& config, const ModelConfig& model);

} // namespace aha
