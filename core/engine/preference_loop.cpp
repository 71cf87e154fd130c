#include "core/engine/preference_loop.h"

#include "core/base/fault.h"
#include "core/engine/data_record.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/example_sampler.h"
#include "core/engine/model_source.h"
#include "core/engine/preference_batches.h"
#include "core/engine/reference_policy.h"
#include "core/engine/row_answers.h"
#include "core/engine/row_session.h"
#include "core/engine/step_metrics.h"
#include "core/engine/training_session.h"
#include "core/rollout/rollout_engine.h"

#include <cmath>
#include <cstdio>

namespace aha {

namespace fs = std::filesystem;

namespace {

class PreferenceLoop final : public RowSession {
public:
    using RowSession::RowSession;

private:
    bool pairs() const { return m_config.general.kind != "kto"; }

    void openStage(bool resuming) override
    {
        orThrow(checkPreferenceLoss(m_config));
        const std::vector<data::Kind> kinds = pairs()
            ? std::vector { data::Kind::Preference }
            : std::vector { data::Kind::UnpairedPreference, data::Kind::Preference };
        m_control.starting(StartPart::Data, m_step, m_config);
        m_data.emplace(orThrow(TrainingData::open(m_config.data, uint64_t(m_config.general.seed), kinds,
            data::defaultDatasetCache(), {}, [this](const data::ImportProgress& p) {
                m_control.progress(
                    Phase::Loading, m_step, p.bytesTotal > 0 ? double(p.bytes) / double(p.bytesTotal) : 0, m_config);
            })));
        recordData(*m_writer, *m_data, resuming);
        const Result<ChatTemplate> chat = loadChatTemplate(m_modelSource);
        if (!chat && chat.error().code != "template_missing")
            throw Failure(chat.error());
        m_encoder.emplace(orThrow(SftEncoder::make(
            m_tokenizer, chat ? std::optional(*chat) : std::nullopt, SftConfig { .lossOn = "completion" })));
        m_batches.emplace(*m_data, *m_encoder, m_config, *m_workers, pairs(),
            [this](double done) { m_control.progress(Phase::Loading, m_step, done, m_config); });
        sayWhatTrains();
        m_trainer.emplace(*m_policy, *m_workers);
        if (hasReference(m_config)) {
            m_control.starting(StartPart::Reference, m_step, m_config);
            m_reference.emplace(*m_policy, m_config);
        }
        m_scoring = m_device->makeRollout(m_policy->config(), *m_workers);
        m_description = m_scoring->description();
        m_examples.emplace(*m_data, *m_encoder, *m_tokenizer,
            orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")), m_config);
    }

    AdamW& optimizer() override { return m_trainer->optimizer(); }
    void packWeights() override { } // rollouts are rare here

    void trainStep(int64_t step) override
    {
        const auto begin = std::chrono::steady_clock::now();
        m_control.progress(Phase::Training, step, 0, m_config);
        PreferenceBatches::Batch batch = m_batches->at(step);
        addReference(batch);
        const auto progress = [&](double done) {
            faultKill("training");
            m_control.progress(Phase::Training, step, done, m_config);
        };
        const PreferenceUpdate update
            = orThrow(pairs() ? m_trainer->update(batch.pairs, m_config, m_config.general.maxSteps, progress)
                              : m_trainer->update(batch.examples, m_config, m_config.general.maxSteps, progress));
        const double seconds = secondsSince(begin);
        m_tokens += double(update.scores.tokens);
        StepRow row { step, 1, metricsOf(update.scores, ""), {} };
        row.metrics.insert(row.metrics.begin(),
            { { "loss", update.scores.loss }, { "num_tokens", m_tokens }, { "grad_norm", update.gradNorm },
                { "learning_rate", update.learningRate }, { "epoch", batch.epoch } });
        if (evaluationDue(step))
            timeEvaluation([&] { evaluateInto(row); });
        row.metrics.emplace_back("perf/step_seconds", secondsSince(begin));
        row.metrics.emplace_back("perf/training_seconds", seconds);
        row.metrics.emplace_back(
            "perf/training_tokens_per_second", double(update.scores.tokens) / std::max(seconds, 1e-9));
        row.metrics.emplace_back("perf/resident_mb", residentMegabytes());
        commit(row, seconds);
    }

    /// Rewards, likelihoods and margins, winners and losers apart.
    Metrics metricsOf(const PreferenceScores& scores, const std::string& prefix) const
    {
        const PreferenceDiagnostics& d = scores.diagnostics;
        const auto mean = [](double sum, double count) { return count > 0 ? sum / count : std::nan(""); };
        const double chosen = mean(d.chosenReward, d.chosen), rejected = mean(d.rejectedReward, d.rejected);
        Metrics metrics { { prefix + "rewards/chosen", chosen }, { prefix + "rewards/rejected", rejected },
            { prefix + "rewards/margins", chosen - rejected },
            { prefix + "logps/chosen", mean(d.chosenLogp, d.chosen) },
            { prefix + "logps/rejected", mean(d.rejectedLogp, d.rejected) } };
        if (pairs())
            metrics.emplace_back(prefix + "rewards/accuracies", mean(d.right, d.chosen));
        if (m_config.general.kind == "kto")
            metrics.emplace_back(prefix + "kl", scores.referencePoint);
        if (!std::isnan(scores.nll))
            metrics.emplace_back(prefix + "nll_loss", scores.nll);
        return metrics;
    }

    /// Log-probs of the completions under the reference, for losses that compare with it.
    void addReference(PreferenceBatches::Batch& batch)
    {
        if (!m_reference)
            return;
        std::vector<TrainingSample*> samples;
        for (PreferencePair& pair : batch.pairs)
            samples.insert(samples.end(), { &pair.chosen, &pair.rejected });
        for (PreferenceExample& example : batch.examples)
            samples.insert(samples.end(), { &example.sample, &example.mismatched });
        std::vector<std::vector<int32_t>> sequences;
        for (const TrainingSample* sample : samples)
            sequences.push_back(sample->ids);
        const std::vector<ScoredSequence> scores
            = m_scoring->score(decoderWeights(m_reference->model()), sequences, 1.0);
        for (size_t i = 0; i < samples.size(); ++i)
            samples[i]->refLogp.assign(
                scores[i].logprob.begin() + samples[i]->promptLength - 1, scores[i].logprob.end());
    }

    void evaluateInto(StepRow& row) override
    {
        faultKill("evaluating");
        m_control.progress(Phase::Evaluating, row.step, 0, m_config);
        if (m_batches->heldOut().size() > 0) {
            PreferenceBatches::Batch held = m_batches->heldOut();
            addReference(held);
            const PreferenceScores scores
                = pairs() ? m_trainer->evaluate(held.pairs, m_config) : m_trainer->evaluate(held.examples, m_config);
            row.metrics.emplace_back("eval_loss", scores.loss);
            for (auto& metric : metricsOf(scores, "eval_"))
                row.metrics.push_back(std::move(metric));
            row.metrics.emplace_back("eval_samples", double(held.size()));
        }
        row.groups = m_examples->rows(row.step, [this](const auto& prompts) { return sample(prompts, {}); });
    }

    LiveAnswer answerForModel(const Command& command) override
    {
        const ExampleSampler::Generate generate = [this](const auto& prompts) { return sample(prompts, {}); };
        return answerFromRows(
            { m_config, m_modelSource, m_policy->config(), m_tokenizer, *m_examples, generate }, command, m_step);
    }

    std::vector<std::vector<SampledCompletion>> sample(
        const std::vector<PromptRequest>& prompts, const std::function<void(double)>& progress) override
    {
        m_scoring->setWeights(decoderWeights(m_policy->merged()));
        return m_scoring->generate(prompts, samplingParams(m_config, m_policy->config()),
            { .progress = progress, .stopWatch = stopWatchFor({ m_config.rollout.stop }, *m_tokenizer) });
    }

    void sayWhatTrains()
    {
        const int64_t steps = m_batches->stepsInEpoch();
        char text[240];
        std::snprintf(text, sizeof text,
            "%llu rows train, %zu %s are held out; %lld steps are an epoch, so the run has %.2f epochs.",
            static_cast<unsigned long long>(m_batches->rows()), m_batches->heldOut().size(),
            pairs() ? "pairs" : "examples", static_cast<long long>(steps),
            double(m_config.general.maxSteps) / double(steps));
        m_control.log("info", text);
        if (m_batches->cut() > 0)
            m_control.log("warning",
                std::to_string(m_batches->cut()) + " rows are longer than the limit of "
                    + std::to_string(m_config.preference.maxLength) + " tokens (preference.max_length) and are cut.");
        if (m_batches->unusable() > 0)
            m_control.log(
                "warning", std::to_string(m_batches->unusable()) + " rows are left out: they cannot be used.");
    }

    std::optional<TrainingData> m_data;
    std::optional<SftEncoder> m_encoder;
    std::optional<PreferenceBatches> m_batches;
    std::optional<PreferenceTrainer> m_trainer;
    std::optional<ReferencePolicy> m_reference; ///< where the loss has one
    std::unique_ptr<RolloutBackend> m_scoring;
    std::optional<ExampleSampler> m_examples;
};

} // namespace

Result<RunState> runPreferenceLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    return PreferenceLoop(std::move(config), run, std::move(lease), std::move(writer), observer).run(resuming);
}

} // namespace aha
