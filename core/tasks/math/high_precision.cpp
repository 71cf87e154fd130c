#include "core/tasks/math/high_precision.h"

#include <climits>
#include <cmath>

namespace aha::math {

namespace {

constexpr int kHalvings = 12; // of an argument before its series: each makes the series shorter and costs a step after

bool negligible(const Real& term) { return term == 0 || exponentOf(term) < -kPrecision - 16; }

Real halved(const Real& x, int times)
{
    Real y(0, kPrecision);
    mpf_div_2exp(y.get_mpf_t(), x.get_mpf_t(), mp_bitcnt_t(times));
    return y;
}

/// atan(1/n) for a whole n, by its series.
Real inverseAngle(unsigned long n)
{
    Real power(1, kPrecision), sum(0, kPrecision);
    power /= n;
    for (unsigned long k = 1; !negligible(power); k += 2) {
        const Real term = power / k;
        if (k % 4 == 1)
            sum += term;
        else
            sum -= term;
        power /= n * n;
    }
    return sum;
}

/// atan of any x: tan(a/2) = t / (1 + sqrt(1 + t^2)) makes it small, then the series.
Real arcTangent(const Real& x)
{
    Real t = x;
    for (int i = 0; i < kHalvings; ++i)
        t = Real(t / (1 + sqrt(Real(1 + t * t))));
    const Real square = t * t;
    Real power = t, sum(0, kPrecision);
    for (unsigned long k = 1; !negligible(power); k += 2) {
        const Real term = power / k;
        if (k % 4 == 1)
            sum += term;
        else
            sum -= term;
        power *= square;
    }
    mpf_mul_2exp(sum.get_mpf_t(), sum.get_mpf_t(), kHalvings);
    return sum;
}

} // namespace

long exponentOf(const Real& x)
{
    if (x == 0)
        return LONG_MIN / 4;
    long exponent = 0;
    mpf_get_d_2exp(&exponent, x.get_mpf_t());
    return exponent;
}

const Real& pi()
{
    static const Real value = Real(16 * inverseAngle(5) - 4 * inverseAngle(239)); // Machin
    return value;
}

const Real& lnTwo()
{
    static const Real value = [] { // 2 atanh(1/3)
        Real power(1, kPrecision), sum(0, kPrecision);
        power /= 3;
        for (unsigned long k = 1; !negligible(power); k += 2) {
            sum += power / k;
            power /= 9;
        }
        return Real(2 * sum);
    }();
    return value;
}

Real exponential(const Real& x)
{
    const Real turns = floor(Real(x / lnTwo() + 0.5));
    const Real rest = halved(Real(x - turns * lnTwo()), kHalvings);
    Real term(1, kPrecision), sum(1, kPrecision);
    for (unsigned long k = 1; !negligible(term); ++k) {
        term *= rest;
        term /= k;
        sum += term;
    }
    for (int i = 0; i < kHalvings; ++i)
        sum *= sum;
    const long shift = turns.get_si();
    if (shift >= 0)
        mpf_mul_2exp(sum.get_mpf_t(), sum.get_mpf_t(), mp_bitcnt_t(shift));
    else
        mpf_div_2exp(sum.get_mpf_t(), sum.get_mpf_t(), mp_bitcnt_t(-shift));
    return sum;
}

Real logarithm(const Real& x)
{
    long exponent = 0;
    const double mantissa = mpf_get_d_2exp(&exponent, x.get_mpf_t());
    Real scaled = x;
    if (exponent >= 0)
        mpf_div_2exp(scaled.get_mpf_t(), scaled.get_mpf_t(), mp_bitcnt_t(exponent));
    else
        mpf_mul_2exp(scaled.get_mpf_t(), scaled.get_mpf_t(), mp_bitcnt_t(-exponent));
    Real y = makeReal(std::log(mantissa));
    for (int bits = 48; bits < kPrecision; bits *= 3) { // Halley on exp: each step trebles the digits
        const Real power = exponential(y);
        y += Real(2 * (scaled - power) / (scaled + power));
    }
    return Real(y + exponent * lnTwo());
}

void sineCosine(const Real& x, Real& sine, Real& cosine)
{
    const Real turn = 2 * pi();
    const Real rest = halved(Real(x - floor(Real(x / turn + 0.5)) * turn), kHalvings);
    // 1 - cos is summed instead of cos: doubling it, 1 - cos 2a = 2 (1 - cos a)(1 + cos a), loses no digits.
    Real term = rest, s(0, kPrecision), less(0, kPrecision);
    for (unsigned long k = 1; !negligible(term); ++k) { // term = rest^k / k!
        if (k % 2 == 1)
            k % 4 == 1 ? s += term : s -= term;
        else
            k % 4 == 2 ? less += term : less -= term;
        term *= rest;
        term /= k + 1;
    }
    for (int i = 0; i < kHalvings; ++i) {
        const Real c = 1 - less;
        less = Real(2 * s * s);
        s = Real(2 * s * c);
    }
    sine = s;
    cosine = Real(1 - less);
}

Real angle(const Real& y, const Real& x)
{
    if (x > 0)
        return arcTangent(Real(y / x));
    if (x == 0)
        return y > 0 ? halved(pi(), 1) : Real(-halved(pi(), 1));
    const Real a = arcTangent(Real(y / x));
    return y >= 0 ? Real(a + pi()) : Real(a - pi());
}

} // namespace aha::math
