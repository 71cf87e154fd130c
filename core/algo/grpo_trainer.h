#pragma once
// One GRPO update phase: a scored rollout batch in, num_iterations x steps_per_generation optimizer updates out.
// Paper: DeepSeekMath (arXiv 2402.03300) eq. 3; TRL's semantics (see grpo_loss.h, advantages.h).
//
// Deviations, all exact: completions are packed without padding; log-probs exist for completion tokens only; the
// sampler's log-probs serve as the old policy's (same weights, same numbers to 1e-4, and the difference is measured);
// with beta = 0, rows of advantage 0 are left out of forward and backward, because their gradient is 0.

#include "core/algo/grpo_loss.h"
#include "core/algo/sampler_correction.h"
#include "core/algo/update_step.h"

#include <functional>
#include <optional>

namespace aha {

struct TrainingSample {
    std::vector<int32_t> ids; ///< prompt and completion
    int64_t promptLength = 0;
    std::vector<float> oldLogp; ///< per completion token, of the policy that sampled it
    std::vector<float> refLogp; ///< of the reference model; empty when beta = 0
    double advantage = 0;
    bool masked = false; ///< truncated and masked: trains nothing, keeps its place in denominators
    std::vector<float> correction {}; ///< per completion token (sampler_correction.h); empty = 1
    int64_t completionLength() const { return int64_t(ids.size()) - promptLength; }
};

struct UpdateReport {
    double loss = 0, gradNorm = 0; ///< means over the updates
    double learningRate = 0; ///< of the last update
    GrpoDiagnostics diagnostics;
    double logpDifferenceSum = 0, logpDifferenceMax = 0,
           logpDifferenceCount = 0; ///< sampler against trainer, first mini-batch
    std::optional<SamplerGap> samplerGap {}; ///< where the sampler is corrected or not float32
    int64_t trainedTokens = 0; ///< completion tokens that went through backward
    int64_t updates = 0;
};

/// Owns the optimizer. Deterministic for a fixed number of workers (see update_step.h).
class GrpoTrainer {
public:
    GrpoTrainer(Policy& policy, Workers& workers);

    /// `order`: permutation of the samples; consecutive slices of it are the mini-batches. `totalUpdates` is for the
    /// schedule. Errors: not_finite (loss or gradient is NaN or infinite; the weights are those before that update).
    Result<UpdateReport> update(const std::vector<TrainingSample>& samples, const std::vector<size_t>& order,
        const RunConfig& config, int64_t totalUpdates, const std::function<void(double)>& progress = {});

    AdamW& optimizer() { return m_step.optimizer(); }

private:
    struct Part; // one worker's share of a mini-batch
    void computePass(Part& part, const TransformerWeights& leaves, const std::vector<const TrainingSample*>& rows,
        const std::vector<double>& weights, const RunConfig& config, bool compareWithSampler) const;

    UpdateStep m_step;
};

} // namespace aha
