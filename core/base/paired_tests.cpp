#include "core/base/paired_tests.h"

#include "core/base/outcomes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <tuple>

namespace aha {

namespace {

/// P(X >= k) of a binomial.
double upperTail(int64_t k, int64_t n, double p)
{
    if (k <= 0)
        return 1;
    if (p <= 0 || k > n)
        return 0;
    if (p >= 1)
        return 1;
    double sum = 0;
    for (int64_t i = k; i <= n; ++i)
        sum += std::exp(std::lgamma(double(n) + 1) - std::lgamma(double(i) + 1) - std::lgamma(double(n - i) + 1)
            + double(i) * std::log(p) + double(n - i) * std::log1p(-p));
    return std::min(1.0, sum);
}

/// Where the tail, which grows with p, reaches `level`.
double solveTail(int64_t k, int64_t n, double level)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (upperTail(k, n, middle) < level ? low : high) = middle;
    }
    return (low + high) / 2;
}

/// Linear between order statistics (Hyndman and Fan's type 7).
double quantile(const std::vector<double>& sorted, double q)
{
    const double at = q * double(sorted.size() - 1);
    const size_t below = size_t(at), above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - double(below)) * (sorted[above] - sorted[below]);
}

std::string number(const char* format, double value)
{
    char text[48];
    std::snprintf(text, sizeof text, format, value == 0 ? 0.0 : value); // no "-0.0"
    return text;
}

std::string percent(double share) { return number("%.1f", 100 * share); }

std::string thousands(int64_t value)
{
    std::string text = std::to_string(value);
    for (size_t at = text.size(); at > 3; at -= 3)
        text.insert(at - 3, ",");
    return text;
}

} // namespace

std::string pointsText(double share)
{
    const double rounded = std::round(1000 * share) / 10;
    return rounded == 0 ? "0.0" : (rounded < 0 ? "−" : "+") + number("%.1f", std::abs(rounded));
}

double exactSignTest(int64_t better, int64_t worse)
{
    const int64_t n = better + worse;
    return better == worse ? 1.0 : std::min(1.0, 2 * upperTail(std::max(better, worse), n, 0.5));
}

std::pair<double, double> clopperPearson(int64_t successes, int64_t trials)
{
    if (trials <= 0)
        return { 0, 1 };
    return { successes <= 0 ? 0.0 : solveTail(successes, trials, 0.025),
        successes >= trials ? 1.0 : solveTail(successes + 1, trials, 0.975) };
}

std::pair<double, double> bootstrapInterval(const std::vector<double>& values, int resamples, uint64_t seed)
{
    if (values.empty() || resamples < 1)
        return { 0, 0 };
    std::mt19937_64 random(seed); // its numbers are fixed by the standard; the distributions are not, so none is used
    const uint64_t n = values.size();
    std::vector<double> means;
    means.reserve(size_t(resamples));
    for (int r = 0; r < resamples; ++r) {
        double sum = 0;
        for (uint64_t i = 0; i < n; ++i)
            sum += values[size_t(((random() >> 32) * n) >> 32)];
        means.push_back(sum / double(n));
    }
    std::sort(means.begin(), means.end());
    return { quantile(means, 0.025), quantile(means, 0.975) };
}

std::vector<PairedCount> pairedCounts(const OutcomeMatrix& matrix, size_t a, size_t b)
{
    std::vector<PairedCount> pairs;
    for (const OutcomeRow& row : matrix.rows)
        if (row.cells[a].right >= 0 && row.cells[b].right >= 0)
            pairs.push_back({ row.cells[a].right, row.cells[b].right });
    return pairs;
}

std::optional<PairedComparison> comparePaired(
    const std::vector<PairedCount>& problems, int samplesA, int samplesB, int resamples, uint64_t seed)
{
    if (problems.size() < 2 || samplesA < 1 || samplesB < 1)
        return std::nullopt;
    PairedComparison c;
    c.problems = int(problems.size());
    c.samplesA = samplesA;
    c.samplesB = samplesB;
    std::vector<double> differences;
    differences.reserve(problems.size());
    for (const PairedCount& one : problems) {
        const double a = double(one.a) / samplesA, b = double(one.b) / samplesB;
        c.meanA += a / c.problems;
        c.meanB += b / c.problems;
        differences.push_back(b - a);
        ++(one.b > one.a ? c.better : one.b < one.a ? c.worse : c.equal);
        const Majority before = majorityOf(one.a, samplesA), after = majorityOf(one.b, samplesB);
        c.gained += before == Majority::Wrong && after == Majority::Right;
        c.lost += before == Majority::Right && after == Majority::Wrong;
    }
    c.difference = c.meanB - c.meanA;
    c.resamples = resamples;
    c.seed = seed;
    std::tie(c.low, c.high) = bootstrapInterval(differences, resamples, seed);
    if (samplesA != samplesB) {
        c.better = c.worse = c.equal = c.gained = c.lost = 0;
        return c;
    }
    c.p = exactSignTest(c.better, c.worse);
    if (c.better + c.worse > 0)
        c.share = double(c.better) / (c.better + c.worse);
    std::tie(c.shareLow, c.shareHigh) = clopperPearson(c.better, c.better + c.worse);
    return c;
}

std::vector<std::string> pairedSentences(const PairedComparison& c, const std::string& nameA, const std::string& nameB)
{
    const bool beyond = c.low > 0 || c.high < 0;
    std::vector<std::string> sentences { nameB + " against " + nameA + ": " + pointsText(c.difference)
        + " points of pass@1, from " + percent(c.meanA) + " to " + percent(c.meanB) + " % (95 % interval "
        + pointsText(c.low) + " to " + pointsText(c.high) + "; paired bootstrap over n = " + thousands(c.problems)
        + " shared problems, " + thousands(c.resamples) + " resamples, seed " + std::to_string(c.seed) + "). "
        + (beyond ? "The interval leaves out 0: more than chance explains."
                  : "The interval includes 0: chance alone could give this.") };
    if (!c.p)
        sentences.push_back("No test by problem: " + nameA + " drew " + std::to_string(c.samplesA) + " and " + nameB
            + " " + std::to_string(c.samplesB)
            + " samples of each, and counts of problems are fair only between equally many. The difference above is.");
    else if (c.better + c.worse == 0)
        sentences.push_back(
            "On no problem do the two differ (n = " + thousands(c.problems) + "), so there is nothing to test.");
    else {
        std::string counts; // of single samples, both ways to count are one
        if (c.samplesA > 1)
            counts = "From " + nameA + " to " + nameB + ", " + thousands(c.gained)
                + " problems turn from mostly wrong to mostly right and " + thousands(c.lost)
                + " from mostly right to mostly wrong (half right is neither). Counting every difference in their "
                  "samples, ";
        sentences.push_back(counts + nameB + " is right more often on " + thousands(c.better)
            + " problems, less often on " + thousands(c.worse) + ", equally on " + thousands(c.equal) + ": "
            + (c.samplesA == 1 ? "McNemar's exact test p " : "exact sign test p ")
            + (*c.p < 0.0001 ? "< 0.0001" : "= " + number("%.4f", *c.p))
            + ". Of the n = " + thousands(c.better + c.worse) + " on which they differ, " + nameB + " is better on "
            + percent(c.share) + " % (95 % interval " + percent(c.shareLow) + " – " + percent(c.shareHigh)
            + " %; 50 % would be no difference).");
    }
    return sentences;
}

} // namespace aha
