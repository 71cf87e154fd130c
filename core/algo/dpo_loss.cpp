#include "core/algo/dpo_loss.h"

#include "core/algo/row_positions.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace aha {

using at::Tensor;

namespace {

constexpr double kLargestExponent = 80; // exp() of more is beyond float

/// Everything the table below refers to. P pairs.
struct Pairs {
    Tensor chosenLogp, rejectedLogp, refChosen, refRejected;
    Tensor c, r; ///< log-ratios
    Tensor delta; ///< f'(c) - f'(r)
    Tensor perTokenDelta; ///< f'(c)/|y_w| - f'(r)/|y_l|
};

bool isSorted(const std::string& type) { return type == "aot" || type == "aot_unpaired"; }

Tensor score(const Tensor& logRatio, const DpoLossConfig& config)
{
    const double a = config.alphaDivergence - 1;
    if (config.fDivergence == "forward_kl")
        return 1 - (-logRatio).clamp_max(kLargestExponent).exp();
    if (config.fDivergence == "js_divergence")
        return std::numbers::ln2 + at::log_sigmoid(logRatio);
    if (config.fDivergence == "alpha_divergence" && std::abs(a) >= 1e-6) // a = 0 is the limit log u
        return ((a * logRatio).clamp_max(kLargestExponent).exp() - 1) / a;
    return logRatio;
}

/// Loss of each pair; a sorted type's of each rank.
Tensor pairLoss(const std::string& type, const Pairs& p, const DpoLossConfig& config)
{
    const auto logSigmoid = [](const Tensor& x) { return at::log_sigmoid(x); };
    const double beta = config.beta, e = config.labelSmoothing;
    const Tensor x = beta * p.delta;
    const auto smoothed
        = [&](const Tensor& delta) { return -(1 - e) * logSigmoid(beta * delta) - e * logSigmoid(-beta * delta); };
    const auto sorted = [](const Tensor& values) { return std::get<0>(at::sort(values)); };
    if (type == "sigmoid")
        return -logSigmoid(x);
    if (type == "hinge")
        return (1 - x).clamp_min(0);
    if (type == "ipo")
        return (p.perTokenDelta - 1 / (2 * beta)).square();
    if (type == "robust")
        return (-(1 - e) * logSigmoid(x) + e * logSigmoid(-x)) / (1 - 2 * e);
    if (type == "exo_pair")
        return x.sigmoid() * (logSigmoid(x) - std::log1p(-e)) + (-x).sigmoid() * (logSigmoid(-x) - std::log(e));
    if (type == "nca_pair")
        return -logSigmoid(beta * p.c) - 0.5 * logSigmoid(-beta * p.c) - 0.5 * logSigmoid(-beta * p.r);
    if (type == "bco_pair")
        return -logSigmoid(beta * p.c) - logSigmoid(-beta * p.r);
    if (type == "sppo_hard")
        return (p.c - 0.5 / beta).square() + (p.r + 0.5 / beta).square();
    if (type == "aot")
        return smoothed(sorted(p.chosenLogp - p.rejectedLogp) - sorted(p.refChosen - p.refRejected));
    if (type == "aot_unpaired")
        return smoothed(sorted(p.c) - sorted(p.r));
    if (type == "apo_zero")
        return 1 - (beta * p.c).sigmoid() + (beta * p.r).sigmoid();
    if (type == "apo_down")
        return (beta * p.c).sigmoid() + 1 - (beta * (p.c - p.r)).sigmoid();
    if (type == "discopop") {
        const Tensor mix = (x / config.discopopTau).sigmoid();
        return -logSigmoid(x) * (1 - mix) + (-x).exp() * mix;
    }
    if (type == "sigmoid_norm")
        return -logSigmoid(beta * p.perTokenDelta);
    throw Failure({ "bad_config", "There is no preference loss \"" + type + "\".", "" });
}

} // namespace

Result<void> checkDpoLoss(const DpoLossConfig& config)
{
    const auto bad = [](std::string message, std::string hint) {
        return Error { "bad_config", std::move(message), std::move(hint) };
    };
    static constexpr const char* kTypes[] = { "sigmoid", "hinge", "ipo", "robust", "exo_pair", "nca_pair", "bco_pair",
        "sppo_hard", "aot", "aot_unpaired", "apo_zero", "apo_down", "discopop", "sft", "sigmoid_norm" };
    static constexpr const char* kDivergences[] = { "reverse_kl", "forward_kl", "js_divergence", "alpha_divergence" };
    const double e = config.labelSmoothing;
    if (config.lossType.empty())
        return bad("No preference loss is chosen.", "Name at least one, sigmoid for example.");
    if (!config.lossWeights.empty() && config.lossWeights.size() != config.lossType.size())
        return bad(std::to_string(config.lossType.size()) + " preference losses have "
                + std::to_string(config.lossWeights.size()) + " weights.",
            "Give one weight for each, or none.");
    if (!(config.beta > 0))
        return bad("The preference beta is " + std::to_string(config.beta) + ".", "It must be above 0.");
    if (std::find(std::begin(kDivergences), std::end(kDivergences), config.fDivergence) == std::end(kDivergences))
        return bad("There is no f-divergence \"" + config.fDivergence + "\".",
            "Choose reverse_kl, forward_kl, js_divergence or alpha_divergence.");
    if (config.ldAlpha && !(*config.ldAlpha >= 0 && *config.ldAlpha <= 1))
        return bad("ld_alpha is " + std::to_string(*config.ldAlpha) + ".", "It must lie between 0 and 1.");
    for (const std::string& type : config.lossType) {
        if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
            return bad("There is no preference loss \"" + type + "\".",
                "Choose among sigmoid, hinge, ipo, robust, exo_pair, nca_pair, bco_pair, sppo_hard, aot, aot_unpaired, "
                "apo_zero, apo_down, discopop, sft and sigmoid_norm.");
        if (type == "exo_pair" && !(e > 0 && e < 1))
            return bad("exo_pair takes the logarithm of label_smoothing, which is " + std::to_string(e) + ".",
                "Set it to a small value such as 0.001.");
        if (type == "robust" && !(e >= 0 && e < 0.5))
            return bad("robust divides by 1 - 2 label_smoothing, which is " + std::to_string(1 - 2 * e) + ".",
                "Set label_smoothing below 0.5.");
        if (config.useWeighting && isSorted(type))
            return bad(type + " sorts the pairs, so weights of pairs have no meaning.", "Switch weighting off.");
    }
    return {};
}

bool needsWholeBatch(const DpoLossConfig& config)
{
    return std::any_of(config.lossType.begin(), config.lossType.end(),
        [&](const std::string& type) { return isSorted(type) || (type == "sft" && config.useWeighting); });
}

DpoLossOutput dpoLoss(const DpoLossInput& in, const DpoLossConfig& config)
{
    const int64_t pairs = in.pairs, rows = 2 * pairs;
    const auto chosen = [&](const Tensor& of_R) { return of_R.narrow(0, 0, pairs); };
    const auto rejected = [&](const Tensor& of_R) { return of_R.narrow(0, pairs, pairs); };
    const Tensor length_R = rowLengths(in.row_N, rows, in.logp_N);

    // Sums of log-probs; the tail of the longer completion counts ld_alpha.
    const auto rowLogp = [&](const Tensor& logp_N) {
        if (!config.ldAlpha)
            return sumPerRow(logp_N, in.row_N, rows);
        const Tensor shared_R = at::minimum(chosen(length_R), rejected(length_R)).repeat({ 2 });
        const Tensor tail_N = positionsInRow(in.row_N, rows).ge(spread(shared_R, in.row_N));
        return sumPerRow(at::where(tail_N, *config.ldAlpha * logp_N, logp_N), in.row_N, rows);
    };
    const Tensor logp_R = rowLogp(in.logp_N);
    const Tensor ref_R = in.refLogp_N.defined() ? rowLogp(in.refLogp_N) : at::zeros_like(logp_R.detach());

    Pairs p { chosen(logp_R), rejected(logp_R), chosen(ref_R), rejected(ref_R), {}, {}, {}, {} };
    p.c = p.chosenLogp - p.refChosen;
    p.r = p.rejectedLogp - p.refRejected;
    const Tensor scoreC = score(p.c, config), scoreR = score(p.r, config);
    p.delta = scoreC - scoreR;
    p.perTokenDelta = scoreC / chosen(length_R).clamp_min(1) - scoreR / rejected(length_R).clamp_min(1);

    Tensor weight_P; // WPO
    if (config.useWeighting) {
        const Tensor excess_N = in.logp_N.detach() - in.logSquaredSum_N.detach();
        const Tensor weight_R = (sumPerRow(excess_N, in.row_N, rows) / length_R.clamp_min(1)).exp();
        weight_P = chosen(weight_R) * rejected(weight_R);
    }

    DpoLossOutput out;
    Tensor loss_P = at::zeros_like(p.c.detach());
    bool ownLoss = true;
    out.loss = loss_P.sum();
    for (size_t k = 0; k < config.lossType.size(); ++k) {
        const std::string& type = config.lossType[k];
        const double weight = config.lossWeights.empty() ? 1 : config.lossWeights[k];
        if (type == "sft") { // a mean over tokens, not over pairs
            const Tensor nll = -in.logp_N.masked_select(in.row_N.lt(pairs)).sum() / in.updateChosenTokens;
            out.loss = out.loss + weight * (weight_P.defined() ? nll * weight_P.sum() / in.updatePairs : nll);
            ownLoss = false;
            continue;
        }
        const Tensor each_P = pairLoss(type, p, config);
        loss_P = loss_P + weight * (weight_P.defined() ? each_P * weight_P : each_P);
        ownLoss = ownLoss && !isSorted(type);
    }
    out.loss = out.loss + loss_P.sum() / in.updatePairs;
    if (ownLoss)
        out.pairLoss_P = loss_P.detach();
    out.chosenReward_P = config.beta * p.c.detach();
    out.rejectedReward_P = config.beta * p.r.detach();
    out.diagnostics = pairDiagnostics(p.chosenLogp, p.rejectedLogp, out.chosenReward_P, out.rejectedReward_P);
    return out;
}

} // namespace aha
