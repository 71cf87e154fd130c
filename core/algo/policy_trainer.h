#pragma once
// The update phase of online reinforcement learning, whatever the algorithm: a scored rollout batch in,
// num_iterations x steps_per_generation optimizer updates out. The algorithm is in two places, each its own files: what
// a token's advantage is (online_targets.h), and the surrogate (policy_loss.h).
//
// Deviations from TRL, all exact: completions are packed without padding; log-probs exist for completion tokens only;
// the sampler's log-probs serve as the old policy's (same weights, same numbers to 1e-4, and the difference is
// measured); rows without a gradient (advantage 0, no KL term, no entropy bonus) are left out of forward and backward.
// With a value head (shareValueHead()) the loss of a mini-batch is policy's + critic.loss_coef · value's (ppo_loss.h),
// every completion token of it goes through backward, and the head moves with the policy in one update.
// What a loss needs to know of a whole mini-batch (high-entropy threshold, covariances) comes from a pass without
// gradients before it.

#include "core/algo/entropy_bonus.h"
#include "core/algo/policy_loss.h"
#include "core/algo/sampler_correction.h"
#include "core/algo/training_sample.h"
#include "core/algo/value_head.h"

#include <functional>
#include <optional>

namespace aha {

/// What the updates did with one sample: sums over its tokens, each update counted.
struct SampleUpdate {
    double tokens = 0; ///< 0: left out, because it had no gradient
    double ratio = 0;
    double clipped = 0; ///< tokens whose clip cut the gradient
    bool clips = false; ///< the loss has a clip
};

struct UpdateReport {
    double loss = 0, gradNorm = 0; ///< means over the updates
    double policyLoss = 0; ///< the loss without the entropy bonus
    double learningRate = 0; ///< of the last update
    PolicyLossDiagnostics diagnostics;
    double logpDifferenceSum = 0, logpDifferenceMax = 0,
           logpDifferenceCount = 0; ///< sampler against trainer, first mini-batch
    std::optional<SamplerGap> samplerGap {}; ///< where the sampler is corrected or not float32
    int64_t trainedTokens = 0; ///< completion tokens that went through backward
    int64_t updates = 0;
    double valueLoss = 0; ///< mean over the updates, not weighted; with a value head
    double valuesClipped = 0, values = 0; ///< value positions whose clipped error counted, of all
    std::vector<SampleUpdate> samples {}; ///< one a sample
};

/// What the run's algorithm minimises.
PolicyLossConfig policyLossConfig(const RunConfig& config);

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class PolicyTrainer {
public:
    PolicyTrainer(Policy& policy, Workers& workers);

    /// `order`: permutation of the samples; consecutive slices of it are the mini-batches. `totalUpdates` is for the
    /// schedule. Errors: not_finite (loss or gradient is NaN or infinite; the weights are those before that update).
    Result<UpdateReport> update(const std::vector<TrainingSample>& samples, const std::vector<size_t>& order,
        const RunConfig& config, int64_t totalUpdates, const std::function<void(double)>& progress = {});

    /// Puts a critic on the policy's own hidden states: samples then have oldValue and returns.
    ValueHead& shareValueHead();
    ValueHead* valueHead() { return m_valueHead ? &*m_valueHead : nullptr; }
    /// Of every completion token, by the shared head.
    std::vector<std::vector<float>> values(const std::vector<TrainingSample>& samples, const RunConfig& config);

    AdamW& optimizer() { return m_step.optimizer(); }
    at::Tensor& gradient() { return m_step.gradient(); } ///< of the last update, clipped
    /// Of the entropy bonus; its two numbers are part of a checkpoint.
    EntropyCoefficient& entropyCoefficient() { return m_entropy; }

private:
    struct MiniBatch; // its rows, and what the parts of its loss need to know of all of it
    struct Part; // one worker's share of a mini-batch
    MiniBatch plan(const std::vector<const TrainingSample*>& rows, const RunConfig& config, double items);
    void probe(MiniBatch& batch, const RunConfig& config);
    void computePass(Part& part, size_t worker, const TransformerWeights& leaves, const MiniBatch& batch,
        const UpdateStep::Pass& rows, const RunConfig& config, bool compareWithSampler) const;

    UpdateStep m_step;
    EntropyCoefficient m_entropy;
    std::optional<ValueHead> m_valueHead;
};

} // namespace aha
