#include "core/base/statistics.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace aha {

double mean(const std::vector<double>& values)
{
    double sum = 0;
    for (double v : values)
        sum += v;
    return values.empty() ? 0 : sum / double(values.size());
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double sampleStd(const std::vector<double>& values)
{
    if (values.size() < 2)
        return 0;
    const double centre = mean(values);
    double sum = 0;
    for (double v : values)
        sum += (v - centre) * (v - centre);
    return std::sqrt(sum / double(values.size() - 1));
}

std::pair<double, double> wilsonInterval(int64_t successes, int64_t trials, double z)
{
    return wilsonIntervalOfShare(trials > 0 ? double(successes) / double(trials) : 0, trials, z);
}

std::pair<double, double> wilsonIntervalOfShare(double share, int64_t trials, double z)
{
    if (trials <= 0)
        return { 0, 1 };
    const double n = double(trials);
    const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    return { centre - half, centre + half };
}

std::pair<double, double> clusteredInterval(const std::vector<double>& ratePerProblem)
{
    if (ratePerProblem.size() < 2)
        return { 0, 1 };
    const double centre = mean(ratePerProblem);
    const double half = 1.959963984540054 * sampleStd(ratePerProblem) / std::sqrt(double(ratePerProblem.size()));
    return { std::max(0.0, centre - half), std::min(1.0, centre + half) };
}

double passAtK(int64_t n, int64_t c, int64_t k)
{
    if (n - c < k)
        return 1.0;
    double missAll = 1.0; // product form avoids large binomials
    for (int64_t i = n - c + 1; i <= n; ++i)
        missAll *= 1.0 - double(k) / double(i);
    return 1.0 - missAll;
}

std::optional<size_t> majorityVote(const std::vector<std::optional<std::string>>& answers)
{
    std::unordered_map<std::string, std::pair<size_t, size_t>> votes; // answer -> (first index, count)
    std::optional<size_t> winner;
    size_t most = 0;
    for (size_t i = 0; i < answers.size(); ++i)
        if (answers[i])
            ++votes.try_emplace(*answers[i], i, 0).first->second.second;
    for (const auto& [answer, vote] : votes)
        if (vote.second > most || (vote.second == most && vote.first < *winner)) {
            most = vote.second;
            winner = vote.first;
        }
    return winner;
}

} // namespace aha
