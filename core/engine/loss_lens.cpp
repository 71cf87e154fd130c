#include "core/engine/loss_lens.h"

#include "core/algo/packed_completions.h"
#include "core/algo/policy_trainer.h"
#include "core/algo/token_gates.h"
#include "core/algo/update_step.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/prompt_builder.h"
#include "core/engine/reward_parts.h"
#include "core/engine/train_run.h"
#include "core/nn/ops.h"
#include "core/rollout/scoring.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/dot.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace aha {

namespace {

constexpr size_t kChangesShown = 32;
constexpr double kNoAdvantage = 1e-9; ///< below it, what rounding leaves of a zero

/// A run, opened to be looked at.
class OpenRun {
public:
    explicit OpenRun(const LensRequest& request)
        : m_folder(request.run)
        , m_config(orThrow(readRunConfig(request.run)))
        , m_reader(orThrow(RunReader::open(request.run)))
        , m_workers(makeWorkers(request.threads))
    {
        if (stageOf(m_config.general.kind) != Stage::Online)
            throw Failure({ "loss_not_stored",
                "The run is of kind " + m_config.general.kind + ", which stores no rewarded groups.",
                "Name a run of reinforcement learning." });
    }

    const RunConfig& config() const { return m_config; }
    const RunReader& reader() const { return *m_reader; }
    Workers& workers() { return *m_workers; }

    CheckpointRow checkpoint(int64_t step, std::optional<int64_t> named) const
    {
        return checkpointFor(*m_reader, step, named);
    }
    Transformer model(const CheckpointRow& row) const { return orThrow(loadModel(m_folder / row.path)); }

    StoredRollouts rollouts(int64_t step) const
    {
        return orThrow(
            storedRollouts(*m_reader, step, rewardPartNames(m_config.rewards), rewardWeights(m_config.rewards)));
    }

    /// Puts the prompts' tokens before the completions'.
    void addPrompts(StoredRollouts& rollouts, const std::filesystem::path& source) const
    {
        const auto tokenizer = orThrow(loadModelTokenizer(source));
        const bool chat = m_config.prompt.style != "text" && loadChatTemplate(source).ok();
        for (size_t g = 0; g < rollouts.prompts.size(); ++g) {
            const std::vector<int32_t> prompt
                = chat ? tokenizer->encode(rollouts.prompts[g]) : promptIds(*tokenizer, rollouts.prompts[g]);
            for (size_t j = 0; j < rollouts.groupSize; ++j) {
                TrainingSample& sample = rollouts.samples[g * rollouts.groupSize + j];
                sample.ids.insert(sample.ids.begin(), prompt.begin(), prompt.end());
                sample.promptLength = int64_t(prompt.size());
            }
        }
    }

    /// Of the completions' tokens under a model.
    std::vector<std::vector<float>> logps(const StoredRollouts& rollouts, const Transformer& model)
    {
        std::vector<std::vector<int32_t>> sequences;
        for (const TrainingSample& sample : rollouts.samples)
            sequences.push_back(sample.ids);
        std::vector<std::vector<float>> all;
        const std::vector<ScoredSequence> scores
            = scoreSequences(decoderWeights(model), sequences, m_config.rollout.temperature, *m_workers);
        for (size_t i = 0; i < scores.size(); ++i)
            all.emplace_back(scores[i].logprob.begin() + rollouts.samples[i].promptLength - 1, scores[i].logprob.end());
        return all;
    }

private:
    std::filesystem::path m_folder;
    RunConfig m_config;
    std::unique_ptr<RunReader> m_reader;
    std::unique_ptr<Workers> m_workers;
};

std::vector<LossVariant> variantsOf(const RunConfig& run, std::vector<std::string> names)
{
    if (names.empty())
        names = lossVariantNames();
    std::vector<LossVariant> variants;
    for (const std::string& name : names)
        variants.push_back(orThrow(lossVariant(run, name)));
    return variants;
}

bool wantsReference(const std::vector<LossVariant>& variants)
{
    return std::any_of(
        variants.begin(), variants.end(), [](const LossVariant& v) { return v.config.algorithm.beta != 0; });
}

void addReference(OpenRun& run, StoredRollouts& rollouts, std::vector<std::string>& notes)
{
    const RunConfig& config = run.config();
    auto ref = run.logps(rollouts, orThrow(loadModel(config.model.path)));
    for (size_t i = 0; i < ref.size(); ++i)
        rollouts.samples[i].refLogp = std::move(ref[i]);
    notes.push_back("Log-probs of the reference were recomputed with the model that the run started from"
        + std::string(config.algorithm.refSyncSteps > 0 ? ", not with the reference that moved." : "."));
}

/// The gradient of Σ pull · (-logp): the loss's own.
at::Tensor gradientOf(UpdateStep& step, const StoredRollouts& rollouts, const LossPull& pull, const RunConfig& config)
{
    std::vector<size_t> rows;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < rollouts.samples.size(); ++i) {
        tokens.push_back(int64_t(rollouts.samples[i].ids.size()));
        if (std::any_of(pull.pull[i].begin(), pull.pull[i].end(), [](float p) { return p != 0; }))
            rows.push_back(i);
    }
    step.accumulate(
        rows, tokens, config,
        [&](size_t, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            std::vector<TrainingSample> pulls(pass.size());
            std::vector<const TrainingSample*> samples, weights;
            for (size_t i = 0; i < pass.size(); ++i) {
                samples.push_back(&rollouts.samples[pass[i]]);
                pulls[i].correction = pull.pull[pass[i]];
                weights.push_back(&pulls[i]);
            }
            const PackedCompletions packed(samples, step.device());
            const ops::TokenLogProbs scored = ops::tokenLogProbs(
                step.hidden(leaves, packed.batch, config.training).index_select(0, packed.before_N), leaves.head_VD,
                packed.target_N, config.rollout.temperature, leaves.device);
            const at::Tensor pull_N = PackedCompletions::gather(weights, &TrainingSample::correction, step.device());
            (-(scored.logprob_M * pull_N).sum()).backward();
        },
        false);
    return step.gradient().clone();
}

const char* clippedRatioOf(const LossVariant& variant)
{
    switch (clipRule(policyLossConfig(variant.config)).of) {
    case ClipRule::Token:
        return "token";
    case ClipRule::Sequence:
        return "sequence";
    case ClipRule::Product:
        return "product";
    case ClipRule::Nothing:
        break;
    }
    return "none";
}

} // namespace

LossReport compareLosses(const LensRequest& request)
{
    OpenRun run(request);
    const std::vector<LossVariant> variants = variantsOf(run.config(), request.losses);
    const std::vector<int64_t> steps = orThrow(stepsWithGroups(run.reader()));
    if (steps.empty())
        throw Failure({ "step_missing", "The run has stored no completions.", "Let it train a step." });
    StoredRollouts rollouts = run.rollouts(request.step.value_or(steps.back()));
    const CheckpointRow row = run.checkpoint(rollouts.step, request.policyStep);
    const bool reference = wantsReference(variants);
    size_t done = 0;
    const auto tell = [&, parts = 1 + size_t(reference) + variants.size()] {
        if (request.progress)
            request.progress(done++, parts);
    };
    tell();
    LossReport report { rollouts.step, row.step, rollouts.prompts.size(), rollouts.samples.size(), 0, 1, 0, {}, {},
        rollouts.notes };
    Policy policy(run.model(row));
    run.addPrompts(rollouts, request.run / row.path);
    const std::vector<std::vector<float>> logp = run.logps(rollouts, policy.merged());
    tell();
    report.notes.push_back("The policy is the checkpoint of step " + std::to_string(row.step)
        + (row.step == rollouts.step - 1 ? ", the weights that sampled this step; "
                                         : ", not the weights that sampled; ")
        + "its log-probs were recomputed. Old log-probs: those stored while sampling, of "
        + std::to_string(rollouts.withLogp) + " of " + std::to_string(rollouts.samples.size()) + " completions"
        + (rollouts.withLogp < rollouts.samples.size() ? "; the policy's own for the others." : "."));
    double sum = 0;
    for (size_t i = 0; i < rollouts.samples.size(); ++i) {
        TrainingSample& sample = rollouts.samples[i];
        if (sample.oldLogp.empty())
            sample.oldLogp = logp[i];
        report.tokens += logp[i].size();
        for (size_t t = 0; t < logp[i].size(); ++t) {
            const double ratio = double(logp[i][t]) - double(sample.oldLogp[t]);
            sum += std::exp(ratio);
            report.largestLogRatio = std::max(report.largestLogRatio, std::abs(ratio));
        }
    }
    report.meanRatio = report.tokens > 0 ? sum / double(report.tokens) : 1;
    if (reference) {
        addReference(run, rollouts, report.notes);
        tell();
    }

    UpdateStep step(policy, run.workers());
    std::vector<at::Tensor> gradients;
    for (const LossVariant& variant : variants) {
        const LossPull pull = lossPull(rollouts, logp, variant);
        gradients.push_back(gradientOf(step, rollouts, pull, run.config()));
        report.losses.push_back(
            { variant.name, pull.loss, std::sqrt(at::dot(gradients.back(), gradients.back()).item<double>()),
                pull.summary, clippedRatioOf(variant) });
        tell();
    }
    for (size_t i = 0; i < gradients.size(); ++i) {
        report.cosine.emplace_back();
        for (size_t j = 0; j < gradients.size(); ++j) {
            const double norms = report.losses[i].gradNorm * report.losses[j].gradNorm;
            report.cosine[i].push_back(
                norms > 0 ? at::dot(gradients[i], gradients[j]).item<double>() / norms : std::nan(""));
        }
    }
    return report;
}

WhatIfReport whatIf(const LensRequest& request)
{
    OpenRun run(request);
    const std::vector<LossVariant> variants = variantsOf(run.config(), request.losses);
    const std::vector<int64_t> steps
        = request.step ? std::vector<int64_t> { *request.step } : orThrow(stepsWithGroups(run.reader()));
    WhatIfReport report;
    for (const LossVariant& variant : variants)
        report.rows.push_back({ variant.name, 0, 0, 0, 0, 0, 0, {}, {}, {}, {} });
    std::vector<std::vector<double>> own(variants.size()), other(variants.size());
    double groups = 0;
    std::optional<Transformer> policy;
    std::optional<CheckpointRow> from;
    if (request.policyStep) {
        from = run.checkpoint(0, request.policyStep);
        policy = run.model(*from);
    }
    for (const int64_t number : steps) {
        StoredRollouts rollouts = run.rollouts(number);
        std::vector<std::string> notes = rollouts.notes;
        if (policy || wantsReference(variants))
            run.addPrompts(rollouts, from ? request.run / from->path : std::filesystem::path(run.config().model.path));
        std::vector<std::vector<float>> logp;
        if (policy)
            logp = run.logps(rollouts, *policy);
        for (size_t i = 0; i < rollouts.samples.size(); ++i) {
            TrainingSample& sample = rollouts.samples[i];
            if (sample.oldLogp.empty()) // its ratio is 1, whatever it is
                sample.oldLogp = policy ? logp[i] : std::vector<float>(size_t(sample.completionLength()), 0.0f);
            if (!policy)
                logp.push_back(sample.oldLogp);
        }
        if (wantsReference(variants)) {
            if (rollouts.withLogp < rollouts.samples.size())
                throw Failure({ "loss_not_stored",
                    "A KL term needs the log-probs of every token, and step " + std::to_string(number)
                        + " stored those of " + std::to_string(rollouts.withLogp) + " of "
                        + std::to_string(rollouts.samples.size()) + " completions.",
                    "Leave beta at 0, or run with token_detail_share=1 and a larger token_detail_mb_per_step." });
            addReference(run, rollouts, notes);
        }
        for (std::string& note : notes)
            if (std::find(report.notes.begin(), report.notes.end(), note) == report.notes.end())
                report.notes.push_back(std::move(note));
        groups += double(rollouts.prompts.size());
        if (request.step) {
            report.groupSize = rollouts.groupSize;
            report.stored = rollouts.advantage;
        }
        for (size_t v = 0; v < variants.size(); ++v) {
            const LossPull pull = lossPull(rollouts, logp, variants[v]);
            WhatIfRow& row = report.rows[v];
            if (request.step) {
                row.advantage = pull.advantage;
                for (const std::vector<float>& tokens : pull.pull)
                    row.completionPull.push_back(std::accumulate(tokens.begin(), tokens.end(), 0.0));
            }
            ++row.steps;
            row.zeroVariance += double(std::count(pull.zeroVariance.begin(), pull.zeroVariance.end(), true));
            for (size_t i = 0; i < pull.advantage.size(); ++i) {
                const double before = rollouts.advantage[i], after = pull.advantage[i];
                own[v].push_back(before);
                other[v].push_back(after);
                row.positive += after > kNoAdvantage;
                const auto sign = [](double value) { return (value > kNoAdvantage) - (value < -kNoAdvantage); };
                if (sign(before) != sign(after)) {
                    ++row.signChanges;
                    if (row.changed.size() < kChangesShown)
                        row.changed.push_back(
                            { number, i / rollouts.groupSize, i % rollouts.groupSize, before, after });
                }
            }
            const double share = 1 / double(steps.size());
            PullSummary& mean = row.pull;
            mean.mean += share * pull.summary.mean;
            mean.least = std::min(mean.least, pull.summary.least);
            mean.most = std::max(mean.most, pull.summary.most);
            mean.up += share * pull.summary.up;
            mean.down += share * pull.summary.down;
            mean.ofPositive += share * pull.summary.ofPositive;
            mean.ofNegative += share * pull.summary.ofNegative;
            mean.clippedLow += share * pull.summary.clippedLow;
            mean.clippedHigh += share * pull.summary.clippedHigh;
            mean.silent += share * pull.summary.silent;
            mean.lengthBias += share * pull.summary.lengthBias;
            mean.byPosition.resize(4);
            for (size_t q = 0; q < pull.summary.byPosition.size(); ++q)
                mean.byPosition[q] += share * pull.summary.byPosition[q];
        }
    }
    for (size_t v = 0; v < variants.size(); ++v) {
        WhatIfRow& row = report.rows[v];
        row.completions = int64_t(own[v].size());
        row.correlation = correlation(own[v], other[v]);
        row.zeroVariance /= groups;
        row.positive /= double(row.completions);
    }
    report.notes.push_back(policy ? "Ratios are those of the checkpoint of step " + std::to_string(from->step)
                + " to the policy that sampled."
                                  : "Ratios are 1, as in a step's first update: nothing is clipped. See --policy.");
    return report;
}

} // namespace aha
