#include "core/engine/train_loop.h"

#include "core/base/fault.h"
#include "core/base/files.h"
#include "core/engine/checkpoint.h"
#include "core/engine/checkpoint_shelf.h"
#include "core/engine/compute_device.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/group_rows.h"
#include "core/engine/model_source.h"
#include "core/engine/run_control.h"
#include "core/engine/step_metrics.h"
#include "core/store/run_reader.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace aha {

namespace fs = std::filesystem;

namespace {

double secondsSince(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The policy before the first step.
Policy startPolicy(const RunConfig& config)
{
    Transformer model = orThrow(loadModel(config.model.path));
    if (config.adapter.rank == 0)
        return Policy(std::move(model));
    LoraAdapter adapter = LoraAdapter::create(loraConfig(config), model.config(), uint64_t(config.general.seed));
    return Policy(std::move(model), std::move(adapter));
}

/// Everything a running run holds. Built by open(); loop() is the training loop.
class TrainLoop {
public:
    TrainLoop(RunConfig config, fs::path run, std::unique_ptr<Lease> lease, std::unique_ptr<RunWriter> writer,
        const RunObserver& observer)
        : m_config(std::move(config))
        , m_run(std::move(run))
        , m_observer(observer)
        , m_writer(std::move(writer))
        , m_control(m_run, std::move(lease), *m_writer, m_observer)
        , m_shelf(m_run, *m_writer)
    {
    }

    /// Loads model, tokenizer and task; from the newest checkpoint when `resuming`. Throws Failure.
    void open(bool resuming)
    {
        m_control.setState(RunState::Starting, Phase::Loading, m_step, m_config);
        m_device.emplace(orThrow(ComputeDevice::open(m_config.general.device, CudaPlugin::For::Training)));
        m_workers = makeWorkers(m_config.general.threads);
        fs::path source = m_config.model.path;
        std::optional<AdamWState> optimizer;
        std::vector<std::string> notes;
        sweepCheckpoints(m_run);
        const Result<fs::path> checkpoint = resuming ? newestCheckpoint(m_run, notes) : Result<fs::path>(Error {});
        for (const std::string& note : notes)
            m_control.log("warning", note);
        if (checkpoint) {
            LoadedCheckpoint loaded = orThrow(loadCheckpoint(*checkpoint, m_config.model.path));
            m_policy.emplace(m_device->place(std::move(loaded.policy)));
            optimizer = std::move(loaded.optimizer);
            optimizer->first_P = m_device->place(optimizer->first_P);
            optimizer->second_P = m_device->place(optimizer->second_P);
            m_step = loaded.step;
            if (!m_policy->adapter())
                source = *checkpoint;
        } else {
            m_policy.emplace(m_device->place(startPolicy(m_config)));
        }
        const auto tokenizer = orThrow(loadModelTokenizer(source));
        m_companions = readCompanions(source); // its checkpoint may be removed while the run goes on
        if (!m_policy->adapter() && m_companions.empty())
            throw Failure({ "tokenizer_missing",
                source.string() + " has no tokenizer files beside its weights, so a checkpoint would have none.",
                "Train an adapter (adapter.rank above 0), or start from a Hugging Face folder." });
        if (tokenizer->vocabSize() > m_policy->config().vocabSize
            || !std::ranges::count(m_policy->config().eosTokenIds, tokenizer->eosId()))
            throw Failure({ "tokenizer_mismatch",
                "The tokenizer has " + std::to_string(tokenizer->vocabSize()) + " pieces and end token "
                    + std::to_string(tokenizer->eosId()) + "; the model has a vocabulary of "
                    + std::to_string(m_policy->config().vocabSize) + " and end token "
                    + std::to_string(m_policy->config().eosTokenId()) + ".",
                "The two do not belong together." });
        m_task = orThrow(makeTask(m_config.task));
        m_scorer = std::make_unique<CompletionScorer>(
            tokenizer, *m_task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
        m_rollout = m_device->makeRollout(m_policy->config(), *m_workers, m_config.rollout.weights);
        m_trainer = std::make_unique<GrpoTrainer>(*m_policy, *m_workers);
        if (optimizer)
            m_trainer->optimizer().state() = *optimizer;
        for (const MarkerRow& marker : orThrow(m_writer->markers("set")))
            m_settings.push_back(marker);
        for (const MarkerRow& marker : m_settings) // changes that the checkpoint already trained with
            if (marker.step < m_step)
                orThrow(applySetting(m_config, marker.text));
        if (checkpoint)
            m_shelf.takeOver(m_step);
        if (m_step > 0) {
            for (const auto& [name, value] : orThrow(orThrow(RunReader::open(m_run))->metricsAt(m_step)))
                if (name == "num_tokens")
                    m_tokens = value;
        }
        orThrow(m_writer->addSource(
            "generated", m_task->name() + ", seed " + std::to_string(m_config.general.seed), "GPL-3.0-or-later"));
        orThrow(m_writer->addMarker({ 0, m_step, resuming ? "resume" : "start",
            std::string(resuming ? "Resumed" : "Started") + " at step " + std::to_string(m_step) + " on "
                + m_rollout->description() + ", " + std::to_string(m_workers->size()) + " threads",
            "{}", 0 }));
    }

    /// Steps until the end, a stop, or an error (Failure).
    RunState loop()
    {
        packWeights();
        if (m_step == 0) {
            evaluateNow();
            saveNow();
        }
        while (m_step < m_config.general.maxSteps) {
            if (!m_control.between(m_step, m_config, [this](const Command& command) { return answer(command); }))
                return end(RunState::Stopped, "stop", "Stopped after step " + std::to_string(m_step));
            for (const MarkerRow& marker : m_settings) // replay of changes made when these steps were first computed
                if (marker.step == m_step)
                    orThrow(applySetting(m_config, marker.text));
            trainStep(++m_step);
            packWeights();
            const bool last = m_step == m_config.general.maxSteps;
            if (last || (m_config.eval.everySteps > 0 && m_step % m_config.eval.everySteps == 0))
                evaluateNow();
            if (last || m_step % m_config.checkpoint.everySteps == 0)
                saveNow();
        }
        return end(RunState::Finished, "finished", "Finished at step " + std::to_string(m_step));
    }

    RunControl& control() { return m_control; }
    int64_t step() const { return m_step; }

private:
    void packWeights() { m_rollout->setWeights(decoderWeights(m_policy->merged())); }

    void trainStep(int64_t step)
    {
        const auto begin = std::chrono::steady_clock::now();
        const RolloutConfig& r = m_config.rollout;
        const uint64_t seed = uint64_t(m_config.general.seed);

        // Sample.
        std::vector<TaskItem> items;
        std::vector<PromptRequest> prompts;
        for (int64_t i = 0; i < r.promptsPerStep; ++i) {
            items.push_back(m_task->trainItem(seed, uint64_t((step - 1) * r.promptsPerStep + i)));
            PromptRequest prompt { promptIds(m_scorer->tokenizer(), items.back().prompt), {} };
            for (int64_t j = 0; j < r.numGenerations; ++j)
                prompt.streams.emplace_back(seed, Purpose::Sampling, uint64_t(step), uint64_t(i << 20 | j));
            prompts.push_back(std::move(prompt));
        }
        const auto groups = m_rollout->generate(prompts, samplingParams(m_config, m_scorer->tokenizer()),
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
                { m_config.rewards.accuracy, m_config.rewards.format, m_config.rewards.language } });

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

    void evaluateNow()
    {
        const EvalConfig& e = m_config.eval;
        const bool full = m_step == 0 || m_step == m_config.general.maxSteps;
        const EvaluationRow row = evaluate(*m_rollout, *m_scorer, m_config,
            { m_step, 1, int(full ? e.finalProblems : e.problems), int(full ? e.finalSamples : e.samples),
                uint64_t(m_config.general.seed) },
            [&](double done) {
                faultKill("evaluating");
                m_control.progress(Phase::Evaluating, m_step, done, m_config);
            });
        orThrow(m_writer->commitEvaluation(row));
        m_control.committed(m_step, 0, m_config);
        if (m_observer.evaluation)
            m_observer.evaluation(row);
    }

    void saveNow()
    {
        m_control.progress(Phase::Saving, m_step, 0, m_config);
        m_shelf.save(m_step, *m_policy, m_trainer->optimizer().state(), m_companions, m_config);
    }

    /// Commands that need the model. Returns the reply's text; throws Failure for a refusal.
    std::string answer(const Command& command)
    {
        switch (command.kind) {
        case Command::Kind::CheckpointNow:
            saveNow();
            orThrow(m_writer->addMarker(
                { 0, m_step, "checkpoint", "Checkpoint at step " + std::to_string(m_step), "{}", 0 }));
            return "Checkpoint written at step " + std::to_string(m_step) + ".";
        case Command::Kind::SampleNow: {
            const std::vector<TaskItem> fresh
                = command.prompt.empty() ? m_task->heldOut(64) : std::vector<TaskItem>(); // small tasks have fewer
            const std::string prompt = fresh.empty() ? command.prompt : fresh[size_t(m_step) % fresh.size()].prompt;
            const auto result = m_rollout->generate(
                { { promptIds(m_scorer->tokenizer(), prompt),
                    { Rng(uint64_t(m_config.general.seed), Purpose::Evaluation, 1u << 30, uint64_t(m_step)) } } },
                samplingParams(m_config, m_scorer->tokenizer()));
            return prompt + " " + m_scorer->tokenizer().decode(result[0][0].ids);
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

    RunState end(RunState state, const std::string& marker, const std::string& text)
    {
        saveNow();
        if (state == RunState::Finished)
            orThrow(m_writer->endStage(1));
        orThrow(m_writer->addMarker({ 0, m_step, marker, text, "{}", 0 }));
        m_control.setState(state, Phase::Idle, m_step, m_config);
        return state;
    }

    RunConfig m_config;
    fs::path m_run;
    CompanionFiles m_companions; ///< of the model, for its checkpoints
    const RunObserver& m_observer;
    std::unique_ptr<RunWriter> m_writer;
    RunControl m_control;
    CheckpointShelf m_shelf;
    std::optional<ComputeDevice> m_device;
    std::unique_ptr<Workers> m_workers;
    std::optional<Policy> m_policy;
    std::optional<Transformer> m_reference; ///< only when the whole model is trained: else it is the base
    std::unique_ptr<Task> m_task;
    std::unique_ptr<CompletionScorer> m_scorer;
    std::unique_ptr<RolloutBackend> m_rollout;
    std::unique_ptr<GrpoTrainer> m_trainer;
    std::vector<MarkerRow> m_settings; ///< changes of an earlier session, replayed at their steps
    int64_t m_step = 0;
    double m_tokens = 0;
};

} // namespace

Result<RunState> runTrainLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    TrainLoop loop(std::move(config), run, std::move(lease), std::move(writer), observer);
    try {
        loop.open(resuming);
        return loop.loop();
    } catch (const Failure& failure) {
        loop.control().failed(loop.step(), failure.error());
        return failure.error();
    } catch (const std::bad_alloc&) {
        const Error error { "out_of_memory", "The computer ran out of memory.",
            "Use fewer prompts per step, shorter completions or a smaller model." };
        loop.control().failed(loop.step(), error);
        return error;
    } catch (const std::exception& exception) {
        const Error error { "internal", std::string("The engine stopped: ") + exception.what(),
            "The run can be resumed from its last checkpoint." };
        loop.control().failed(loop.step(), error);
        return error;
    }
}

} // namespace aha
