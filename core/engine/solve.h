#pragma once
// More computation at the time of solving: accuracy on held-out problems by method and by N, and what each method did.

#include "core/config/run_config.h"
#include "core/engine/path_scorer.h"

#include <functional>
#include <map>
#include <string>

namespace aha {

struct SolveRequest {
    std::string model; ///< folder, file or run
    RunConfig config; ///< task, prompt, sampling; process.separator ends a step
    std::vector<std::string> methods; ///< sample, beam, dvts, tree; empty: all that the scorer allows
    std::string rewardModel, processModel; ///< folders; at most one
    bool oracle = false; ///< the verifier scores
    StepAggregation aggregation = StepAggregation::Last;
    int problems = 64;
    int samples = 16; ///< largest N; 1, 2, 4, … below it
    int width = 4; ///< M
    int maxSteps = 40;
    int lookAhead = 0; ///< of beam and dvts: greedy steps ahead at whose end a step is judged
    double exploration = 1.25; ///< of the tree search
    uint64_t seed = 0;
    int threads = 0;
    std::string device = "cpu";
};

/// A share of problems with its 95 % interval.
struct SolvedShare {
    double value = 0, low = 0, high = 1;
};

struct SolveRow {
    std::string method;
    int n = 0; ///< solutions; of the tree search, simulations
    std::map<std::string, SolvedShare> accuracy; ///< by choice: best, weighted, majority
    SolvedShare any; ///< problems with a right solution among the n (sample: pass@n, unbiased)
    double tokens = 0; ///< generated per problem, those of steps given up included
    double solutions = 0; ///< to choose from, per problem
    double seconds = 0; ///< of the whole search; 0: not measured by itself
};

struct SolveReport {
    std::vector<SolveRow> rows;
    int problems = 0;
    std::string scorer; ///< in words
    std::vector<std::string> notes;
};

struct SolveObserver {
    std::function<void(const std::string& method, int n)> begins;
    /// A line of JSON for every problem of every search: its candidates, its tree.
    std::function<void(const std::string& line)> problem;
};

/// Throws Failure: those of loadModel(), of the task of openRewardModel(); solve_method when a method needs a scorer
/// that was not given; solve_vocabulary when the scorer reads other tokens.
SolveReport solveHeldOut(const SolveRequest& request, const SolveObserver& observer);

std::string solveMarkdown(const SolveReport& report);

} // namespace aha
