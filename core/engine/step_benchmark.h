#pragma once
// One GRPO step of the engine beside the same step in plain LibTorch operators (padded KV cache, padded training
// batch), on the same threads, weights and prompts, in one process.

#include "core/config/run_config.h"

#include <vector>

namespace aha {

struct Spread {
    double median = 0, min = 0, max = 0;
    int n = 0;
};

struct BenchFigure {
    std::string name; ///< rollout | training | step
    std::string unit; ///< "tokens/s" or "s"
    Spread figure, baseline; ///< this engine, plain operators
    double ratio = 0; ///< of the medians: how many times better
};

/// `repeats` rounds of each side after one that warms up. First verifies that both sides give a sequence the same
/// log-probs (Failure bench_mismatch otherwise). The plain rollout runs until its longest sequence ends, so its speed
/// varies with the draw: read the range beside the median. The step is the rollout of the engine's own number of tokens
/// plus the update.
std::vector<BenchFigure> benchGrpoStep(const RunConfig& config, int repeats);

} // namespace aha
