#pragma once
// How fast completions of a model are sampled, at which precision of the weights, and how far a low precision is from
// float32.

#include "core/engine/step_benchmark.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace aha {

struct DecodeBenchOptions {
    std::filesystem::path model;
    std::vector<std::string> weights { "float32", "bfloat16", "int8" };
    std::vector<int> batches { 1, 16, 64 };
    int newTokens = 128, repeats = 3, threads = 0;
    std::string python; ///< with transformers; empty: no other side
    std::filesystem::path script; ///< resources/tools/transformers/decode.py
};

struct DecodeFigure {
    std::string name; ///< float32-b1, …, int8-logprob-difference, int8-greedy-agreement
    std::string unit;
    double figure = 0, low = 0, high = 0; ///< speeds: the best of the repeats
    std::optional<double> baseline {}; ///< transformers, eager float32, same batch and threads, runs taken in turn
};

/// Tells each figure as soon as it is known. Greedy, without an early end; the time includes the prompts. The gaps:
/// twenty prompts continued greedily in float32, scored under both.
void benchDecode(const DecodeBenchOptions& options, const std::function<void(const DecodeFigure&)>& tell);

} // namespace aha
