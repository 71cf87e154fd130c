#include "core/algo/prime_model.h"

#include "core/algo/packed_completions.h"
#include "core/nn/ops.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>

#include <cmath>
#include <numeric>

namespace aha {

using at::Tensor;

PrimeModel::PrimeModel(Policy model, Transformer reference, Workers& workers)
    : m_model(std::move(model))
    , m_reference(std::move(reference))
    , m_step(m_model, workers)
{
}

Tensor PrimeModel::logpOf(
    const TransformerWeights& weights, const std::vector<const TrainingSample*>& samples, const RunConfig& config) const
{
    const PackedCompletions packed(samples, m_step.device());
    const Tensor hidden_ND = m_step.hidden(weights, packed.batch, config.training).index_select(0, packed.before_N);
    return ops::tokenLogProbs(hidden_ND, weights.head_VD, packed.target_N, 1.0, weights.device).logprob_M;
}

std::vector<std::vector<float>> PrimeModel::logProbs(
    const std::vector<TrainingSample>& samples, const Transformer& of, const RunConfig& config)
{
    std::vector<std::vector<float>> logp(samples.size());
    std::vector<size_t> rows;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < samples.size(); ++i) {
        tokens.push_back(int64_t(samples[i].ids.size()));
        if (samples[i].completionLength() > 0)
            rows.push_back(i);
    }
    const TransformerWeights weights = of.views(of.flat());
    m_step.accumulate(
        rows, tokens, config,
        [&](size_t, const TransformerWeights&, const UpdateStep::Pass& pass) {
            const at::NoGradGuard frozen;
            std::vector<const TrainingSample*> part;
            for (const size_t row : pass)
                part.push_back(&samples[row]);
            PackedCompletions::split(part, logpOf(weights, part, config),
                [&](size_t i, std::vector<float> own) { logp[pass[i]] = std::move(own); });
        },
        false);
    return logp;
}

Result<PrimeReport> PrimeModel::learn(const std::vector<TrainingSample>& samples, const std::vector<double>& correct,
    const RunConfig& config, const std::function<void(double)>& progress)
{
    const PrimeConfig prime { config.prime.beta, config.prime.processCoef, config.prime.outcomeCoef };
    const auto done = [&](double share) {
        if (progress)
            progress(share);
    };
    const std::vector<std::vector<float>> reference = logProbs(samples, m_reference, config);
    done(0.25);
    std::vector<size_t> rows;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < samples.size(); ++i) {
        tokens.push_back(int64_t(samples[i].ids.size()));
        if (!std::isnan(correct[i]) && samples[i].completionLength() > 0)
            rows.push_back(i);
    }
    PrimeReport report;
    report.judged = double(rows.size());
    if (!rows.empty()) {
        std::vector<double> losses(m_step.workers()), right(m_step.workers()); // added up in order
        m_step.accumulate(
            rows, tokens, config, [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
                std::vector<const TrainingSample*> part;
                std::vector<float> verdicts, before;
                std::vector<int64_t> row;
                for (size_t i = 0; i < pass.size(); ++i) {
                    part.push_back(&samples[pass[i]]);
                    verdicts.push_back(float(correct[pass[i]]));
                    before.insert(before.end(), reference[pass[i]].begin(), reference[pass[i]].end());
                    row.insert(row.end(), reference[pass[i]].size(), int64_t(i));
                }
                const auto there = [&](const Tensor& t) { return t.to(m_step.device()); };
                const PrimeModelOutput out
                    = primeModelLoss({ logpOf(leaves, part, config), there(at::tensor(before)), there(at::tensor(row)),
                                         there(at::tensor(verdicts)), report.judged },
                        prime);
                out.loss.backward();
                losses[worker] += out.loss.item<double>();
                right[worker] += out.right;
            });
        report.loss = std::accumulate(losses.begin(), losses.end(), 0.0);
        report.right = std::accumulate(right.begin(), right.end(), 0.0);
        OptimizerConfig optimizer = config.optimizer;
        optimizer.learningRate = config.prime.learningRate;
        optimizer.schedule = "constant";
        const Result<UpdateStep::Applied> applied = m_step.apply(report.loss, optimizer, 1);
        if (!applied)
            return applied.error();
        report.gradNorm = applied->gradNorm;
    }
    done(0.75);
    report.tokenRewards = logProbs(samples, m_model.base(), config);
    for (size_t i = 0; i < samples.size(); ++i)
        for (size_t t = 0; t < report.tokenRewards[i].size(); ++t) {
            float& reward = report.tokenRewards[i][t];
            reward = float(prime.beta) * (reward - reference[i][t]);
            report.reward += double(reward) / double(samples.size());
        }
    done(1);
    return report;
}

} // namespace aha
