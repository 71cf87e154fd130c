#pragma once
// Does one series move with another, and which of the two moves first?

#include <vector>

namespace aha {

struct LaggedCorrelation {
    int lag = 0; ///< x at step t against y at step t + lag: above 0, x comes first
    double r = 0; ///< Pearson; NaN where a series does not vary
    double low = 0, high = 0; ///< 95 % interval; NaN when the effective n is too small for one
    int n = 0; ///< pairs
    double effective = 0; ///< pairs that count as independent
};

/// Correlations at lags −maxLag … maxLag of two series of equal length; NaN is a gap. The interval is Fisher's z with
/// the effective number of pairs of Pyper and Peterman (1998, eq. 1), because neighbouring steps are alike:
///     1/n* = 1/n + 2/n · Σ_{k=1}^{n/5} (n−k)/n · ρ_x(k) ρ_y(k),   4 ≤ n needed, n* ≤ n.
/// `controlled`: how many lines were taken off both before (withoutTrend: 1): the correlation is a partial one then, and
/// z has the variance 1/(n* − 3 − controlled); with n* below 4 + controlled there is no interval.
/// Each interval holds for its own lag; among many lags some leave 0 out by chance. Deterministic.
std::vector<LaggedCorrelation> laggedCorrelations(
    const std::vector<double>& x, const std::vector<double>& y, int maxLag, int controlled = 0);

/// `values` less their least-squares line over the index: two series that both rise correlate at every lag, which says
/// nothing about which leads. NaN stays.
std::vector<double> withoutTrend(const std::vector<double>& values);

} // namespace aha
