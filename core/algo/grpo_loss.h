#pragma once
// The GRPO family's clipped surrogate with an optional k3 KL term, numerically TRL's (GRPOTrainer._compute_loss, 1.16).
//
//   w = exp(logp - old)                              per token, or per sequence exp(mean_t(logp - old)) (GSPO)
//   l = -min(min(w, δ) A, clip(w, 1 - ε, 1 + ε_high) A)
//   KL = exp(ref - logp) - (ref - logp) - 1          (k3; times w with bias correction)
//   loss = Σ_rows weight_row Σ_tokens (l + β KL)
// and weight_row is what makes the variants (reductionWeights): grpo 1 / (rows · length) (DeepSeekMath, R1), bnpo
// 1 / tokens of the mini-batch, dr_grpo 1 / (rows · max_completion_length), dapo 1 / tokens of the generation batch,
// times the number of mini-batches it is cut into.
//
// Tokens are packed: N completion tokens of R rows, row_N says which row a token belongs to. Masked tokens are left out
// by the caller. Pure: no state, no random numbers. Because the loss is a plain sum, the parts of a mini-batch that
// different workers compute add up to the exact whole.

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct GrpoLossConfig {
    bool sequenceLevel = false;
    double epsilon = 0.2, epsilonHigh = 0.2;
    std::optional<double> delta;
    double beta = 0;
    bool useBiasCorrectionKl = true;
};

struct ReductionInput {
    std::string lossType = "grpo"; ///< grpo | bnpo | dr_grpo | dapo
    std::vector<int64_t> lengths; ///< unmasked tokens of every row of the micro-batch; 0 = fully masked
    double maxCompletionLength = 1; ///< dr_grpo
    double itemsInGenerationBatch = 1; ///< dapo
    double stepsPerGeneration = 1;
    double gradientAccumulation = 1;
};
/// Weight of one token of each row.
std::vector<double> reductionWeights(const ReductionInput& input);

struct GrpoLossInput {
    at::Tensor logp_N; ///< differentiable
    at::Tensor oldLogp_N; ///< undefined: sg(logp), the ratio is 1
    at::Tensor refLogp_N; ///< undefined when beta = 0
    at::Tensor row_N; ///< int64
    at::Tensor advantage_R;
    at::Tensor weight_R; ///< reductionWeights
    at::Tensor correction_N {}; ///< of the sampler (sampler_correction.h), multiplies all but the KL; undefined: 1
};

/// Sums over tokens (or rows, at sequence level), so that parts can be merged: divide by `count`.
struct GrpoDiagnostics {
    double count = 0; ///< tokens, or rows at sequence level
    double lowClipped = 0, highClipped = 0, regionClipped = 0;
    double lowMin = 1, highMax = 0; ///< over rows with tokens: smallest and largest clipped share
    double tokens = 0, kl = 0;
    bool anyRow = false;
    void merge(const GrpoDiagnostics& other);
};

struct GrpoLossOutput {
    at::Tensor loss;
    GrpoDiagnostics diagnostics;
};

GrpoLossOutput grpoLoss(const GrpoLossInput& input, const GrpoLossConfig& config);

} // namespace aha
