#pragma once
// Texts about several puzzles at once: some work an answer out step by step and get it right, most guess at once and
// are mostly wrong. A model that reads them can do both, and which of them pays is left to be learned.

#include "core/engine/pretrain_corpus.h"

namespace aha {

struct WorkedTraceConfig {
    struct Share {
        TaskConfig task; ///< of a puzzle that has working()
        double weight = 1;
    };
    std::vector<Share> tasks;
    double workedShare = 0.35; ///< texts that work the answer out
    double luckyShare = 0.2; ///< of the other texts: those whose guess is right
    int64_t pieces = 400; ///< of the tokenizer (byte-pair encoding, digits apart)
};

/// Errors: recipe_invalid (no tasks, shares that are none, a task without working()), those of makeTask().
Result<std::unique_ptr<PretrainCorpus>> workedCorpus(const WorkedTraceConfig& config, uint64_t seed);

} // namespace aha
