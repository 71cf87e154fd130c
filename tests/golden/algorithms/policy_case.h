#pragma once
// TRL's policy-loss cases: its option names to ours, padded arrays to packed tokens. Header only: the loss families
// share it.

#include "core/algo/entropy_bonus.h"
#include "core/algo/policy_loss.h"
#include "core/algo/reduction_weights.h"
#include "tests/support/golden.h"

#include <ATen/ops/tensor.h>
#include <QtTest>

#include <map>

namespace aha::golden {

inline double orElse(const Json& json, double otherwise) { return json.is_number() ? json.get<double>() : otherwise; }

inline std::optional<double> optional(const Json& json)
{
    return json.is_number() ? std::optional(json.get<double>()) : std::nullopt;
}

/// Throws for a loss type or level that there is not (policyLoss does).
inline PolicyLossConfig policyConfig(const Json& config, bool gmpo)
{
    PolicyLossConfig c;
    c.lossType = gmpo ? "gmpo" : config["loss_type"].get<std::string>();
    c.level = config["importance_sampling_level"];
    c.epsilon = config["epsilon"];
    c.epsilonHigh = orElse(config["epsilon_high"], c.epsilon);
    c.delta = optional(config["delta"]);
    c.beta = config["beta"];
    c.useBiasCorrectionKl = config["use_bias_correction_kl"];
    c.offPolicyThreshold = optional(config["off_policy_mask_threshold"]);
    c.sapoTemperaturePos = config["sapo_temperature_pos"];
    c.sapoTemperatureNeg = config["sapo_temperature_neg"];
    c.vespoKPos = config["vespo_k_pos"];
    c.vespoLambdaPos = config["vespo_lambda_pos"];
    c.vespoKNeg = config["vespo_k_neg"];
    c.vespoLambdaNeg = config["vespo_lambda_neg"];
    return c;
}

/// A micro-batch as the trainer would pack it.
struct PackedCase {
    std::vector<float> logp, old, reference, sampling, entropy, correction, advantage, tokenAdvantage;
    std::vector<int64_t> row, lengths;
    std::vector<std::pair<size_t, size_t>> where; ///< row and column of every token
};

/// Rows [from, to) of a case; `correction` is in["correction"] by row and token.
inline PackedCase pack(const Json& in, size_t from, size_t to)
{
    PackedCase p;
    const auto append = [&](std::vector<float>& values, const char* key, size_t i, size_t t) {
        if (in.contains(key))
            values.push_back(float(number(in[key][i][t])));
    };
    for (size_t i = from; i < to; ++i) {
        int64_t length = 0;
        for (size_t t = 0; t < in["completion_mask"][i].size(); ++t) {
            if (in["completion_mask"][i][t] == 0 || (in.contains("tool_mask") && in["tool_mask"][i][t] == 0))
                continue;
            append(p.logp, "per_token_logps", i, t);
            append(p.old, "old_per_token_logps", i, t);
            append(p.reference, "ref_per_token_logps", i, t);
            append(p.entropy, "entropies", i, t);
            if (in.contains("correction"))
                p.correction.push_back(in["correction"][i][size_t(length)]);
            append(p.sampling, "sampling_per_token_logps", i, t);
            if (in["advantages"][i].is_array())
                append(p.tokenAdvantage, "advantages", i, t);
            p.row.push_back(int64_t(i - from));
            p.where.emplace_back(i, t);
            ++length;
        }
        p.lengths.push_back(length);
        p.advantage.push_back(in["advantages"][i].is_number() ? in["advantages"][i].get<float>() : 0.f);
    }
    return p;
}

/// Every metric that TRL may report of one micro-batch.
inline std::map<std::string, double> policyMetrics(const PolicyLossOutput& out, double policyLossScale)
{
    const PolicyLossDiagnostics& d = out.diagnostics;
    const auto ratio = [](double sum, double count) { return count > 0 ? sum / count : 0.0; };
    std::map<std::string, double> metrics { { "kl", ratio(d.kl, d.tokens) }, { "entropy", ratio(d.entropy, d.tokens) },
        { "policy_loss", out.policyLoss * policyLossScale } };
    if (d.anyRow || d.count > 0)
        metrics.insert({ { "clip_ratio/low_mean", ratio(d.lowClipped, d.count) },
            { "clip_ratio/high_mean", ratio(d.highClipped, d.count) },
            { "clip_ratio/region_mean", ratio(d.regionClipped, d.count) },
            { "clip_ratio/low_min", d.anyRow ? d.lowMin : std::nan("") },
            { "clip_ratio/high_max", d.anyRow ? d.highMax : std::nan("") } });
    for (const auto& [name, average] : d.averages)
        metrics[name] = average.value();
    return metrics;
}

inline ReductionInput reductionOf(const Json& config, const Json& in, const PolicyLossConfig& loss)
{
    ReductionInput reduction;
    reduction.lossType = loss.lossType;
    reduction.maxCompletionLength = config["max_completion_length"];
    reduction.itemsInGenerationBatch = in["num_items_in_batch"];
    if (config.value("mode", "train") != "eval") {
        reduction.gradientAccumulation = config["gradient_accumulation_steps"];
        reduction.stepsPerGeneration = config["steps_per_generation"];
    }
    return reduction;
}

} // namespace aha::golden
