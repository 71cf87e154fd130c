#include "core/rollout/sampler.h"

#include "core/rollout/packed_decoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace aha {

namespace {

void penalize(std::vector<double>& scores, double penalty, std::span<const int32_t> seen)
{
    std::vector<int32_t> distinct(seen.begin(), seen.end());
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    for (const int32_t token : distinct)
        if (token >= 0 && size_t(token) < scores.size())
            scores[size_t(token)]
                = scores[size_t(token)] < 0 ? scores[size_t(token)] * penalty : scores[size_t(token)] / penalty;
}

std::vector<double> softmax(const std::vector<double>& scores)
{
    const double largest = *std::max_element(scores.begin(), scores.end());
    std::vector<double> p(scores.size());
    double sum = 0;
    for (size_t i = 0; i < p.size(); ++i)
        sum += p[i] = std::exp(scores[i] - largest);
    for (double& value : p)
        value /= sum;
    return p;
}

/// The `count` largest positive weights, largest first, the lower id first among equals.
template <class Weight>
void mostLikely(size_t vocab, int count, const Weight& weight, std::vector<TokenAlternative>& found)
{
    found.clear();
    std::vector<std::pair<double, int32_t>> best;
    for (size_t i = 0; i < vocab; ++i) {
        const double w = weight(i);
        if (!(w > 0) || (best.size() == size_t(count) && w <= best.back().first))
            continue;
        if (best.size() == size_t(count))
            best.pop_back();
        const auto place = std::upper_bound(
            best.begin(), best.end(), w, [](double value, const auto& other) { return value > other.first; });
        best.insert(place, { w, int32_t(i) });
    }
    for (const auto& [w, id] : best)
        found.push_back({ id, float(std::log(w)) });
}

constexpr double kRemoved = -std::numeric_limits<double>::infinity();

} // namespace

std::vector<double> filteredProbabilities(
    std::span<const float> logits, const SamplingParams& params, std::span<const int32_t> seen)
{
    std::vector<double> scores(logits.begin(), logits.end());
    if (params.repetitionPenalty != 1.0)
        penalize(scores, params.repetitionPenalty, seen);
    if (params.temperature > 0)
        for (double& score : scores)
            score /= params.temperature;
    if (params.topK > 0 && size_t(params.topK) < scores.size()) {
        std::vector<double> sorted = scores;
        std::nth_element(sorted.begin(), sorted.begin() + params.topK - 1, sorted.end(), std::greater<>());
        const double smallest = sorted[size_t(params.topK) - 1]; // ties with the k-th score stay
        for (double& score : scores)
            if (score < smallest)
                score = kRemoved;
    }
    if (params.topP < 1.0) {
        const std::vector<double> p = softmax(scores);
        std::vector<size_t> order(p.size());
        std::iota(order.begin(), order.end(), size_t(0));
        std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
        double cumulative = 0;
        for (size_t i = 0; i + 1 < order.size(); ++i) { // ascending; the most likely token always stays
            cumulative += p[order[i]];
            if (cumulative <= 1.0 - params.topP)
                scores[order[i]] = kRemoved;
        }
    }
    if (params.minP > 0) {
        const std::vector<double> p = softmax(scores);
        const double threshold = params.minP * *std::max_element(p.begin(), p.end());
        for (size_t i = 0; i < p.size(); ++i)
            if (p[i] < threshold)
                scores[i] = kRemoved;
    }
    return softmax(scores);
}

Draw drawToken(std::span<const float> logits, const SamplingParams& params, std::span<const int32_t> seen, Rng& rng,
    SamplerScratch& scratch)
{
    Draw draw;
    const bool filtered = params.topK > 0 || params.topP < 1.0 || params.minP > 0 || params.repetitionPenalty != 1.0;
    if (filtered && params.temperature > 0) {
        const std::vector<double> p = filteredProbabilities(logits, params, seen);
        const double u = rng.uniform();
        double cumulative = 0, entropy = 0;
        int32_t chosen = -1, lastPossible = 0;
        for (size_t i = 0; i < p.size(); ++i) {
            if (p[i] <= 0)
                continue;
            entropy -= p[i] * std::log(p[i]);
            cumulative += p[i];
            lastPossible = int32_t(i);
            if (chosen < 0 && u < cumulative)
                chosen = int32_t(i);
        }
        draw.token = chosen < 0 ? lastPossible : chosen; // rounding may leave the sum a hair below 1
        draw.logprob = float(std::log(p[size_t(draw.token)]));
        draw.entropy = float(entropy);
        if (params.alternatives > 0)
            mostLikely(
                p.size(), params.alternatives, [&](size_t i) { return p[i]; }, scratch.alternatives);
        return draw;
    }
    const size_t vocab = logits.size();
    scratch.exponentials.resize((vocab + 15) / 16 * 16);
    std::span<const float> row = logits;
    if (params.repetitionPenalty != 1.0) { // greedy with a penalty
        std::vector<double> scores(logits.begin(), logits.end());
        penalize(scores, params.repetitionPenalty, seen);
        scratch.adjusted.assign(scores.begin(), scores.end());
        row = scratch.adjusted;
    }
    const float inverse = params.temperature > 0 ? float(1.0 / params.temperature) : 1.0f;
    const SoftmaxRow softmax = softmaxRow(row.data(), int64_t(vocab), inverse, scratch.exponentials.data());
    if (params.temperature > 0) {
        const double target = rng.uniform() * double(softmax.sum);
        double cumulative = 0;
        int32_t last = 0;
        draw.token = -1;
        for (size_t i = 0; i < vocab; ++i) {
            const float e = scratch.exponentials[i];
            cumulative += e;
            if (e > 0)
                last = int32_t(i);
            if (target < cumulative) {
                draw.token = int32_t(i);
                break;
            }
        }
        if (draw.token < 0)
            draw.token = last;
    } else {
        draw.token = int32_t(std::max_element(row.begin(), row.end()) - row.begin());
    }
    draw.logprob = row[size_t(draw.token)] * inverse - softmax.largest - std::log(softmax.sum);
    draw.entropy = std::log(softmax.sum) - softmax.weighted / softmax.sum;
    if (params.alternatives > 0)
        mostLikely(
            vocab, params.alternatives, [&](size_t i) { return double(scratch.exponentials[i]) / double(softmax.sum); },
            scratch.alternatives);
    return draw;
}

} // namespace aha
