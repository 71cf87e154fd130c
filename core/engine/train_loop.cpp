#include "core/engine/train_loop.h"

#include "core/base/fault.h"
#include "core/engine/data_record.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/group_rows.h"
#include "core/engine/sft_loop.h"
#include "core/engine/step_metrics.h"
#include "core/engine/training_session.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace aha {

namespace fs = std::filesystem;

namespace {

/// GRPO: the trainer, the task and the rollouts beside what every stage has.
class TrainLoop final : public TrainingSession {
public:
    using TrainingSession::TrainingSession;

private:
    void openStage(bool resuming) override
    {
        m_task = orThrow(makeRunTask(m_config));
        m_prompts.emplace(orThrow(PromptBuilder::open(m_config.prompt, m_modelSource, m_tokenizer)));
        m_scorer = std::make_unique<CompletionScorer>(
            m_tokenizer, *m_task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
        m_rollout = m_device->makeRollout(m_policy->config(), *m_workers, m_config.rollout.weights);
        m_description = m_rollout->description();
        m_trainer = std::make_unique<GrpoTrainer>(*m_policy, *m_workers);
        if (const auto* rows = dynamic_cast<const DataTask*>(m_task.get()))
            recordData(*m_writer, rows->data(), resuming);
        else
            orThrow(m_writer->addSource(
                "generated", m_task->name() + ", seed " + std::to_string(m_config.general.seed), "GPL-3.0-or-later"));
    }

    AdamW& optimizer() override { return m_trainer->optimizer(); }
    void packWeights() override { m_rollout->setWeights(decoderWeights(m_policy->merged())); }

    void trainStep(int64_t step) override
    {
        const auto begin = std::chrono::steady_clock::now();
        const RolloutConfig& r = m_config.rollout;
        const uint64_t seed = uint64_t(m_config.general.seed);

        // Sample.
        std::vector<TaskItem> items;
        std::vector<PromptRequest> prompts;
        for (int64_t i = 0; i < r.promptsPerStep; ++i) {
            items.push_back(m_task->trainItem(seed, uint64_t((step - 1) * r.promptsPerStep + i)));
            PromptBuilder::Prompt built = m_prompts->build(items.back());
            items.back().prompt = std::move(built.text);
            PromptRequest prompt { std::move(built.ids), {} };
            for (int64_t j = 0; j < r.numGenerations; ++j)
                prompt.streams.emplace_back(seed, Purpose::Sampling, uint64_t(step), uint64_t(i << 20 | j));
            prompts.push_back(std::move(prompt));
        }
        const auto groups = m_rollout->generate(prompts, samplingParams(m_config, m_policy->config()),
            { .progress =
                    [&](double done) {
                        faultKill("sampling");
                        m_control.progress(Phase::Sampling, step, 0.5 * done, m_config);
                    },
                .stopWatch = stopWatchFor({ r.stop }, m_scorer->tokenizer()) });
        StepTimes times;
        times.rolloutSeconds = secondsSince(begin);

        // Verify and reward.
        m_control.progress(Phase::Scoring, step, 0.5, m_config);
        std::vector<SampledCompletion> completions;
        for (const auto& group : groups)
            completions.insert(completions.end(), group.begin(), group.end());
        std::vector<CompletionScorer::Scored> scored(completions.size());
        m_workers->run([&](int w) {
            for (size_t i = size_t(w); i < scored.size(); i += size_t(m_workers->size()))
                scored[i] = m_scorer->score(items[i / size_t(r.numGenerations)], completions[i], m_config.rewards);
        });
        std::vector<std::vector<double>> rewards;
        for (const CompletionScorer::Scored& one : scored)
            rewards.push_back(one.parts);

        // Advantage.
        const Advantages advantages = computeAdvantages(rewards,
            { int(r.numGenerations), m_config.algorithm.scaleRewards, "sum_then_normalize",
                CompletionScorer::weights(m_config.rewards) });

        // Update.
        const auto trainingBegin = std::chrono::steady_clock::now();
        std::vector<TrainingSample> samples(completions.size());
        for (size_t i = 0; i < samples.size(); ++i) {
            TrainingSample& sample = samples[i];
            sample.ids = prompts[i / size_t(r.numGenerations)].promptIds;
            sample.promptLength = int64_t(sample.ids.size());
            sample.ids.insert(sample.ids.end(), completions[i].ids.begin(), completions[i].ids.end());
            sample.oldLogp = completions[i].logprob;
            sample.advantage = advantages.advantage[i];
            sample.masked
                = m_config.algorithm.maskTruncatedCompletions && completions[i].finish == FinishReason::Length;
            times.rolloutTokens += int64_t(completions[i].ids.size());
        }
        const std::optional<SamplerGap> gap = correctForSampler(samples);
        addReference(samples);
        std::vector<size_t> order(samples.size());
        std::iota(order.begin(), order.end(), size_t(0));
        Rng shuffle(seed, Purpose::Shuffle, uint64_t(step));
        for (size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[size_t(shuffle.below(i))]);
        const AlgorithmConfig& a = m_config.algorithm;
        UpdateReport report = orThrow(m_trainer->update(samples, order, m_config,
            m_config.general.maxSteps * a.numIterations * a.stepsPerGeneration, [&](double done) {
                faultKill("training");
                m_control.progress(Phase::Training, step, 0.5 + 0.5 * done, m_config);
            }));
        report.samplerGap = gap;
        times.trainingSeconds = secondsSince(trainingBegin);

        // Record.
        times.stepSeconds = secondsSince(begin);
        m_tokens += double(times.rolloutTokens);
        StepRow row { step, 1, stepMetrics(scored, completions, advantages, report, m_config, m_tokens, times),
            groupRows(step, items, scored, completions, advantages, *m_scorer, m_config) };
        orThrow(m_writer->commitStep(row));
        m_control.committed(step, times.stepSeconds, m_config);
        if (m_observer.step)
            m_observer.step(row);
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
            samples[i].oldLogp = std::move(logps[i].old);
            if (mode != "off")
                samples[i].correction = std::move(corrected.ratio[i]);
        }
        return corrected.gap;
    }

    /// Log-probs under the frozen starting policy, only when the KL term wants them.
    void addReference(std::vector<TrainingSample>& samples)
    {
        if (m_config.algorithm.beta == 0)
            return;
        if (!m_policy->adapter() && !m_reference)
            m_reference.emplace(orThrow(Transformer::load(m_config.model.path)));
        const Transformer& reference = m_policy->adapter() ? m_policy->base() : *m_reference;
        std::vector<std::vector<int32_t>> sequences;
        for (const TrainingSample& sample : samples)
            sequences.push_back(sample.ids);
        const std::vector<ScoredSequence> scores
            = m_rollout->score(decoderWeights(reference), sequences, m_config.rollout.temperature);
        for (size_t i = 0; i < samples.size(); ++i)
            samples[i].refLogp.assign(scores[i].logprob.begin() + samples[i].promptLength - 1, scores[i].logprob.end());
    }

    void evaluateNow() override
    {
        const EvalConfig& e = m_config.eval;
        const bool full = m_step == 0 || m_step == m_config.general.maxSteps;
        const EvaluationRow row = evaluate(*m_rollout, *m_scorer, *m_prompts, m_config,
            { m_step, 1, int(full ? e.finalProblems : e.problems), int(full ? e.finalSamples : e.samples),
                uint64_t(m_config.general.seed), samplingParams(m_config, m_policy->config()) },
            [&](double done) {
                faultKill("evaluating");
                m_control.progress(Phase::Evaluating, m_step, done, m_config);
            });
        orThrow(m_writer->commitEvaluation(row));
        m_control.committed(m_step, 0, m_config);
        if (m_observer.evaluation)
            m_observer.evaluation(row);
    }

    std::string answerForModel(const Command& command) override
    {
        switch (command.kind) {
        case Command::Kind::SampleNow: {
            const std::vector<TaskItem> fresh
                = command.prompt.empty() ? m_task->heldOut(64) : std::vector<TaskItem>(); // small tasks have fewer
            const TaskItem item
                = fresh.empty() ? TaskItem { command.prompt, "", "" } : fresh[size_t(m_step) % fresh.size()];
            const auto result = m_rollout->generate(
                { { m_prompts->build(item).ids,
                    { Rng(uint64_t(m_config.general.seed), Purpose::Evaluation, 1u << 30, uint64_t(m_step)) } } },
                samplingParams(m_config, m_policy->config()),
                { .stopWatch = stopWatchFor({ m_config.rollout.stop }, m_scorer->tokenizer()) });
            return item.prompt + " " + m_scorer->tokenizer().decode(result[0][0].ids);
        }
        case Command::Kind::ScoreText: {
            const CompletionScorer::Scored scored
                = m_scorer->scoreText(command.prompt, command.completion, m_config.rewards);
            return scored.row.verdict + " (" + scored.row.reason + "): " + scored.judgement.explanation;
        }
        default:
            throw Failure({ "protocol_unknown_kind", "This command is not for the model.", "" });
        }
    }

    std::optional<Transformer> m_reference; ///< only when the whole model is trained: else it is the base
    std::unique_ptr<Task> m_task;
    std::unique_ptr<CompletionScorer> m_scorer;
    std::optional<PromptBuilder> m_prompts;
    std::unique_ptr<RolloutBackend> m_rollout;
    std::unique_ptr<GrpoTrainer> m_trainer;
};

} // namespace

Result<RunState> runTrainLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    if (config.general.kind == "sft")
        return runSftLoop(std::move(config), run, std::move(lease), std::move(writer), resuming, observer);
    return TrainLoop(std::move(config), run, std::move(lease), std::move(writer), observer).run(resuming);
}

} // namespace aha
