#pragma once
// What every surrogate is computed from, and what every surrogate reports. See policy_loss.h.

#include <ATen/core/Tensor.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aha {

struct PolicyLossInput {
    at::Tensor logp_N; ///< differentiable
    at::Tensor oldLogp_N; ///< undefined: sg(logp), the ratio is 1
    at::Tensor refLogp_N; ///< undefined when beta = 0
    at::Tensor row_N; ///< int64
    at::Tensor advantage_R; ///< undefined where advantage_N is given
    at::Tensor weight_R; ///< reductionWeights
    at::Tensor correction_N {}; ///< of the sampler (sampler_correction.h); undefined: 1
    at::Tensor advantage_N {}; ///< one a token, instead of advantage_R
    at::Tensor samplingLogp_N {}; ///< of the sampler, for the off-policy mask; undefined: oldLogp_N
    at::Tensor entropy_N {}; ///< differentiable where there is a bonus (ops::tokenLogProbs); undefined: no metric
    at::Tensor selected_N {}; ///< bool: tokens that clip_cov or kl_cov chose beforehand
};

struct PolicyLossConfig {
    std::string lossType = "grpo";
    std::string level
        = "token"; ///< of the ratio: token | sequence (GSPO, arXiv 2507.18071) | sequence_token (GSPO-token)
    double epsilon = 0.2, epsilonHigh = 0.2;
    std::optional<double> delta; ///< two-sided clip (INTELLECT-2, arXiv 2505.07291): the ratio is at most this
    double beta = 0;
    std::string klEstimator = "k3";
    bool useBiasCorrectionKl = true; ///< KL times the ratio (DeepSeek-V3.2)
    std::optional<double> offPolicyThreshold; ///< DeepSeek-V3.2: rows with A < 0 further than this from the sampler
    std::optional<double> entropyThreshold; ///< EntropyPlan; tokens below it have no surrogate
    double entropyCoef = 0; ///< of the bonus
    double entropyWeight = 0; ///< EntropyPlan: 1 / (tokens of the bonus in the micro-batch · accumulation steps)
    bool correctionPerSequence = false; ///< correction_N holds one value per row at each of its tokens (vespo asks)
    double sapoTemperaturePos = 1.0, sapoTemperatureNeg = 1.05;
    double vespoKPos = 2, vespoLambdaPos = 3, vespoKNeg = 3, vespoLambdaNeg = 2;
    std::optional<double> dualClip; ///< ppo: c of Ye et al., > 1
    std::optional<double> logRatioLimit; ///< ppo: |log ratio| at most this before exp (verl: 20)
    double klCovCoef = 1; ///< kl_cov
    double mirrorDescentTau = 1; ///< kimi
};

/// A mean in the making; parts merge by adding.
struct Average {
    double sum = 0, count = 0;
    double value() const { return count > 0 ? sum / count : 0; }
};

/// Sums over tokens (or rows, where a row has one ratio), so that parts can be merged: divide by `count`.
struct PolicyLossDiagnostics {
    double count = 0; ///< tokens, or rows
    double lowClipped = 0, highClipped = 0, regionClipped = 0;
    double lowMin = 1, highMax = 0; ///< over rows with tokens: smallest and largest clipped share
    double tokens = 0, kl = 0;
    bool anyRow = false;
    double entropy = 0; ///< nats
    at::Tensor clipped_N {}; ///< bool: whose clip cuts the gradient; undefined: the surrogate has none. Not merged
    std::map<std::string, Average> averages; ///< an algorithm's own metrics under their names
    void merge(const PolicyLossDiagnostics& other);
};

/// The micro-batch (or part of one) with ratios worked out.
struct PolicyTokens {
    /// Borrows both.
    PolicyTokens(const PolicyLossInput& input, const PolicyLossConfig& config);

    const PolicyLossInput& in;
    const PolicyLossConfig& config;
    int64_t rows;
    at::Tensor length_R;
    at::Tensor advantage_N;
    at::Tensor old_N; ///< log-probs of the policy that sampled
    at::Tensor logRatio_N; ///< logp - old, token by token
    at::Tensor ratio_N; ///< at the configured level
    at::Tensor highEntropy_N; ///< 0 or 1; undefined: all 1
    /// Row `values` at each of its tokens.
    at::Tensor spread(const at::Tensor& values_R) const;
    /// One ratio and one advantage a row: TRL's metrics then count rows, fully masked ones with ratio 1.
    bool oneRatioPerRow() const { return config.level == "sequence" && !in.advantage_N.defined(); }
};

/// clip_ratio/*: tokens (or rows) whose clipped ratio cuts the gradient.
void countClipped(PolicyLossDiagnostics& diagnostics, const PolicyTokens& tokens, const at::Tensor& low_N,
    const at::Tensor& high_N, bool byRow);
/// A mean over tokens (or rows: `ofEmptyRow` is what a row without tokens counts).
void addAverage(PolicyLossDiagnostics& diagnostics, const std::string& name, const PolicyTokens& tokens,
    const at::Tensor& values_N, bool byRow, double ofEmptyRow);

} // namespace aha
