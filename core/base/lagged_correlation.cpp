#include "core/base/lagged_correlation.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr double kZ95 = 1.959963984540054;
constexpr int kFewest = 4; // Fisher's z needs more than three

struct Pearson {
    double r = NAN;
    int n = 0;
};

Pearson pearson(const std::vector<double>& x, const std::vector<double>& y, int lag)
{
    const auto each = [&](auto&& use) {
        for (int t = std::max(0, -lag); t < int(x.size()) && t + lag < int(y.size()); ++t)
            if (const double a = x[size_t(t)], b = y[size_t(t + lag)]; std::isfinite(a) && std::isfinite(b))
                use(a, b);
    };
    Pearson found;
    double sumX = 0, sumY = 0;
    each([&](double a, double b) { sumX += a, sumY += b, ++found.n; });
    if (found.n < 2)
        return found;
    const double meanX = sumX / found.n, meanY = sumY / found.n;
    double xx = 0, yy = 0, xy = 0;
    each([&](double a, double b) {
        xx += (a - meanX) * (a - meanX);
        yy += (b - meanY) * (b - meanY);
        xy += (a - meanX) * (b - meanY);
    });
    if (xx > 1e-24 && yy > 1e-24)
        found.r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
    return found;
}

} // namespace

std::vector<LaggedCorrelation> laggedCorrelations(
    const std::vector<double>& x, const std::vector<double>& y, int maxLag, int controlled)
{
    std::vector<double> alike; // ρ_x(k) ρ_y(k)
    for (int k = 1; k <= int(x.size()) / 5; ++k) {
        const double both = pearson(x, x, k).r * pearson(y, y, k).r;
        alike.push_back(std::isfinite(both) ? both : 0);
    }
    std::vector<LaggedCorrelation> found;
    for (int lag = -maxLag; lag <= maxLag; ++lag) {
        const Pearson pair = pearson(x, y, lag);
        LaggedCorrelation entry { lag, pair.r, NAN, NAN, pair.n, 0 };
        if (pair.n >= kFewest && std::isfinite(pair.r)) {
            const double n = pair.n;
            double inverse = 1 / n;
            for (size_t k = 1; k <= alike.size() && double(k) <= n / 5; ++k)
                inverse += 2 / n * (n - double(k)) / n * alike[k - 1];
            entry.effective = inverse > 0 ? std::min(n, 1 / inverse) : n;
            if (entry.effective >= kFewest + controlled) {
                const double z = std::atanh(std::clamp(pair.r, -1 + 1e-12, 1 - 1e-12)),
                             half = kZ95 / std::sqrt(entry.effective - 3 - controlled);
                entry.low = std::tanh(z - half);
                entry.high = std::tanh(z + half);
            }
        }
        found.push_back(entry);
    }
    return found;
}

std::vector<double> withoutTrend(const std::vector<double>& values)
{
    double n = 0, sumT = 0, sumV = 0, tt = 0, tv = 0;
    for (size_t t = 0; t < values.size(); ++t)
        if (std::isfinite(values[t]))
            ++n, sumT += double(t), sumV += values[t];
    if (n < 2)
        return values;
    const double meanT = sumT / n, meanV = sumV / n;
    for (size_t t = 0; t < values.size(); ++t)
        if (std::isfinite(values[t])) {
            tt += (double(t) - meanT) * (double(t) - meanT);
            tv += (double(t) - meanT) * (values[t] - meanV);
        }
    std::vector<double> rest = values;
    for (size_t t = 0; t < rest.size(); ++t)
        rest[t] -= meanV + (tt > 0 ? tv / tt : 0) * (double(t) - meanT);
    return rest;
}

} // namespace aha
