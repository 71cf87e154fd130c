#include "core/algo/token_gates.h"

#include "core/algo/policy_loss.h"

#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

namespace aha {

namespace {

/// d surrogate / d log-prob of each token, all of one completion.
std::vector<float> gradient(const PolicyLossConfig& config, const std::vector<float>& logp,
    const std::vector<float>& old, double advantage)
{
    PolicyLossInput input;
    input.logp_N = at::tensor(logp).set_requires_grad(true);
    input.oldLogp_N = at::tensor(old);
    input.row_N = at::zeros({ int64_t(logp.size()) }, at::kLong);
    input.advantage_R = at::tensor(std::vector<float> { float(advantage) });
    input.weight_R = at::ones({ 1 });
    if (config.lossType == "clip_cov" || config.lossType == "kl_cov")
        input.selected_N = at::zeros({ int64_t(logp.size()) }, at::kBool);
    const PolicyLossOutput out = policyLoss(input, config);
    if (out.loss.requires_grad())
        out.loss.backward();
    const at::Tensor gradient_N = input.logp_N.grad();
    if (!gradient_N.defined())
        return std::vector<float>(logp.size(), 0.f);
    const at::Tensor whole_N = gradient_N.contiguous();
    const float* from = whole_N.const_data_ptr<float>();
    return { from, from + logp.size() };
}

std::vector<float> boundedRatios(
    const ClipRule& rule, const std::vector<float>& logp, const std::vector<float>& old)
{
    std::vector<float> ratio;
    if (rule.of == ClipRule::Nothing)
        return ratio;
    double sum = 0;
    for (size_t t = 0; t < logp.size(); ++t)
        sum += double(logp[t]) - double(old[t]);
    for (size_t t = 0; t < logp.size(); ++t)
        ratio.push_back(float(std::exp(rule.of == ClipRule::Token ? double(logp[t]) - double(old[t])
                : rule.of == ClipRule::Sequence                   ? sum / double(logp.size())
                                                                  : sum)));
    return ratio;
}

} // namespace

ClipRule clipRule(const PolicyLossConfig& c)
{
    ClipRule rule;
    const ClipRule::Of level = c.level == "token" ? ClipRule::Token : ClipRule::Sequence;
    const auto clips = [&](ClipRule::Of of) { rule.of = of, rule.low = 1 - c.epsilon, rule.high = 1 + c.epsilonHigh; };
    const std::string& type = c.lossType;
    if (type == "grpo" || type == "bnpo" || type == "dr_grpo" || type == "dapo" || type == "luspo") {
        clips(level);
        rule.bound = c.delta;
    } else if (type == "ppo") {
        clips(ClipRule::Token);
        rule.bound = c.dualClip;
    } else if (type == "clip_cov") {
        clips(level);
    } else if (type == "rloo") {
        clips(ClipRule::Product);
    } else if (type == "gmpo") { // in log space
        rule.of = ClipRule::Token, rule.low = std::exp(-c.epsilon), rule.high = std::exp(c.epsilonHigh);
    } else if (type == "cispo") {
        rule.of = level, rule.cap = c.epsilonHigh;
    } else if (type == "sapo" || type == "vespo") {
        rule.soft = true;
    } else if (type == "reinforce" || type == "kimi") {
        rule.ratio = false;
    } else if (type != "kl_cov") {
        throw std::invalid_argument("The loss type \"" + type + "\" is not known.");
    }
    return rule;
}

TokenGates tokenGates(const PolicyLossConfig& config, const std::vector<float>& logp, const std::vector<float>& old,
    std::optional<double> advantage)
{
    PolicyLossConfig surrogate = config;
    surrogate.beta = 0;
    surrogate.entropyCoef = 0;
    surrogate.entropyThreshold.reset();
    surrogate.offPolicyThreshold.reset();
    const ClipRule rule = clipRule(surrogate);
    TokenGates out { boundedRatios(rule, logp, old), std::vector<TokenGate>(logp.size(), TokenGate::Open) };
    if (logp.empty() || (advantage && *advantage == 0))
        return out;
    const auto close = [&](TokenGate& gate, TokenGate now) {
        gate = gate == TokenGate::Open || gate == now ? now : TokenGate::Either;
    };
    for (const double sign : { 1.0, -1.0 }) {
        if (advantage && *advantage * sign < 0)
            continue;
        const double own = advantage.value_or(sign);
        const std::vector<float> free = gradient(surrogate, logp, old, own);
        for (size_t t = 0; t < out.ratio.size(); ++t) {
            if (rule.cap && double(out.ratio[t]) > *rule.cap)
                out.gate[t] = TokenGate::Capped;
            else if (free[t] == 0 && double(out.ratio[t]) > 1)
                close(out.gate[t], own > 0 ? TokenGate::High : TokenGate::Bound);
            else if (free[t] == 0 && rule.low && double(out.ratio[t]) < *rule.low)
                close(out.gate[t], TokenGate::Low);
        }
        if (!config.offPolicyThreshold || !(own < 0))
            continue;
        surrogate.offPolicyThreshold = config.offPolicyThreshold;
        const std::vector<float> kept = gradient(surrogate, logp, old, own);
        for (size_t t = 0; t < kept.size(); ++t)
            if (advantage && kept[t] == 0 && free[t] != 0)
                out.gate[t] = TokenGate::Drifted;
    }
    return out;
}

} // namespace aha
