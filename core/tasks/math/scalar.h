#pragma once
// A value: an exact rational as long as that is possible, else a complex number with a bound on its error. So equal
// rationals are equal for certain, different values are told apart for certain, and values that agree to the bound
// (some 150 decimal places) are taken as equal.

#include "core/tasks/math/high_precision.h"

#include <string>

namespace aha::math {

enum class ScalarKind {
    Exact, ///< `exact`
    Approximate, ///< re + i im, each wrong by less than 2^error
    Infinite, ///< `sign`
    Huge, ///< a real number of more than 1000 bits that was not worked out; `sign`
    Undefined, ///< 0/0, ln 0, …
    Unknown ///< not found out within the bounds of the work
};

struct Scalar {
    ScalarKind kind = ScalarKind::Exact;
    mpq_class exact;
    Real re = makeReal(0.0), im = makeReal(0.0);
    long error = 0;
    int sign = 1;

    bool isNumber() const { return kind == ScalarKind::Exact || kind == ScalarKind::Approximate; }
    bool isWhole() const { return kind == ScalarKind::Exact && exact.get_den() == 1; }
};

/// Steps left to spend: every operation takes some, and is Unknown when there are none.
class Work {
public:
    explicit Work(long steps)
        : m_left(steps)
    {
    }
    bool spend(long steps)
    {
        m_left -= steps;
        return m_left >= 0;
    }
    bool exhausted() const { return m_left < 0; }

private:
    long m_left;
};

Scalar exactly(const mpq_class& value); ///< in lowest terms
Scalar infinite(int sign);
Scalar scalarOf(ScalarKind kind);
Scalar piScalar();
Scalar imaginaryUnit();

Scalar add(const Scalar& a, const Scalar& b, Work& work);
Scalar negate(const Scalar& a);
Scalar multiply(const Scalar& a, const Scalar& b, Work& work);
Scalar divide(const Scalar& a, const Scalar& b, Work& work);
Scalar power(const Scalar& base, const Scalar& exponent, Work& work);
/// The real root of a real number where there is one: the cube root of -8 is -2.
Scalar root(const Scalar& degree, const Scalar& of, Work& work);
/// exp, ln, sin, cos, tan, cot, sec, csc, arcsin, arccos, arctan, sinh, cosh, tanh, abs, floor, ceil, factorial.
Scalar apply(const std::string& function, const Scalar& argument, Work& work);
Scalar binomial(const Scalar& n, const Scalar& k, Work& work);

enum class Likeness { Equal, Different, Unknown };
Likeness compare(const Scalar& a, const Scalar& b);
/// -1, 0, 1 for a < b, a = b, a > b of two real values; 2 when that is not known.
int order(const Scalar& a, const Scalar& b);
/// |a - b| <= tolerance, for certain. Both real.
bool within(const Scalar& a, const Scalar& b, const mpq_class& tolerance);

} // namespace aha::math
