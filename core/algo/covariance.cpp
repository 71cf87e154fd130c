#include "core/algo/covariance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

std::vector<double> covariances(const CovarianceTokens& tokens)
{
    const size_t n = tokens.logp.size();
    const auto mean = [n](const std::vector<float>& x) { return std::accumulate(x.begin(), x.end(), 0.0) / double(n); };
    const double meanAdvantage = mean(tokens.advantage), meanLogp = mean(tokens.logp);
    std::vector<double> all(n);
    for (size_t i = 0; i < n; ++i)
        all[i] = (tokens.advantage[i] - meanAdvantage) * (tokens.logp[i] - meanLogp);
    return all;
}

size_t atLeastOne(double share, size_t n) { return std::max<size_t>(1, size_t(share * double(n))); }

} // namespace

std::vector<bool> chooseClipCov(const CovarianceTokens& tokens, const ClipCovConfig& config, Rng& rng)
{
    const size_t n = tokens.logp.size();
    const std::vector<double> covariance = covariances(tokens);
    std::vector<size_t> candidates;
    for (size_t i = 0; i < n; ++i) {
        const double ratio = std::exp(double(tokens.logp[i]) - tokens.old[i]), advantage = tokens.advantage[i];
        const double clipped = std::clamp(ratio, 1 - config.epsilon, 1 + config.epsilonHigh);
        if (-advantage * clipped <= -advantage * ratio && covariance[i] > config.low && covariance[i] < config.high)
            candidates.push_back(i);
    }
    std::vector<bool> chosen(n, false);
    const size_t wanted = std::min(atLeastOne(config.share, n), candidates.size());
    for (size_t k = 0; k < wanted; ++k) { // the first steps of a shuffle
        std::swap(candidates[k], candidates[k + size_t(rng.below(uint64_t(candidates.size() - k)))]);
        chosen[candidates[k]] = true;
    }
    return chosen;
}

std::vector<bool> chooseKlCov(const CovarianceTokens& tokens, double share)
{
    const size_t n = tokens.logp.size();
    std::vector<bool> chosen(n, false);
    if (n == 0)
        return chosen;
    const std::vector<double> covariance = covariances(tokens);
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return covariance[a] > covariance[b]; });
    for (size_t k = 0; k < std::min(atLeastOne(share, n), n); ++k)
        chosen[order[k]] = true;
    return chosen;
}

} // namespace aha
