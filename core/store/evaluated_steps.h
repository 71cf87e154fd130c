#pragma once
// Which parts of an evaluation a run holds, step by step: its held-out problems and its own prompts are stored apart,
// and an engine may die between the two.

#include "core/config/run_config.h"
#include "core/store/run_reader.h"

#include <set>

namespace aha {

/// The parts that a run's evaluations have, and the steps at which each is stored.
struct EvaluatedSteps {
    bool solves = false; ///< held-out problems
    bool asks = false; ///< its own prompts (eval.probes)
    std::set<int64_t> solved, answered;

    bool missProblems(int64_t step) const { return solves && !solved.count(step); }
    bool missAnswers(int64_t step) const { return asks && !answered.count(step); }
    bool miss(int64_t step) const { return missProblems(step) || missAnswers(step); }
};

/// `config`: of the run. Errors: those of RunReader.
Result<EvaluatedSteps> evaluatedSteps(const RunReader& reader, const RunConfig& config);

} // namespace aha
