#pragma once
// Tensor names of GGUF and of Hugging Face, and the one thing besides names that differs: the order of the rows of
// llama's rotary projections. Architectures: llama (Llama, Mistral, SmolLM), qwen2, qwen3.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace aha {

/// Is this value of general.architecture known here?
bool isKnownGgufArchitecture(std::string_view architecture);

/// "blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"; empty for a name that the architectures do not
/// have.
std::optional<std::string> huggingFaceName(std::string_view gguf);
/// The way back.
std::optional<std::string> ggufName(std::string_view huggingFace);

enum class RotaryRows { None, Queries, Keys };
/// llama.cpp rotates neighbours (x0, x1) where Hugging Face's Llama rotates halves (x0, x[d/2]), and its converter
/// reorders the rows of q_proj and k_proj (weight and bias) of architecture llama to match. Takes Hugging Face's name.
RotaryRows rotaryRows(std::string_view architecture, std::string_view huggingFace);

/// Reorders rows within each of `heads` heads, in place: `values` is [heads * headDim, columns], headDim even.
/// GGUF row h, 2 i + s is Hugging Face's row h, s * headDim / 2 + i.
void rowsToHuggingFace(std::span<float> values, int64_t heads, int64_t headDim);
void rowsToGguf(std::span<float> values, int64_t heads, int64_t headDim);

} // namespace aha
