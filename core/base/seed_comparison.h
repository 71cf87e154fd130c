#pragma once
// Is one way to train better than another, when each was run with several seeds? The run is the unit.

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct SeedComparison {
    int seedsA = 0, seedsB = 0;
    double meanA = 0, meanB = 0;
    double difference = 0, low = 0, high = 0; ///< of the means, b - a, with Welch's 95 % interval
    double degrees = 0; ///< of freedom, Welch and Satterthwaite's; 0 where neither side varies
};

/// Quantile 0.975 of Student's t with `degrees` > 0 of freedom.
double studentQuantile(double degrees);

/// Welch's interval (1947) of the difference of two means of independent runs: the two sides may vary differently.
/// nullopt for fewer than two runs on a side: one run says nothing of how runs vary.
std::optional<SeedComparison> compareSeeds(const std::vector<double>& a, const std::vector<double>& b);

/// The difference of pass@1 with its interval, n, and what it covers.
std::string seedSentence(const SeedComparison& comparison, const std::string& nameA, const std::string& nameB);

} // namespace aha
