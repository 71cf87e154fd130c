#include "core/algo/reward_model_trainer.h"

#include "core/algo/head_scores.h"
#include "core/algo/packed_rows.h"
#include "core/nn/packed_batch.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <atomic>
#include <optional>

namespace aha {

using at::Tensor;

RewardObjective rewardObjective(const RunConfig& config)
{
    const std::string& name = config.rewardModel.objective;
    return name == "process" ? RewardObjective::Process
        : name == "outcome"  ? RewardObjective::Outcome
                             : RewardObjective::Pairwise;
}

int64_t labelsOf(RewardObjective objective) { return objective == RewardObjective::Process ? 2 : 1; }

RewardModelTrainer::RewardModelTrainer(Policy& model, Workers& workers, RewardObjective objective)
    : m_objective(objective)
    , m_step(model, workers)
{
}

namespace {

double labelCount(const RewardRow& row)
{
    return double(row.labels.size()) - double(std::count(row.labels.begin(), row.labels.end(), kNoLabel));
}

/// Where the head is read, in sequences that stand end to end: the pairs' winners, then their losers.
struct Reading {
    std::vector<const std::vector<int32_t>*> sequences;
    std::vector<int64_t> at;
    int64_t tokens = 0;

    void add(const std::vector<int32_t>& ids, const std::vector<int32_t>* labels)
    {
        sequences.push_back(&ids);
        for (size_t t = 0; labels && t < labels->size(); ++t)
            if ((*labels)[t] != kNoLabel)
                at.push_back(tokens + int64_t(t));
        tokens += int64_t(ids.size());
        if (!labels)
            at.push_back(tokens - 1);
    }
};

} // namespace

RewardLossOutput RewardModelTrainer::lossOf(
    const Tensor& scores_MC, const std::vector<const RewardRow*>& rows, double divisor, const RunConfig& config) const
{
    const int64_t count = int64_t(rows.size());
    std::vector<float> numbers;
    if (m_objective == RewardObjective::Pairwise) {
        const Tensor reward_R = scores_MC.select(1, 0);
        for (const RewardRow* row : rows)
            numbers.push_back(float(row->margin));
        return pairwiseRewardLoss({ reward_R.narrow(0, 0, count), reward_R.narrow(0, count, count),
            config.rewardModel.margin ? at::tensor(numbers).to(m_step.device()) : Tensor(),
            config.rewardModel.centering, divisor });
    }
    if (m_objective == RewardObjective::Outcome) {
        for (const RewardRow* row : rows)
            numbers.push_back(row->good ? 1 : 0);
        return pointwiseRewardLoss(scores_MC.select(1, 0), at::tensor(numbers).to(m_step.device()), divisor);
    }
    std::vector<int64_t> labels;
    for (const RewardRow* row : rows)
        for (const int32_t label : row->labels)
            if (label != kNoLabel)
                labels.push_back(label);
    const ProcessLossOutput out
        = processRewardLoss(scores_MC, at::tensor(labels, at::kLong).to(m_step.device()), divisor);
    const Tensor good_M = stepRewards(scores_MC);
    RewardLossOutput all { out.loss, {} };
    all.diagnostics.comparisons = all.diagnostics.rewards = out.labels;
    all.diagnostics.right = out.right;
    all.diagnostics.rewardSum = total(good_M);
    all.diagnostics.minReward = good_M.min().item<double>();
    all.diagnostics.maxReward = good_M.max().item<double>();
    return all;
}

RewardModelScores RewardModelTrainer::pass(const std::vector<RewardRow>& batch, bool train, const RunConfig& config,
    const std::function<void(double)>& progress)
{
    const bool steps = m_objective == RewardObjective::Process;
    RewardModelScores sums;
    std::vector<size_t> rows;
    std::vector<int64_t> tokens;
    double divisor = 0;
    for (size_t i = 0; i < batch.size(); ++i) {
        const double own = steps ? labelCount(batch[i]) : 1;
        tokens.push_back(batch[i].tokens());
        if (own == 0) // its labels were cut away
            continue;
        rows.push_back(i);
        divisor += own;
        sums.tokens += tokens.back();
    }
    std::vector<RewardModelScores> parts(m_step.workers()); // added up in order: the same bits every time
    std::atomic<int64_t> done { 0 };
    m_step.accumulate(
        rows, tokens, config,
        [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            std::optional<at::NoGradGuard> frozen;
            if (!train)
                frozen.emplace();
            std::vector<const RewardRow*> own;
            Reading reading;
            for (const size_t i : pass) {
                own.push_back(&batch[i]);
                reading.add(batch[i].ids, steps ? &batch[i].labels : nullptr);
            }
            for (const size_t i : pass)
                if (m_objective == RewardObjective::Pairwise)
                    reading.add(batch[i].rejected, nullptr);
            const Tensor hidden_MD
                = m_step.hidden(leaves, packSequences(reading.sequences, m_step.device()), config.training)
                      .index_select(0, at::tensor(reading.at, at::kLong).to(m_step.device()));
            const RewardLossOutput out = lossOf(headScores(leaves, hidden_MD), own, divisor, config);
            if (train)
                out.loss.backward();
            parts[worker].loss += out.loss.item<double>();
            parts[worker].diagnostics.merge(out.diagnostics);
            const int64_t sofar = done += reading.tokens;
            if (progress && worker == 0) // the calling thread
                progress(double(sofar) / double(std::max<int64_t>(sums.tokens, 1)));
        },
        train);
    for (const RewardModelScores& part : parts) {
        sums.loss += part.loss;
        sums.diagnostics.merge(part.diagnostics);
    }
    return sums;
}

Result<RewardModelUpdate> RewardModelTrainer::update(const std::vector<RewardRow>& rows, const RunConfig& config,
    int64_t totalUpdates, const std::function<void(double)>& progress)
{
    RewardModelScores scores = pass(rows, true, config, progress);
    const Result<UpdateStep::Applied> applied = m_step.apply(scores.loss, config.optimizer, totalUpdates);
    if (!applied)
        return applied.error();
    return RewardModelUpdate { std::move(scores), applied->gradNorm, applied->learningRate };
}

RewardModelScores RewardModelTrainer::evaluate(const std::vector<RewardRow>& rows, const RunConfig& config)
{
    return pass(rows, false, config, nullptr);
}

} // namespace aha
