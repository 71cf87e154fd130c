#pragma once
// Penalties of the last tokens of the allowed length (DAPO, arXiv 2503.14476 §3.4). Lengths in tokens.

#include <cstdint>

namespace aha {

/// TRL and open-r1 (get_soft_overlong_punishment): 0 up to max - cache, then falling to -1 at max, and -1 beyond.
double softOverlong(int64_t length, int64_t maxLength, int64_t cache);
/// verl's DAPO reward manager: min(-(length - (max - buffer)) / buffer · penalty, 0), which falls on beyond max.
double dapoOverlongBuffer(int64_t length, int64_t maxLength, int64_t buffer, double penalty);

} // namespace aha
