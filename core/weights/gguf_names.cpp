#include "core/weights/gguf_names.h"

#include <algorithm>
#include <vector>

namespace aha {

namespace {

struct Pair {
    std::string_view gguf, huggingFace;
};
constexpr Pair kWhole[]
    = { { "token_embd", "model.embed_tokens" }, { "output_norm", "model.norm" }, { "output", "lm_head" } };
constexpr Pair kLayer[] = { { "attn_norm", "input_layernorm" }, { "attn_q", "self_attn.q_proj" },
    { "attn_k", "self_attn.k_proj" }, { "attn_v", "self_attn.v_proj" }, { "attn_output", "self_attn.o_proj" },
    { "attn_q_norm", "self_attn.q_norm" }, { "attn_k_norm", "self_attn.k_norm" },
    { "ffn_norm", "post_attention_layernorm" }, { "ffn_gate", "mlp.gate_proj" }, { "ffn_up", "mlp.up_proj" },
    { "ffn_down", "mlp.down_proj" } };

struct Parts {
    std::string layer; ///< "" outside the layers
    std::string_view base, suffix; ///< "attn_q", ".weight"
};

/// "<prefix>12.attn_q.weight" in parts; the number as it would be printed.
std::optional<Parts> split(std::string_view name, std::string_view prefix)
{
    Parts parts;
    for (const std::string_view suffix : { std::string_view(".weight"), std::string_view(".bias") })
        if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix)
            parts.suffix = suffix;
    if (parts.suffix.empty())
        return {};
    parts.base = name.substr(0, name.size() - parts.suffix.size());
    if (parts.base.substr(0, prefix.size()) != prefix)
        return parts;
    const std::string_view rest = parts.base.substr(prefix.size());
    const size_t dot = rest.find('.');
    const std::string_view number = rest.substr(0, dot);
    if (dot == std::string_view::npos || number.empty() || number.size() > 6 || (number[0] == '0' && number.size() > 1)
        || !std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return {};
    parts.layer = std::string(number);
    parts.base = rest.substr(dot + 1);
    return parts;
}

std::optional<std::string> translate(std::string_view name, std::string_view from, std::string_view to,
    std::string_view Pair::*source, std::string_view Pair::*target)
{
    const std::optional<Parts> parts = split(name, from);
    if (!parts)
        return {};
    const auto find = [&](const auto& table) -> std::string_view {
        for (const Pair& pair : table)
            if (pair.*source == parts->base)
                return pair.*target;
        return {};
    };
    const std::string_view base = parts->layer.empty() ? find(kWhole) : find(kLayer);
    if (base.empty())
        return {};
    const std::string place = parts->layer.empty() ? "" : std::string(to) + parts->layer + ".";
    return place + std::string(base) + std::string(parts->suffix);
}

/// Row `from` of each head goes to row `to(from)`.
template <class To> void reorder(std::span<float> values, int64_t heads, int64_t headDim, const To& to)
{
    const size_t head = values.size() / size_t(heads), columns = head / size_t(headDim);
    std::vector<float> copy(head);
    for (int64_t h = 0; h < heads; ++h) {
        float* rows = values.data() + size_t(h) * head;
        std::copy(rows, rows + head, copy.begin());
        for (int64_t from = 0; from < headDim; ++from)
            std::copy_n(
                copy.begin() + std::ptrdiff_t(size_t(from) * columns), columns, rows + size_t(to(from)) * columns);
    }
}

} // namespace

bool isKnownGgufArchitecture(std::string_view architecture)
{
    return architecture == "llama" || architecture == "qwen2" || architecture == "qwen3";
}

std::optional<std::string> huggingFaceName(std::string_view gguf)
{
    return translate(gguf, "blk.", "model.layers.", &Pair::gguf, &Pair::huggingFace);
}

std::optional<std::string> ggufName(std::string_view huggingFace)
{
    return translate(huggingFace, "model.layers.", "blk.", &Pair::huggingFace, &Pair::gguf);
}

RotaryRows rotaryRows(std::string_view architecture, std::string_view huggingFace)
{
    const std::optional<Parts> parts = split(huggingFace, "model.layers.");
    if (architecture != "llama" || !parts || parts->layer.empty())
        return RotaryRows::None;
    return parts->base == "self_attn.q_proj" ? RotaryRows::Queries
        : parts->base == "self_attn.k_proj"  ? RotaryRows::Keys
                                             : RotaryRows::None;
}

void rowsToHuggingFace(std::span<float> values, int64_t heads, int64_t headDim)
{
    reorder(values, heads, headDim, [&](int64_t row) { return row % 2 * (headDim / 2) + row / 2; });
}

void rowsToGguf(std::span<float> values, int64_t heads, int64_t headDim)
{
    reorder(values, heads, headDim, [&](int64_t row) { return row % (headDim / 2) * 2 + row / (headDim / 2); });
}

} // namespace aha
