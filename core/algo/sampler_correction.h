#pragma once
// Importance sampling between the distribution that tokens were drawn from (a low-precision or filtered sampler) and
// the policy that is trained, numerically TRL's vllm_importance_sampling_correction (GRPOTrainer, 1.16; the idea: Yao
// et al. 2025, "Your efficient RL framework secretly brings you off-policy RL training").
//
//   r = exp(old - sampling)        per token, or per sequence exp(sum over its tokens)
//   *_truncate: clamp(r, min, max)         *_mask: r, or 0 where r lies outside [min, max]
// The surrogate loss of a token is multiplied by r; the KL term is not. Pure.

#include <optional>
#include <string>
#include <vector>

namespace aha {

struct SamplerCorrection {
    std::string mode = "off"; ///< off | token_truncate | token_mask | sequence_truncate | sequence_mask
    std::optional<double> min, max = 3.0;
};

/// How far sampler and policy are apart; ratios are those after truncation or masking, one a token or a sequence.
struct SamplerGap {
    double differenceSum = 0, differenceMax = 0, tokens = 0; ///< |old - sampling|, nats
    double ratioSum = 0, ratioMin = 0, ratioMax = 0, ratios = 0;
};

/// Log-probs of one sequence's completion tokens. A sampler's log-prob that is NaN gives ratio 1 and is not counted.
struct SampledLogps {
    std::vector<float> sampling, old;
    bool masked = false; ///< trains nothing: ratio 1, not counted
};

/// ratio[i][t] for every token; all 1 with mode off.
struct CorrectedLogps {
    std::vector<std::vector<float>> ratio;
    SamplerGap gap;
};
CorrectedLogps correctSampler(const std::vector<SampledLogps>& sequences, const SamplerCorrection& correction);

} // namespace aha
