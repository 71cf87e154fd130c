#include "core/rewards/kimi_length.h"

#include <algorithm>

namespace aha {

std::vector<double> kimiLengthRewards(const std::vector<int64_t>& lengths, const std::vector<bool>& correct)
{
    std::vector<double> rewards(lengths.size(), 0.0);
    if (lengths.empty())
        return rewards;
    const auto [shortest, longest] = std::minmax_element(lengths.begin(), lengths.end());
    if (*shortest == *longest)
        return rewards;
    for (size_t i = 0; i < lengths.size(); ++i) {
        const double lambda = 0.5 - double(lengths[i] - *shortest) / double(*longest - *shortest);
        rewards[i] = correct[i] ? lambda : std::min(0.0, lambda);
    }
    return rewards;
}

} // namespace aha
