#include "core/algo/preference_trainer.h"

#include "core/algo/cpo_loss.h"
#include "core/algo/dpo_loss.h"
#include "core/algo/kto_loss.h"
#include "core/algo/orpo_loss.h"
#include "core/algo/packed_completions.h"
#include "core/algo/packed_rows.h"
#include "core/algo/squared_probability.h"
#include "core/nn/ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>

#include <atomic>
#include <cmath>
#include <optional>
#include <sstream>

namespace aha {

using at::Tensor;

namespace {

std::vector<std::string> split(const std::string& list)
{
    std::vector<std::string> parts;
    std::istringstream in(list);
    for (std::string part; std::getline(in, part, ';');) {
        part.erase(0, part.find_first_not_of(' '));
        part.erase(part.find_last_not_of(' ') + 1);
        parts.push_back(part);
    }
    return parts;
}

Result<DpoLossConfig> dpoConfig(const RunConfig& config)
{
    const PreferenceConfig& p = config.preference;
    DpoLossConfig loss;
    loss.lossType = split(p.lossType);
    for (const std::string& weight : split(p.lossWeights)) {
        char* end = nullptr;
        loss.lossWeights.push_back(std::strtod(weight.c_str(), &end));
        if (weight.empty() || *end != '\0')
            return Error { "bad_config", "preference.loss_weights has \"" + weight + "\", which is no number.",
                "Write numbers separated by semicolons." };
    }
    loss.beta = p.beta;
    loss.labelSmoothing = p.labelSmoothing;
    loss.fDivergence = p.fDivergence;
    loss.alphaDivergence = p.fAlpha;
    if (p.ldAlpha < 1)
        loss.ldAlpha = p.ldAlpha;
    loss.useWeighting = p.useWeighting;
    loss.discopopTau = p.discopopTau;
    if (Result<void> sound = checkDpoLoss(loss); !sound)
        return sound.error();
    return loss;
}

} // namespace

bool hasReference(const RunConfig& config) { return config.general.kind == "dpo" || config.general.kind == "kto"; }

Result<void> checkPreferenceLoss(const RunConfig& config)
{
    if (config.general.kind != "dpo")
        return {};
    const Result<DpoLossConfig> loss = dpoConfig(config);
    return loss ? Result<void>() : Result<void>(loss.error());
}

/// Completion tokens of some samples under the policy.
struct PreferenceTrainer::Scored {
    Tensor logp_N, row_N, refLogp_N, logSquaredSum_N;
};

/// One worker's share of a batch.
struct PreferenceTrainer::Sums {
    double loss = 0, nll = 0;
    PreferenceDiagnostics diagnostics;
};

PreferenceTrainer::PreferenceTrainer(Policy& policy, Workers& workers)
    : m_step(policy, workers)
{
}

PreferenceTrainer::Scored PreferenceTrainer::score(const TransformerWeights& leaves,
    const std::vector<const TrainingSample*>& samples, const RunConfig& config, bool wantSquares) const
{
    const PackedCompletions packed(samples, m_step.device());
    const Tensor hidden_ND = m_step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_N);
    Scored scored;
    scored.logp_N = ops::tokenLogProbs(hidden_ND, leaves.head_VD, packed.target_N, 1.0, leaves.device).logprob_M;
    scored.row_N = packed.row_N;
    scored.refLogp_N = PackedCompletions::gather(samples, &TrainingSample::refLogp, m_step.device());
    if (wantSquares)
        scored.logSquaredSum_N = logSquaredProbability(hidden_ND.detach(), leaves.head_VD.detach());
    return scored;
}

PreferenceScores PreferenceTrainer::pass(const std::vector<PreferencePair>& batch, bool train, const RunConfig& config,
    const std::function<void(double)>& progress)
{
    const PreferenceConfig& p = config.preference;
    const std::string& kind = config.general.kind;
    const DpoLossConfig dpo = kind == "dpo" ? orThrow(dpoConfig(config)) : DpoLossConfig {};
    PreferenceScores sums;
    double chosenTokens = 0;
    std::vector<size_t> rows;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < batch.size(); ++i) {
        rows.push_back(i);
        tokens.push_back(batch[i].tokens());
        chosenTokens += double(batch[i].chosen.completionLength());
        sums.tokens += batch[i].tokens();
    }
    const bool whole = kind == "dpo" && needsWholeBatch(dpo);
    if (whole) { // one row that stands for all
        rows = { 0 };
        tokens = { sums.tokens };
    }
    std::vector<Sums> parts(m_step.workers()); // added up in order: the same bits every time
    std::atomic<int64_t> done { 0 };
    m_step.accumulate(
        rows, tokens, config,
        [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            std::optional<at::NoGradGuard> frozen;
            if (!train)
                frozen.emplace();
            std::vector<const PreferencePair*> pairs;
            for (size_t i = 0; i < (whole ? batch.size() : pass.size()); ++i)
                pairs.push_back(&batch[whole ? i : pass[i]]);
            std::vector<const TrainingSample*> samples; // the chosen, then the rejected
            for (const PreferencePair* pair : pairs)
                samples.push_back(&pair->chosen);
            for (const PreferencePair* pair : pairs)
                samples.push_back(&pair->rejected);
            const Scored s = score(leaves, samples, config, dpo.useWeighting);
            const int64_t count = int64_t(pairs.size());
            const double updatePairs = double(batch.size());
            Tensor loss;
            PreferenceDiagnostics diagnostics;
            double nll = std::nan("");
            if (kind == "cpo") {
                const CpoLossOutput out = cpoLoss({ s.logp_N, s.row_N, count, updatePairs, chosenTokens },
                    { p.cpoLoss, p.beta, p.labelSmoothing, p.cpoAlpha, p.simpoGamma });
                loss = out.loss;
                diagnostics = out.diagnostics;
                nll = out.chosenNll;
            } else if (kind == "orpo") {
                const OrpoLossOutput out
                    = orpoLoss({ s.logp_N, s.row_N, count, updatePairs, chosenTokens }, { p.beta });
                loss = out.loss;
                diagnostics = out.diagnostics;
                nll = out.chosenNll;
            } else {
                const DpoLossOutput out = dpoLoss(
                    { s.logp_N, s.refLogp_N, s.row_N, count, updatePairs, chosenTokens, s.logSquaredSum_N }, dpo);
                loss = out.loss;
                diagnostics = out.diagnostics;
            }
            if (train)
                loss.backward();
            parts[worker].loss += loss.item<double>();
            parts[worker].nll += nll;
            parts[worker].diagnostics.merge(diagnostics);
            int64_t own = 0;
            for (const PreferencePair* pair : pairs)
                own += pair->tokens();
            const int64_t sofar = done += own;
            if (progress && worker == 0) // the calling thread
                progress(double(sofar) / double(std::max<int64_t>(sums.tokens, 1)));
        },
        train);
    for (const Sums& part : parts) {
        sums.loss += part.loss;
        sums.nll += part.nll / chosenTokens;
        sums.diagnostics.merge(part.diagnostics);
    }
    return sums;
}

PreferenceScores PreferenceTrainer::pass(const std::vector<PreferenceExample>& batch, bool train,
    const RunConfig& config, const std::function<void(double)>& progress)
{
    const PreferenceConfig& p = config.preference;
    const KtoLossConfig loss { p.ktoLoss, p.beta, p.desirableWeight, p.undesirableWeight };
    PreferenceScores sums;
    std::vector<size_t> rows;
    std::vector<int64_t> tokens, mismatchedTokens;
    for (size_t i = 0; i < batch.size(); ++i) {
        rows.push_back(i);
        tokens.push_back(int64_t(batch[i].sample.ids.size()));
        mismatchedTokens.push_back(int64_t(batch[i].mismatched.ids.size()));
        sums.tokens += tokens.back();
    }
    if (loss.lossType == "kto") {
        std::vector<float> ratios(batch.size());
        m_step.accumulate(
            rows, mismatchedTokens, config,
            [&](size_t, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
                const at::NoGradGuard frozen;
                std::vector<const TrainingSample*> samples;
                for (const size_t i : pass)
                    samples.push_back(&batch[i].mismatched);
                const Scored s = score(leaves, samples, config, false);
                const Tensor ratio_R = sumPerRow(s.logp_N - s.refLogp_N, s.row_N, int64_t(samples.size())).cpu();
                for (size_t i = 0; i < pass.size(); ++i)
                    ratios[pass[i]] = ratio_R[int64_t(i)].item<float>();
            },
            false);
        sums.referencePoint = ktoReferencePoint(at::tensor(ratios));
    }
    std::vector<Sums> parts(m_step.workers()); // added up in order: the same bits every time
    std::atomic<int64_t> done { 0 };
    m_step.accumulate(
        rows, tokens, config,
        [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            std::optional<at::NoGradGuard> frozen;
            if (!train)
                frozen.emplace();
            std::vector<const TrainingSample*> samples;
            std::vector<uint8_t> desirable;
            int64_t own = 0;
            for (const size_t i : pass) {
                samples.push_back(&batch[i].sample);
                desirable.push_back(batch[i].desirable);
                own += tokens[i];
            }
            const Scored s = score(leaves, samples, config, false);
            const KtoLossOutput out
                = ktoLoss({ s.logp_N, s.refLogp_N, s.row_N, at::tensor(desirable).to(m_step.device(), at::kBool),
                              sums.referencePoint, double(batch.size()) },
                    loss);
            if (train)
                out.loss.backward();
            parts[worker].loss += out.loss.item<double>();
            parts[worker].diagnostics.merge(out.diagnostics);
            const int64_t sofar = done += own;
            if (progress && worker == 0)
                progress(double(sofar) / double(std::max<int64_t>(sums.tokens, 1)));
        },
        train);
    for (const Sums& part : parts) {
        sums.loss += part.loss;
        sums.diagnostics.merge(part.diagnostics);
    }
    sums.nll = std::nan("");
    return sums;
}

Result<PreferenceUpdate> PreferenceTrainer::apply(
    const PreferenceScores& scores, const RunConfig& config, int64_t totalUpdates)
{
    const Result<UpdateStep::Applied> applied = m_step.apply(scores.loss, config.optimizer, totalUpdates);
    if (!applied)
        return applied.error();
    return PreferenceUpdate { scores, applied->gradNorm, applied->learningRate };
}

Result<PreferenceUpdate> PreferenceTrainer::update(const std::vector<PreferencePair>& batch, const RunConfig& config,
    int64_t totalUpdates, const std::function<void(double)>& progress)
{
    if (Result<void> sound = checkPreferenceLoss(config); !sound)
        return sound.error();
    return apply(pass(batch, true, config, progress), config, totalUpdates);
}

Result<PreferenceUpdate> PreferenceTrainer::update(const std::vector<PreferenceExample>& batch, const RunConfig& config,
    int64_t totalUpdates, const std::function<void(double)>& progress)
{
    return apply(pass(batch, true, config, progress), config, totalUpdates);
}

PreferenceScores PreferenceTrainer::evaluate(const std::vector<PreferencePair>& pairs, const RunConfig& config)
{
    return pass(pairs, false, config, nullptr);
}

PreferenceScores PreferenceTrainer::evaluate(const std::vector<PreferenceExample>& examples, const RunConfig& config)
{
    return pass(examples, false, config, nullptr);
}

} // namespace aha
