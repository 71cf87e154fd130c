#include "core/algo/online_targets.h"

#include "core/algo/gae.h"
#include "core/algo/kl_estimators.h"
#include "core/algo/ppo_targets.h"
#include "core/algo/prime.h"
#include "core/algo/reinforce_pp.h"
#include "core/algo/remax.h"
#include "core/algo/reward_groups.h"
#include "core/algo/rloo.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

std::vector<double> doubles(const std::vector<float>& values) { return { values.begin(), values.end() }; }
std::vector<float> floats(const std::vector<double>& values) { return { values.begin(), values.end() }; }

double mean(const std::vector<float>& values)
{
    double sum = 0;
    for (const float value : values)
        sum += value;
    return values.empty() ? 0 : sum / double(values.size());
}

/// Σ_t KL_t of every row.
std::vector<double> klSums(const std::vector<TrainingSample>& samples, const std::string& estimator)
{
    std::vector<double> sums;
    for (const TrainingSample& sample : samples) {
        double sum = 0;
        for (size_t t = 0; t < sample.refLogp.size(); ++t)
            sum += klEstimate(estimator, sample.oldLogp[t], sample.refLogp[t]);
        sums.push_back(sum);
    }
    return sums;
}

/// What could not be scored trains nothing, and its group's mean in its place moves no baseline. `mask`: the algorithm
/// does not itself give such a row the advantage 0 (TRL's GRPO and RLOO do, and count its tokens).
void maskUnscored(std::vector<TrainingSample>& samples, std::vector<double>& reward, int groupSize, bool mask)
{
    const std::vector<double> given = reward;
    const double middle = orZero(meanOfScorable(given));
    for (size_t i = 0; i < reward.size(); ++i)
        if (std::isnan(given[i])) {
            samples[i].masked = samples[i].masked || mask;
            const double own
                = meanOfScorable(scorable(given, i / size_t(groupSize) * size_t(groupSize), size_t(groupSize)));
            reward[i] = std::isnan(own) ? middle : own;
        }
}

/// Of the rows that train; a row without a reward has none of the token rewards either.
std::vector<std::vector<double>> usableTokenRewards(const ScoredBatch& batch, const std::vector<double>& reward)
{
    std::vector<std::vector<double>> rows = batch.tokenRewards;
    for (size_t i = 0; i < rows.size(); ++i)
        if (std::isnan(reward[i]))
            rows[i].clear();
    return rows;
}

/// For algorithms that know no token rewards: their return is added to the advantage at every token, as it is and
/// without a baseline.
void addTokenReturns(
    std::vector<TrainingSample>& samples, const std::vector<std::vector<double>>& tokenRewards, double gamma)
{
    for (size_t i = 0; i < tokenRewards.size(); ++i) {
        const std::vector<double> own = discountedReturns(tokenRewards[i], gamma);
        if (std::all_of(own.begin(), own.end(), [](double value) { return value == 0; }))
            continue;
        TrainingSample& sample = samples[i];
        if (sample.tokenAdvantage.empty())
            sample.tokenAdvantage.assign(own.size(), float(sample.advantage));
        for (size_t t = 0; t < own.size(); ++t)
            sample.tokenAdvantage[t] += float(own[t]);
    }
}

/// Plain REINFORCE: discounted returns of the token rewards, less the batch's mean reward.
void reinforce(
    std::vector<TrainingSample>& samples, const std::vector<double>& rewards, double klWeight, const AlgorithmConfig& a)
{
    const double baseline = meanOfScorable(rewards);
    for (size_t i = 0; i < samples.size(); ++i) {
        TrainingSample& sample = samples[i];
        std::vector<double> tokenRewards(size_t(sample.completionLength()), 0.0);
        if (tokenRewards.empty())
            continue;
        for (size_t t = 0; klWeight != 0 && t < tokenRewards.size(); ++t)
            tokenRewards[t] -= klWeight * klEstimate(a.klEstimator, sample.oldLogp[t], sample.refLogp[t]);
        tokenRewards.back() += rewards[i] - baseline;
        sample.tokenAdvantage = floats(discountedReturns(tokenRewards, a.gamma));
    }
}

void reinforcePp(std::vector<TrainingSample>& samples, const std::vector<double>& rewards,
    const std::vector<std::vector<double>>& tokenRewards, const ScoredBatch& batch, const RunConfig& config)
{
    const AlgorithmConfig& a = config.algorithm;
    std::vector<ReinforcePpRow> rows;
    for (size_t i = 0; i < samples.size(); ++i)
        rows.push_back({ doubles(samples[i].oldLogp), doubles(samples[i].refLogp), rewards[i],
            tokenRewards.empty() ? std::vector<double>() : tokenRewards[i] });
    ReinforcePpConfig settings;
    settings.groupBaseline = config.general.kind == "reinforce_pp_baseline";
    settings.groupSize = int(config.rollout.numGenerations);
    settings.gamma = a.gamma;
    settings.klCoef = batch.klWeight;
    settings.tokenGamma = batch.tokenGamma;
    settings.klEstimator = a.klEstimator;
    const ReinforcePpTargets targets = reinforcePpTargets(rows, settings);
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i].tokenAdvantage = floats(targets.advantage[i]);
}

void ppo(std::vector<TrainingSample>& samples, const std::vector<double>& rewards,
    const std::vector<std::vector<double>>& tokenRewards, const ScoredBatch& batch, const RunConfig& config)
{
    std::vector<PpoRow> rows;
    for (size_t i = 0; i < samples.size(); ++i)
        rows.push_back({ doubles(samples[i].oldLogp), doubles(samples[i].refLogp), doubles(samples[i].oldValue),
            rewards[i], batch.ended[i], tokenRewards.empty() ? std::vector<double>() : tokenRewards[i] });
    PpoTargetConfig settings;
    settings.gamma = config.algorithm.gamma;
    settings.lambda = config.critic.lambda;
    settings.klCoef = batch.klWeight;
    settings.tokenGamma = batch.tokenGamma;
    settings.klEstimator = config.algorithm.klEstimator;
    settings.whitenRewards = config.critic.whitenRewards;
    if (config.critic.missingEosPenalty != 0)
        settings.missingEosPenalty = config.critic.missingEosPenalty;
    const std::vector<PpoTargets> targets = ppoTargets(rows, settings);
    for (size_t i = 0; i < samples.size(); ++i) {
        samples[i].tokenAdvantage = floats(targets[i].advantage);
        samples[i].returns = floats(targets[i].returns);
    }
}

/// An outcome without a verdict is its group's mean: it moves no baseline, and its row is masked.
void prime(std::vector<TrainingSample>& samples, const ScoredBatch& batch, const RunConfig& config)
{
    const int64_t groupSize = config.rollout.numGenerations;
    std::vector<double> outcomes = batch.verdicts;
    maskUnscored(samples, outcomes, int(groupSize), true);
    std::vector<float> rewards;
    std::vector<int64_t> row;
    for (size_t i = 0; i < samples.size(); ++i) {
        rewards.insert(rewards.end(), batch.primeRewards[i].begin(), batch.primeRewards[i].end());
        row.insert(row.end(), batch.primeRewards[i].size(), int64_t(i));
    }
    const PrimeFields& p = config.prime;
    const at::Tensor row_N = at::tensor(row);
    const at::Tensor reward_N = primeNormalized(at::tensor(rewards), row_N, int64_t(samples.size()));
    const at::Tensor advantage_N = primeAdvantages(
        reward_N, row_N, at::tensor(outcomes).to(at::kFloat), groupSize, { p.beta, p.processCoef, p.outcomeCoef })
                                       .advantage_N.contiguous();
    const float* from = advantage_N.const_data_ptr<float>();
    for (size_t i = 0; i < samples.size(); ++i) {
        samples[i].tokenAdvantage.assign(from, from + batch.primeRewards[i].size());
        from += batch.primeRewards[i].size();
    }
}

/// Group by group.
void processSteps(std::vector<TrainingSample>& samples, const ScoredBatch& batch, size_t groupSize)
{
    for (size_t from = 0; from < samples.size(); from += groupSize) {
        std::vector<SteppedCompletion> group(
            batch.steps.begin() + long(from), batch.steps.begin() + long(std::min(from + groupSize, samples.size())));
        const std::vector<std::vector<double>> advantages = processAdvantages(group, {});
        for (size_t i = 0; i < group.size(); ++i)
            samples[from + i].tokenAdvantage = floats(advantages[i]);
    }
}

} // namespace

OnlineTargets setTargets(std::vector<TrainingSample>& samples, const ScoredBatch& batch, const RunConfig& config)
{
    const AlgorithmConfig& a = config.algorithm;
    const std::string& kind = config.general.kind;
    const int groupSize = int(config.rollout.numGenerations);
    AdvantageConfig scaling { groupSize, kind == "grpo" ? a.scaleRewards : "none", a.aggregation, batch.weights };
    OnlineTargets out { computeAdvantages(batch.rewards, scaling) };
    const std::vector<double> kl = batch.klWeight != 0 ? klSums(samples, a.klEstimator) : std::vector<double> {};
    std::vector<double> reward = out.rewards.reward;
    maskUnscored(samples, reward, groupSize, kind != "rloo" && (kind != "grpo" || !kl.empty()));
    for (const double sum : kl)
        out.kl += sum / double(kl.size());
    out.rows = double(kl.size());

    const std::vector<std::vector<double>> tokenRewards = usableTokenRewards(batch, out.rewards.reward);
    std::vector<double>& advantage = out.rewards.advantage;
    if (kind == "rloo") {
        advantage = rlooAdvantages(batch.rewards, kl, { groupSize, batch.weights, batch.klWeight }).advantage;
    } else if (kind == "rft") { // RAFT, ReST, R1's rejection sampling: right completions are imitated, nothing else
        for (size_t i = 0; i < samples.size(); ++i)
            advantage[i] = batch.correct[i] ? 1 : 0;
    } else if (kind == "remax") {
        advantage = remaxAdvantages(reward, batch.greedyRewards, groupSize, batch.klWeight, kl);
    } else if (kind == "reinforce") {
        reinforce(samples, reward, batch.klWeight, a);
    } else if (kind == "reinforce_pp" || kind == "reinforce_pp_baseline") {
        reinforcePp(samples, reward, tokenRewards, batch, config);
    } else if (kind == "ppo") {
        ppo(samples, reward, tokenRewards, batch, config);
    } else if (kind == "prime") {
        prime(samples, batch, config);
    } else if (!batch.steps.empty()) {
        processSteps(samples, batch, size_t(groupSize));
    } else if (!kl.empty()) { // grpo and mirror descent: the penalty is part of what is normalised
        std::vector<std::vector<double>> penalised;
        for (size_t i = 0; i < reward.size(); ++i)
            penalised.push_back({ reward[i] - batch.klWeight * kl[i] });
        scaling.weights = { 1.0 };
        scaling.aggregation = "sum_then_normalize";
        advantage = computeAdvantages(penalised, scaling).advantage;
    }
    for (size_t i = 0; i < samples.size(); ++i)
        samples[i].advantage = advantage[i];
    if (kind != "ppo" && kind != "reinforce_pp" && kind != "reinforce_pp_baseline")
        addTokenReturns(samples, tokenRewards, batch.tokenGamma);
    for (size_t i = 0; i < samples.size(); ++i) {
        if (!samples[i].tokenAdvantage.empty())
            advantage[i] = mean(samples[i].tokenAdvantage);
        samples[i].advantage = advantage[i];
    }
    return out;
}

bool sharesAdvantage(const RunConfig& config)
{
    const AlgorithmConfig& a = config.algorithm;
    const std::string& kind = config.general.kind;
    if (kind == "ppo" || kind == "prime" || (kind == "grpo" && !config.process.model.empty()))
        return false;
    if (kind == "reinforce" || kind == "reinforce_pp")
        return a.gamma == 1 && (a.beta == 0 || a.klPlacement != "reward");
    return true;
}

} // namespace aha
