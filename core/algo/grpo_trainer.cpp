#include "core/algo/grpo_trainer.h"

#include "core/base/fault.h"
#include "core/nn/ops.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

using at::Tensor;

namespace {

/// Tokens that pass through forward and backward at once: large enough for efficient products, small enough that the
/// activations stay in cache.
constexpr int64_t kTokensPerPass = 768;
/// On a GPU: enough to fill it.
constexpr int64_t kTokensPerDevicePass = 32768;

} // namespace

struct GrpoTrainer::Part {
    double loss = 0;
    GrpoDiagnostics diagnostics;
    double differenceSum = 0, differenceMax = 0, differenceCount = 0;
    int64_t tokens = 0;
};

GrpoTrainer::GrpoTrainer(Policy& policy, Workers& workers)
    : m_policy(policy)
    , m_workers(workers)
    , m_optimizer(policy.trained(), policy.decayedElements())
{
    const int parts = policy.trained().device().is_cpu() ? workers.size() : 1; // a GPU has one queue
    for (int w = 0; w < parts; ++w) {
        m_gradients.push_back(at::zeros_like(policy.trained()));
        m_leaves.push_back(policy.leaves(m_gradients.back()));
    }
}

GrpoTrainer::Part GrpoTrainer::computePart(int worker, const std::vector<const TrainingSample*>& rows,
    const std::vector<double>& weights, const RunConfig& config, bool compareWithSampler)
{
    Part part;
    const AlgorithmConfig& a = config.algorithm;
    const TransformerWeights& leaves = m_leaves[size_t(worker)];
    const at::Device device = m_policy.trained().device();
    const int64_t tokensPerPass = device.is_cpu() ? kTokensPerPass : kTokensPerDevicePass;
    for (size_t from = 0; from < rows.size();) {
        size_t to = from;
        int64_t tokens = 0;
        while (to < rows.size() && (to == from || tokens + int64_t(rows[to]->ids.size()) <= tokensPerPass))
            tokens += int64_t(rows[to++]->ids.size());
        std::vector<const std::vector<int32_t>*> sequences;
        std::vector<int64_t> select, targets,
            owner; // completion tokens: where their predecessor stands, their id, their row
        std::vector<float> old, reference, correction, advantage, weight;
        int64_t at = 0;
        for (size_t i = from; i < to; ++i) {
            const TrainingSample& sample = *rows[i];
            sequences.push_back(&sample.ids);
            for (int64_t t = sample.promptLength; t < int64_t(sample.ids.size()); ++t) {
                select.push_back(at + t - 1);
                targets.push_back(sample.ids[size_t(t)]);
                owner.push_back(int64_t(i - from));
            }
            old.insert(old.end(), sample.oldLogp.begin(), sample.oldLogp.end());
            reference.insert(reference.end(), sample.refLogp.begin(), sample.refLogp.end());
            correction.insert(correction.end(), sample.correction.begin(), sample.correction.end());
            advantage.push_back(float(sample.advantage));
            weight.push_back(float(weights[i]));
            at += int64_t(sample.ids.size());
        }
        const auto tensor = [&](auto& values) { return at::tensor(values).to(device); };
        const PackedBatch batch = packSequences(sequences, device);
        const Tensor hidden_MD = hiddenStates(m_policy.config(), leaves, batch).index_select(0, tensor(select));
        const ops::TokenLogProbs scored
            = ops::tokenLogProbs(hidden_MD, leaves.head_VD, tensor(targets), config.rollout.temperature, leaves.device);
        const Tensor old_N = tensor(old);
        const GrpoLossOutput out
            = grpoLoss({ scored.logprob_M, old_N, a.beta != 0 ? tensor(reference) : Tensor(), tensor(owner),
                           tensor(advantage), tensor(weight), correction.empty() ? Tensor() : tensor(correction) },
                { false, a.epsilon, a.epsilonHigh, std::nullopt, a.beta, a.useBiasCorrectionKl });
        out.loss.backward();
        part.loss += out.loss.item<double>();
        part.diagnostics.merge(out.diagnostics);
        part.tokens += int64_t(targets.size());
        if (compareWithSampler) {
            const Tensor difference = (scored.logprob_M.detach() - old_N).abs();
            part.differenceSum += difference.sum().item<double>();
            part.differenceMax = std::max(part.differenceMax, difference.max().item<double>());
            part.differenceCount += double(difference.numel());
        }
        from = to;
    }
    return part;
}

Result<UpdateReport> GrpoTrainer::update(const std::vector<TrainingSample>& samples, const std::vector<size_t>& order,
    const RunConfig& config, int64_t totalUpdates, const std::function<void(double)>& progress)
{
    const AlgorithmConfig& a = config.algorithm;
    UpdateReport report;
    const size_t perBatch = order.size() / size_t(a.stepsPerGeneration);
    int64_t items = 0;
    for (const TrainingSample& sample : samples)
        items += sample.masked ? 0 : sample.completionLength();
    const int64_t planned = a.numIterations * a.stepsPerGeneration;
    for (int64_t pass = 0; pass < planned; ++pass) {
        const size_t begin = size_t(pass % a.stepsPerGeneration) * perBatch;
        ReductionInput reduction { a.lossType, {}, double(config.rollout.maxCompletionLength),
            double(std::max<int64_t>(items, 1)), double(a.stepsPerGeneration), 1 };
        for (size_t i = 0; i < perBatch; ++i) {
            const TrainingSample& sample = samples[order[begin + i]];
            reduction.lengths.push_back(sample.masked ? 0 : sample.completionLength());
        }
        const std::vector<double> weights = reductionWeights(reduction);
        // Longest first, each to the worker with the fewest tokens so far: a fixed rule, and a fair one.
        std::vector<size_t> byLength;
        GrpoDiagnostics skipped;
        for (size_t i = 0; i < perBatch; ++i) {
            const TrainingSample& sample = samples[order[begin + i]];
            if (sample.masked)
                continue;
            if (a.beta == 0 && sample.advantage == 0) { // no gradient, and no clipped token
                skipped.count += double(sample.completionLength());
                skipped.tokens += double(sample.completionLength());
                skipped.merge([] {
                    GrpoDiagnostics row;
                    row.anyRow = true;
                    row.lowMin = 0;
                    return row;
                }());
                continue;
            }
            byLength.push_back(i);
        }
        std::stable_sort(byLength.begin(), byLength.end(), [&](size_t x, size_t y) {
            return samples[order[begin + x]].ids.size() > samples[order[begin + y]].ids.size();
        });
        std::vector<std::vector<const TrainingSample*>> rows(m_gradients.size());
        std::vector<std::vector<double>> rowWeights(rows.size());
        std::vector<size_t> load(rows.size(), 0);
        for (const size_t i : byLength) {
            const size_t w = size_t(std::min_element(load.begin(), load.end()) - load.begin());
            const TrainingSample& sample = samples[order[begin + i]];
            rows[w].push_back(&sample);
            rowWeights[w].push_back(weights[i]);
            load[w] += sample.ids.size();
        }
        std::vector<Part> parts(rows.size());
        m_workers.run([&](int w) {
            if (size_t(w) >= parts.size())
                return;
            m_gradients[size_t(w)].zero_();
            parts[size_t(w)] = computePart(w, rows[size_t(w)], rowWeights[size_t(w)], config, pass == 0);
        });
        Tensor& gradient = m_gradients[0];
        for (size_t w = 1; w < m_gradients.size(); ++w)
            gradient.add_(m_gradients[w]);
        double loss = 0;
        for (const Part& part : parts) {
            loss += part.loss;
            report.diagnostics.merge(part.diagnostics);
            report.logpDifferenceSum += part.differenceSum;
            report.logpDifferenceMax = std::max(report.logpDifferenceMax, part.differenceMax);
            report.logpDifferenceCount += part.differenceCount;
            report.trainedTokens += part.tokens;
        }
        report.diagnostics.merge(skipped);
        if (faultDue("nan"))
            gradient.fill_(std::nan(""));
        const double norm = clipGradient(gradient, config.optimizer.maxGradNorm);
        if (!std::isfinite(loss) || !std::isfinite(norm))
            return Error { "not_finite",
                "Update " + std::to_string(m_optimizer.state().updates + 1) + " has a loss of " + std::to_string(loss)
                    + " and a gradient norm of " + std::to_string(norm) + "; the weights were left as they were.",
                "Lower the learning rate, or look at the completions of this step." };
        const double rate = AdamW::rateAt(config.optimizer, m_optimizer.state().updates, totalUpdates);
        m_optimizer.update(m_policy.trained(), gradient, config.optimizer, rate);
        report.loss += loss / double(planned);
        report.gradNorm += norm / double(planned);
        report.learningRate = rate;
        ++report.updates;
        if (progress)
            progress(double(pass + 1) / double(planned));
    }
    return report;
}

} // namespace aha
