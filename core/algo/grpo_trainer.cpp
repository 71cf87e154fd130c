#include "core/algo/grpo_trainer.h"

#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

namespace aha {

using at::Tensor;

struct GrpoTrainer::Part {
    double loss = 0;
    GrpoDiagnostics diagnostics;
    double differenceSum = 0, differenceMax = 0, differenceCount = 0;
    int64_t tokens = 0;
};

GrpoTrainer::GrpoTrainer(Policy& policy, Workers& workers)
    : m_step(policy, workers)
{
}

void GrpoTrainer::computePass(Part& part, const TransformerWeights& leaves,
    const std::vector<const TrainingSample*>& rows, const std::vector<double>& weights, const RunConfig& config,
    bool compareWithSampler) const
{
    const AlgorithmConfig& a = config.algorithm;
    std::vector<const std::vector<int32_t>*> sequences;
    std::vector<int64_t> select, targets,
        owner; // completion tokens: where their predecessor stands, their id, their row
    std::vector<float> old, reference, correction, advantage, weight;
    int64_t at = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        const TrainingSample& sample = *rows[i];
        sequences.push_back(&sample.ids);
        for (int64_t t = sample.promptLength; t < int64_t(sample.ids.size()); ++t) {
            select.push_back(at + t - 1);
            targets.push_back(sample.ids[size_t(t)]);
            owner.push_back(int64_t(i));
        }
        old.insert(old.end(), sample.oldLogp.begin(), sample.oldLogp.end());
        reference.insert(reference.end(), sample.refLogp.begin(), sample.refLogp.end());
        correction.insert(correction.end(), sample.correction.begin(), sample.correction.end());
        advantage.push_back(float(sample.advantage));
        weight.push_back(float(weights[i]));
        at += int64_t(sample.ids.size());
    }
    const auto tensor = [&](auto& values) { return at::tensor(values).to(m_step.device()); };
    const PackedBatch batch = packSequences(sequences, m_step.device());
    const Tensor hidden_MD = m_step.hidden(leaves, batch, config.training).index_select(0, tensor(select));
    const ops::TokenLogProbs scored
        = ops::tokenLogProbs(hidden_MD, leaves.head_VD, tensor(targets), config.rollout.temperature, leaves.device);
    const Tensor old_N = tensor(old);
    PolicyLossConfig loss;
    loss.lossType = a.lossType;
    loss.epsilon = a.epsilon;
    loss.epsilonHigh = a.epsilonHigh;
    loss.beta = a.beta;
    loss.useBiasCorrectionKl = a.useBiasCorrectionKl;
    const PolicyLossOutput out
        = policyLoss({ scored.logprob_M, old_N, a.beta != 0 ? tensor(reference) : Tensor(), tensor(owner),
                         tensor(advantage), tensor(weight), correction.empty() ? Tensor() : tensor(correction) },
            loss);
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
        std::vector<size_t> rows; // positions in the mini-batch
        std::vector<int64_t> tokens(perBatch);
        GrpoDiagnostics skipped;
        for (size_t i = 0; i < perBatch; ++i) {
            const TrainingSample& sample = samples[order[begin + i]];
            tokens[i] = int64_t(sample.ids.size());
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
            rows.push_back(i);
        }
        std::vector<Part> parts(m_step.workers());
        m_step.accumulate(
            rows, tokens, config, [&](size_t w, const TransformerWeights& leaves, const UpdateStep::Pass& p) {
                std::vector<const TrainingSample*> passRows;
                std::vector<double> passWeights;
                for (const size_t i : p) {
                    passRows.push_back(&samples[order[begin + i]]);
                    passWeights.push_back(weights[i]);
                }
                computePass(parts[w], leaves, passRows, passWeights, config, pass == 0);
            });
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
        const Result<UpdateStep::Applied> applied = m_step.apply(loss, config.optimizer, totalUpdates);
        if (!applied)
            return applied.error();
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
