#include "core/engine/loss_pull.h"

#include "core/algo/policy_trainer.h"
#include "core/algo/reduction_weights.h"
#include "core/config/left_out.h"
#include "core/engine/reward_parts.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// Of the largest pull: what rounding leaves of an advantage that is zero.
constexpr double kUnfelt = 1e-6;

/// Tokens of the completions that train, end to end.
struct Flat {
    std::vector<size_t> rows; ///< completions
    std::vector<float> logp, old, ref, advantage, tokenAdvantage;
    std::vector<int64_t> row;
};

Flat flatten(const std::vector<TrainingSample>& samples, const std::vector<std::vector<float>>& logp)
{
    Flat flat;
    for (size_t i = 0; i < samples.size(); ++i) {
        const TrainingSample& s = samples[i];
        if (s.masked || s.completionLength() == 0)
            continue;
        flat.logp.insert(flat.logp.end(), logp[i].begin(), logp[i].end());
        flat.old.insert(flat.old.end(), s.oldLogp.begin(), s.oldLogp.end());
        flat.ref.insert(flat.ref.end(), s.refLogp.begin(), s.refLogp.end());
        flat.tokenAdvantage.insert(flat.tokenAdvantage.end(), s.tokenAdvantage.begin(), s.tokenAdvantage.end());
        flat.row.insert(flat.row.end(), size_t(s.completionLength()), int64_t(flat.rows.size()));
        flat.advantage.push_back(float(s.advantage));
        flat.rows.push_back(i);
    }
    return flat;
}

/// Of the stored parts, as the variant has them.
std::vector<double> weightsOf(const std::vector<std::string>& parts, const LossVariant& variant)
{
    std::vector<double> weights(parts.size(), 0.0);
    for (size_t i = 0; i < kRewardParts; ++i) {
        const auto part = RewardPart(i);
        const double weight = rewardPartWeight(part, variant.config.rewards);
        const auto stored = std::find(parts.begin(), parts.end(), rewardPartName(part));
        if (stored != parts.end())
            weights[size_t(stored - parts.begin())] = weight;
        else if (weight != 0)
            throw Failure({ "loss_not_stored",
                "Loss " + variant.name + " weighs the reward " + rewardPartName(part)
                    + ", which the run has not stored.",
                "Set rewards." + std::string(rewardPartName(part)) + "=0." });
    }
    return weights;
}

void summarize(LossPull& out, const std::vector<TrainingSample>& samples)
{
    PullSummary& s = out.summary;
    std::vector<double> lengths, sizes, sums(4, 0), counts(4, 0);
    double tokens = 0;
    bool first = true;
    for (size_t i = 0; i < samples.size(); ++i) {
        double own = 0;
        const size_t length = out.pull[i].size();
        for (size_t t = 0; t < length; ++t) {
            const double pull = out.pull[i][t], size = std::abs(pull);
            s.least = first ? pull : std::min(s.least, pull);
            s.most = first ? pull : std::max(s.most, pull);
            first = false;
            (pull > 0 ? s.up : s.down) += pull;
            const double advantage
                = samples[i].tokenAdvantage.empty() ? samples[i].advantage : samples[i].tokenAdvantage[t];
            if (advantage != 0)
                (advantage > 0 ? s.ofPositive : s.ofNegative) += size;
            sums[4 * t / length] += size;
            ++counts[4 * t / length];
            own += size;
        }
        tokens += double(length);
        s.mean += own;
        if (length > 0 && own > 0) {
            lengths.push_back(double(length));
            sizes.push_back(own / double(length));
        }
    }
    const double unfelt = kUnfelt * std::max(-s.least, s.most);
    for (const std::vector<float>& row : out.pull)
        s.silent += double(
            std::count_if(row.begin(), row.end(), [&](float pull) { return std::abs(double(pull)) <= unfelt; }));
    s.mean = tokens > 0 ? s.mean / tokens : 0;
    s.silent = tokens > 0 ? s.silent / tokens : 0;
    for (size_t q = 0; q < 4; ++q)
        s.byPosition.push_back(counts[q] > 0 ? sums[q] / counts[q] : 0);
    s.lengthBias = correlation(sizes, lengths);
}

} // namespace

double correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    const double n = double(a.size());
    double meanA = 0, meanB = 0, ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        meanA += a[i] / n;
        meanB += b[i] / n;
    }
    for (size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - meanA) * (b[i] - meanB);
        aa += (a[i] - meanA) * (a[i] - meanA);
        bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : std::nan("");
}

LossPull lossPull(
    const StoredRollouts& rollouts, const std::vector<std::vector<float>>& logp, const LossVariant& variant)
{
    RunConfig config = variant.config;
    const AlgorithmConfig& a = config.algorithm;
    config.rollout.numGenerations = int64_t(rollouts.groupSize);
    std::vector<TrainingSample> samples = rollouts.samples;
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i].masked = masksTruncated(a, !rollouts.batch.ended[i]);
    ScoredBatch batch = rollouts.batch;
    if (!rollouts.parts.empty())
        batch.weights = weightsOf(rollouts.parts, variant);
    batch.klWeight = a.klPlacement == "reward" ? a.beta : 0;
    const OnlineTargets targets = setTargets(samples, batch, config);

    LossPull out;
    out.advantage = targets.rewards.advantage;
    out.zeroVariance = targets.rewards.zeroVariance;
    for (const TrainingSample& sample : samples)
        out.pull.emplace_back(size_t(sample.completionLength()), 0.0f);
    const Flat flat = flatten(samples, logp);
    if (flat.logp.empty())
        return out;
    const PolicyLossConfig loss = policyLossConfig(config);
    ReductionInput reduction { loss.lossType, {}, double(config.rollout.maxCompletionLength), double(flat.logp.size()),
        1, 1 };
    if (config.general.kind == "grpo")
        reduction.reduction = reductionOf(a.lossType);
    for (const TrainingSample& sample : samples)
        reduction.lengths.push_back(sample.masked ? 0 : sample.completionLength());
    const std::vector<double> weights = reductionWeights(reduction);
    std::vector<float> weight;
    for (const size_t row : flat.rows)
        weight.push_back(float(weights[row]));
    PolicyLossInput input;
    input.logp_N = at::tensor(flat.logp).set_requires_grad(true);
    input.oldLogp_N = at::tensor(flat.old);
    if (loss.beta != 0)
        input.refLogp_N = at::tensor(flat.ref);
    input.row_N = at::tensor(flat.row);
    input.advantage_R = at::tensor(flat.advantage);
    input.weight_R = at::tensor(weight);
    if (!flat.tokenAdvantage.empty())
        input.advantage_N = at::tensor(flat.tokenAdvantage);
    const PolicyLossOutput computed = policyLoss(input, loss);
    out.loss = computed.policyLoss;
    if (computed.loss.requires_grad())
        computed.loss.backward();
    if (const at::Tensor gradient_N = input.logp_N.grad(); gradient_N.defined()) {
        const at::Tensor whole_N = gradient_N.contiguous();
        const float* from = whole_N.const_data_ptr<float>();
        for (const size_t row : flat.rows)
            for (float& pull : out.pull[row])
                pull = *from == 0 ? 0 : -*from, ++from;
    }
    summarize(out, samples);
    const PolicyLossDiagnostics& d = computed.diagnostics;
    out.summary.clippedLow = d.count > 0 ? d.lowClipped / d.count : 0;
    out.summary.clippedHigh = d.count > 0 ? d.highClipped / d.count : 0;
    return out;
}

} // namespace aha
