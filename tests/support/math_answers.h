#pragma once
// Random mathematical answers: a gold, another way to write it, and one that is wrong, often by little.

#include "core/base/rng.h"

#include <algorithm>
#include <string>
#include <vector>

namespace aha::support {

struct MathCase {
    std::string gold, right, wrong; ///< LaTeX without dollar signs
};

class MathCases {
public:
    explicit MathCases(Rng& rng)
        : m_rng(rng)
    {
    }

    static constexpr uint64_t kKinds = 16;
    MathCase draw() { return draw(m_rng.below(kKinds)); }
    MathCase draw(uint64_t kind)
    {
        switch (kind) {
        case 0:
            return whole();
        case 1:
            return fraction();
        case 2:
            return decimal();
        case 3:
            return percent();
        case 4:
            return root();
        case 5:
            return multipleOfPi();
        case 6:
            return polynomial();
        case 7:
            return set();
        case 8:
            return tuple();
        case 9:
            return interval();
        case 10:
            return matrix();
        case 11:
            return equation();
        case 12:
            return inequality();
        case 13:
            return logarithm();
        case 14:
            return complex();
        default:
            return quotient();
        }
    }

private:
    int64_t between(int64_t lo, int64_t hi) { return m_rng.between(lo, hi); }
    int64_t nonZero(int64_t bound)
    {
        const int64_t n = between(1, bound);
        return m_rng.below(2) ? n : -n;
    }
    std::string pick(const std::vector<std::string>& texts) { return texts[size_t(m_rng.below(texts.size()))]; }
    static std::string str(int64_t n) { return std::to_string(n); }
    static std::string frac(const std::string& a, const std::string& b) { return "\\frac{" + a + "}{" + b + "}"; }
    static std::string thousands(int64_t n)
    {
        std::string digits = str(n < 0 ? -n : n);
        for (int at = int(digits.size()) - 3; at > 0; at -= 3)
            digits.insert(size_t(at), ",");
        return (n < 0 ? "-" : "") + digits;
    }
    /// "+ 3", "- 3"
    static std::string signedTerm(int64_t n, const std::string& of)
    {
        return (n < 0 ? " - " : " + ") + str(n < 0 ? -n : n) + of;
    }

    MathCase whole()
    {
        const int64_t n = nonZero(m_rng.below(2) ? 50 : 10'000'000);
        const uint64_t how = m_rng.below(4);
        const int64_t other = how == 0 ? -n : how == 1 ? n * 10 : n + nonZero(5);
        const int64_t part = nonZero(1000);
        const auto written = [&](int64_t v) {
            return pick({ str(v), thousands(v), str(v) + ".0", str(part) + signedTerm(v - part, ""), "(" + str(v) + ")",
                frac(str(2 * v), "2"), "x=" + str(v), str(v) + "\\text{ cm}" });
        };
        return { str(n), written(n), written(other) };
    }

    MathCase fraction()
    {
        int64_t a = nonZero(60), b = between(2, 60), c = a, d = b;
        while (a * d == b * c) {
            c = a + (m_rng.below(2) ? nonZero(2) : 0);
            d = std::max<int64_t>(2, b + (m_rng.below(2) ? nonZero(2) : 0));
            if (m_rng.below(6) == 0)
                c = -a, d = b;
            if (m_rng.below(6) == 0 && a > 1)
                c = b, d = a;
        }
        const int64_t k = between(2, 9);
        const auto written = [&](int64_t p, int64_t q) {
            return pick({ frac(str(p), str(q)), "\\dfrac{" + str(p) + "}{" + str(q) + "}", str(p) + "/" + str(q),
                frac(str(p * k), str(q * k)), frac(str(-p), str(-q)), str(p) + "\\div" + str(q),
                str(p) + "\\cdot" + frac("1", str(q)), str(p) + "\\cdot " + str(q) + "^{-1}" });
        };
        return { frac(str(a), str(b)), written(a, b), written(c, d) };
    }

    MathCase decimal()
    {
        const int64_t places = between(1, 6);
        int64_t scale = 1;
        for (int64_t i = 0; i < places; ++i)
            scale *= 10;
        const int64_t n = between(1, 50) * scale + between(1, scale - 1);
        const auto written = [&](int64_t v, int64_t of, int64_t digits) {
            std::string tail = str(v % of);
            tail.insert(0, size_t(digits) - tail.size(), '0');
            return str(v / of) + "." + tail;
        };
        // A digit changed, or one too many of the next place.
        const std::string wrong = m_rng.below(2)
            ? written(n + (m_rng.below(2) ? 1 : -1) * (m_rng.below(2) ? 1 : scale / 10), scale, places)
            : written(n, scale, places) + str(between(1, 9));
        return { written(n, scale, places),
            pick({ written(n, scale, places) + "0", frac(str(n), str(scale)), written(n, scale, places) }), wrong };
    }

    MathCase percent()
    {
        const int64_t n = between(2, 99), m = n + nonZero(1);
        const auto written = [&](int64_t v) {
            return pick({ str(v) + "\\%", str(v) + "%", str(v) + "\\text{ percent}", frac(str(v), "100"), str(v) });
        };
        return { str(n) + "\\%", written(n), m == 0 ? "1000\\%" : written(m) };
    }

    MathCase root()
    {
        const int64_t primes[] = { 2, 3, 5, 7, 11, 13 };
        const int64_t a = primes[m_rng.below(6)], b = between(1, 12);
        int64_t c = a, d = b;
        while (c * d * d == a * b * b) {
            c = m_rng.below(2) ? a : a + nonZero(1);
            d = m_rng.below(2) ? b : b + 1;
        }
        const auto written = [&](int64_t p, int64_t q) {
            return pick({ str(q) + "\\sqrt{" + str(p) + "}", "\\sqrt{" + str(p * q * q) + "}",
                frac(str(p * q), "\\sqrt{" + str(p) + "}"), str(q) + "\\cdot " + str(p) + "^{1/2}",
                "\\sqrt{" + str(p) + "}+" + str(q - 1) + "\\sqrt{" + str(p) + "}" });
        };
        return { written(a, b), written(a, b), m_rng.below(8) ? written(c, d) : "-(" + written(a, b) + ")" };
    }

    MathCase multipleOfPi()
    {
        const int64_t a = nonZero(20), b = between(1, 12);
        int64_t c = a, d = b;
        while (a * d == b * c) {
            c = a + (m_rng.below(2) ? nonZero(1) : 0);
            d = std::max<int64_t>(1, b + (m_rng.below(2) ? nonZero(1) : 0));
        }
        const auto written = [&](int64_t p, int64_t q) {
            return pick({ frac(str(p) + "\\pi", str(q)), frac(str(p), str(q)) + "\\pi",
                "\\pi\\cdot" + frac(str(p), str(q)), str(p) + "π/" + str(q) });
        };
        return { written(a, b), written(a, b), m_rng.below(6) ? written(c, d) : frac(str(22 * a), str(7 * b)) };
    }

    MathCase polynomial()
    {
        const int64_t a = nonZero(9), b = nonZero(9), c = nonZero(9);
        const auto factored
            = [&](int64_t k) { return str(k) + "(x" + signedTerm(a, "") + ")(x" + signedTerm(b, "") + ")"; };
        const auto expanded = [](int64_t k, int64_t middle, int64_t last, const std::string& x) {
            return str(k) + x + "^2" + signedTerm(middle, x) + signedTerm(last, "");
        };
        std::string wrong;
        switch (m_rng.below(4)) {
        case 0:
            wrong = expanded(c + (c == -1 ? 2 : 1), c * (a + b), c * a * b, "x");
            break;
        case 1:
            wrong = expanded(c, c * (a + b) + nonZero(1), c * a * b, "x");
            break;
        case 2:
            wrong = expanded(c, c * (a + b), c * a * b + nonZero(1), "x");
            break;
        default:
            wrong = expanded(c, c * (a + b), c * a * b, "y");
            break;
        }
        return { factored(c), pick({ expanded(c, c * (a + b), c * a * b, "x"), "-" + factored(-c) }), wrong };
    }

    std::vector<int64_t> distinct(size_t count)
    {
        std::vector<int64_t> all;
        while (all.size() < count) {
            const int64_t n = between(-30, 30);
            if (std::find(all.begin(), all.end(), n) == all.end())
                all.push_back(n);
        }
        return all;
    }
    static std::string joined(const std::vector<int64_t>& all)
    {
        std::string text;
        for (const int64_t n : all)
            text += (text.empty() ? "" : ", ") + str(n);
        return text;
    }

    MathCase set()
    {
        std::vector<int64_t> all = distinct(size_t(between(2, 5))), other = all, order = all;
        std::reverse(order.begin(), order.end());
        switch (m_rng.below(3)) {
        case 0:
            other.pop_back();
            break;
        case 1:
            other.push_back(31);
            break;
        default:
            other[size_t(m_rng.below(other.size()))] = 31;
            break;
        }
        const std::string braces = "\\{" + joined(all) + "\\}";
        return { m_rng.below(2) ? braces : joined(all), m_rng.below(2) ? "\\{" + joined(order) + "\\}" : joined(order),
            m_rng.below(2) ? "\\{" + joined(other) + "\\}" : joined(other) };
    }

    MathCase tuple()
    {
        std::vector<int64_t> all = distinct(size_t(between(2, 4))), other = all;
        if (m_rng.below(2))
            std::swap(other[0], other[1]);
        else
            other[size_t(m_rng.below(other.size()))] = 31;
        return { "(" + joined(all) + ")",
            pick({ "\\left(" + joined(all) + "\\right)", joined(all), "(x,y)=(" + joined(all) + ")" }),
            m_rng.below(2) ? "(" + joined(other) + ")" : joined(other) };
    }

    MathCase interval()
    {
        const int64_t a = between(-20, 20), b = a + between(1, 20);
        const bool left = m_rng.below(2), right = m_rng.below(2);
        const auto written = [](int64_t p, int64_t q, bool l, bool r) {
            return (l ? "[" : "(") + str(p) + "," + str(q) + (r ? "]" : ")");
        };
        const std::string wrong
            = m_rng.below(2) ? written(a, b, left != (m_rng.below(2) == 1), !right) : written(a, b + 1, left, right);
        return { written(a, b, left, right), pick({ written(a, b, left, right), "x\\in" + written(a, b, left, right) }),
            wrong };
    }

    MathCase matrix()
    {
        std::vector<int64_t> cells { between(-9, 9), between(-9, 9), between(-9, 9), between(-9, 9) }, other = cells;
        other[size_t(m_rng.below(4))] += nonZero(1);
        const auto written = [&](const std::vector<int64_t>& m) {
            const std::string name = pick({ "pmatrix", "bmatrix" });
            return "\\begin{" + name + "}" + str(m[0]) + "&" + str(m[1]) + "\\\\" + str(m[2]) + "&" + str(m[3])
                + "\\end{" + name + "}";
        };
        return { written(cells), written(cells), written(other) };
    }

    MathCase equation()
    {
        const int64_t a = nonZero(9), b = nonZero(9);
        const auto line = [](int64_t slope, int64_t at) { return str(slope) + "x" + signedTerm(at, ""); };
        const std::string wrong = pick({ "y=" + line(a, b + nonZero(1)), "y=" + line(a + (a == -1 ? 2 : 1), b),
            "x=" + str(a) + "y" + signedTerm(b, ""), "y" + signedTerm(a, "x") + "=" + str(b), line(a, -b) });
        const bool same = a == -1 && wrong[0] == 'x'; // x = -y + b is the same line
        return { "y=" + line(a, b), pick({ "y=" + line(a, b), line(a, b), "y" + signedTerm(-a, "x") + "=" + str(b) }),
            same ? "y=0" : wrong };
    }

    MathCase inequality()
    {
        const int64_t a = between(-20, 20);
        const bool strict = m_rng.below(2), less = m_rng.below(2);
        const auto written = [&](int64_t bound, bool isStrict, bool isLess) {
            const std::string forward = isLess ? (isStrict ? "<" : "\\le ") : (isStrict ? ">" : "\\ge ");
            const std::string backward = isLess ? (isStrict ? ">" : "\\ge ") : (isStrict ? "<" : "\\le ");
            const std::string end = isLess ? "(-\\infty," + str(bound) + (isStrict ? ")" : "]")
                                           : (isStrict ? "(" : "[") + str(bound) + ",\\infty)";
            return pick({ "x" + forward + str(bound), str(bound) + backward + "x", end });
        };
        const uint64_t how = m_rng.below(3);
        return { "x" + std::string(less ? (strict ? "<" : "\\le ") : (strict ? ">" : "\\ge ")) + str(a),
            written(a, strict, less),
            how == 0       ? written(a + nonZero(2), strict, less)
                : how == 1 ? written(a, !strict, less)
                           : written(a, strict, !less) };
    }

    MathCase logarithm()
    {
        const int64_t n = between(2, 40), k = between(2, 5);
        int64_t power = 1;
        for (int64_t i = 0; i < k; ++i)
            power *= n;
        return { "\\ln " + str(power),
            pick({ str(k) + "\\ln " + str(n), "\\ln(" + str(power) + ")", str(2 * k) + "\\ln\\sqrt{" + str(n) + "}" }),
            pick({ str(k + 1) + "\\ln " + str(n), "\\ln " + str(power + nonZero(1)), "\\log " + str(power),
                str(k) + "\\ln " + str(n + 1) }) };
    }

    MathCase complex()
    {
        const int64_t a = nonZero(20), b = nonZero(20);
        const auto written = [](int64_t re, int64_t im) { return str(re) + signedTerm(im, "i"); };
        return {
            written(a, b), pick({ written(a, b), str(b) + "i" + signedTerm(a, ""), frac(written(2 * a, 2 * b), "2") }),
            pick({ written(a, -b), written(a + 1, b), written(a, b + (b == -1 ? 2 : 1)), str(a + b), written(-a, b) })
        };
    }

    MathCase quotient()
    {
        const int64_t a = nonZero(9), b = nonZero(9);
        const std::string top = "x" + signedTerm(a, "");
        return { frac(top, "x"), pick({ "1" + signedTerm(a, "x^{-1}"), frac(str(b) + "(" + top + ")", str(b) + "x") }),
            pick({ frac("x", top), frac("x" + signedTerm(a + (a == -1 ? 2 : 1), ""), "x"),
                "1" + signedTerm(-a, "x^{-1}"), frac(top, "y"), top }) };
    }

    Rng& m_rng;
};

} // namespace aha::support
