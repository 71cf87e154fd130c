#include "core/rollout/token_filter.h"

#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

using Kept = std::vector<FilteredToken>;

/// Probabilities among the kept, summed in order of id as the reference does. `outside`: weight, relative to the
/// largest score, of tokens that are not in the list.
void normalize(Kept& kept, double outside = 0)
{
    double largest = kept.front().score;
    for (const FilteredToken& token : kept)
        largest = std::max(largest, token.score);
    double sum = outside;
    for (FilteredToken& token : kept)
        sum += token.probability = std::exp(token.score - largest);
    for (FilteredToken& token : kept)
        token.probability /= sum;
}

void byId(Kept& kept)
{
    std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

/// All tokens that are at least as likely as the k-th, in float32; the true ones are among them.
void likeliest(std::span<const float> row, size_t k, std::vector<std::pair<float, int32_t>>& found)
{
    const auto larger = [](const auto& a, const auto& b) { return a.first > b.first; };
    found.clear();
    size_t room = 4 * k + 256;
    float least = -INFINITY;
    const auto shrink = [&] {
        std::nth_element(found.begin(), found.begin() + long(k) - 1, found.end(), larger);
        least = found[k - 1].first;
        std::erase_if(found, [least](const auto& token) { return token.first < least; });
        room = std::max(room, 2 * found.size()); // many equals: do not come here for each of them
    };
    for (size_t i = 0; i < row.size(); ++i)
        if (row[i] >= least) {
            found.emplace_back(row[i], int32_t(i));
            if (found.size() >= room)
                shrink();
        }
    if (found.size() > k)
        shrink();
}

void keepTopK(Kept& kept, size_t k)
{
    if (kept.size() <= k)
        return;
    std::vector<double> scores;
    for (const FilteredToken& token : kept)
        scores.push_back(token.score);
    std::nth_element(scores.begin(), scores.begin() + long(k) - 1, scores.end(), std::greater<>());
    const double smallest = scores[k - 1]; // ties with it stay
    std::erase_if(kept, [smallest](const FilteredToken& token) { return token.score < smallest; });
}

/// `outside`: weight of less likely tokens that are not in the list, known to `margin` of all.
bool keepTopP(Kept& kept, double topP, double outside, double margin, std::vector<uint32_t>& order)
{
    normalize(kept, outside);
    order.resize(kept.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        return kept[a].score != kept[b].score ? kept[a].score < kept[b].score : kept[a].id < kept[b].id;
    });
    double inside = 0;
    if (outside > 0)
        for (const FilteredToken& token : kept)
            inside += token.probability;
    double cumulative = outside > 0 ? std::max(0.0, 1 - inside) : 0;
    for (size_t i = 0; i + 1 < order.size(); ++i) { // the most likely token always stays
        cumulative += kept[order[i]].probability;
        if (outside > 0 && std::abs(cumulative - (1.0 - topP)) < margin)
            return false;
        if (cumulative > 1.0 - topP)
            break; // only grows
        kept[order[i]].id = -1;
    }
    std::erase_if(kept, [](const FilteredToken& token) { return token.id < 0; });
    return true;
}

void keepMinP(Kept& kept, double minP)
{
    normalize(kept);
    double largest = 0;
    for (const FilteredToken& token : kept)
        largest = std::max(largest, token.probability);
    std::erase_if(kept, [threshold = minP * largest](const FilteredToken& t) { return t.probability < threshold; });
}

/// Weights by eighths of octaves, from the least likely on.
struct WeightHistogram {
    static constexpr int kBuckets = 8 * 128;
    std::array<double, kBuckets> mass {};
    static int bucketOf(float weight) // 0 <= weight <= 1
    {
        return std::min(int(std::bit_cast<uint32_t>(weight) >> 20), kBuckets - 1); // exponent and three bits
    }
};

} // namespace

bool filterTokens(std::span<const float> row, const std::function<double(int32_t)>& score, const SamplingParams& params,
    FilterScratch& scratch)
{
    Kept& kept = scratch.kept;
    kept.clear();
    const auto keep = [&](size_t id) { kept.push_back({ score(int32_t(id)), 0, int32_t(id) }); };
    if (params.topK > 0 && size_t(params.topK) < row.size()) {
        likeliest(row, size_t(params.topK), scratch.largest);
        for (const auto& [value, id] : scratch.largest)
            keep(size_t(id));
        if (kept.empty())
            return false;
        byId(kept);
        keepTopK(kept, size_t(params.topK));
        if (params.topP < 1.0)
            keepTopP(kept, params.topP, 0, 0, scratch.order);
        if (params.minP > 0)
            keepMinP(kept, params.minP);
        normalize(kept);
        return true;
    }
    scratch.exponentials.resize((row.size() + 15) / 16 * 16);
    const SoftmaxRow softmax
        = softmaxRow(row.data(), int64_t(row.size()), float(1.0 / params.temperature), scratch.exponentials.data());
    const float* weights = scratch.exponentials.data();
    if (!(softmax.sum > 0) || !std::isfinite(softmax.sum))
        return false;
    if (params.topP < 1.0) {
        // Float32 weights are right to about 1e-6 of each; the tail's share of all is below 1 - topP.
        constexpr double kError = 2e-5;
        const double spare = (1.0 - params.topP) * double(softmax.sum);
        WeightHistogram histogram;
        for (size_t i = 0; i < row.size(); ++i)
            histogram.mass[size_t(WeightHistogram::bucketOf(weights[i]))] += weights[i];
        double outside = 0;
        int border = 0; // all of the buckets below it go, whatever the rounding
        while (
            border < WeightHistogram::kBuckets && outside + histogram.mass[size_t(border)] <= spare * (1 - 10 * kError))
            outside += histogram.mass[size_t(border++)];
        if (border == WeightHistogram::kBuckets)
            return false;
        if (border > 0) // the tokens beside the border are ordered by their exact scores
            outside = std::max(0.0, outside - histogram.mass[size_t(--border)]);
        for (size_t i = 0; i < row.size(); ++i)
            if (WeightHistogram::bucketOf(weights[i]) >= border)
                keep(i);
        if (kept.empty() || !keepTopP(kept, params.topP, outside, kError * (1.0 - params.topP), scratch.order))
            return false;
        if (params.minP > 0)
            keepMinP(kept, params.minP);
    } else {
        for (size_t i = 0; i < row.size(); ++i)
            if (double(weights[i]) >= params.minP * 0.999)
                keep(i);
        if (kept.empty())
            return false;
        double largest = kept.front().score;
        for (const FilteredToken& token : kept)
            largest = std::max(largest, token.score);
        for (FilteredToken& token : kept) {
            const double weight = std::exp(token.score - largest);
            if (std::abs(weight - params.minP) < 1e-9 * params.minP)
                return false;
            if (weight < params.minP)
                token.id = -1;
        }
        std::erase_if(kept, [](const FilteredToken& token) { return token.id < 0; });
    }
    normalize(kept);
    return true;
}

} // namespace aha
