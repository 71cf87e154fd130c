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

/// The `count` largest positive weights, largest first, the lower id first among equals; `total` is the sum of all.
template <class Weight, class Id>
void mostLikely(
    size_t n, int count, const Weight& weight, const Id& id, double total, std::vector<TokenAlternative>& found)
{
    std::vector<std::pair<double, int32_t>> best;
    for (size_t i = 0; i < n; ++i) {
        const double w = weight(i);
        if (!(w > 0) || (best.size() == size_t(count) && w <= best.back().first))
            continue;
        if (best.size() == size_t(count))
            best.pop_back();
        const auto place = std::upper_bound(
            best.begin(), best.end(), w, [](double value, const auto& other) { return value > other.first; });
        best.insert(place, { w, id(i) });
    }
    found.clear();
    for (const auto& [w, token] : best)
        found.push_back({ token, float(std::log(w / total)) });
}

/// The seen tokens' logits, penalised in double precision, in order of id.
void penalizeSeen(std::span<const float> logits, double penalty, std::span<const int32_t> seen, SamplerScratch& scratch)
{
    scratch.penalized.clear();
    for (const int32_t token : seen)
        if (token >= 0 && size_t(token) < logits.size())
            scratch.penalized.emplace_back(token, 0.0);
    std::sort(scratch.penalized.begin(), scratch.penalized.end());
    scratch.penalized.erase(std::unique(scratch.penalized.begin(), scratch.penalized.end()), scratch.penalized.end());
    for (auto& [token, logit] : scratch.penalized) {
        logit = double(logits[size_t(token)]);
        logit = logit < 0 ? logit * penalty : logit / penalty;
    }
}

/// One uniform number against the cumulative probabilities, in order of id.
Draw drawKept(const std::vector<FilteredToken>& kept, const SamplingParams& params, Rng& rng)
{
    Draw draw;
    const double u = rng.uniform();
    double cumulative = 0, entropy = 0, chosenProbability = 0, lastProbability = 0;
    int32_t chosen = -1, lastPossible = 0;
    for (const FilteredToken& token : kept) {
        const double p = token.probability;
        if (p <= 0)
            continue;
        entropy -= p * std::log(p);
        cumulative += p;
        lastPossible = token.id;
        lastProbability = p;
        if (chosen < 0 && u < cumulative) {
            chosen = token.id;
            chosenProbability = p;
        }
    }
    draw.token = chosen < 0 ? lastPossible : chosen; // rounding may leave the sum a hair below 1
    draw.logprob = float(std::log(chosen < 0 ? lastProbability : chosenProbability));
    draw.entropy = float(entropy);
    if (params.alternatives > 0)
        mostLikely(
            kept.size(), params.alternatives, [&](size_t i) { return kept[i].probability; },
            [&](size_t i) { return kept[i].id; }, 1.0, draw.alternatives);
    return draw;
}

/// The first token whose cumulative weight exceeds `target`; stretches that lie below it are only added up.
int32_t inverseCumulative(const float* weights, size_t vocab, double target)
{
    constexpr size_t kStretch = 256;
    double cumulative = 0;
    int32_t last = 0;
    for (size_t from = 0; from < vocab; from += kStretch) {
        const size_t to = std::min(vocab, from + kStretch);
        double sums[4] = {};
        for (size_t i = from; i < to; ++i)
            sums[i % 4] += double(weights[i]);
        const double stretch = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        if (stretch > 0 && target < cumulative + stretch) {
            double walked = cumulative;
            for (size_t i = from; i < to; ++i) {
                walked += double(weights[i]);
                if (weights[i] > 0)
                    last = int32_t(i);
                if (target < walked)
                    return int32_t(i);
            }
        } else if (stretch > 0) {
            for (size_t i = to; i > from; --i)
                if (weights[i - 1] > 0) {
                    last = int32_t(i - 1);
                    break;
                }
        }
        cumulative += stretch;
    }
    return last; // rounding may leave the sum a hair below the target
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
    std::span<const float> row = logits;
    const bool penalty = params.repetitionPenalty != 1.0;
    if (penalty) {
        penalizeSeen(logits, params.repetitionPenalty, seen, scratch);
        scratch.adjusted.assign(logits.begin(), logits.end());
        for (const auto& [token, logit] : scratch.penalized)
            scratch.adjusted[size_t(token)] = float(logit);
        row = scratch.adjusted;
    }
    const bool filtered
        = (params.topK > 0 && size_t(params.topK) < logits.size()) || params.topP < 1.0 || params.minP > 0;
    if (filtered && params.temperature > 0) {
        const auto score = [&](int32_t id) {
            double logit = double(logits[size_t(id)]);
            if (penalty) {
                const auto found = std::lower_bound(scratch.penalized.begin(), scratch.penalized.end(), id,
                    [](const auto& entry, int32_t wanted) { return entry.first < wanted; });
                if (found != scratch.penalized.end() && found->first == id)
                    logit = found->second;
            }
            return logit / params.temperature;
        };
        std::vector<FilteredToken>& kept = scratch.filter.kept;
        if (!filterTokens(row, score, params, scratch.filter)) {
            const std::vector<double> p = filteredProbabilities(logits, params, seen);
            kept.clear();
            for (size_t i = 0; i < p.size(); ++i)
                if (p[i] > 0)
                    kept.push_back({ 0, p[i], int32_t(i) });
        }
        return drawKept(kept, params, rng);
    }
    const size_t vocab = logits.size();
    scratch.exponentials.resize((vocab + 15) / 16 * 16);
    const float inverse = params.temperature > 0 ? float(1.0 / params.temperature) : 1.0f;
    const SoftmaxRow softmax = softmaxRow(row.data(), int64_t(vocab), inverse, scratch.exponentials.data());
    Draw draw;
    if (params.temperature > 0)
        draw.token = inverseCumulative(scratch.exponentials.data(), vocab, rng.uniform() * double(softmax.sum));
    else if (const auto top = std::find(row.begin(), row.end(), softmax.largest); top != row.end())
        draw.token = int32_t(top - row.begin());
    draw.logprob = row[size_t(draw.token)] * inverse - softmax.largest - std::log(softmax.sum);
    draw.entropy = std::log(softmax.sum) - softmax.weighted / softmax.sum;
    if (params.alternatives > 0)
        mostLikely(
            vocab, params.alternatives, [&](size_t i) { return double(scratch.exponentials[i]); },
            [](size_t i) { return int32_t(i); }, double(softmax.sum), draw.alternatives);
    return draw;
}

} // namespace aha
