#pragma once
// What a configuration's batch settings multiply to, in numbers and in words: the question asked most about GRPO.

#include "core/config/run_config.h"

namespace aha {

struct BatchArithmetic {
    int64_t prompts = 0, completionsPerPrompt = 0; ///< of one step; 0 where a step samples nothing
    int64_t completions = 0; ///< of one step, and of one round of sampling
    int64_t rounds = 1; ///< of sampling in one step at most: more than one with dynamic sampling
    int64_t tokensAtMost = 0; ///< of those completions, of one round
    int64_t updates = 1; ///< optimizer updates of one step
    int64_t perUpdate = 0; ///< completions, or rows, of one update
    int64_t rows = 0; ///< of a data set that one step reads; 0 = none
    double epochs = 0; ///< passes over the data set in the whole run; 0 = unknown or no data set
    int64_t epochSteps = 0; ///< steps of one pass; 0 = unknown
};

/// `dataRows`: training rows of the data set; 0 = unknown.
BatchArithmetic batchArithmetic(const RunConfig& config, int64_t dataRows);

/// Optimizer updates of the whole run.
int64_t updatesOfRun(const RunConfig& config);

/// The same as two or three sentences for people.
std::string batchWords(const RunConfig& config, int64_t dataRows);

} // namespace aha
