#include "core/algo/critic.h"

#include "core/algo/completion_values.h"
#include "core/algo/packed_completions.h"
#include "core/algo/ppo_loss.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/tensor.h>

namespace aha {

using at::Tensor;

Critic::Critic(Policy model, Workers& workers)
    : m_model(std::move(model))
    , m_step(m_model, workers)
{
    if (m_model.adapter())
        m_head.emplace(m_model.config().hiddenSize, m_step.device(), m_step.workers());
}

Tensor Critic::valuesOf(size_t worker, const TransformerWeights& leaves,
    const std::vector<const TrainingSample*>& samples, const RunConfig& config) const
{
    const PackedCompletions packed(samples, m_step.device());
    const Tensor hidden_ND = m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_N);
    return m_head ? m_head->values(hidden_ND, worker) : at::matmul(hidden_ND, leaves.head_VD.t()).squeeze(1);
}

std::vector<std::vector<float>> Critic::values(const std::vector<TrainingSample>& samples, const RunConfig& config)
{
    return completionValues(m_step, samples, config,
        [&](size_t worker, const TransformerWeights& leaves, const std::vector<const TrainingSample*>& part) {
            return valuesOf(worker, leaves, part, config);
        });
}

Result<CriticReport> Critic::update(const std::vector<TrainingSample>& samples, const std::vector<size_t>& order,
    const RunConfig& config, const std::function<void(double)>& progress)
{
    const AlgorithmConfig& a = config.algorithm;
    OptimizerConfig optimizer = config.optimizer;
    optimizer.learningRate = config.critic.learningRate;
    optimizer.schedule = "constant";
    const std::optional<double> clip
        = config.critic.valueClip > 0 ? std::optional(config.critic.valueClip) : std::nullopt;
    const size_t perBatch = order.size() / size_t(a.stepsPerGeneration);
    const int64_t planned = a.numIterations * a.stepsPerGeneration;
    CriticReport report;
    for (int64_t update = 0; update < planned; ++update) {
        const size_t begin = size_t(update % a.stepsPerGeneration) * perBatch;
        std::vector<size_t> rows; // of samples
        std::vector<int64_t> tokens(samples.size());
        int64_t positions = 0;
        for (size_t i = 0; i < perBatch; ++i) {
            const TrainingSample& sample = samples[order[begin + i]];
            tokens[order[begin + i]] = int64_t(sample.ids.size());
            if (sample.masked || sample.completionLength() == 0)
                continue;
            rows.push_back(order[begin + i]);
            positions += sample.completionLength();
        }
        std::vector<ValueLossOutput> parts(m_step.workers());
        std::vector<double> losses(m_step.workers());
        if (m_head)
            m_head->begin();
        m_step.accumulate(
            rows, tokens, config, [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
                std::vector<const TrainingSample*> part;
                for (const size_t row : pass)
                    part.push_back(&samples[row]);
                const ValueLossOutput out
                    = valueLoss({ valuesOf(worker, leaves, part, config),
                                    PackedCompletions::gather(part, &TrainingSample::oldValue, m_step.device()),
                                    PackedCompletions::gather(part, &TrainingSample::returns, m_step.device()),
                                    1 / double(positions) },
                        clip);
                out.loss.backward();
                losses[worker] += out.loss.item<double>();
                parts[worker].clipped += out.clipped;
                parts[worker].count += out.count;
            });
        double loss = 0;
        for (size_t w = 0; w < parts.size(); ++w) {
            loss += losses[w];
            report.clipped += parts[w].clipped;
            report.values += parts[w].count;
        }
        const Result<UpdateStep::Applied> applied
            = m_step.apply(loss, optimizer, planned, m_head ? std::optional(m_head->companion()) : std::nullopt);
        if (!applied)
            return applied.error();
        report.loss += loss / double(planned);
        report.gradNorm += applied->gradNorm / double(planned);
        if (progress)
            progress(double(update + 1) / double(planned));
    }
    report.explainedVariance = explainedAtSampling(samples);
    return report;
}

double explainedAtSampling(const std::vector<TrainingSample>& samples)
{
    std::vector<const TrainingSample*> all;
    for (const TrainingSample& sample : samples)
        if (sample.completionLength() > 0)
            all.push_back(&sample);
    return explainedVariance(PackedCompletions::gather(all, &TrainingSample::oldValue, at::kCPU),
        PackedCompletions::gather(all, &TrainingSample::returns, at::kCPU));
}

} // namespace aha
