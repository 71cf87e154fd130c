#pragma once
// Numbers of a whole batch brought to mean 0 and variance 1. Two conventions are in use; they differ by sqrt(n /
// (n-1)):
//   Unbiased     (x - mean) / sqrt(var·n/(n-1) + 1e-8)      TRL's and verl's masked_whiten
//   Population   (x - mean) / sqrt(max(var, 1e-8))          OpenRLHF

#include <vector>

namespace aha {

enum class Whitening { Unbiased, Population };

/// `rows`: one vector a completion; mean and variance are over all numbers. keepMean: the mean is added back.
/// A single number becomes 0 (or its own mean).
void whiten(std::vector<std::vector<double>>& rows, Whitening convention, bool keepMean);

} // namespace aha
