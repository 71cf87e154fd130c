#pragma once
// The few statistics every number shown to a user needs.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aha {

double mean(const std::vector<double>& values);
/// Middle value, or the mean of the middle two; 0 for none.
double median(std::vector<double> values);
/// Unbiased (n-1) standard deviation; 0 for fewer than two values.
double sampleStd(const std::vector<double>& values);

/// Wilson score interval for k successes in n trials (Wilson 1927). z = 1.959963984540054 gives 95 %.
/// n = 0 gives {0, 1}.
std::pair<double, double> wilsonInterval(int64_t successes, int64_t trials, double z = 1.959963984540054);
/// The same of a share of the trials that need not be a whole number of them.
std::pair<double, double> wilsonIntervalOfShare(double share, int64_t trials, double z = 1.959963984540054);

/// 95 % interval of a mean of per-problem success rates: the normal interval over problems, clipped to [0, 1].
/// Samples of one problem are not independent, so the problem is the unit. Falls back to {0, 1} for n < 2.
std::pair<double, double> clusteredInterval(const std::vector<double>& ratePerProblem);

/// Unbiased pass@k from n samples of which c are right: 1 - C(n-c, k) / C(n, k) (Chen et al. 2021). Needs k <= n.
double passAtK(int64_t n, int64_t c, int64_t k);

/// Index of the first occurrence of the most frequent answer; among equally frequent ones the answer seen first wins.
/// No answer (nullopt) never votes; nullopt when nobody votes.
std::optional<size_t> majorityVote(const std::vector<std::optional<std::string>>& answers);

} // namespace aha
