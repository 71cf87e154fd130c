#include "core/search/diverse_tree_search.h"

#include <algorithm>

namespace aha {

SearchResult diverseTreeSearch(StepModel& model, size_t problems, const BeamSettings& settings)
{
    struct Path {
        size_t problem = 0, end = SolutionTree::kRoot;
        bool ended = false;
        std::vector<size_t> proposals {}; ///< of its last round
    };
    SearchResult result { std::vector<SolutionTree>(problems), std::vector<std::vector<size_t>>(problems) };
    std::vector<Path> paths;
    for (size_t p = 0; p < problems; ++p)
        paths.insert(paths.end(), std::max<size_t>(settings.beams / settings.width, 1), { p });
    for (size_t round = 1; round <= settings.maxSteps; ++round) {
        std::vector<SolutionPlace> places;
        std::vector<size_t> owner; ///< path of each place
        for (size_t i = 0; i < paths.size(); ++i)
            if (!paths[i].ended) {
                paths[i].proposals.clear();
                places.insert(places.end(), settings.width, { paths[i].problem, paths[i].end });
                owner.insert(owner.end(), settings.width, i);
            }
        if (places.empty())
            break;
        const std::vector<SolutionPlace> grown
            = growLookingAhead(model, result.trees, places, round == settings.maxSteps, settings.lookAhead);
        for (size_t i = 0; i < grown.size(); ++i)
            paths[owner[i]].proposals.push_back(grown[i].node);
        for (Path& path : paths)
            if (!path.ended) {
                SolutionTree& tree = result.trees[path.problem];
                path.end = *std::max_element(path.proposals.begin(), path.proposals.end(),
                    [&](size_t a, size_t b) { return tree[a].score < tree[b].score; });
                path.ended = tree[path.end].step.ends;
                tree[path.end].kept = true;
            }
    }
    for (const Path& path : paths)
        result.candidates[path.problem].insert(
            result.candidates[path.problem].end(), path.proposals.begin(), path.proposals.end());
    return result;
}

} // namespace aha
