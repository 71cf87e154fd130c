#include "core/search/best_of_n.h"

namespace aha {

SearchResult sampleSolutions(StepModel& model, size_t problems, size_t n)
{
    SearchResult result { std::vector<SolutionTree>(problems), std::vector<std::vector<size_t>>(problems) };
    std::vector<SolutionPlace> places;
    for (size_t p = 0; p < problems; ++p)
        places.insert(places.end(), n, { p, SolutionTree::kRoot });
    for (const SolutionPlace& place : grow(model, result.trees, places, /*toEnd=*/true)) {
        result.trees[place.tree][place.node].kept = true;
        result.candidates[place.tree].push_back(place.node);
    }
    return result;
}

} // namespace aha
