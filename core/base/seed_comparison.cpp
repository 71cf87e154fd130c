#include "core/base/seed_comparison.h"

#include "core/base/paired_tests.h"
#include "core/base/statistics.h"

#include <cmath>
#include <cstdio>

namespace aha {

namespace {

/// Continued fraction of the incomplete beta function, by Lentz's method (Press et al., Numerical Recipes, 6.4).
double betaFraction(double a, double b, double x)
{
    constexpr double kTiny = 1e-300, kClose = 1e-14;
    const auto away = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1, d = 1 / away(1 - (a + b) * x / (a + 1)), h = d;
    for (int m = 1; m <= 500; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away(1 + even * d);
        c = away(1 + even / c);
        h *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away(1 + odd * d);
        c = away(1 + odd / c);
        h *= d * c;
        if (std::abs(d * c - 1) < kClose)
            break;
    }
    return h;
}

double incompleteBeta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    const double front
        = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * betaFraction(a, b, x) / a : 1 - front * betaFraction(b, a, 1 - x) / b;
}

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", 100 * share);
    return text;
}

} // namespace

double studentQuantile(double degrees)
{
    // P(|T| > t) = I_{ν/(ν+t²)}(ν/2, 1/2) falls with t.
    double low = 0, high = 2;
    const auto tails = [&](double t) { return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t)); };
    while (tails(high) > 0.05 && high < 1e12)
        high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
        const double middle = (low + high) / 2;
        (tails(middle) > 0.05 ? low : high) = middle;
    }
    return (low + high) / 2;
}

std::optional<SeedComparison> compareSeeds(const std::vector<double>& a, const std::vector<double>& b)
{
    if (a.size() < 2 || b.size() < 2)
        return std::nullopt;
    SeedComparison c;
    c.seedsA = int(a.size());
    c.seedsB = int(b.size());
    c.meanA = mean(a);
    c.meanB = mean(b);
    c.difference = c.low = c.high = c.meanB - c.meanA;
    const double ofA = std::pow(sampleStd(a), 2) / c.seedsA, ofB = std::pow(sampleStd(b), 2) / c.seedsB,
                 variance = ofA + ofB;
    if (variance <= 0)
        return c;
    c.degrees = variance * variance / (ofA * ofA / (c.seedsA - 1) + ofB * ofB / (c.seedsB - 1));
    const double half = studentQuantile(c.degrees) * std::sqrt(variance);
    c.low -= half;
    c.high += half;
    return c;
}

std::string seedSentence(const SeedComparison& c, const std::string& nameA, const std::string& nameB)
{
    const std::string seeds = std::to_string(c.seedsB) + " and " + std::to_string(c.seedsA) + " seeds";
    const std::string head = "Over seeds: " + nameB + " against " + nameA + " " + pointsText(c.difference)
        + " points of pass@1, from " + percent(c.meanA) + " to " + percent(c.meanB) + " %";
    if (c.degrees <= 0)
        return head + " (n = " + seeds + ", which do not differ at all: no interval).";
    return head + " (95 % interval " + pointsText(c.low) + " to " + pointsText(c.high) + "; Welch's t, n = " + seeds
        + "). "
        + (c.low > 0 || c.high < 0 ? "The interval leaves out 0."
                                   : "The interval includes 0: other seeds could turn it.")
        + " It covers which seeds were drawn, on these problems.";
}

} // namespace aha
