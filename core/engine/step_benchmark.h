#pragma once
// One GRPO step of the engine beside the same step in plain LibTorch operators (padded KV cache, padded training batch),
// on the same threads, weights and prompts, in one process.

#include "core/config/run_config.h"

#include <vector>

namespace aha {

struct BenchFigure {
    std::string name;       ///< rollout | training | step
    double figure = 0;      ///< this engine
    double baseline = 0;    ///< plain operators
    std::string unit;       ///< "tokens/s" or "s"
    double ratio = 0;       ///< how many times better
};

/// Best of `repeats` for each side, after a warm-up. First verifies that both sides give a sequence the same log-probs
/// (Failure bench_mismatch otherwise).
std::vector<BenchFigure> benchGrpoStep(const RunConfig& config, int repeats);

} // namespace aha
