#include "core/search/value_tree_search.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

size_t bestChild(const SolutionTree& tree, size_t node, double exploration)
{
    const double reach = exploration * std::sqrt(double(tree[node].visits));
    size_t best = tree[node].children.front();
    double highest = -1;
    for (const size_t child : tree[node].children) {
        const SolutionNode& c = tree[child];
        const double worth = c.value() + reach * c.prior / double(1 + c.visits);
        if (worth > highest) {
            highest = worth;
            best = child;
        }
    }
    return best;
}

/// From the root along the most visited children.
size_t mostVisited(const SolutionTree& tree)
{
    size_t node = SolutionTree::kRoot;
    while (!tree[node].children.empty())
        node = *std::max_element(tree[node].children.begin(), tree[node].children.end(),
            [&](size_t a, size_t b) { return tree[a].visits < tree[b].visits; });
    return node;
}

} // namespace

std::vector<double> stepPriors(const std::vector<SolutionStep>& steps)
{
    std::vector<double> priors;
    double highest = -INFINITY, sum = 0;
    for (const SolutionStep& step : steps) {
        priors.push_back(step.ids.empty() ? 0 : step.logprob / double(step.ids.size()));
        highest = std::max(highest, priors.back());
    }
    for (double& prior : priors)
        sum += prior = std::exp(prior - highest);
    for (double& prior : priors)
        prior /= sum;
    return priors;
}

SearchResult valueTreeSearch(StepModel& model, size_t problems, const ValueTreeSettings& settings)
{
    SearchResult result { std::vector<SolutionTree>(problems), std::vector<std::vector<size_t>>(problems) };
    for (size_t simulation = 0; simulation < settings.simulations; ++simulation) {
        std::vector<size_t> leaves;
        std::vector<SolutionPlace> places;
        for (size_t p = 0; p < problems; ++p) {
            SolutionTree& tree = result.trees[p];
            size_t node = SolutionTree::kRoot;
            while (!tree[node].children.empty())
                node = bestChild(tree, node, settings.exploration);
            leaves.push_back(node);
            if (node == SolutionTree::kRoot || !tree[node].step.ends)
                places.insert(places.end(), settings.extensions, { p, node });
        }
        const std::vector<SolutionPlace> grown = grow(model, result.trees, places, /*toEnd=*/false);
        for (size_t i = 0; i < grown.size(); i += settings.extensions) {
            SolutionTree& tree = result.trees[grown[i].tree];
            std::vector<SolutionStep> siblings;
            for (size_t j = 0; j < settings.extensions; ++j)
                siblings.push_back(tree[grown[i + j].node].step);
            const std::vector<double> priors = stepPriors(siblings);
            for (size_t j = 0; j < settings.extensions; ++j)
                tree[grown[i + j].node].prior = priors[j];
        }
        for (size_t p = 0; p < problems; ++p) {
            SolutionTree& tree = result.trees[p];
            const double value = tree[leaves[p]].score;
            for (size_t node = leaves[p];; node = tree[node].parent) {
                ++tree[node].visits;
                tree[node].valueSum += value;
                tree[node].kept = true;
                if (node == SolutionTree::kRoot)
                    break;
            }
        }
    }
    std::vector<SolutionPlace> unfinished;
    for (size_t p = 0; p < problems; ++p) {
        const SolutionTree& tree = result.trees[p];
        for (size_t node = 1; node < tree.size(); ++node)
            if (tree[node].step.ends)
                result.candidates[p].push_back(node);
        if (result.candidates[p].empty())
            unfinished.push_back({ p, mostVisited(tree) });
    }
    for (const SolutionPlace& place : grow(model, result.trees, unfinished, /*toEnd=*/true))
        result.candidates[place.tree].push_back(place.node);
    return result;
}

} // namespace aha
