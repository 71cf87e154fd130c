#include "core/algo/policy_trainer.h"

#include "core/algo/completion_values.h"
#include "core/algo/covariance.h"
#include "core/algo/packed_completions.h"
#include "core/algo/ppo_loss.h"
#include "core/algo/reduction_weights.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

using at::Tensor;

namespace {

/// The loss type of policy_loss.h that a kind trains with.
std::string lossTypeOf(const RunConfig& config)
{
    const AlgorithmConfig& a = config.algorithm;
    const std::string& kind = config.general.kind;
    if (kind == "rloo")
        return "rloo";
    if (kind == "reinforce" || kind == "remax" || kind == "rft")
        return "reinforce";
    if (kind == "mirror_descent")
        return "kimi";
    if (kind != "grpo" || a.dualClip != 0) // PPO's clip is GRPO's, and it knows the dual clip
        return "ppo";
    return a.covariance != "none" ? a.covariance : a.lossType;
}

std::optional<double> unlessZero(double value) { return value != 0 ? std::optional(value) : std::nullopt; }

bool teaches(const TrainingSample& sample)
{
    return sample.tokenAdvantage.empty()
        ? sample.advantage != 0
        : std::any_of(sample.tokenAdvantage.begin(), sample.tokenAdvantage.end(), [](float a) { return a != 0; });
}

} // namespace

PolicyLossConfig policyLossConfig(const RunConfig& config)
{
    const AlgorithmConfig& a = config.algorithm;
    PolicyLossConfig loss;
    loss.lossType = lossTypeOf(config);
    loss.level = config.general.kind == "grpo" ? a.importanceLevel : "token";
    loss.epsilon = a.epsilon;
    loss.epsilonHigh = a.epsilonHigh;
    loss.delta = unlessZero(a.delta);
    loss.beta = a.klPlacement == "loss" ? a.beta : 0;
    loss.klEstimator = a.klEstimator;
    loss.useBiasCorrectionKl = a.useBiasCorrectionKl;
    loss.offPolicyThreshold = unlessZero(a.offPolicyMaskThreshold);
    loss.correctionPerSequence = a.samplerCorrectionFor(config.rollout).starts_with("sequence");
    loss.sapoTemperaturePos = a.sapoTemperaturePos;
    loss.sapoTemperatureNeg = a.sapoTemperatureNeg;
    loss.vespoKPos = a.vespoKPos;
    loss.vespoLambdaPos = a.vespoLambdaPos;
    loss.vespoKNeg = a.vespoKNeg;
    loss.vespoLambdaNeg = a.vespoLambdaNeg;
    loss.dualClip = unlessZero(a.dualClip);
    loss.klCovCoef = a.covarianceKlWeight;
    loss.mirrorDescentTau = a.temperature;
    return loss;
}

struct PolicyTrainer::MiniBatch {
    std::vector<const TrainingSample*> samples;
    std::vector<size_t> rows; ///< those that go through the model
    std::vector<int64_t> tokens; ///< of prompt and completion, a row
    std::vector<double> weights; ///< a row
    PolicyLossConfig loss;
    EntropyPlan entropy;
    std::vector<std::vector<uint8_t>> selected; ///< a row: its tokens that clip_cov or kl_cov chose; empty: none
    PolicyLossDiagnostics skipped;
    double positions = 0; ///< completion tokens that are not masked
};

struct PolicyTrainer::Part {
    double loss = 0, policyLoss = 0;
    PolicyLossDiagnostics diagnostics;
    double differenceSum = 0, differenceMax = 0, differenceCount = 0;
    int64_t tokens = 0;
    ValueLossOutput value; ///< its sums
    double valueLoss = 0;
    std::vector<std::pair<const TrainingSample*, SampleUpdate>> samples;
    std::optional<std::pair<const TrainingSample*, int64_t>> notFinite; ///< a sample, and the first such token in it
};

PolicyTrainer::PolicyTrainer(Policy& policy, Workers& workers)
    : m_step(policy, workers)
{
}

ValueHead& PolicyTrainer::shareValueHead()
{
    return m_valueHead.emplace(m_step.model().hiddenSize, m_step.device(), m_step.workers());
}

std::vector<std::vector<float>> PolicyTrainer::values(
    const std::vector<TrainingSample>& samples, const RunConfig& config)
{
    return completionValues(m_step, samples, config,
        [&](size_t worker, const TransformerWeights& leaves, const std::vector<const TrainingSample*>& part) {
            const PackedCompletions packed(part, m_step.device());
            return m_valueHead->values(
                m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_N), worker);
        });
}

PolicyTrainer::MiniBatch PolicyTrainer::plan(
    const std::vector<const TrainingSample*>& rows, const RunConfig& config, double items)
{
    const AlgorithmConfig& a = config.algorithm;
    MiniBatch batch;
    batch.samples = rows;
    batch.loss = policyLossConfig(config);
    batch.loss.entropyCoef = m_entropy.applied();
    ReductionInput reduction { batch.loss.lossType, {}, double(config.rollout.maxCompletionLength), items,
        double(a.stepsPerGeneration), 1 };
    if (config.general.kind == "grpo")
        reduction.reduction = reductionOf(a.lossType);
    for (const TrainingSample* sample : rows)
        reduction.lengths.push_back(sample->masked ? 0 : sample->completionLength());
    batch.weights = reductionWeights(reduction);

    const bool everyRow = batch.loss.beta != 0 || batch.loss.entropyCoef != 0 || batch.loss.lossType == "kimi"
        || batch.loss.lossType == "kl_cov" || m_valueHead;
    double completionTokens = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        batch.tokens.push_back(int64_t(rows[i]->ids.size()));
        if (rows[i]->masked || rows[i]->completionLength() == 0)
            continue;
        completionTokens += double(rows[i]->completionLength());
        if (everyRow || teaches(*rows[i])) {
            batch.rows.push_back(i);
            continue;
        }
        PolicyLossDiagnostics row; // no gradient, and no clipped token
        row.tokens = double(rows[i]->completionLength());
        row.count = batch.loss.level == "sequence" || batch.loss.lossType == "rloo" ? 1 : row.tokens;
        row.anyRow = true;
        row.lowMin = 0;
        batch.skipped.merge(row);
    }
    batch.entropy.tokens = batch.positions = completionTokens;
    if (a.topEntropyQuantile < 1 || a.covariance != "none")
        probe(batch, config);
    batch.loss.entropyThreshold = batch.entropy.threshold;
    batch.loss.entropyWeight = batch.entropy.weight(1);
    return batch;
}

/// Log-probs and entropies of the whole mini-batch under the policy of this moment, without gradients.
void PolicyTrainer::probe(MiniBatch& batch, const RunConfig& config)
{
    std::vector<std::vector<float>> logp(batch.samples.size()), entropy(batch.samples.size());
    std::vector<size_t> rows;
    for (size_t i = 0; i < batch.samples.size(); ++i)
        if (!batch.samples[i]->masked && batch.samples[i]->completionLength() > 0)
            rows.push_back(i);
    m_step.accumulate(
        rows, batch.tokens, config,
        [&](size_t, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            const at::NoGradGuard frozen;
            std::vector<const TrainingSample*> samples;
            for (const size_t row : pass)
                samples.push_back(batch.samples[row]);
            const PackedCompletions packed(samples, m_step.device());
            const ops::TokenLogProbs scored = ops::tokenLogProbs(
                m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_N), leaves.head_VD,
                packed.target_N, config.rollout.temperature, leaves.device);
            PackedCompletions::split(samples, scored.logprob_M,
                [&](size_t i, std::vector<float> values) { logp[pass[i]] = std::move(values); });
            PackedCompletions::split(samples, scored.entropy_M,
                [&](size_t i, std::vector<float> values) { entropy[pass[i]] = std::move(values); });
        },
        false);
    const AlgorithmConfig& a = config.algorithm;
    std::vector<float> entropies;
    CovarianceTokens tokens;
    for (const size_t row : rows) {
        const TrainingSample& sample = *batch.samples[row];
        entropies.insert(entropies.end(), entropy[row].begin(), entropy[row].end());
        tokens.logp.insert(tokens.logp.end(), logp[row].begin(), logp[row].end());
        tokens.old.insert(tokens.old.end(), sample.oldLogp.begin(), sample.oldLogp.end());
        if (sample.tokenAdvantage.empty())
            tokens.advantage.insert(tokens.advantage.end(), logp[row].size(), float(sample.advantage));
        else
            tokens.advantage.insert(tokens.advantage.end(), sample.tokenAdvantage.begin(), sample.tokenAdvantage.end());
    }
    if (entropies.empty())
        return;
    batch.entropy = planEntropy(entropies, a.topEntropyQuantile);
    if (a.covariance == "none")
        return;
    Rng rng(uint64_t(config.general.seed), Purpose::Dropout, uint64_t(optimizer().state().updates), 1u << 20);
    const std::vector<bool> chosen = a.covariance == "clip_cov"
        ? chooseClipCov(tokens, { a.covarianceShare, 1, 5, a.epsilon, a.epsilonHigh }, rng)
        : chooseKlCov(tokens, a.covarianceShare);
    batch.selected.resize(batch.samples.size());
    size_t at = 0;
    for (const size_t row : rows)
        for (size_t t = 0; t < logp[row].size(); ++t)
            batch.selected[row].push_back(chosen[at++]);
}

void PolicyTrainer::computePass(Part& part, size_t worker, const TransformerWeights& leaves, const MiniBatch& batch,
    const UpdateStep::Pass& rows, const RunConfig& config, bool compareWithSampler) const
{
    std::vector<const TrainingSample*> samples;
    std::vector<float> advantage, weight;
    std::vector<uint8_t> selected;
    for (const size_t row : rows) {
        samples.push_back(batch.samples[row]);
        advantage.push_back(float(samples.back()->advantage));
        weight.push_back(float(batch.weights[row]));
        if (!batch.selected.empty())
            selected.insert(selected.end(), batch.selected[row].begin(), batch.selected[row].end());
    }
    const at::Device device = m_step.device();
    const auto ofTokens = [&](std::vector<float> TrainingSample::*values) {
        return PackedCompletions::gather(samples, values, device);
    };
    const PackedCompletions packed(samples, device);
    const Tensor hidden_ND = m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_N);
    const ops::TokenLogProbs scored = ops::tokenLogProbs(hidden_ND, leaves.head_VD, packed.target_N,
        config.rollout.temperature, leaves.device, false, batch.loss.entropyCoef != 0);
    PolicyLossInput input;
    input.logp_N = scored.logprob_M;
    input.entropy_N = scored.entropy_M;
    input.oldLogp_N = ofTokens(&TrainingSample::oldLogp);
    if (batch.loss.beta != 0)
        input.refLogp_N = ofTokens(&TrainingSample::refLogp);
    input.row_N = packed.row_N;
    input.advantage_R = at::tensor(advantage).to(device);
    input.weight_R = at::tensor(weight).to(device);
    input.correction_N = ofTokens(&TrainingSample::correction);
    input.advantage_N = ofTokens(&TrainingSample::tokenAdvantage);
    input.samplingLogp_N = ofTokens(&TrainingSample::samplingLogp);
    if (!selected.empty())
        input.selected_N = at::tensor(selected).to(device, at::kBool);
    PolicyLossOutput out = policyLoss(input, batch.loss);
    if (m_valueHead) {
        const CriticConfig& c = config.critic;
        const ValueLossOutput value
            = valueLoss({ m_valueHead->values(hidden_ND, worker), ofTokens(&TrainingSample::oldValue),
                            ofTokens(&TrainingSample::returns), 1 / batch.positions },
                unlessZero(c.valueClip));
        out.loss = out.loss + c.lossCoef * value.loss;
        part.valueLoss += value.loss.item<double>();
        part.value.clipped += value.clipped;
        part.value.count += value.count;
    }
    out.loss.backward();
    part.loss += out.loss.item<double>();
    part.policyLoss += out.policyLoss;
    part.diagnostics.merge(out.diagnostics);
    part.tokens += packed.tokens;
    const size_t first = part.samples.size();
    PackedCompletions::split(samples, out.ratio_N, [&](size_t i, const std::vector<float>& ratio) {
        part.samples.emplace_back(samples[i],
            SampleUpdate { double(ratio.size()), std::accumulate(ratio.begin(), ratio.end(), 0.0), 0, false });
    });
    if (const Tensor clipped_N = out.diagnostics.clipped_N; clipped_N.defined())
        PackedCompletions::split(samples, clipped_N.to(at::kFloat), [&](size_t i, const std::vector<float>& clipped) {
            SampleUpdate& update = part.samples[first + i].second;
            update.clipped = std::accumulate(clipped.begin(), clipped.end(), 0.0);
            update.clips = true;
        });
    if (!part.notFinite && !std::isfinite(out.loss.item<double>())) {
        const Tensor bad_N = at::logical_not(at::isfinite(scored.logprob_M.detach())).to(at::kFloat);
        PackedCompletions::split(samples, bad_N, [&](size_t i, const std::vector<float>& bad) {
            const auto first = std::find(bad.begin(), bad.end(), 1.0f);
            if (!part.notFinite && first != bad.end())
                part.notFinite.emplace(samples[i], first - bad.begin());
        });
    }
    if (compareWithSampler) {
        Tensor difference = (scored.logprob_M.detach() - input.oldLogp_N).abs();
        if (std::any_of(samples.begin(), samples.end(), [](const TrainingSample* s) { return s->stale; })) {
            std::vector<uint8_t> fresh;
            for (const TrainingSample* sample : samples)
                fresh.insert(fresh.end(), size_t(sample->completionLength()), !sample->stale);
            difference = difference.masked_select(at::tensor(fresh).to(device, at::kBool));
        }
        if (difference.numel() == 0)
            return;
        part.differenceSum += difference.sum().item<double>();
        part.differenceMax = std::max(part.differenceMax, difference.max().item<double>());
        part.differenceCount += double(difference.numel());
    }
}

Result<UpdateReport> PolicyTrainer::update(const std::vector<TrainingSample>& samples, const std::vector<size_t>& order,
    const RunConfig& config, int64_t totalUpdates, const std::function<void(double)>& progress)
{
    const AlgorithmConfig& a = config.algorithm;
    const EntropyConfig& e = config.entropy;
    if (!e.adaptive || optimizer().state().updates == 0)
        m_entropy.coef = e.coef;
    m_entropy.adaptive = e.adaptive
        ? std::optional(EntropyCoefficient::Adaptive { e.target, e.coefMin, e.coefMax, e.coefDelta })
        : std::nullopt;
    UpdateReport report;
    report.samples.resize(samples.size());
    const size_t perBatch = order.size() / size_t(a.stepsPerGeneration);
    int64_t items = 0;
    for (const TrainingSample& sample : samples)
        items += sample.masked ? 0 : sample.completionLength();
    const int64_t planned = a.numIterations * a.stepsPerGeneration;
    for (int64_t pass = 0; pass < planned; ++pass) {
        const size_t begin = size_t(pass % a.stepsPerGeneration) * perBatch;
        std::vector<const TrainingSample*> rows;
        for (size_t i = 0; i < perBatch; ++i)
            rows.push_back(&samples[order[begin + i]]);
        const MiniBatch batch = plan(rows, config, double(std::max<int64_t>(items, 1)));
        std::vector<Part> parts(m_step.workers());
        if (m_valueHead)
            m_valueHead->begin();
        m_step.accumulate(batch.rows, batch.tokens, config,
            [&](size_t w, const TransformerWeights& leaves, const UpdateStep::Pass& p) {
                computePass(parts[w], w, leaves, batch, p, config, pass == 0);
            });
        double loss = 0, entropy = 0;
        for (const Part& part : parts) {
            loss += part.loss;
            entropy += part.diagnostics.entropy;
            report.policyLoss += part.policyLoss / double(planned);
            report.diagnostics.merge(part.diagnostics);
            report.logpDifferenceSum += part.differenceSum;
            report.logpDifferenceMax = std::max(report.logpDifferenceMax, part.differenceMax);
            report.logpDifferenceCount += part.differenceCount;
            report.trainedTokens += part.tokens;
            report.valueLoss += part.valueLoss / double(planned);
            report.valuesClipped += part.value.clipped;
            report.values += part.value.count;
            for (const auto& [sample, update] : part.samples) {
                SampleUpdate& sum = report.samples[size_t(sample - samples.data())];
                sum.tokens += update.tokens;
                sum.ratio += update.ratio;
                sum.clipped += update.clipped;
                sum.clips = sum.clips || update.clips;
            }
        }
        report.diagnostics.merge(batch.skipped);
        const Result<UpdateStep::Applied> applied = m_step.apply(
            loss, config.optimizer, totalUpdates, m_valueHead ? std::optional(m_valueHead->companion()) : std::nullopt);
        if (!applied) {
            Error error = applied.error();
            for (const Part& part : parts)
                if (part.notFinite) {
                    const auto& [sample, token] = *part.notFinite;
                    error.message += " The first token without a finite log-probability is number "
                        + std::to_string(token + 1) + " of completion " + std::to_string(sample - samples.data() + 1)
                        + " (token id " + std::to_string(sample->ids[size_t(sample->promptLength + token)]) + ").";
                    break;
                }
            return error;
        }
        if (batch.entropy.threshold)
            m_entropy.update(batch.entropy.sum, batch.entropy.tokens);
        else
            m_entropy.update(entropy, batch.entropy.tokens);
        report.loss += loss / double(planned);
        report.gradNorm += applied->gradNorm / double(planned);
        report.learningRate = applied->learningRate;
        ++report.updates;
        if (progress)
            progress(double(pass + 1) / double(planned));
    }
    return report;
}

} // namespace aha
