#include "core/tasks/math/scalar.h"

#include <algorithm>
#include <cmath>

namespace aha::math {

namespace {

constexpr long kMaxBits = 16384; // of an exact number
constexpr long kHugeBits = 1000; // a Huge number has more
constexpr long kGuard = 48; // bits of every result that are not trusted
constexpr long kTight = -250; // bits: errors below count as none
constexpr long kMaxExponent = 1L << 26; // of an approximate number
constexpr unsigned long kMaxFactorial = 3000;
constexpr long kSlowStep = 40; // a series, in units of a sum

long bitsOf(const mpq_class& q)
{
    return long(mpz_sizeinbase(q.get_num_mpz_t(), 2) + mpz_sizeinbase(q.get_den_mpz_t(), 2));
}

long magnitude(const Scalar& z) { return std::max(exponentOf(z.re), exponentOf(z.im)) + 1; }

/// Takes away what lies below the error, so that a real number stays one.
Scalar approximate(Real re, Real im, long error)
{
    Scalar z;
    for (const Real* part : { &re, &im })
        if (*part != 0 && std::abs(exponentOf(*part)) > kMaxExponent)
            return scalarOf(ScalarKind::Unknown);
    z.kind = ScalarKind::Approximate;
    z.re = std::move(re);
    z.im = std::move(im);
    z.error = std::max(error, magnitude(z) - kPrecision + kGuard);
    if (exponentOf(z.im) <= z.error)
        z.im = 0;
    if (exponentOf(z.re) <= z.error)
        z.re = 0;
    return z;
}

Scalar toApproximate(const Scalar& a)
{
    if (a.kind == ScalarKind::Approximate)
        return a;
    const Real value = makeReal(a.exact);
    return approximate(value, makeReal(0.0), exponentOf(value) - kPrecision + kGuard);
}

Scalar huge(int sign)
{
    Scalar z = scalarOf(ScalarKind::Huge);
    z.sign = sign;
    return z;
}

bool isZero(const Scalar& a)
{
    if (a.kind == ScalarKind::Exact)
        return a.exact == 0;
    return a.kind == ScalarKind::Approximate && ((a.re == 0 && a.im == 0) || magnitude(a) <= a.error + 2);
}
bool isReal(const Scalar& a) { return a.kind == ScalarKind::Exact || (a.kind == ScalarKind::Approximate && a.im == 0); }
int signOf(const Scalar& a)
{
    if (a.kind == ScalarKind::Exact)
        return sgn(a.exact);
    if (a.kind == ScalarKind::Approximate)
        return isZero(a) ? 0 : sgn(a.re);
    return a.sign;
}
/// Neither a number nor a bound: what an operation with it gives.
bool isBeyond(const Scalar& a) { return a.kind == ScalarKind::Undefined || a.kind == ScalarKind::Unknown; }
Scalar beyond(const Scalar& a, const Scalar& b)
{
    return scalarOf(a.kind == ScalarKind::Undefined || b.kind == ScalarKind::Undefined ? ScalarKind::Undefined
                                                                                       : ScalarKind::Unknown);
}
/// At least one in size, for certain.
bool isLarge(const Scalar& a)
{
    if (a.kind == ScalarKind::Exact)
        return abs(a.exact) >= 1;
    return a.kind == ScalarKind::Huge || (a.kind == ScalarKind::Approximate && exponentOf(a.re) > 1 && a.error < 0);
}

/// e^z of an approximate z.
Scalar exponentialOf(const Scalar& z)
{
    if (exponentOf(z.re) > 20)
        return z.re > 0 && z.im == 0 ? huge(1) : scalarOf(ScalarKind::Unknown);
    if (exponentOf(z.im) > 60 || z.error > -64)
        return scalarOf(ScalarKind::Unknown);
    const Real size = exponential(z.re);
    if (z.im == 0)
        return approximate(size, makeReal(0.0), exponentOf(size) + z.error + 2);
    Real sine = makeReal(0.0), cosine = makeReal(0.0);
    sineCosine(z.im, sine, cosine);
    return approximate(Real(size * cosine), Real(size * sine), exponentOf(size) + z.error + 3);
}

Scalar logarithmOf(const Scalar& z)
{
    if (isZero(z))
        return scalarOf(ScalarKind::Undefined);
    if (magnitude(z) - z.error < 64)
        return scalarOf(ScalarKind::Unknown);
    const long error = z.error - magnitude(z) + 4;
    if (z.im == 0)
        return approximate(logarithm(Real(abs(z.re))), z.re < 0 ? pi() : makeReal(0.0), error);
    const Real square = z.re * z.re + z.im * z.im;
    return approximate(Real(logarithm(square) / 2), angle(z.im, z.re), error);
}

Scalar squareRootOf(const Scalar& z)
{
    if (isZero(z))
        return approximate(makeReal(0.0), makeReal(0.0), z.error / 2 + 1);
    const long error = z.error - magnitude(z) / 2 + 3;
    if (z.im == 0) {
        const Real size = sqrt(Real(abs(z.re)));
        return z.re > 0 ? approximate(size, makeReal(0.0), error) : approximate(makeReal(0.0), size, error);
    }
    const Real size = sqrt(Real(z.re * z.re + z.im * z.im));
    const Real re = sqrt(Real((size + abs(z.re)) / 2)), im = Real(abs(z.im) / (2 * re));
    const Real a = z.re >= 0 ? re : im, b = z.re >= 0 ? im : re;
    return approximate(a, z.im > 0 ? b : Real(-b), error);
}

Scalar half(const Scalar& a, Work& work) { return multiply(a, exactly(mpq_class(1, 2)), work); }

/// sin and cos of an approximate z by e^{iz}.
void sineCosineOf(const Scalar& z, Scalar& sine, Scalar& cosine, Work& work)
{
    if (z.im == 0) {
        if (exponentOf(z.re) > 60 || z.error > -64) {
            sine = cosine = scalarOf(ScalarKind::Unknown);
            return;
        }
        Real s = makeReal(0.0), c = makeReal(0.0);
        sineCosine(z.re, s, c);
        sine = approximate(s, makeReal(0.0), std::max(z.error + 2, exponentOf(z.re) - kPrecision + kGuard));
        cosine = approximate(c, makeReal(0.0), std::max(z.error + 2, exponentOf(z.re) - kPrecision + kGuard));
        return;
    }
    const Scalar up = exponentialOf(multiply(imaginaryUnit(), z, work));
    const Scalar down = divide(exactly(1), up, work);
    cosine = half(add(up, down, work), work);
    sine = half(multiply(negate(imaginaryUnit()), add(up, negate(down), work), work), work);
}

Scalar arcSine(const Scalar& x, Work& work)
{
    const Scalar rest = add(exactly(1), negate(multiply(x, x, work)), work);
    if (x.kind == ScalarKind::Approximate && isReal(x) && rest.kind == ScalarKind::Approximate
        && (isZero(rest) || rest.re > 0)) {
        const Scalar side = squareRootOf(rest);
        if (side.re == 0 && x.re == 0)
            return scalarOf(ScalarKind::Unknown);
        return approximate(angle(x.re, side.re), makeReal(0.0), std::max(x.error, side.error) + 4);
    }
    // -i ln(ix + sqrt(1 - x^2))
    const Scalar inside = add(multiply(imaginaryUnit(), x, work), power(rest, exactly(mpq_class(1, 2)), work), work);
    return multiply(negate(imaginaryUnit()), apply("ln", inside, work), work);
}

Scalar arcTangentOf(const Scalar& x, Work& work)
{
    if (isReal(x))
        return approximate(angle(x.re, makeReal(1.0)), makeReal(0.0), x.error + 2);
    const Scalar turned = multiply(imaginaryUnit(), x, work);
    const Scalar less = apply("ln", add(exactly(1), negate(turned), work), work);
    const Scalar more = apply("ln", add(exactly(1), turned, work), work);
    return half(multiply(imaginaryUnit(), add(less, negate(more), work), work), work);
}

/// floor of a real value; Unknown where the error leaves a choice.
Scalar floorOf(const Scalar& a)
{
    if (a.kind == ScalarKind::Exact) {
        mpz_class value;
        mpz_fdiv_q(value.get_mpz_t(), a.exact.get_num_mpz_t(), a.exact.get_den_mpz_t());
        return exactly(mpq_class(value));
    }
    if (a.kind != ScalarKind::Approximate || !isReal(a) || exponentOf(a.re) > 256 || a.error > -32)
        return scalarOf(ScalarKind::Unknown);
    Real margin(1, kPrecision);
    mpf_div_2exp(margin.get_mpf_t(), margin.get_mpf_t(), mp_bitcnt_t(-a.error));
    const mpz_class low(floor(Real(a.re - margin))), high(floor(Real(a.re + margin)));
    return low == high ? exactly(mpq_class(low)) : scalarOf(ScalarKind::Unknown);
}

/// The n-th root of an exact number >= 0, where it is exact itself.
bool exactRoot(const mpq_class& of, unsigned long n, mpq_class& out)
{
    mpz_class above, below;
    if (!mpz_root(above.get_mpz_t(), of.get_num_mpz_t(), n) || !mpz_root(below.get_mpz_t(), of.get_den_mpz_t(), n))
        return false;
    out = mpq_class(above, below);
    return true;
}

double logOf(const mpz_class& n)
{
    long exponent = 0;
    const double mantissa = mpz_get_d_2exp(&exponent, n.get_mpz_t());
    return std::log2(std::abs(mantissa)) + double(exponent);
}

Scalar wholePower(const mpq_class& base, long n, Work& work)
{
    if (base == 0)
        return n > 0 ? exactly(0) : scalarOf(ScalarKind::Undefined);
    if (abs(base) == 1)
        return exactly(base == 1 || n % 2 == 0 ? 1 : -1);
    const unsigned long steps = static_cast<unsigned long>(std::abs(n));
    if (double(bitsOf(base)) * double(steps) <= double(kMaxBits)) {
        if (!work.spend(2 + bitsOf(base) * long(steps) / 512))
            return scalarOf(ScalarKind::Unknown);
        mpz_class above, below;
        mpz_pow_ui(above.get_mpz_t(), base.get_num_mpz_t(), steps);
        mpz_pow_ui(below.get_mpz_t(), base.get_den_mpz_t(), steps);
        if (n < 0)
            std::swap(above, below);
        mpq_class result(above, below);
        result.canonicalize(); // before it is copied: the denominator may be negative
        return exactly(result);
    }
    const double log = (logOf(base.get_num()) - logOf(base.get_den())) * double(n);
    if (log > kHugeBits + 1 && log < 1e300)
        return huge(base > 0 || n % 2 == 0 ? 1 : -1);
    return scalarOf(ScalarKind::Unknown); // too close to zero or too long to work out
}

} // namespace

Scalar exactly(const mpq_class& value)
{
    Scalar z;
    z.exact = value;
    return z;
}

Scalar infinite(int sign)
{
    Scalar z = scalarOf(ScalarKind::Infinite);
    z.sign = sign;
    return z;
}

Scalar scalarOf(ScalarKind kind)
{
    Scalar z;
    z.kind = kind;
    return z;
}

Scalar piScalar() { return approximate(pi(), makeReal(0.0), 3 - kPrecision + kGuard); }
Scalar imaginaryUnit() { return approximate(makeReal(0.0), makeReal(1.0), 1 - kPrecision + kGuard); }

Scalar add(const Scalar& a, const Scalar& b, Work& work)
{
    if (isBeyond(a) || isBeyond(b) || !work.spend(1))
        return beyond(a, b);
    if (a.kind == ScalarKind::Infinite || b.kind == ScalarKind::Infinite) {
        if (a.kind == b.kind && a.sign != b.sign)
            return scalarOf(ScalarKind::Undefined);
        return a.kind == ScalarKind::Infinite ? a : b;
    }
    if (a.kind == ScalarKind::Huge || b.kind == ScalarKind::Huge) {
        const Scalar &big = a.kind == ScalarKind::Huge ? a : b, &other = a.kind == ScalarKind::Huge ? b : a;
        if (!isReal(other) && other.kind != ScalarKind::Huge)
            return scalarOf(ScalarKind::Unknown);
        const int sign = signOf(other);
        return sign == 0 || sign == big.sign ? big : scalarOf(ScalarKind::Unknown);
    }
    if (a.kind == ScalarKind::Exact && b.kind == ScalarKind::Exact) {
        if (bitsOf(a.exact) + bitsOf(b.exact) > 4 * kMaxBits)
            return scalarOf(ScalarKind::Unknown);
        work.spend((bitsOf(a.exact) + bitsOf(b.exact)) / 1024);
        return exactly(a.exact + b.exact);
    }
    const Scalar x = toApproximate(a), y = toApproximate(b);
    return approximate(Real(x.re + y.re), Real(x.im + y.im), std::max(x.error, y.error) + 1);
}

Scalar negate(const Scalar& a)
{
    Scalar z = a;
    z.exact = -z.exact;
    z.re = -z.re;
    z.im = -z.im;
    z.sign = -z.sign;
    return z;
}

Scalar multiply(const Scalar& a, const Scalar& b, Work& work)
{
    if (isBeyond(a) || isBeyond(b) || !work.spend(1))
        return beyond(a, b);
    if (!a.isNumber() || !b.isNumber()) {
        const bool real = (isReal(a) || !a.isNumber()) && (isReal(b) || !b.isNumber());
        const int sign = signOf(a) * signOf(b);
        if (a.kind == ScalarKind::Infinite || b.kind == ScalarKind::Infinite)
            return sign == 0 || !real ? scalarOf(ScalarKind::Undefined) : infinite(sign);
        if ((a.kind == ScalarKind::Exact && a.exact == 0) || (b.kind == ScalarKind::Exact && b.exact == 0))
            return exactly(0);
        return real && isLarge(a) && isLarge(b) ? huge(sign) : scalarOf(ScalarKind::Unknown);
    }
    if (a.kind == ScalarKind::Exact && b.kind == ScalarKind::Exact) {
        if (bitsOf(a.exact) + bitsOf(b.exact) > 4 * kMaxBits)
            return scalarOf(ScalarKind::Unknown);
        work.spend((bitsOf(a.exact) + bitsOf(b.exact)) / 256);
        return exactly(a.exact * b.exact);
    }
    if ((a.kind == ScalarKind::Exact && a.exact == 0) || (b.kind == ScalarKind::Exact && b.exact == 0))
        return exactly(0);
    const Scalar x = toApproximate(a), y = toApproximate(b);
    return approximate(Real(x.re * y.re - x.im * y.im), Real(x.re * y.im + x.im * y.re),
        std::max({ magnitude(x) + y.error, magnitude(y) + x.error, x.error + y.error }) + 3);
}

Scalar divide(const Scalar& a, const Scalar& b, Work& work)
{
    if (isBeyond(a) || isBeyond(b) || !work.spend(2))
        return beyond(a, b);
    if (b.kind == ScalarKind::Infinite)
        return a.isNumber() ? exactly(0) : scalarOf(ScalarKind::Undefined);
    if (isZero(b))
        return scalarOf(ScalarKind::Undefined);
    if (b.kind == ScalarKind::Huge)
        return a.kind == ScalarKind::Exact && a.exact == 0 ? a : scalarOf(ScalarKind::Unknown);
    if (b.kind == ScalarKind::Exact)
        return multiply(a, exactly(1 / b.exact), work);
    if (magnitude(b) - b.error < 64)
        return scalarOf(ScalarKind::Unknown);
    const Real square = b.re * b.re + b.im * b.im;
    const Scalar inverse = approximate(Real(b.re / square), Real(-b.im / square), b.error - 2 * magnitude(b) + 6);
    return multiply(a, inverse, work);
}

Scalar power(const Scalar& base, const Scalar& exponent, Work& work)
{
    if (isBeyond(base) || isBeyond(exponent) || !work.spend(2))
        return beyond(base, exponent);
    if (!base.isNumber() || !exponent.isNumber()) {
        if (base.kind == ScalarKind::Huge && base.sign > 0 && exponent.kind == ScalarKind::Exact && exponent.exact >= 1)
            return base;
        if (exponent.kind == ScalarKind::Huge && exponent.sign > 0 && base.kind == ScalarKind::Exact && base.exact >= 2)
            return huge(1);
        return scalarOf(ScalarKind::Unknown);
    }
    if (exponent.isWhole()) {
        if (exponent.exact == 0)
            return isZero(base) ? scalarOf(ScalarKind::Undefined) : exactly(1);
        if (base.kind == ScalarKind::Exact) {
            if (!exponent.exact.get_num().fits_slong_p())
                return base.exact >= 2 && exponent.exact > 0 ? huge(1) : scalarOf(ScalarKind::Unknown);
            return wholePower(base.exact, exponent.exact.get_num().get_si(), work);
        }
        if (abs(exponent.exact) <= 4096) {
            Scalar result = exactly(1), square = base;
            for (long n = std::abs(exponent.exact.get_num().get_si()); n > 0; n /= 2) {
                if (n % 2 == 1)
                    result = multiply(result, square, work);
                if (n > 1)
                    square = multiply(square, square, work);
            }
            return exponent.exact > 0 ? result : divide(exactly(1), result, work);
        }
    }
    if (isZero(base))
        return isReal(exponent) && signOf(exponent) > 0 ? exactly(0) : scalarOf(ScalarKind::Undefined);
    if (exponent.kind == ScalarKind::Exact && base.kind == ScalarKind::Exact && base.exact > 0
        && exponent.exact.get_den() <= 64) {
        mpq_class found;
        const unsigned long n = exponent.exact.get_den().get_ui();
        if (exactRoot(base.exact, n, found))
            return power(exactly(found), exactly(mpq_class(exponent.exact.get_num())), work);
    }
    if (!work.spend(2 * kSlowStep))
        return scalarOf(ScalarKind::Unknown);
    const Scalar z = toApproximate(base);
    if (exponent.kind == ScalarKind::Exact && exponent.exact == mpq_class(1, 2))
        return squareRootOf(z);
    const Scalar product = multiply(exponent, logarithmOf(z), work);
    return isBeyond(product) ? product : exponentialOf(toApproximate(product));
}

Scalar root(const Scalar& degree, const Scalar& of, Work& work)
{
    if (!degree.isWhole() || degree.exact < 1 || degree.exact > 1000)
        return scalarOf(isBeyond(degree) ? degree.kind : ScalarKind::Undefined);
    const mpq_class inverse = 1 / degree.exact;
    const bool odd = degree.exact.get_num().get_si() % 2 == 1;
    if (odd && of.isNumber() && isReal(of) && signOf(of) < 0)
        return negate(power(negate(of), exactly(inverse), work));
    return power(of, exactly(inverse), work);
}

Scalar apply(const std::string& function, const Scalar& argument, Work& work)
{
    if (isBeyond(argument))
        return argument;
    if (!work.spend(function == "abs" || function == "floor" || function == "ceil" ? 1 : kSlowStep))
        return scalarOf(ScalarKind::Unknown);
    if (function == "abs") {
        if (!argument.isNumber() || isReal(argument))
            return signOf(argument) < 0 ? negate(argument) : argument;
        const Scalar square = approximate(Real(argument.re * argument.re + argument.im * argument.im), makeReal(0.0),
            argument.error + magnitude(argument) + 3);
        return squareRootOf(square);
    }
    if (!argument.isNumber())
        return scalarOf(ScalarKind::Unknown);
    if (function == "floor")
        return floorOf(argument);
    if (function == "ceil")
        return negate(floorOf(negate(argument)));
    if (function == "factorial") {
        if (!argument.isWhole() || argument.exact < 0)
            return scalarOf(argument.kind == ScalarKind::Exact ? ScalarKind::Undefined : ScalarKind::Unknown);
        if (argument.exact > kMaxFactorial)
            return huge(1);
        mpz_class value;
        mpz_fac_ui(value.get_mpz_t(), argument.exact.get_num().get_ui());
        return exactly(mpq_class(value));
    }
    if (function == "exp" && argument.kind == ScalarKind::Exact && argument.exact == 0)
        return exactly(1);
    if (function == "ln" && argument.kind == ScalarKind::Exact && argument.exact == 1)
        return exactly(0);
    const Scalar z = toApproximate(argument);
    if (function == "exp")
        return exponentialOf(z);
    if (function == "ln")
        return logarithmOf(z);
    if (function == "arcsin")
        return arcSine(z, work);
    if (function == "arccos")
        return add(half(piScalar(), work), negate(arcSine(z, work)), work);
    if (function == "arctan")
        return arcTangentOf(z, work);
    if (function == "sinh" || function == "cosh" || function == "tanh") {
        const Scalar up = exponentialOf(z), down = divide(exactly(1), up, work);
        const Scalar sine = add(up, negate(down), work), cosine = add(up, down, work);
        return function == "tanh" ? divide(sine, cosine, work) : half(function == "sinh" ? sine : cosine, work);
    }
    Scalar sine, cosine;
    sineCosineOf(z, sine, cosine, work);
    if (function == "sin")
        return sine;
    if (function == "cos")
        return cosine;
    if (function == "tan")
        return divide(sine, cosine, work);
    if (function == "cot")
        return divide(cosine, sine, work);
    if (function == "sec")
        return divide(exactly(1), cosine, work);
    if (function == "csc")
        return divide(exactly(1), sine, work);
    return scalarOf(ScalarKind::Unknown);
}

Scalar binomial(const Scalar& n, const Scalar& k, Work& work)
{
    if (isBeyond(n) || isBeyond(k) || !work.spend(kSlowStep))
        return beyond(n, k);
    if (!n.isWhole() || !k.isWhole() || n.exact < 0)
        return scalarOf(ScalarKind::Unknown);
    if (k.exact < 0 || k.exact > n.exact)
        return exactly(0);
    const mpz_class least = std::min(mpz_class(k.exact.get_num()), mpz_class(n.exact.get_num() - k.exact.get_num()));
    if (least > kMaxFactorial || long(mpz_sizeinbase(n.exact.get_num_mpz_t(), 2)) * least > kMaxBits)
        return least > kHugeBits ? huge(1) : scalarOf(ScalarKind::Unknown); // at least 2^least
    mpz_class value;
    mpz_bin_ui(value.get_mpz_t(), n.exact.get_num_mpz_t(), least.get_ui());
    return exactly(mpq_class(value));
}

Likeness compare(const Scalar& a, const Scalar& b)
{
    if (isBeyond(a) || isBeyond(b))
        return Likeness::Unknown;
    if (a.kind == ScalarKind::Infinite || b.kind == ScalarKind::Infinite)
        return a.kind == b.kind && a.sign == b.sign ? Likeness::Equal : Likeness::Different;
    if (a.kind == ScalarKind::Huge || b.kind == ScalarKind::Huge) {
        const Scalar& other = a.kind == ScalarKind::Huge ? b : a;
        if (other.kind == ScalarKind::Huge)
            return a.sign != b.sign ? Likeness::Different : Likeness::Unknown;
        const long size = other.kind == ScalarKind::Exact ? exponentOf(makeReal(other.exact)) : magnitude(other);
        return size < kHugeBits ? Likeness::Different : Likeness::Unknown;
    }
    if (a.kind == ScalarKind::Exact && b.kind == ScalarKind::Exact)
        return a.exact == b.exact ? Likeness::Equal : Likeness::Different;
    const Scalar x = toApproximate(a), y = toApproximate(b);
    const long apart = std::max(exponentOf(Real(x.re - y.re)), exponentOf(Real(x.im - y.im)));
    const long error = std::max(x.error, y.error) + 2;
    if (apart > error)
        return Likeness::Different;
    // Agreement counts only where the bound is a tight one.
    return error < kTight || error < std::max(magnitude(x), magnitude(y)) - 400 ? Likeness::Equal : Likeness::Unknown;
}

int order(const Scalar& a, const Scalar& b)
{
    const bool plain = (a.isNumber() ? isReal(a) : a.kind == ScalarKind::Infinite)
        && (b.isNumber() ? isReal(b) : b.kind == ScalarKind::Infinite);
    if (!plain)
        return 2;
    switch (compare(a, b)) {
    case Likeness::Equal:
        return 0;
    case Likeness::Unknown:
        return 2;
    case Likeness::Different:
        break;
    }
    if (a.kind == ScalarKind::Infinite)
        return a.sign;
    if (b.kind == ScalarKind::Infinite)
        return -b.sign;
    if (a.kind == ScalarKind::Exact && b.kind == ScalarKind::Exact)
        return a.exact < b.exact ? -1 : 1;
    return toApproximate(a).re < toApproximate(b).re ? -1 : 1;
}

bool within(const Scalar& a, const Scalar& b, const mpq_class& tolerance)
{
    if (!a.isNumber() || !b.isNumber() || !isReal(a) || !isReal(b))
        return false;
    if (a.kind == ScalarKind::Exact && b.kind == ScalarKind::Exact)
        return abs(mpq_class(a.exact - b.exact)) <= tolerance;
    const Scalar x = toApproximate(a), y = toApproximate(b);
    return std::max(x.error, y.error) < kTight && abs(Real(x.re - y.re)) <= makeReal(tolerance);
}

} // namespace aha::math
