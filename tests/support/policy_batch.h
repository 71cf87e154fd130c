#pragma once
// A small batch of packed completions for tests of policy losses. Header only.

#include "core/algo/covariance.h"
#include "core/algo/entropy_bonus.h"
#include "core/algo/policy_loss.h"
#include "core/algo/reduction_weights.h"
#include "core/base/rng.h"

#include <ATen/ops/tensor.h>

#include <algorithm>

namespace aha::policy {

struct Row {
    std::vector<float> logp, old, reference, sampling, entropy, correction;
    float advantage = 0;
};

/// Rows of one to `longest` tokens; ratios on both sides of every clip.
inline std::vector<Row> someRows(int rows, int longest, uint64_t seed)
{
    Rng rng(seed, Purpose::Shuffle);
    std::vector<Row> batch;
    for (int i = 0; i < rows; ++i) {
        Row row;
        row.advantage = float(rng.normal());
        const int64_t length = rng.between(1, longest);
        for (int64_t t = 0; t < length; ++t) {
            row.old.push_back(float(-0.3 - 2 * rng.uniform()));
            row.logp.push_back(row.old.back() + float(0.3 * rng.normal()));
            row.reference.push_back(row.logp.back() + float(0.3 * rng.normal()));
            row.sampling.push_back(row.old.back() + float(0.2 * rng.normal()));
            row.entropy.push_back(float(0.05 + 2 * rng.uniform()));
            row.correction.push_back(float(0.5 + rng.uniform()));
        }
        batch.push_back(std::move(row));
    }
    return batch;
}

inline std::vector<int64_t> lengthsOf(const std::vector<Row>& rows)
{
    std::vector<int64_t> lengths;
    for (const Row& row : rows)
        lengths.push_back(int64_t(row.logp.size()));
    return lengths;
}
inline int64_t tokensOf(const std::vector<Row>& rows)
{
    int64_t tokens = 0;
    for (const int64_t length : lengthsOf(rows))
        tokens += length;
    return tokens;
}

/// What is worked out of a whole micro-batch before its parts are trained.
struct Plan {
    std::vector<double> weights; ///< of rows
    std::optional<EntropyPlan> entropy; ///< set: high-entropy mask and bonus are on
    std::vector<bool> selected; ///< of tokens, row after row
};

struct Trained {
    double loss = 0;
    std::vector<float> gradient; ///< d loss / d logp, row after row
    std::vector<float> entropyGradient;
    PolicyLossDiagnostics diagnostics;
};

/// The loss of `rows`, some of the rows that the plan is of, from number `first` on.
inline Trained train(const std::vector<Row>& rows, PolicyLossConfig config, const Plan& plan, size_t first = 0,
    bool withCorrection = false)
{
    std::vector<float> logp, old, reference, sampling, entropy, correction, advantage, weight;
    std::vector<int64_t> owner;
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto append = [](std::vector<float>& all, const std::vector<float>& more) {
            all.insert(all.end(), more.begin(), more.end());
        };
        append(logp, rows[i].logp);
        append(old, rows[i].old);
        append(reference, rows[i].reference);
        append(sampling, rows[i].sampling);
        append(entropy, rows[i].entropy);
        append(correction, rows[i].correction);
        owner.insert(owner.end(), rows[i].logp.size(), int64_t(i));
        advantage.push_back(rows[i].advantage);
        weight.push_back(float(plan.weights[first + i]));
    }
    const at::Tensor logp_N = at::tensor(logp).requires_grad_(), entropy_N = at::tensor(entropy).requires_grad_();
    PolicyLossInput input { logp_N, at::tensor(old), at::tensor(reference), at::tensor(owner), at::tensor(advantage),
        at::tensor(weight) };
    if (withCorrection)
        input.correction_N = at::tensor(correction);
    input.samplingLogp_N = at::tensor(sampling);
    input.entropy_N = entropy_N;
    if (plan.entropy) {
        config.entropyThreshold = plan.entropy->threshold;
        config.entropyCoef = 0.05;
        config.entropyWeight = plan.entropy->weight(1);
    }
    if (!plan.selected.empty()) {
        std::vector<int64_t> chosen;
        for (const bool one : plan.selected)
            chosen.push_back(one);
        input.selected_N = at::tensor(chosen).to(at::kBool);
    }
    const PolicyLossOutput out = policyLoss(input, config);
    out.loss.backward();
    const auto values = [](const at::Tensor& leaf) {
        std::vector<float> all(size_t(leaf.size(0)), 0.f);
        if (leaf.grad().defined())
            std::copy_n(leaf.grad().contiguous().const_data_ptr<float>(), all.size(), all.begin());
        return all;
    };
    return { out.loss.item<double>(), values(logp_N), values(entropy_N), out.diagnostics };
}

} // namespace aha::policy
