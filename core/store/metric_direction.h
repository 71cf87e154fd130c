#pragma once
// Which way a metric is better: one table for sweeps, comparisons and whatever else calls a value the best.

#include <optional>
#include <string_view>
#include <vector>

namespace aha {

enum class MetricDirection { Higher, Lower };

/// Of METRICS.md's names by the table; of others (a task's own statistic, an imported run) by what the name says: a
/// loss, an error, a time or memory is better lower, a reward, an accuracy, a score or pass@k higher. nullopt where
/// neither way is better (a length, an entropy, a count) or the name says nothing.
std::optional<MetricDirection> metricDirection(std::string_view metric);

/// The names of the table, for the test that holds them against METRICS.md's.
std::vector<std::string_view> directedMetrics();

} // namespace aha
