#include "core/algo/policy_loss.h"

#include "core/algo/entropy_bonus.h"
#include "core/algo/kl_estimators.h"
#include "core/algo/packed_rows.h"
#include "core/algo/surrogates.h"

#include <ATen/TensorOperators.h>

#include <stdexcept>

namespace aha {

using at::Tensor;

namespace {

struct Entry {
    const char* lossType;
    Tensor (*surrogate)(const PolicyTokens&, PolicyLossDiagnostics&);
    bool perToken; ///< the surrogate is a term per token, so that masks and correction of tokens apply to it
    bool takesCorrection; ///< multiplied by the sampler's correction (vespo folds it in itself)
};
constexpr Entry kEntries[] = { { "grpo", grpoSurrogate, true, true }, { "bnpo", grpoSurrogate, true, true },
    { "dr_grpo", grpoSurrogate, true, true }, { "dapo", grpoSurrogate, true, true },
    { "luspo", grpoSurrogate, true, true }, { "cispo", cispoSurrogate, true, true },
    { "sapo", sapoSurrogate, true, true }, { "vespo", vespoSurrogate, true, false },
    { "gmpo", gmpoSurrogate, false, false }, { "ppo", ppoSurrogate, true, true },
    { "reinforce", reinforceSurrogate, true, true }, { "rloo", rlooSurrogate, false, false },
    { "kimi", kimiSurrogate, false, false }, { "clip_cov", clipCovSurrogate, true, true },
    { "kl_cov", klCovSurrogate, true, true } };

const Entry& entryOf(const std::string& lossType)
{
    for (const Entry& entry : kEntries)
        if (lossType == entry.lossType)
            return entry;
    throw std::invalid_argument("The loss type \"" + lossType + "\" is not known.");
}

/// Off-policy sequence mask (DeepSeek-V3.2, arXiv 2512.02556): a sequence that was worse than its group and has drifted
/// away from the distribution it was sampled from teaches nothing.
Tensor onPolicy(const PolicyTokens& t, double threshold)
{
    const Tensor sampling_N = t.in.samplingLogp_N.defined() ? t.in.samplingLogp_N : t.old_N;
    const Tensor drift_R = meanPerRow(sampling_N - t.in.logp_N.detach(), t.in.row_N, t.length_R);
    return (t.advantage_N.ge(0) | t.spread(drift_R).le(threshold)).to(t.in.logp_N.scalar_type());
}

} // namespace

PolicyLossOutput policyLoss(const PolicyLossInput& in, const PolicyLossConfig& config)
{
    const Entry& entry = entryOf(config.lossType);
    const PolicyTokens t(in, config);
    PolicyLossOutput out;
    PolicyLossDiagnostics& d = out.diagnostics;
    d.tokens = double(in.logp_N.size(0));
    out.ratio_N = t.ratio_N.detach();

    Tensor loss_N = entry.surrogate(t, d);
    if (entry.perToken) {
        if (config.offPolicyThreshold)
            loss_N = loss_N * onPolicy(t, *config.offPolicyThreshold);
        if (t.highEntropy_N.defined())
            loss_N = loss_N * t.highEntropy_N;
    }
    if (entry.takesCorrection && in.correction_N.defined())
        loss_N = loss_N * in.correction_N;
    if (config.beta != 0) {
        if (!in.refLogp_N.defined())
            throw std::invalid_argument("A KL term needs the log-probs of a reference model.");
        Tensor kl_N = klEstimate(config.klEstimator, in.logp_N, in.refLogp_N);
        if (config.useBiasCorrectionKl && entry.perToken)
            kl_N = kl_N * t.ratio_N;
        loss_N = loss_N + config.beta * kl_N;
        d.kl = total(kl_N);
    }
    out.loss = (loss_N * t.spread(in.weight_R)).sum();
    out.policyLoss = out.loss.item<double>();
    if (in.entropy_N.defined())
        d.entropy = total(in.entropy_N);
    if (config.entropyCoef != 0) {
        if (!in.entropy_N.defined())
            throw std::invalid_argument("An entropy bonus needs the entropy of every token.");
        out.loss = out.loss - entropyBonus(in.entropy_N, t.highEntropy_N, config.entropyCoef, config.entropyWeight);
    }
    return out;
}

const std::vector<std::string>& policyLossTypes()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const Entry& entry : kEntries)
            all.emplace_back(entry.lossType);
        return all;
    }();
    return names;
}

} // namespace aha
