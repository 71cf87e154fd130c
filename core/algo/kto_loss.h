#pragma once
// Kahneman-Tversky optimisation: completions that are each good or bad, without pairs (KTO, arXiv 2402.01306), and its
// relative without a reference point, the unpaired APO-zero (arXiv 2408.06266). Numerically TRL's (KTOTrainer, 1.16).
//
// u = Σ_t log π - log π_ref of a completion; z = max(0, mean over the batch of u of mismatched completions):
//   kto                desirable: w_D (1 - σ(β(u - z)))     undesirable: w_U (1 - σ(β(z - u)))
//   apo_zero_unpaired  desirable: w_D (1 - σ(βu))           undesirable: w_U σ(βu)
// loss = mean over rows.
// z estimates KL(π || π_ref): each prompt is answered by its neighbour's completion (ktoMismatch) and no gradient
// flows.
//
// Deviations from TRL: the divisor is the rows of the whole update, and z belongs to the whole update (the caller
// averages over its mismatched rows): a plain sum, so accumulation is exact. TRL takes both of each micro-batch.

#include "core/algo/preference_diagnostics.h"

#include <string>
#include <vector>

namespace aha {

struct KtoLossConfig {
    std::string lossType = "kto"; ///< kto | apo_zero_unpaired
    double beta = 0.1;
    double desirableWeight = 1, undesirableWeight = 1;
};

/// Which row's completion answers the prompt of each row: the one before it, turned round inside consecutive batches
/// of `batch` rows. A last batch of one row answers itself.
std::vector<size_t> ktoMismatch(size_t rows, size_t batch);
/// z of the log-ratios of an update's mismatched rows.
double ktoReferencePoint(const at::Tensor& mismatchLogRatio_R);

struct KtoLossInput {
    at::Tensor logp_N; ///< differentiable; row_positions.h
    at::Tensor refLogp_N;
    at::Tensor row_N;
    at::Tensor desirable_R; ///< bool
    double referencePoint = 0; ///< z; apo_zero_unpaired has none
    double updateRows = 1; ///< of the whole update
};

struct KtoLossOutput {
    at::Tensor loss; ///< scalar, differentiable
    at::Tensor rowLoss_R; ///< not divided
    at::Tensor reward_R; ///< βu
    PreferenceDiagnostics diagnostics; ///< chosen = desirable
};

KtoLossOutput ktoLoss(const KtoLossInput& input, const KtoLossConfig& config);

} // namespace aha
