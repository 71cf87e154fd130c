#pragma once
// Is one model better than another on the same problems? Paired tests, their intervals, and what they say in words.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aha {

struct OutcomeMatrix;

/// Two-sided exact sign test: the chance that a fair coin splits better + worse throws at least this unevenly. On pairs
/// of single samples it is McNemar's exact test (McNemar 1947) on the discordant pairs. 1 when both are 0.
double exactSignTest(int64_t better, int64_t worse);

/// Clopper and Pearson's exact 95 % interval (1934) of a proportion. n = 0 gives {0, 1}.
std::pair<double, double> clopperPearson(int64_t successes, int64_t trials);

/// 95 % percentile interval of the mean under resampling with replacement (Efron 1979). The same seed gives the same
/// interval on every machine. Nothing to resample gives {0, 0}.
std::pair<double, double> bootstrapInterval(const std::vector<double>& values, int resamples, uint64_t seed);

struct PairedCount {
    int a = 0, b = 0; ///< right samples of one problem
};

struct PairedComparison {
    int problems = 0, samplesA = 1, samplesB = 1;
    double meanA = 0, meanB = 0; ///< pass@1 on the shared problems
    double difference = 0, low = 0, high = 0; ///< of pass@1, b - a, with its bootstrap interval
    int resamples = 0;
    uint64_t seed = 0;
    /// Problems where b is right more often, less often, equally often. Counted only when both drew equally many
    /// samples: otherwise a finer grid alone would look like a difference.
    int better = 0, worse = 0, equal = 0;
    std::optional<double> p; ///< exactSignTest(better, worse)
    double share = 0, shareLow = 0, shareHigh = 1; ///< of `better` among better + worse, exact interval
    int gained = 0,
        lost = 0; ///< problems that turn from mostly wrong to mostly right, and back; counted as `better` is
};

inline constexpr int kResamples = 10'000;
inline constexpr uint64_t kPairedSeed = 1; ///< of every comparison that is shown: one pair has one interval

/// A difference of shares in points, to a tenth: "+1.5", "−0.4" with a true minus, "0.0".
std::string pointsText(double share);

/// Right samples of two evaluations, on the problems that both asked.
std::vector<PairedCount> pairedCounts(const OutcomeMatrix& matrix, size_t a, size_t b);

/// nullopt for fewer than two problems.
std::optional<PairedComparison> comparePaired(
    const std::vector<PairedCount>& problems, int samplesA, int samplesB, int resamples, uint64_t seed);

/// What the comparison says, a sentence a line: the difference with its interval, then the test with its interval.
std::vector<std::string> pairedSentences(
    const PairedComparison& comparison, const std::string& nameA, const std::string& nameB);

} // namespace aha
