#pragma once
// How the learning rate moves over the updates of a run: the schedules of transformers' get_scheduler (5.23), by name.

#include "core/config/run_config.h"

namespace aha {

/// Share of the peak rate at update `index` (from 0) of `total`. As in transformers, `constant` knows no warm-up and
/// `cosine_warmup_with_min_lr` warms up from the first share above 0.
double learningRateFactor(const OptimizerConfig& config, int64_t index, int64_t total);

inline double learningRate(const OptimizerConfig& config, int64_t index, int64_t total)
{
    return config.learningRate * learningRateFactor(config, index, total);
}

} // namespace aha
