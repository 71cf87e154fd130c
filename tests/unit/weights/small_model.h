#pragma once
// A model small enough to write down, for the writers.

#include "core/weights/memory_weights.h"

#include <nlohmann/json.hpp>

#include <deque>

namespace aha::test {

/// Two layers: width 64, 4 heads of 16, 2 key heads, 32 tokens; numbers that binary16 does not hold.
class SmallModel {
public:
    explicit SmallModel(const std::string& architecture = "LlamaForCausalLM", nlohmann::ordered_json extra = {})
    {
        m_config = { { "architectures", { architecture } }, { "vocab_size", 32 }, { "hidden_size", 64 },
            { "intermediate_size", 96 }, { "num_hidden_layers", 2 }, { "num_attention_heads", 4 },
            { "num_key_value_heads", 2 }, { "head_dim", 16 }, { "max_position_embeddings", 128 },
            { "rope_theta", 10000.0 }, { "rms_norm_eps", 1e-6 }, { "tie_word_embeddings", false } };
        if (extra.is_object())
            m_config.update(extra);
        add("model.embed_tokens.weight", { 32, 64 });
        for (const std::string at : { "model.layers.0.", "model.layers.1." }) {
            add(at + "input_layernorm.weight", { 64 });
            add(at + "self_attn.q_proj.weight", { 64, 64 });
            add(at + "self_attn.k_proj.weight", { 32, 64 });
            add(at + "self_attn.v_proj.weight", { 32, 64 });
            add(at + "self_attn.o_proj.weight", { 64, 64 });
            if (architecture == "Qwen2ForCausalLM") {
                add(at + "self_attn.q_proj.bias", { 64 });
                add(at + "self_attn.k_proj.bias", { 32 });
                add(at + "self_attn.v_proj.bias", { 32 });
            }
            if (architecture == "Qwen3ForCausalLM") {
                add(at + "self_attn.q_norm.weight", { 16 });
                add(at + "self_attn.k_norm.weight", { 16 });
            }
            add(at + "post_attention_layernorm.weight", { 64 });
            add(at + "mlp.gate_proj.weight", { 96, 64 });
            add(at + "mlp.up_proj.weight", { 96, 64 });
            add(at + "mlp.down_proj.weight", { 64, 96 });
        }
        add("model.norm.weight", { 64 });
        add("lm_head.weight", { 32, 64 });
    }

    /// Views of this object's numbers.
    MemoryWeights weights() const& { return MemoryWeights(m_tensors, m_config); }
    MemoryWeights weights() && = delete;
    const nlohmann::ordered_json& config() const { return m_config; }

private:
    void add(const std::string& name, std::vector<int64_t> shape)
    {
        size_t count = 1;
        for (const int64_t size : shape)
            count *= size_t(size);
        std::vector<float>& values = m_values.emplace_back(count);
        for (float& value : values)
            value = float(int32_t(m_state = m_state * 1664525 + 1013904223)) * 1e-9f;
        m_tensors.push_back({ name, std::move(shape), values });
    }

    nlohmann::ordered_json m_config;
    std::deque<std::vector<float>> m_values;
    std::vector<MemoryTensor> m_tensors;
    uint32_t m_state = 1;
};

inline std::vector<float> valuesOf(const WeightSource& source, const std::string& name)
{
    const WeightEntry* entry = source.find(name);
    std::vector<float> out(entry ? entry->elements : 0);
    orThrow(source.read(name, out));
    return out;
}

} // namespace aha::test
