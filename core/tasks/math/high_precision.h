#pragma once
// Real functions on floating-point numbers of kPrecision bits (GMP's mpf has none of its own). Results are good to
// about kPrecision - 40 bits. Every function is pure and thread-safe.

#include <gmpxx.h>

namespace aha::math {

inline constexpr int kPrecision = 640; ///< bits

using Real = mpf_class;
inline Real makeReal(double value) { return Real(value, kPrecision); }
inline Real makeReal(const mpq_class& value) { return Real(value, kPrecision); }

/// e with |x| < 2^e and |x| >= 2^(e-1); a very small number for zero.
long exponentOf(const Real& x);

const Real& pi();
const Real& lnTwo();
Real exponential(const Real& x); ///< |x| < 2^24
Real logarithm(const Real& x); ///< x > 0
void sineCosine(const Real& x, Real& sine, Real& cosine); ///< |x| < 2^60
Real angle(const Real& y, const Real& x); ///< atan2: in (-pi, pi]; not both zero

} // namespace aha::math
