#pragma once
// What a search asks of models: further steps, and how good a path is. Many problems in one call.

#include "core/search/solution_tree.h"

namespace aha {

struct SolutionPlace {
    size_t tree = 0, node = 0;
};

class StepModel {
public:
    virtual ~StepModel() = default;
    /// One step further from each place. The same place twice gives two samples. `toEnd`: the rest of the solution in
    /// one step.
    virtual std::vector<SolutionStep> extend(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd)
        = 0;
    /// The likeliest step further from each place (temperature 0). Changes nothing of what extend() draws.
    virtual std::vector<SolutionStep> likeliest(
        const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places)
        = 0;
    /// Of the paths that end at the places, 0 … 1.
    virtual std::vector<double> score(const std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places)
        = 0;
};

/// Extends every place, adds the steps to the trees with their scores, and returns where they are.
std::vector<SolutionPlace> grow(
    StepModel& model, std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd);
/// As grow(), but a step is judged by what would likely become of it: its score is that of the path which the likeliest
/// further steps, up to `steps` of them, make of it. They stay in the trees, marked `ahead`. 0 steps: grow().
std::vector<SolutionPlace> growLookingAhead(StepModel& model, std::vector<SolutionTree>& trees,
    const std::vector<SolutionPlace>& places, bool toEnd, size_t steps);

/// What a method ended with.
struct SearchResult {
    std::vector<SolutionTree> trees; ///< a problem
    std::vector<std::vector<size_t>> candidates; ///< a problem: nodes, each a solution to choose from
};

} // namespace aha
