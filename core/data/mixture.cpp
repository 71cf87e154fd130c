#include "core/data/mixture.h"
#include "core/data/index_shuffle.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace aha::data {

namespace {

/// `total` split by the shares, whole rows by largest remainder (ties to the earlier source).
std::vector<uint64_t> apportion(double total, const std::vector<double>& shares)
{
    std::vector<uint64_t> counts;
    std::vector<std::pair<double, size_t>> remainders;
    uint64_t given = 0;
    for (size_t i = 0; i < shares.size(); ++i) {
        const double exact = total * shares[i];
        counts.push_back(uint64_t(exact));
        given += counts.back();
        remainders.push_back({ -(exact - std::floor(exact)), i });
    }
    std::sort(remainders.begin(), remainders.end());
    for (size_t i = 0; given < uint64_t(total) && i < remainders.size(); ++i)
        if (shares[remainders[i].second] > 0) {
            ++counts[remainders[i].second];
            ++given;
        }
    return counts;
}

} // namespace

Result<Mixture> Mixture::make(std::vector<MixtureSource> sources, uint64_t seed, MixtureEnd end)
{
    double sum = 0;
    for (size_t i = 0; i < sources.size(); ++i) {
        if (!(sources[i].weight >= 0) || !std::isfinite(sources[i].weight))
            return Error { "mixture_weight",
                "The weight of data set " + std::to_string(i + 1) + " is " + std::to_string(sources[i].weight) + ".",
                "Weights are zero or more." };
        if (sources[i].weight > 0 && sources[i].size == 0)
            return Error { "mixture_empty", "Data set " + std::to_string(i + 1) + " has no rows left.",
                "Widen its slice or filter, or take it out of the mixture." };
        sum += sources[i].weight;
    }
    if (sources.empty())
        return Error { "mixture_empty", "The mixture has no data set.", "Add one." };
    if (!(sum > 0) || !std::isfinite(sum))
        return Error { "mixture_weight", "All weights of the mixture are zero.",
            "Give at least one data set a weight." };

    std::vector<double> shares;
    double total = end == MixtureEnd::FirstExhausted ? HUGE_VAL : 0;
    for (const MixtureSource& source : sources) {
        shares.push_back(source.weight / sum);
        if (source.weight == 0)
            continue;
        const double rows = double(source.size) / shares.back();
        total = end == MixtureEnd::FirstExhausted ? std::min(total, rows) : std::max(total, rows);
    }
    // A quotient like 300/0.3 must not lose or gain a row to rounding.
    const double nearest = std::round(total);
    total = std::abs(total - nearest) < 1e-6 ? nearest
        : end == MixtureEnd::FirstExhausted  ? std::floor(total)
                                             : std::ceil(total);

    Mixture mixture;
    mixture.m_counts = apportion(std::max(total, 1.0), shares);
    for (size_t i = 0; i < sources.size(); ++i) {
        uint64_t& count = mixture.m_counts[i];
        if (sources[i].weight > 0)
            count = end == MixtureEnd::FirstExhausted ? std::min(count, sources[i].size)
                                                      : std::max(count, sources[i].size);
        mixture.m_size += count;
    }
    mixture.m_sources = std::move(sources);
    mixture.m_seed = seed;
    return mixture;
}

Mixture::Pick Mixture::at(uint64_t epoch, uint64_t position) const
{
    // b = 0 orders the epoch; b = source + 1 + 2^20 * round orders the rows of a source that goes round more than once.
    uint64_t place = IndexShuffle(m_size, Rng(m_seed, Purpose::Mixture, epoch, 0))(position);
    size_t source = 0;
    while (place >= m_counts[source])
        place -= m_counts[source++];
    const uint64_t size = m_sources[source].size, round = place / size;
    const IndexShuffle order(size, Rng(m_seed, Purpose::Mixture, epoch, (round << 20) + source + 1));
    return { source, order(place % size) };
}

} // namespace aha::data
