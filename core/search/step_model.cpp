#include "core/search/step_model.h"

namespace aha {

namespace {

std::vector<SolutionPlace> added(
    std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, std::vector<SolutionStep> steps)
{
    std::vector<SolutionPlace> grown;
    for (size_t i = 0; i < places.size(); ++i)
        grown.push_back({ places[i].tree, trees[places[i].tree].add(places[i].node, std::move(steps[i])) });
    return grown;
}

} // namespace

std::vector<SolutionPlace> grow(
    StepModel& model, std::vector<SolutionTree>& trees, const std::vector<SolutionPlace>& places, bool toEnd)
{
    return growLookingAhead(model, trees, places, toEnd, 0);
}

std::vector<SolutionPlace> growLookingAhead(StepModel& model, std::vector<SolutionTree>& trees,
    const std::vector<SolutionPlace>& places, bool toEnd, size_t steps)
{
    const std::vector<SolutionPlace> grown = added(trees, places, model.extend(trees, places, toEnd));
    std::vector<SolutionPlace> ends = grown; // of the paths that are judged
    for (size_t ahead = 0; ahead < steps && !toEnd; ++ahead) {
        std::vector<size_t> open;
        std::vector<SolutionPlace> from;
        for (size_t i = 0; i < ends.size(); ++i)
            if (!trees[ends[i].tree][ends[i].node].step.ends) {
                open.push_back(i);
                from.push_back(ends[i]);
            }
        if (open.empty())
            break;
        const std::vector<SolutionPlace> further = added(trees, from, model.likeliest(trees, from));
        for (size_t j = 0; j < open.size(); ++j) {
            trees[further[j].tree][further[j].node].ahead = true;
            ends[open[j]] = further[j];
        }
    }
    const std::vector<double> scores = model.score(trees, ends);
    for (size_t i = 0; i < grown.size(); ++i) {
        SolutionTree& tree = trees[grown[i].tree];
        for (size_t node = ends[i].node; node != grown[i].node; node = tree[node].parent)
            tree[node].score = scores[i];
        tree[grown[i].node].score = scores[i];
    }
    return grown;
}

} // namespace aha
