#pragma once
// PPO's value model: a transformer of its own with one output, and its update phase (ppo_loss.h: valueLoss). A token's
// value is read where the token is predicted: what the completion is worth before it.
//
// It starts as a copy of the policy's first weights with a head of zeros, so that all first values are 0 and the first
// advantages are plain returns. Beside an adapter it is the frozen model with an adapter of its own and a head. It
// shares nothing with the policy; their updates do not depend on each other. A head on the policy's own hidden states
// is PolicyTrainer::shareValueHead().

#include "core/algo/training_sample.h"
#include "core/algo/value_head.h"

#include <functional>
#include <optional>

namespace aha {

struct CriticReport {
    double loss = 0, gradNorm = 0; ///< means over the updates
    double clipped = 0, values = 0; ///< value positions whose clipped error counted, of all
    double explainedVariance = 0; ///< of the returns by the values at sampling; NaN where returns do not vary
};

/// Of the returns by the values at sampling, over all completion tokens; NaN where returns do not vary.
double explainedAtSampling(const std::vector<TrainingSample>& samples);

class Critic {
public:
    /// `model`: with a head of one output (Transformer::withHead), or a language model with an adapter, where it
    /// computes. Workers are borrowed.
    Critic(Policy model, Workers& workers);

    /// Of every completion token.
    std::vector<std::vector<float>> values(const std::vector<TrainingSample>& samples, const RunConfig& config);
    /// The mini-batches of the policy's update. Samples have oldValue and returns. Errors: not_finite.
    Result<CriticReport> update(const std::vector<TrainingSample>& samples, const std::vector<size_t>& order,
        const RunConfig& config, const std::function<void(double)>& progress = nullptr);

    Policy& model() { return m_model; }
    AdamW& optimizer() { return m_step.optimizer(); }
    ValueHead* head() { return m_head ? &*m_head : nullptr; } ///< beside an adapter

private:
    at::Tensor valuesOf(size_t worker, const TransformerWeights& leaves,
        const std::vector<const TrainingSample*>& samples, const RunConfig& config) const;

    Policy m_model;
    UpdateStep m_step;
    std::optional<ValueHead> m_head;
};

} // namespace aha
