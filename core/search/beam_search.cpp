#include "core/search/beam_search.h"

#include <algorithm>

namespace aha {

namespace {

/// The `count` nodes of highest score, best first.
std::vector<size_t> highest(std::vector<size_t> nodes, size_t count, const SolutionTree& tree)
{
    std::stable_sort(nodes.begin(), nodes.end(), [&](size_t a, size_t b) { return tree[a].score > tree[b].score; });
    nodes.resize(std::min(nodes.size(), count));
    return nodes;
}

} // namespace

SearchResult beamSearch(StepModel& model, size_t problems, const BeamSettings& settings)
{
    SearchResult result { std::vector<SolutionTree>(problems), std::vector<std::vector<size_t>>(problems) };
    std::vector<std::vector<size_t>> active(problems, { SolutionTree::kRoot });
    for (size_t round = 1; round <= settings.maxSteps; ++round) {
        std::vector<SolutionPlace> places;
        for (size_t p = 0; p < problems; ++p)
            for (size_t i = 0; i < settings.beams && !active[p].empty(); ++i)
                places.push_back({ p, active[p][i % active[p].size()] });
        if (places.empty())
            break;
        const bool last = round == settings.maxSteps;
        std::vector<std::vector<size_t>> open(problems);
        for (const SolutionPlace& place : growLookingAhead(model, result.trees, places, last, settings.lookAhead)) {
            const bool ended = last || result.trees[place.tree][place.node].step.ends;
            (ended ? result.candidates : open)[place.tree].push_back(place.node);
        }
        for (size_t p = 0; p < problems; ++p)
            active[p] = highest(open[p], std::max<size_t>(settings.beams / settings.width, 1), result.trees[p]);
        for (size_t p = 0; p < problems; ++p)
            for (const size_t node : active[p])
                result.trees[p][node].kept = true;
    }
    for (size_t p = 0; p < problems; ++p) {
        result.candidates[p].resize(std::min(result.candidates[p].size(), settings.beams));
        for (const size_t node : result.candidates[p])
            result.trees[p][node].kept = true;
    }
    return result;
}

} // namespace aha
