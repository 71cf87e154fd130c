#pragma once
// How good a solution, or the beginning of one, is: 0 … 1.

#include "core/algo/process_reward.h"
#include "core/base/workers.h"
#include "core/engine/completion_scorer.h"
#include "core/nn/transformer.h"

#include <memory>

namespace aha {

struct SolutionPath {
    size_t problem = 0;
    std::vector<int32_t> prompt, ids;
    bool ended = false, cut = false; ///< cut: ended for want of room, without an end token
};

class PathScorer {
public:
    virtual ~PathScorer() = default;
    virtual std::vector<double> score(const std::vector<SolutionPath>& paths) = 0;
};

/// A reward or value model: σ of its output at the last token. Workers are borrowed.
std::unique_ptr<PathScorer> rewardModelScorer(Transformer model, Workers& workers);

struct StepRule {
    std::string separator;
    StepAggregation aggregation = StepAggregation::Last;
};
/// A process reward model: p(good) at the end of each step, aggregated. A text behind the last separator is a step too.
std::unique_ptr<PathScorer> processModelScorer(Transformer model, Workers& workers,
    std::shared_ptr<const Tokenizer> tokenizer, const StepRule& rule, std::vector<int64_t> endTokens);

/// The verifier: 1 for a right solution, 0 for a wrong one, ½ for one that goes on. Scorer, items and configuration are
/// borrowed.
std::unique_ptr<PathScorer> oracleScorer(
    const CompletionScorer& scorer, const std::vector<TaskItem>& items, const RunConfig& config);

/// The verdict on a path as a finished solution.
CompletionScorer::Scored judgePath(
    const CompletionScorer& scorer, const TaskItem& item, const SolutionPath& path, const RunConfig& config);

} // namespace aha
