#pragma once
// Monte Carlo tree search over steps with a value model, as DeepSeek-R1 describes its unsuccessful attempt (arXiv
// 2501.12948 §4.2): answers are cut into steps, a value model guides the search, and a node has a maximum of
// extensions. Selection is AlphaZero's PUCT (Silver et al., arXiv 1712.01815):
//
//   child = argmax Q(child) + c · P(child) · sqrt(visits of parent) / (1 + visits of child)
//
//   one simulation   select down to a node without children; if its solution goes on, propose M steps there (the
//                    maximum of extensions); add the node's value to every node on the way up
//   P                softmax over siblings of the mean log-probability of a step's tokens
//   Q                mean value of a child's visits; of an unvisited one 0
//   value            the score of the path (StepModel::score), 0 … 1
//
// Candidates: every finished solution of the tree, and if there is none, the most visited path run to its end.
// Deviations: no noise at the root and no discarding of subtrees (there is no opponent who moves); equal choices go to
// the earlier child. Default c = 1.25 (AlphaZero's c_init, whose growth with visits is not felt at these sizes).

#include "core/search/step_model.h"

namespace aha {

struct ValueTreeSettings {
    size_t simulations = 16;
    size_t extensions = 4; ///< M
    double exploration = 1.25; ///< c
};

SearchResult valueTreeSearch(StepModel& model, size_t problems, const ValueTreeSettings& settings);

/// P of steps that stand side by side.
std::vector<double> stepPriors(const std::vector<SolutionStep>& steps);

} // namespace aha
