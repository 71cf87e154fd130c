#include "core/engine/run_plan.h"

#include "core/algo/policy_trainer.h"
#include "core/algo/sft_trainer.h"
#include "core/base/files.h"
#include "core/card/memory_needs.h"
#include "core/config/held_out.h"
#include "core/config/training_memory.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/first_steps.h"
#include "core/engine/model_source.h"
#include "core/engine/prompt_builder.h"
#include "core/engine/training_session.h"

#include <algorithm>
#include <cstdio>

namespace aha {

/// VmHWM.
double mostResidentMb()
{
    const Result<std::string> status = readFile("/proc/self/status", 1 << 16);
    const size_t at = status ? status->find("VmHWM:") : std::string::npos;
    long kb = 0;
    return at != std::string::npos && std::sscanf(status->c_str() + at, "VmHWM: %ld", &kb) == 1
        ? double(kb) * 1024 / 1e6
        : 0;
}

namespace {

constexpr int kSampledTokens = 12; ///< a sequence
constexpr int64_t kMostMeasuredRows = 64;
constexpr size_t kMeasuredPrompts = 16;
constexpr double kLengthSeconds = 15; ///< what sampling whole completions may take, about
constexpr double kQuickSeconds = 1;
constexpr int64_t kFewestLengths = 8, kMostLengths = 64;

class Measurement {
public:
    explicit Measurement(const RunConfig& config)
        : m_config(config)
        , m_device(orThrow(ComputeDevice::open(config.general.device, CudaPlugin::For::Training)))
        , m_workers(makeWorkers(config.general.threads))
        , m_policy(m_device.place(startPolicy(config)))
        , m_tokenizer(orThrow(loadModelTokenizer(config.model.path)))
    {
    }

    RunPlan grpo()
    {
        const RolloutConfig& r = m_config.rollout;
        const auto task = orThrow(makeRunTask(m_config));
        const PromptBuilder builder = orThrow(PromptBuilder::open(m_config.prompt, m_config.model.path, m_tokenizer));
        const int64_t batch = r.promptsPerStep * r.numGenerations;
        std::vector<PromptRequest> prompts;
        for (size_t i = 0; i < std::min<size_t>(kMeasuredPrompts, size_t(r.promptsPerStep)); ++i) {
            prompts.push_back({ builder.build(task->trainItem(uint64_t(m_config.general.seed), i)).ids, {} });
            m_plan.promptTokens += double(prompts.back().promptIds.size());
        }
        m_plan.promptTokens /= double(prompts.size());
        m_plan.measuredRows = std::min(batch, kMostMeasuredRows);
        for (int64_t i = 0; i < m_plan.measuredRows; ++i)
            prompts[size_t(i) % prompts.size()].streams.emplace_back(0, Purpose::Sampling, 0, uint64_t(i));

        // Sampling: its pace without the prompts, from two lengths.
        const auto rollout = m_device.makeRollout(m_policy.config(), *m_workers, r.weights);
        rollout->setWeights(decoderWeights(m_policy.merged()));
        SamplingParams params = samplingParams(m_config, m_policy.config());
        params.ignoreEos = true;
        const auto sample = [&](int tokens) {
            params.maxNewTokens = tokens;
            const auto begin = std::chrono::steady_clock::now();
            m_groups = rollout->generate(prompts, params);
            return secondsSince(begin);
        };
        const double first = sample(1), all = sample(kSampledTokens);
        m_plan.sampledTokensPerSecond
            = double(m_plan.measuredRows * (kSampledTokens - 1)) / std::max(all - first, 1e-6);

        // How long completions are now: whole ones, ended as the run ends them.
        const double expected = sampleLengths(*rollout, prompts, batch);

        // One update whose passes are full, also where today's short completions would not fill them: they may become
        // half as long as allowed. Whatever was sampled, every sequence trains.
        PolicyTrainer trainer(m_policy, *m_workers);
        const double later = std::max(expected, 0.5 * double(r.maxCompletionLength));
        const int64_t enough
            = std::min(enoughTokens(), int64_t(double(batch) * (m_plan.promptTokens + std::max(later, 1.0))));
        std::vector<TrainingSample> samples;
        int64_t tokens = 0;
        for (size_t round = 0; tokens < enough; ++round)
            for (size_t i = 0; i < prompts.size() && tokens < enough; ++i) {
                if (m_groups[i].empty())
                    continue;
                const SampledCompletion& completion = m_groups[i][round % m_groups[i].size()];
                TrainingSample sample;
                sample.ids = prompts[i].promptIds;
                sample.promptLength = int64_t(sample.ids.size());
                sample.ids.insert(sample.ids.end(), completion.ids.begin(), completion.ids.end());
                sample.oldLogp = completion.logprob;
                if (m_config.algorithm.beta != 0)
                    sample.refLogp = sample.oldLogp;
                sample.advantage = samples.size() % 2 ? 1 : -1;
                tokens += int64_t(sample.ids.size());
                samples.push_back(std::move(sample));
            }
        std::vector<size_t> order(samples.size());
        for (size_t i = 0; i < order.size(); ++i)
            order[i] = i;
        RunConfig once = m_config;
        once.algorithm.stepsPerGeneration = once.algorithm.numIterations = 1;
        m_plan.trainedTokensPerSecond
            = double(tokens) / secondsOf([&] { orThrow(trainer.update(samples, order, once, 1)); });

        if (m_config.algorithm.beta != 0 || r.weights != "float32") { // a decoder for the reference or the exact policy
            std::vector<int32_t> ids = samples[0].ids;
            rollout->score(decoderWeights(m_policy.adapter() ? m_policy.base() : m_policy.merged()), { ids }, 1.0);
        }
        // What the run has beyond: caches of whole sequences, those of all prompts, and a reference model of its own.
        const double perToken = cacheBytesPerToken(m_policy.config());
        const double slots = double(std::min<int64_t>(batch, m_plan.measuredRows)),
                     longer = double(r.maxCompletionLength - kSampledTokens),
                     morePrompts = double(r.promptsPerStep) - double(prompts.size());
        double more = perToken * (slots * std::max(longer, 0.0) + std::max(morePrompts, 0.0) * m_plan.promptTokens);
        if (m_config.algorithm.beta != 0 && !m_policy.adapter())
            more += 4.0 * double(m_policy.config().parameterCount());
        finish(more);
        m_plan.rolloutSeconds = double(batch) * expected / m_plan.sampledTokensPerSecond
            + first * double(r.promptsPerStep) / double(prompts.size());
        m_plan.trainingSeconds = double(m_config.algorithm.numIterations * batch) * (m_plan.promptTokens + expected)
            / m_plan.trainedTokensPerSecond;
        m_plan.stepSeconds = m_plan.rolloutSeconds + m_plan.trainingSeconds;
        return m_plan;
    }

    RunPlan sft()
    {
        SftTrainer trainer(m_policy, *m_workers);
        const int64_t length = m_config.sft.maxLength, rows = m_config.sft.batchSize;
        std::vector<SftSequence> batch;
        for (int64_t tokens = 0; tokens < enoughTokens() && int64_t(batch.size()) < rows; tokens += length) {
            SftSequence sequence { {}, std::vector<uint8_t>(size_t(length), 1) };
            for (int64_t t = 0; t < length; ++t)
                sequence.ids.push_back(int32_t((t * 7 + 11) % m_policy.config().vocabSize));
            batch.push_back(std::move(sequence));
        }
        m_plan.trainedTokensPerSecond
            = double(int64_t(batch.size()) * length) / secondsOf([&] { orThrow(trainer.update(batch, m_config, 1)); });
        if (m_config.sft.evalCompletions > 0 || solvesHeldOut(m_config)) {
            const auto rollout = m_device.makeRollout(m_policy.config(), *m_workers, m_config.rollout.weights);
            rollout->setWeights(decoderWeights(m_policy.merged()));
        }
        finish(cacheBytesPerToken(m_policy.config())
            * double(m_config.sft.evalCompletions * m_config.rollout.maxCompletionLength));
        m_plan.trainingSeconds = double(rows * length) / m_plan.trainedTokensPerSecond;
        m_plan.stepSeconds = m_plan.trainingSeconds;
        return m_plan;
    }

private:
    /// Of a quick one the second time: the first also allocates.
    template <class Work> static double secondsOf(const Work& work)
    {
        for (bool again = true;; again = false) {
            const auto begin = std::chrono::steady_clock::now();
            work();
            if (const double seconds = secondsSince(begin); seconds > kQuickSeconds || !again)
                return std::max(seconds, 1e-6);
        }
    }

    /// Samples whole completions of these prompts and keeps them; their mean length. As many as fit into the time.
    double sampleLengths(RolloutBackend& rollout, std::vector<PromptRequest>& prompts, int64_t batch)
    {
        const RolloutConfig& r = m_config.rollout;
        const int64_t affordable = int64_t(
            kLengthSeconds * m_plan.sampledTokensPerSecond / double(std::max<int64_t>(r.maxCompletionLength, 1)));
        const int64_t count = std::min(batch, std::clamp(affordable, kFewestLengths, kMostLengths));
        for (size_t i = 0; i < prompts.size(); ++i)
            prompts[i].streams.clear();
        for (size_t i = 0; i < size_t(count); ++i) // those of the run's first step
            prompts[i % prompts.size()].streams.emplace_back(uint64_t(m_config.general.seed), Purpose::Sampling, 1,
                uint64_t(i % prompts.size() << 20 | i / prompts.size()));
        m_groups = rollout.generate(prompts, samplingParams(m_config, m_policy.config()),
            { .stopWatch = stopWatchFor({ r.stop }, *m_tokenizer) });
        double tokens = 0;
        for (const auto& group : m_groups)
            for (const SampledCompletion& completion : group) {
                tokens += double(completion.ids.size());
                m_plan.cutCompletions += completion.finish == FinishReason::Length;
            }
        m_plan.sampledCompletions = count;
        m_plan.completionTokens = tokens / double(count);
        return m_plan.completionTokens;
    }

    /// For a full pass on every worker.
    int64_t enoughTokens() const
    {
        const bool gpu = !m_policy.trained().device().is_cpu();
        return tokensPerPass(m_config.training, gpu) * (gpu ? 1 : m_workers->size());
    }

    /// A checkpoint holds one file's bytes at a time, the moments' at most, when no activations are there.
    void finish(double moreBytes)
    {
        m_plan.measuredMb = mostResidentMb();
        const double checkpoint = 8.0 * double(m_policy.trained().numel()),
                     activations = double(activationBytesPerToken(m_policy.config(),
                                       checkpointsLayers(m_config.training, m_policy.config(), false)))
            * double(enoughTokens());
        m_plan.peakMb = m_plan.measuredMb + (moreBytes + std::max(0.0, checkpoint - activations)) / 1e6;
    }

    const RunConfig& m_config;
    ComputeDevice m_device;
    std::unique_ptr<Workers> m_workers;
    Policy m_policy;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::vector<std::vector<SampledCompletion>> m_groups;
    RunPlan m_plan;
};

} // namespace

Result<RunPlan> measurePlan(const RunConfig& config)
{
    const Stage stage = stageOf(config.general.kind);
    const std::string& kind = config.general.kind;
    const bool severalModels = stage == Stage::Preference || stage == Stage::Distillation || stage == Stage::RewardModel
        || kind == "ppo" || kind == "prime" || !config.process.model.empty() || !config.rewards.modelPath.empty();
    try {
        if (severalModels)
            return measureFirstSteps(config);
        const auto begin = std::chrono::steady_clock::now();
        Measurement measurement(config);
        RunPlan plan = stage == Stage::FineTuning ? measurement.sft() : measurement.grpo();
        plan.seconds = secondsSince(begin);
        return plan;
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const std::bad_alloc&) {
        return Error { "out_of_memory", "The computer ran out of memory while it measured.",
            "Use smaller batches, an adapter, gradient checkpointing or a smaller model." };
    }
}

} // namespace aha
