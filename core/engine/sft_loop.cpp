#include "core/engine/sft_loop.h"

#include "core/algo/sft_trainer.h"
#include "core/base/fault.h"
#include "core/config/held_out.h"
#include "core/engine/data_record.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/example_sampler.h"
#include "core/engine/held_out_problems.h"
#include "core/engine/model_source.h"
#include "core/engine/row_answers.h"
#include "core/engine/sft_batches.h"
#include "core/engine/step_metrics.h"
#include "core/engine/training_session.h"
#include "core/rollout/rollout_engine.h"

#include <cmath>
#include <cstdio>

namespace aha {

namespace fs = std::filesystem;

namespace {

std::string counted(uint64_t n, const std::string& what)
{
    return std::to_string(n) + " row" + (n == 1 ? " " : "s ") + what;
}

class SftLoop final : public TrainingSession {
public:
    using TrainingSession::TrainingSession;

private:
    void openStage(bool resuming) override
    {
        m_control.starting(StartPart::Data, m_step, m_config);
        m_data.emplace(orThrow(TrainingData::open(m_config.data, uint64_t(m_config.general.seed), kSftKinds,
            data::defaultDatasetCache(), {}, [this](const data::ImportProgress& p) {
                m_control.progress(
                    Phase::Loading, m_step, p.bytesTotal > 0 ? double(p.bytes) / double(p.bytesTotal) : 0, m_config);
            })));
        recordData(*m_writer, *m_data, resuming);
        m_encoder.emplace(orThrow(SftEncoder::open(m_tokenizer, m_modelSource, m_config.sft)));
        m_batches.emplace(*m_data, *m_encoder, m_config, *m_workers,
            [this](double done) { m_control.progress(Phase::Loading, m_step, done, m_config); });
        sayWhatTrains();
        m_examples.emplace(*m_data, *m_encoder, *m_tokenizer,
            orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")), m_config);
        if (solvesHeldOut(m_config))
            m_problems.emplace(m_config, m_modelSource, m_tokenizer);
        m_trainer.emplace(*m_policy, *m_workers);
        m_description
            = std::string(m_device->name()) == "cpu" ? RolloutEngine::instructionSet() : makeRollout()->description();
    }

    std::unique_ptr<RolloutBackend> makeRollout() const
    {
        return m_device->makeRollout(m_policy->config(), *m_workers, m_config.rollout.weights);
    }

    AdamW& optimizer() override { return m_trainer->optimizer(); }
    void packWeights() override { } // rollouts are rare here: sample() does it

    void trainStep(int64_t step) override
    {
        const auto begin = std::chrono::steady_clock::now();
        m_control.progress(Phase::Training, step, 0, m_config);
        const SftBatches::Batch batch = m_batches->at(step);
        const SftUpdate update
            = orThrow(m_trainer->update(batch.sequences, m_config, m_config.general.maxSteps, [&](double done) {
                  faultKill("training");
                  m_control.progress(Phase::Training, step, done, m_config);
              }));
        const double trainingSeconds = secondsSince(begin);
        m_tokens += double(update.scores.tokens);
        StepRow row { step, 1,
            { { "loss", update.loss }, { "mean_token_accuracy", update.scores.tokenAccuracy },
                { "entropy", update.scores.entropy }, { "num_tokens", m_tokens }, { "grad_norm", update.gradNorm },
                { "learning_rate", update.learningRate }, { "epoch", batch.epoch } },
            {} };
        if (evaluationDue(step))
            timeEvaluation([&] { evaluateInto(row); });
        row.metrics.emplace_back("perf/step_seconds", secondsSince(begin));
        row.metrics.emplace_back("perf/training_seconds", trainingSeconds);
        row.metrics.emplace_back(
            "perf/training_tokens_per_second", double(update.scores.tokens) / std::max(trainingSeconds, 1e-9));
        row.metrics.emplace_back("perf/resident_mb", residentMegabytes());
        commit(row, trainingSeconds);
    }

    /// A later step's loss on held-out rows is part of the step: see trainStep().
    void evaluateNow() override
    {
        StepRow row { 0, 1, {}, {} };
        if (m_step == 0)
            evaluateInto(row);
        if (!row.metrics.empty() || !row.groups.empty())
            commit(row, 0);
        if (!m_problems)
            return;
        const std::unique_ptr<RolloutBackend> rollout = packedRollout();
        record(m_problems->solve(*rollout, m_config, m_policy->config(), m_step, [&](double done) {
            faultKill("evaluating");
            m_control.progress(Phase::Evaluating, m_step, done, m_config);
        }));
    }

    LiveAnswer answerForModel(const Command& command) override
    {
        const ExampleSampler::Generate generate = [this](const auto& prompts) { return sample(prompts, {}); };
        return answerFromRows(
            { m_config, m_modelSource, m_policy->config(), m_tokenizer, *m_examples, generate }, command, m_step);
    }

    void commit(const StepRow& row, double stepSeconds)
    {
        orThrow(m_writer->commitStep(row));
        m_control.committed(row.step, stepSeconds, m_config);
        if (m_observer.step)
            m_observer.step(row);
    }

    /// Loss and accuracy on the held-out rows, and example completions.
    void evaluateInto(StepRow& row)
    {
        const std::vector<SftSequence>& held = m_batches->heldOut();
        if (!held.empty()) {
            const SftScores scores = m_trainer->evaluate(held, m_config, [&](double done) {
                faultKill("evaluating");
                m_control.progress(Phase::Evaluating, row.step, done, m_config);
            });
            row.metrics.emplace_back("eval_loss", scores.nll);
            row.metrics.emplace_back("eval_mean_token_accuracy", scores.tokenAccuracy);
            row.metrics.emplace_back("eval_entropy", scores.entropy);
            row.metrics.emplace_back("eval_num_tokens", double(scores.trainedTokens));
            row.metrics.emplace_back("eval_samples", double(held.size()));
            char text[160];
            std::snprintf(text, sizeof text,
                "Held out at step %lld: loss %.4f, token accuracy %.1f %% (n = %zu rows, %lld trained tokens)",
                static_cast<long long>(row.step), scores.nll, 100 * scores.tokenAccuracy, held.size(),
                static_cast<long long>(scores.trainedTokens));
            m_control.log("info", text);
        }
        row.groups = m_examples->rows(row.step, [this](const auto& prompts) { return sample(prompts, {}); });
    }

    /// With the weights of now; only while it is needed: as large as the model.
    std::unique_ptr<RolloutBackend> packedRollout()
    {
        std::unique_ptr<RolloutBackend> rollout = makeRollout();
        rollout->setWeights(decoderWeights(m_policy->merged()));
        return rollout;
    }

    std::vector<std::vector<SampledCompletion>> sample(
        const std::vector<PromptRequest>& prompts, const std::function<void(double)>& progress) override
    {
        return packedRollout()->generate(prompts, samplingParams(m_config, m_policy->config()),
            { .progress = progress, .stopWatch = stopWatchFor({ m_config.rollout.stop }, *m_tokenizer) });
    }

    void sayWhatTrains()
    {
        const int64_t steps = m_batches->stepsInFirstEpoch();
        char text[200];
        std::snprintf(text, sizeof text, "; %lld steps are an epoch, so the run has %.2f epochs.",
            static_cast<long long>(steps), double(m_config.general.maxSteps) / double(steps));
        m_control.log("info",
            counted(m_batches->rows(), "train, ") + std::to_string(m_batches->heldOut().size()) + " are held out"
                + text);
        const auto warn = [this](uint64_t n, const std::string& what) {
            if (n > 0)
                m_control.log("warning", counted(n, what));
        };
        const std::string limit = std::to_string(m_config.sft.maxLength) + " tokens (sft.max_length).";
        warn(m_batches->cut(), "longer than the limit of " + limit);
        warn(m_batches->untrained(), "left out: no trained token within " + limit);
        warn(m_batches->unreadable(), "left out: no text to train on could be made of them.");
        warn(m_batches->boundaryMoved(),
            "where the prompt alone has other tokens than at the head of the whole; as in TRL its token count is "
            "masked.");
        for (const TrainingData::Source& source : m_data->sources())
            warn(source.bad, "of " + source.path + " left out: unreadable.");
    }

    std::optional<TrainingData> m_data;
    std::optional<SftEncoder> m_encoder;
    std::optional<SftBatches> m_batches;
    std::optional<SftTrainer> m_trainer;
    std::optional<ExampleSampler> m_examples;
    std::optional<HeldOutProblems> m_problems; ///< where it solves some
};

} // namespace

Result<RunState> runSftLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    return SftLoop(std::move(config), run, std::move(lease), std::move(writer), observer).run(resuming);
}

} // namespace aha
