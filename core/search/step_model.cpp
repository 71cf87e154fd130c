#include "core/search/step_model.h"

namespace aha {

std::vector<SolutionPlace> grow(
    StepModel& model, std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd)
{
    std::vector<SolutionStep> steps = model.extend(trees, places, toEnd);
    std::vector<SolutionPlace> grown;
    for (size_t i = 0; i < places.size(); ++i)
        grown.push_back({ places[i].tree, trees[places[i].tree].add(places[i].node, std::move(steps[i])) });
    const std::vector<double> scores = model.score(trees, grown);
    for (size_t i = 0; i < grown.size(); ++i)
        trees[grown[i].tree][grown[i].node].score = scores[i];
    return grown;
}

} // namespace aha
