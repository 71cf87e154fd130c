#include "core/engine/distill_loop.h"

#include "core/algo/distill_trainer.h"
#include "core/base/fault.h"
#include "core/engine/data_record.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/group_rows.h"
#include "core/engine/model_source.h"
#include "core/engine/sampling_session.h"
#include "core/engine/sft_batches.h"
#include "core/engine/step_metrics.h"
#include "core/engine/teacher_rows.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace fs = std::filesystem;

namespace {

class DistillLoop final : public SamplingSession {
public:
    using SamplingSession::SamplingSession;

private:
    void openStage(bool resuming) override
    {
        const DistillConfig& d = m_config.distill;
        m_control.starting(StartPart::Teacher, m_step, m_config);
        m_teacher.emplace(d, *m_device, *m_tokenizer);
        openSampling();
        const bool likeliest = d.divergence == "jsd" && d.topK > 0; // alone teach: they can be asked for beforehand
        m_trainer.emplace(*m_policy, d.onPolicyShare > 0 || !likeliest ? &m_teacher->model() : nullptr, *m_workers);
        if (d.onPolicyShare == 1) {
            recordTask(resuming);
            return;
        }
        openData(resuming);
        if (!likeliest)
            return;
        m_teacherRows.emplace(*m_teacher, *m_workers, d, m_policy->config().vocabSize,
            [this](const std::string& text) { m_control.log("warning", text); });
        if (!d.cache.empty())
            m_control.log("info",
                "The teacher cache knows " + std::to_string(m_teacherRows->cachedRows())
                    + " rows; rows that it lacks are kept in it.");
    }

    void openData(bool resuming)
    {
        m_control.starting(StartPart::Data, m_step, m_config);
        m_data.emplace(orThrow(TrainingData::open(m_config.data, uint64_t(m_config.general.seed),
            { data::Kind::PromptCompletion, data::Kind::LanguageModeling }, data::defaultDatasetCache(), {},
            [this](const data::ImportProgress& p) {
                m_control.progress(
                    Phase::Loading, m_step, p.bytesTotal > 0 ? double(p.bytes) / double(p.bytesTotal) : 0, m_config);
            })));
        recordData(*m_writer, *m_data, resuming);
        const Result<ChatTemplate> chat = loadChatTemplate(m_modelSource);
        if (!chat && chat.error().code != "template_missing")
            throw Failure(chat.error());
        m_encoder.emplace(
            orThrow(SftEncoder::make(m_tokenizer, chat ? std::optional(*chat) : std::nullopt, m_config.sft)));
        m_batches.emplace(*m_data, *m_encoder, m_config, *m_workers,
            [this](double done) { m_control.progress(Phase::Loading, m_step, done, m_config); });
    }

    AdamW& optimizer() override { return m_trainer->optimizer(); }

    /// Evenly spread, so that a share of 0.25 is every fourth step.
    bool onPolicy(int64_t step) const
    {
        const double share = m_config.distill.onPolicyShare;
        return std::floor(double(step) * share) > std::floor(double(step - 1) * share);
    }

    /// How many steps up to this one learn from the data.
    int64_t dataStep(int64_t step) const
    {
        return step - int64_t(std::floor(double(step) * m_config.distill.onPolicyShare));
    }

    void trainStep(int64_t step) override
    {
        const auto begin = std::chrono::steady_clock::now();
        StepTimes times;
        StepRow row { step, 1, {}, {} };
        DistillBatch batch;
        double epoch = std::nan("");
        std::optional<SampledStep> sampled;
        if (onPolicy(step)) {
            sampled = m_sampler->sample(step, m_config, samplingParams(m_config, m_policy->config()), [&](double done) {
                faultKill("sampling");
                m_control.progress(Phase::Sampling, step, 0.5 * done, m_config);
            });
            times.rolloutSeconds = sampled->seconds;
            times.rolloutTokens = sampled->generatedTokens;
            const size_t groupSize = size_t(m_config.rollout.numGenerations);
            for (size_t i = 0; i < sampled->completions.size(); ++i) {
                SftSequence sequence { sampled->promptIds[i / groupSize], {} };
                sequence.trained.assign(sequence.ids.size(), 0);
                const std::vector<int32_t>& ids = sampled->completions[i].ids;
                sequence.ids.insert(sequence.ids.end(), ids.begin(), ids.end());
                sequence.trained.resize(sequence.ids.size(), 1);
                batch.sequences.push_back(std::move(sequence));
            }
        } else {
            SftBatches::Batch rows = m_batches->at(dataStep(step));
            batch.sequences = std::move(rows.sequences);
            epoch = rows.epoch;
        }
        const auto trainingBegin = std::chrono::steady_clock::now();
        if (!sampled && m_teacherRows)
            batch.known = m_teacherRows->supports(batch.sequences);
        const DistillUpdate update
            = orThrow(m_trainer->update(batch, m_config, m_config.general.maxSteps, [&](double done) {
                  faultKill("training");
                  m_control.progress(Phase::Training, step, 0.5 + 0.5 * done, m_config);
              }));
        times.trainingSeconds = secondsSince(trainingBegin);
        times.stepSeconds = secondsSince(begin);
        m_tokens += double(update.scores.tokens);
        UpdateReport report;
        report.loss = update.scores.loss;
        report.gradNorm = update.gradNorm;
        report.learningRate = update.learningRate;
        report.trainedTokens = update.scores.trainedTokens;
        if (sampled) {
            std::vector<std::vector<double>> rewards;
            for (const CompletionScorer::Scored& one : sampled->scored)
                rewards.push_back(one.parts);
            const Advantages statistics = computeAdvantages(rewards,
                { int(m_config.rollout.numGenerations), "none", "sum_then_normalize",
                    rewardWeights(m_config.rewards) });
            row.metrics
                = stepMetrics(sampled->scored, sampled->completions, statistics, report, m_config, m_tokens, times);
            row.groups = groupRows(
                step, sampled->items, sampled->scored, sampled->completions, statistics, *m_scorer, m_config);
            for (GroupRow& group : row.groups) // no advantage trains here
                for (CompletionRow& completion : group.completions)
                    completion.advantage = 0;
        } else {
            row.metrics = { { "loss", report.loss }, { "num_tokens", m_tokens }, { "grad_norm", report.gradNorm },
                { "learning_rate", report.learningRate }, { "entropy", update.scores.entropy }, { "epoch", epoch },
                { "perf/step_seconds", times.stepSeconds }, { "perf/training_seconds", times.trainingSeconds },
                { "perf/resident_mb", residentMegabytes() } };
            if (m_teacherRows)
                row.metrics.emplace_back("perf/teacher_asked", double(m_teacherRows->asked()));
        }
        row.metrics.emplace_back("distill/divergence", update.scores.divergence);
        row.metrics.emplace_back("distill/agreement", update.scores.agreement);
        orThrow(m_writer->commitStep(row));
        m_control.committed(step, times.stepSeconds, m_config);
        if (m_observer.step)
            m_observer.step(row);
    }

    std::optional<Teacher> m_teacher;
    std::optional<TeacherRows> m_teacherRows; ///< where its likeliest tokens teach on rows
    std::optional<TrainingData> m_data; ///< where some steps learn from it
    std::optional<SftEncoder> m_encoder;
    std::optional<SftBatches> m_batches;
    std::optional<DistillTrainer> m_trainer;
};

} // namespace

Result<RunState> runDistillLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    return DistillLoop(std::move(config), run, std::move(lease), std::move(writer), observer).run(resuming);
}

} // namespace aha
