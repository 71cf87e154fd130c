#pragma once
// Synthetic search traces: what the miniature's base model reads before it meets any reward. Attempt, evaluate, "no",
// try again, in English, Chinese or both; mostly short and mostly wrong, so that persistence is left to be learned.

#include "core/base/rng.h"
#include "core/engine/pretrain_corpus.h"
#include "core/tasks/task.h"

#include <string>
#include <vector>

namespace aha {

struct TraceConfig {
    double solutionShare = 0.18; ///< share of attempts that are a solution; the rest are distinct misses
    std::vector<int64_t> attempts { 1, 2, 3, 4, 6, 10, 14 }; ///< how many attempts a trace may make …
    std::vector<double> attemptWeights { 70, 18, 5, 3, 2, 1, 1 }; ///< … and how often
    double chineseShare = 0.06; ///< traces that begin in Chinese
    double switchShare = 0.06; ///< chance at every retry that the language changes
};

/// Words of the miniature's language, in the order of the tokenizer's pieces.
std::vector<std::string> miniatureWords(const TaskConfig& task);

/// Trace number `index` of a seed, over problems of `task` (countdown with `taskConfig`) that are never held out. Ends
/// with the answer tag.
TrainingText searchTrace(
    const Task& task, const TaskConfig& taskConfig, const TraceConfig& config, uint64_t seed, uint64_t index);

/// The two together. Errors: those of makeTask().
Result<std::unique_ptr<PretrainCorpus>> searchCorpus(const TaskConfig& task, const TraceConfig& traces, uint64_t seed);

} // namespace aha
