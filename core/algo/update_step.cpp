#include "core/algo/update_step.h"

#include "core/base/fault.h"
#include "core/base/rng.h"
#include "core/config/learning_rate.h"
#include "core/config/training_memory.h"

#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>

namespace aha {

UpdateStep::UpdateStep(Policy& policy, Workers& workers)
    : m_policy(policy)
    , m_workers(workers)
    , m_optimizer(policy.trained(), policy.decayedElements())
    , m_matrices(muonMatrices(policy))
{
    const int parts = policy.trained().device().is_cpu() ? workers.size() : 1; // a GPU has one queue
    for (int w = 0; w < parts; ++w) {
        m_gradients.push_back(at::zeros_like(policy.trained()));
        m_leaves.push_back(policy.leaves(m_gradients.back()));
    }
}

at::Tensor UpdateStep::hidden(
    const TransformerWeights& leaves, const PackedBatch& batch, const TrainingConfig& training) const
{
    return hiddenStates(model(), leaves, batch, {}, checkpointsLayers(training, model(), !device().is_cpu()));
}

void UpdateStep::accumulate(const std::vector<size_t>& rows, const std::vector<int64_t>& tokens,
    const RunConfig& config, const RunPass& run, bool trains)
{
    const int64_t most = tokensPerPass(config.training, !device().is_cpu());
    // Longest first, each to the worker with the fewest tokens so far: a fixed rule, and a fair one.
    std::vector<size_t> byLength = rows;
    std::stable_sort(byLength.begin(), byLength.end(), [&](size_t x, size_t y) { return tokens[x] > tokens[y]; });
    std::vector<std::vector<size_t>> shares(workers());
    std::vector<int64_t> load(workers(), 0);
    for (const size_t row : byLength) {
        const size_t w = size_t(std::min_element(load.begin(), load.end()) - load.begin());
        shares[w].push_back(row);
        load[w] += tokens[row];
    }
    m_workers.run([&](int worker) {
        const size_t w = size_t(worker);
        if (w >= shares.size())
            return;
        m_gradients[w].zero_();
        const std::vector<size_t>& share = shares[w];
        LoraWeights& lora = m_leaves[w].lora;
        lora.dropout = trains && m_policy.adapter() ? m_policy.adapter()->config().dropout : 0;
        Rng dropout(uint64_t(config.general.seed), Purpose::Dropout, uint64_t(m_optimizer.state().updates), w);
        for (size_t from = 0; from < share.size();) {
            lora.dropoutSeed = dropout.next64();
            size_t to = from;
            int64_t together = 0;
            while (to < share.size() && (to == from || together + tokens[share[to]] <= most))
                together += tokens[share[to++]];
            run(w, m_leaves[w], Pass(share.begin() + long(from), share.begin() + long(to)));
            from = to;
        }
    });
    for (size_t w = 1; w < m_gradients.size(); ++w)
        m_gradients[0].add_(m_gradients[w]);
}

namespace {

/// clipGradient() of both as if they were one vector.
double clipTogether(at::Tensor& gradient_P, at::Tensor* beside, double maxNorm)
{
    if (!beside)
        return clipGradient(gradient_P, maxNorm);
    const double norm = std::hypot(gradient_P.norm().item<double>(), beside->norm().item<double>());
    const double scale = maxNorm / (norm + 1e-6);
    if (std::isfinite(norm) && scale < 1) {
        gradient_P.mul_(scale);
        beside->mul_(scale);
    }
    return norm;
}

} // namespace

Result<UpdateStep::Applied> UpdateStep::apply(
    double loss, const OptimizerConfig& config, int64_t totalUpdates, std::optional<Companion> beside)
{
    if (faultDue("nan"))
        gradient().fill_(std::nan(""));
    const double norm = clipTogether(gradient(), beside ? &beside->gradient : nullptr, config.maxGradNorm);
    if (!std::isfinite(loss) || !std::isfinite(norm))
        return Error { "not_finite",
            "Update " + std::to_string(m_optimizer.state().updates + 1) + " has a loss of " + std::to_string(loss)
                + " and a gradient norm of " + std::to_string(norm) + "; the weights were left as they were.",
            "Lower the learning rate, or look at what this step trained on." };
    const double rate = learningRate(config, m_optimizer.state().updates, totalUpdates);
    if (config.optim == "muon")
        muonUpdate(m_optimizer.state(), m_matrices, m_policy.trained(), gradient(), m_policy.decayedElements(), config,
            rate, m_workers);
    else
        m_optimizer.update(m_policy.trained(), gradient(), config, rate);
    if (beside)
        beside->optimizer.update(beside->parameters, beside->gradient, config, rate);
    return Applied { norm, rate };
}

} // namespace aha
