#include "core/engine/train_loop.h"

#include "core/algo/kl_controller.h"
#include "core/algo/online_targets.h"
#include "core/algo/prime_model.h"
#include "core/base/fault.h"
#include "core/base/files.h"
#include "core/config/left_out.h"
#include "core/engine/critic_files.h"
#include "core/engine/distill_loop.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/group_rows.h"
#include "core/engine/infra_errors.h"
#include "core/engine/learning_rows.h"
#include "core/engine/model_source.h"
#include "core/engine/preference_loop.h"
#include "core/engine/process_rewards.h"
#include "core/engine/reference_policy.h"
#include "core/engine/reward_model_loop.h"
#include "core/engine/sampling_session.h"
#include "core/engine/selection_state.h"
#include "core/engine/sft_loop.h"
#include "core/engine/step_metrics.h"
#include "core/engine/trained_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace aha {

namespace fs = std::filesystem;

namespace {

/// Online reinforcement learning: the trainer, and what an algorithm keeps beside the policy.
class TrainLoop final : public SamplingSession {
public:
    using SamplingSession::SamplingSession;

private:
    void openStage(bool resuming) override
    {
        openSampling();
        m_trainer = std::make_unique<PolicyTrainer>(*m_policy, *m_workers);
        if (m_config.general.kind == "ppo" && m_config.critic.backbone == "shared")
            m_trainer->shareValueHead();
        else if (m_config.general.kind == "ppo") {
            m_control.starting(StartPart::Critic, m_step, m_config);
            m_critic.emplace(m_device->place(startCritic(m_config)), *m_workers);
        }
        if (m_config.algorithm.beta != 0) {
            m_control.starting(StartPart::Reference, m_step, m_config);
            m_reference.emplace(*m_policy, m_config);
        }
        m_selection.emplace(m_config, *m_task, *m_sampler, *m_rollout, *m_tokenizer);
        if (m_config.general.kind == "prime" || !m_config.process.model.empty())
            m_control.starting(StartPart::ProcessRewardModel, m_step, m_config);
        if (m_config.general.kind == "prime")
            m_prime.emplace(m_device->place(startPolicy(m_config)),
                m_device->place(orThrow(loadModel(m_config.model.path))), *m_workers);
        if (!m_config.process.model.empty())
            m_process.emplace(
                m_config, m_tokenizer, *m_workers, [this](Policy model) { return m_device->place(std::move(model)); });
        recordTask(resuming);
    }

    AdamW& optimizer() override { return m_trainer->optimizer(); }
    Critic* critic() { return m_critic ? &*m_critic : nullptr; }

    StageFiles stageFiles() override
    {
        StageFiles files = criticFiles(critic(), m_trainer->valueHead());
        m_selection->addFiles(files);
        if (m_prime)
            addTrainedFiles(files, "prime", m_prime->model(), m_prime->optimizer());
        if (m_process)
            m_process->addTo(files);
        if (std::optional<TensorFile> reference = m_reference ? m_reference->state() : std::nullopt)
            files.emplace_back("reference.safetensors", [file = std::move(*reference)] { return file.bytes(); });
        files.emplace_back("coefficients.json", [this] {
            const EntropyCoefficient& entropy = m_trainer->entropyCoefficient();
            nlohmann::ordered_json json { { "entropy_coef", entropy.coef }, { "kl_coef", m_klController.coef } };
            if (std::isfinite(entropy.lastEntropy))
                json["last_entropy"] = entropy.lastEntropy;
            return json.dump(2) + "\n";
        });
        return files;
    }

    void restoreStage(const fs::path& checkpoint) override
    {
        const auto file = [&](const char* name) {
            return orThrow(parseTensorFile(orThrow(readFile(checkpoint / name, uint64_t(1) << 40))));
        };
        std::error_code ignored;
        m_selection->restore(checkpoint, m_config);
        restoreCritic(critic(), m_trainer->valueHead(), checkpoint, *m_device);
        if (m_prime)
            restoreTrainedFiles(checkpoint, "prime", m_prime->model(), m_prime->optimizer());
        if (m_process)
            m_process->restore(checkpoint);
        if (m_reference && fs::exists(checkpoint / "reference.safetensors", ignored))
            m_reference->restore(file("reference.safetensors"));
        const Result<std::string> text = readFile(checkpoint / "coefficients.json", 1 << 16);
        if (!text) // of an engine before it
            return;
        const auto json = nlohmann::ordered_json::parse(*text, nullptr, /*allow_exceptions=*/false);
        const auto number = [&](const char* name, double otherwise) {
            return json.is_object() && json.contains(name) && json[name].is_number() ? json[name].get<double>()
                                                                                     : otherwise;
        };
        EntropyCoefficient& entropy = m_trainer->entropyCoefficient();
        entropy.coef = number("entropy_coef", entropy.coef);
        entropy.lastEntropy = number("last_entropy", entropy.lastEntropy);
        m_klController.coef = number("kl_coef", m_config.algorithm.beta);
    }

    void trainStep(int64_t step) override
    {
        const auto begin = std::chrono::steady_clock::now();
        const AlgorithmConfig& a = m_config.algorithm;
        const SamplingParams params = samplingParams(m_config, m_policy->config());

        // Sample, verify and reward.
        SampledStep sampled = m_selection->sample(step, m_config, params, [&](double done) {
            faultKill("sampling");
            m_control.progress(Phase::Sampling, step, 0.5 * done, m_config);
        });
        StepTimes times { sampled.seconds };
        times.rolloutTokens = sampled.generatedTokens;
        m_control.progress(Phase::Scoring, step, 0.5, m_config);
        if (!m_selection->levelNote().empty())
            m_control.log("info", m_selection->levelNote());
        if (const std::optional<std::string> warning = infraErrorWarning(sampled.scored, step))
            m_control.log("warning", *warning);

        // Advantage.
        const auto trainingBegin = std::chrono::steady_clock::now();
        const size_t groupSize = size_t(m_config.rollout.numGenerations);
        std::vector<TrainingSample> samples(sampled.completions.size());
        ScoredBatch batch;
        const RewardConfig rewards = rewardsAt(m_config.rewards, step);
        batch.weights = rewardWeights(rewards);
        batch.tokenGamma = rewards.repetitionGamma;
        for (size_t i = 0; i < samples.size(); ++i) {
            const SampledCompletion& completion = sampled.completions[i];
            TrainingSample& sample = samples[i];
            sample.ids = sampled.promptIds[i / groupSize];
            sample.promptLength = int64_t(sample.ids.size());
            sample.ids.insert(sample.ids.end(), completion.ids.begin(), completion.ids.end());
            sample.oldLogp = completion.logprob;
            sample.stale = !sampled.earlierTokens.empty() && sampled.earlierTokens[i] > 0;
            sample.masked = masksTruncated(a, completion.finish == FinishReason::Length);
            batch.rewards.push_back(sampled.scored[i].parts);
            if (repetitionOnTokens(rewards))
                batch.tokenRewards.push_back(sampled.scored[i].weightedTokenRewards(rewards.repetition));
            batch.ended.push_back(completion.finish != FinishReason::Length);
            batch.correct.push_back(sampled.scored[i].row.correct);
            batch.verdicts.push_back(sampled.scored[i].judged() ? double(sampled.scored[i].row.correct) : std::nan(""));
        }
        batch.rewards = comparableRows(std::move(batch.rewards), batch.weights, groupSize);
        const std::optional<SamplerGap> gap = correctForSampler(samples);
        addReference(samples);
        if (m_critic || m_trainer->valueHead()) {
            std::vector<std::vector<float>> values
                = m_critic ? m_critic->values(samples, m_config) : m_trainer->values(samples, m_config);
            for (size_t i = 0; i < samples.size(); ++i)
                samples[i].oldValue = std::move(values[i]);
        }
        if (m_config.general.kind == "remax")
            batch.greedyRewards = m_sampler->greedyRewards(sampled, m_config, batch.weights, params);
        batch.klWeight = klWeight();
        Metrics extra = judgeTokens(step, samples, batch);
        const OnlineTargets targets = setTargets(samples, batch, m_config);
        const std::vector<size_t> replaced = m_selection->replay(step, targets.rewards, samples);

        // Update.
        std::vector<size_t> order(samples.size());
        std::iota(order.begin(), order.end(), size_t(0));
        Rng shuffle(uint64_t(m_config.general.seed), Purpose::Shuffle, uint64_t(step));
        for (size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[size_t(shuffle.below(i))]);
        const auto progress = [&](double from, double share) {
            return [this, step, from, share](double done) {
                faultKill("training");
                m_control.progress(Phase::Training, step, from + share * done, m_config);
            };
        };
        for (auto& metric : algorithmMetrics(sampled, targets))
            extra.push_back(std::move(metric));
        if (m_critic) {
            const CriticReport critic = orThrow(m_critic->update(samples, order, m_config, progress(0.5, 0.25)));
            extra.emplace_back("critic/value_loss", critic.loss);
            extra.emplace_back("critic/grad_norm", critic.gradNorm);
            extra.emplace_back("critic/clip_ratio", critic.values > 0 ? critic.clipped / critic.values : std::nan(""));
            extra.emplace_back("critic/explained_variance", critic.explainedVariance);
        }
        UpdateReport report;
        if (policyLearns(m_config, step)) {
            Result<UpdateReport> updated = m_trainer->update(samples, order, m_config,
                m_config.general.maxSteps * a.numIterations * a.stepsPerGeneration,
                m_critic ? progress(0.75, 0.25) : progress(0.5, 0.5));
            if (!updated)
                throw Failure(withBatch(updated.error(), step, samples));
            report = std::move(*updated);
        }
        if (m_trainer->valueHead()) {
            extra.emplace_back("critic/value_loss", report.valueLoss);
            extra.emplace_back(
                "critic/clip_ratio", report.values > 0 ? report.valuesClipped / report.values : std::nan(""));
            extra.emplace_back("critic/explained_variance", explainedAtSampling(samples));
        }
        report.samplerGap = gap;
        if (m_process)
            refreshProcess(step, extra);
        m_klController.update(targets.kl, targets.rows);
        if (m_reference && m_reference->follow(step, a))
            m_control.log("info", "The reference policy moved after step " + std::to_string(step) + ".");
        times.trainingSeconds = secondsSince(trainingBegin);

        // Record.
        times.stepSeconds = secondsSince(begin);
        m_tokens += double(times.rolloutTokens);
        Metrics metrics
            = stepMetrics(sampled.scored, sampled.completions, targets.rewards, report, m_config, m_tokens, times);
        metrics.insert(metrics.end(), extra.begin(), extra.end());
        StepRow row { step, 1, std::move(metrics),
            groupRows(step, sampled.items, sampled.scored, sampled.completions, targets.rewards, *m_scorer, m_config) };
        orThrow(m_writer->commitStep(row, learningRows(row.groups, report, batch, replaced)));
        m_control.committed(step, times.stepSeconds, m_config);
        if (m_observer.step)
            m_observer.step(row);
    }

    /// Rewards of tokens or steps, from models beside the policy.
    Metrics judgeTokens(int64_t step, const std::vector<TrainingSample>& samples, ScoredBatch& batch)
    {
        Metrics metrics;
        const auto share = [](double part, double all) { return all > 0 ? part / all : std::nan(""); };
        if (m_prime) {
            PrimeReport report = orThrow(m_prime->learn(samples, batch.verdicts, m_config,
                [this, step](double done) { m_control.progress(Phase::Training, step, 0.5 * done, m_config); }));
            metrics = { { "prime/loss", report.loss }, { "prime/grad_norm", report.gradNorm },
                { "prime/accuracy", share(report.right, report.judged) }, { "prime/reward", report.reward } };
            batch.primeRewards = std::move(report.tokenRewards);
        }
        if (m_process) {
            ProcessRewards::Step judged = m_process->judge(samples, batch.verdicts, m_config);
            metrics = { { "process/reward", judged.mean }, { "process/steps", judged.steps / double(samples.size()) },
                { "process/agreement", share(judged.agrees, judged.judged) } };
            batch.steps = std::move(judged.completions);
        }
        return metrics;
    }

    void refreshProcess(int64_t step, Metrics& metrics)
    {
        const std::optional<ProcessRewards::Refresh> done = orThrow(m_process->refresh(step, m_config));
        if (!done)
            return;
        metrics.emplace_back("process/refresh_loss", done->loss);
        metrics.emplace_back("process/refresh_accuracy", done->accuracy);
        m_control.log("info",
            "The process reward model learned from " + std::to_string(done->rows) + " completions, "
                + std::to_string(done->earlier) + " of them earlier ones, after step " + std::to_string(step) + ".");
    }

    /// Keeps what a step that cannot be taken wanted to train on, so that it can be looked at.
    Error withBatch(Error error, int64_t step, const std::vector<TrainingSample>& samples) const
    {
        std::string text;
        for (size_t i = 0; i < samples.size(); ++i) {
            const TrainingSample& sample = samples[i];
            const nlohmann::ordered_json row { { "completion", i + 1 }, { "prompt_tokens", sample.promptLength },
                { "ids", sample.ids }, { "advantage", sample.advantage }, { "masked", sample.masked },
                { "old_logp", sample.oldLogp }, { "ref_logp", sample.refLogp },
                { "token_advantage", sample.tokenAdvantage } };
            text += row.dump() + "\n";
        }
        const fs::path file = m_run / ("not_finite_step_" + std::to_string(step) + ".jsonl");
        if (writeFileAtomically(file, text))
            error.hint += " The step's completions are in " + file.filename().string() + " in the run's folder.";
        return error;
    }

    /// Of the penalty inside the reward; adaptive where PPO has a target.
    double klWeight()
    {
        const AlgorithmConfig& a = m_config.algorithm;
        const CriticConfig& c = m_config.critic;
        if (a.beta == 0 || a.klPlacement != "reward")
            return 0;
        const bool adaptive = m_config.general.kind == "ppo" && c.klTarget > 0;
        if (!adaptive || m_step == 1)
            m_klController.coef = a.beta;
        m_klController.adaptive
            = adaptive ? std::optional(KlController::Adaptive { c.klTarget, c.klHorizon }) : std::nullopt;
        return m_klController.coef;
    }

    Metrics algorithmMetrics(const SampledStep& sampled, const OnlineTargets& targets) const
    {
        Metrics metrics = scheduledWeights(m_config.rewards, m_step);
        metrics.insert(metrics.end(), m_selection->metrics().begin(), m_selection->metrics().end());
        if (m_config.selection.dynamicSampling) {
            metrics.emplace_back("selection/generated_groups", double(sampled.generatedGroups));
            metrics.emplace_back("selection/used_groups", double(sampled.items.size()));
            metrics.emplace_back("selection/rounds", double(sampled.rounds));
        }
        if (targets.rows > 0) {
            metrics.emplace_back("kl/reward", targets.kl);
            metrics.emplace_back("kl/coef", m_klController.coef);
        }
        if (m_config.entropy.coef != 0 || m_config.entropy.adaptive)
            metrics.emplace_back("entropy/coef", m_trainer->entropyCoefficient().applied());
        return metrics;
    }

    /// Where the sampler is not the trained policy: old log-probs become the policy's own, and each token gets its
    /// ratio.
    std::optional<SamplerGap> correctForSampler(std::vector<TrainingSample>& samples)
    {
        const std::string mode = m_config.algorithm.samplerCorrectionFor(m_config.rollout);
        if (mode == "off" && m_config.rollout.weights == "float32")
            return {};
        std::vector<std::vector<int32_t>> sequences;
        for (const TrainingSample& sample : samples)
            sequences.push_back(sample.ids);
        const std::vector<ScoredSequence> scores
            = m_rollout->score(decoderWeights(m_policy->merged()), sequences, m_config.rollout.temperature);
        std::vector<SampledLogps> logps;
        for (size_t i = 0; i < samples.size(); ++i)
            logps.push_back({ samples[i].oldLogp,
                { scores[i].logprob.begin() + samples[i].promptLength - 1, scores[i].logprob.end() },
                samples[i].masked });
        CorrectedLogps corrected
            = correctSampler(logps, { mode, std::nullopt, m_config.algorithm.samplerCorrectionCap });
        for (size_t i = 0; i < samples.size(); ++i) {
            samples[i].samplingLogp = std::move(samples[i].oldLogp);
            samples[i].oldLogp = std::move(logps[i].old);
            if (mode != "off")
                samples[i].correction = std::move(corrected.ratio[i]);
        }
        return corrected.gap;
    }

    /// Log-probs under the reference policy, only when a KL term wants them.
    void addReference(std::vector<TrainingSample>& samples)
    {
        if (!m_reference)
            return;
        std::vector<std::vector<int32_t>> sequences;
        for (const TrainingSample& sample : samples)
            sequences.push_back(sample.ids);
        const std::vector<ScoredSequence> scores
            = m_rollout->score(decoderWeights(m_reference->model()), sequences, m_config.rollout.temperature);
        for (size_t i = 0; i < samples.size(); ++i)
            samples[i].refLogp.assign(scores[i].logprob.begin() + samples[i].promptLength - 1, scores[i].logprob.end());
    }

    std::optional<SelectionState> m_selection;
    std::optional<ReferencePolicy> m_reference; ///< where there is a KL term
    std::optional<Critic> m_critic; ///< ppo, unless its critic is a head of the trainer's
    std::optional<PrimeModel> m_prime; ///< prime
    std::optional<ProcessRewards> m_process; ///< where steps are rewarded
    KlController m_klController;
    std::unique_ptr<PolicyTrainer> m_trainer;
};

} // namespace

Result<RunState> runTrainLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    switch (stageOf(config.general.kind)) {
    case Stage::FineTuning:
        return runSftLoop(std::move(config), run, std::move(lease), std::move(writer), resuming, observer);
    case Stage::Preference:
        return runPreferenceLoop(std::move(config), run, std::move(lease), std::move(writer), resuming, observer);
    case Stage::Distillation:
        return runDistillLoop(std::move(config), run, std::move(lease), std::move(writer), resuming, observer);
    case Stage::RewardModel:
        return runRewardModelLoop(std::move(config), run, std::move(lease), std::move(writer), resuming, observer);
    case Stage::Online:
        break;
    }
    return TrainLoop(std::move(config), run, std::move(lease), std::move(writer), observer).run(resuming);
}

} // namespace aha
