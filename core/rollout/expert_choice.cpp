#include "core/rollout/expert_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

/// The `count` first of `items` by falling `value`, in that order.
template <class Value> void keepBest(std::vector<int32_t>& items, int64_t count, const Value& value)
{
    std::stable_sort(items.begin(), items.end(), [&](int32_t a, int32_t b) { return value(a) > value(b); });
    items.resize(size_t(count));
}

std::vector<int32_t> numbers(int64_t from, int64_t count)
{
    std::vector<int32_t> all(static_cast<size_t>(count));
    std::iota(all.begin(), all.end(), int32_t(from));
    return all;
}

} // namespace

std::vector<ExpertChoice> chooseExperts(const ExpertConfig& c, const float* logits, const float* bias)
{
    std::vector<float> scores(size_t(c.routed)), biased(scores.size());
    for (size_t e = 0; e < scores.size(); ++e) {
        scores[e] = 1.0f / (1.0f + std::exp(-logits[e]));
        biased[e] = scores[e] + bias[e];
    }
    const auto byBias = [&](int32_t e) { return biased[size_t(e)]; };
    std::vector<int32_t> groups = numbers(0, c.groups), candidates;
    if (c.groups > 1)
        keepBest(groups, c.chosenGroups, [&, size = c.groupSize()](int32_t group) {
            std::vector<int32_t> best = numbers(group * size, size);
            keepBest(best, 2, byBias);
            return byBias(best[0]) + byBias(best[1]);
        });
    std::sort(groups.begin(), groups.end());
    for (const int32_t group : groups)
        for (const int32_t e : numbers(group * c.groupSize(), c.groupSize()))
            candidates.push_back(e);
    keepBest(candidates, c.chosen, byBias);
    float sum = 0;
    for (const int32_t e : candidates)
        sum += scores[size_t(e)];
    const float factor = float(c.scaling) / (c.normalise ? sum + 1e-20f : 1.0f);
    std::vector<ExpertChoice> choice;
    for (const int32_t e : candidates)
        choice.push_back({ e, scores[size_t(e)] * factor });
    return choice;
}

} // namespace aha
