#include "core/algo/kl_estimators.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace aha {

using at::Tensor;

namespace {

// The two kinds of number that the formulas below are written for.
double expOf(double x) { return std::exp(x); }
Tensor expOf(const Tensor& x) { return x.exp(); }
double absOf(double x) { return std::abs(x); }
Tensor absOf(const Tensor& x) { return x.abs(); }
double limited(double x, double limit) { return std::clamp(x, -limit, limit); }
Tensor limited(const Tensor& x, double limit) { return at::clamp(x, -limit, limit); }

template <class Number> Number estimate(const std::string& name, const Number& d)
{
    if (name == "k1")
        return d;
    if (name == "abs")
        return absOf(d);
    if (name == "k2")
        return 0.5 * d * d;
    if (name == "k3")
        return expOf(-d) + d - 1;
    if (name == "low_var_kl")
        return limited(expOf(limited(-d, 20)) + limited(d, 20) - 1, 10);
    throw std::invalid_argument(
        "The KL estimator \"" + name + "\" is not known; there are k1, abs, k2, k3, low_var_kl.");
}

bool straightThrough(const std::string& name) { return !name.empty() && name.back() == '+'; }
std::string plain(const std::string& name) { return straightThrough(name) ? name.substr(0, name.size() - 1) : name; }

} // namespace

const std::vector<std::string>& klEstimators()
{
    static const std::vector<std::string> names { "k1", "abs", "k2", "k3", "low_var_kl" };
    return names;
}

Tensor klEstimate(const std::string& estimator, const Tensor& logp, const Tensor& reference)
{
    const Tensor d = logp - reference;
    const Tensor value = estimate(plain(estimator), d);
    if (!straightThrough(estimator))
        return value;
    const Tensor k2 = estimate<Tensor>("k2", d);
    return k2 - k2.detach() + value.detach();
}

double klEstimate(const std::string& estimator, double logp, double reference)
{
    return estimate(plain(estimator), logp - reference);
}

} // namespace aha
