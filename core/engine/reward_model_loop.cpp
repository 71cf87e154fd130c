#include "core/engine/reward_model_loop.h"

#include "core/base/fault.h"
#include "core/base/statistics.h"
#include "core/engine/data_record.h"
#include "core/engine/evaluation.h"
#include "core/engine/reward_batches.h"
#include "core/engine/row_session.h"
#include "core/engine/step_metrics.h"
#include "core/engine/training_session.h"

#include <cmath>
#include <cstdio>

namespace aha {

namespace fs = std::filesystem;

namespace {

class RewardModelLoop final : public RowSession {
public:
    using RowSession::RowSession;

private:
    bool pairs() const { return rewardObjective(m_config) == RewardObjective::Pairwise; }

    void openStage(bool resuming) override
    {
        m_control.starting(StartPart::Data, m_step, m_config);
        m_data.emplace(orThrow(TrainingData::open(m_config.data, uint64_t(m_config.general.seed),
            rewardRowKinds(rewardObjective(m_config)), data::defaultDatasetCache(), {},
            [this](const data::ImportProgress& p) {
                m_control.progress(
                    Phase::Loading, m_step, p.bytesTotal > 0 ? double(p.bytes) / double(p.bytesTotal) : 0, m_config);
            })));
        recordData(*m_writer, *m_data, resuming);
        m_encoder.emplace(orThrow(SftEncoder::open(m_tokenizer, m_modelSource, SftConfig { .lossOn = "completion" })));
        m_batches.emplace(*m_data, *m_encoder, m_config, *m_workers,
            [this](double done) { m_control.progress(Phase::Loading, m_step, done, m_config); });
        sayWhatTrains();
        m_trainer.emplace(*m_policy, *m_workers, rewardObjective(m_config));
        m_description = m_policy->trained().device().is_cpu() ? "the CPU" : "a GPU";
    }

    AdamW& optimizer() override { return m_trainer->optimizer(); }
    void packWeights() override { } // nothing is sampled
    std::vector<std::vector<SampledCompletion>> sample(
        const std::vector<PromptRequest>&, const std::function<void(double)>&) override
    {
        return {};
    }

    void trainStep(int64_t step) override
    {
        const auto begin = std::chrono::steady_clock::now();
        m_control.progress(Phase::Training, step, 0, m_config);
        const RewardBatches::Batch batch = m_batches->at(step);
        const RewardModelUpdate update
            = orThrow(m_trainer->update(batch.rows, m_config, m_config.general.maxSteps, [&](double done) {
                  faultKill("training");
                  m_control.progress(Phase::Training, step, done, m_config);
              }));
        const double seconds = secondsSince(begin);
        m_tokens += double(update.scores.tokens);
        StepRow row { step, 1, metricsOf(update.scores, ""), {} };
        row.metrics.insert(row.metrics.begin(),
            { { "num_tokens", m_tokens }, { "grad_norm", update.gradNorm }, { "learning_rate", update.learningRate },
                { "epoch", batch.epoch } });
        if (evaluationDue(step))
            timeEvaluation([&] { evaluateInto(row); });
        row.metrics.emplace_back("perf/step_seconds", secondsSince(begin));
        row.metrics.emplace_back("perf/training_seconds", seconds);
        row.metrics.emplace_back(
            "perf/training_tokens_per_second", double(update.scores.tokens) / std::max(seconds, 1e-9));
        row.metrics.emplace_back("perf/resident_mb", residentMegabytes());
        commit(row, seconds);
    }

    /// TRL's names.
    Metrics metricsOf(const RewardModelScores& scores, const std::string& prefix) const
    {
        const RewardDiagnostics& d = scores.diagnostics;
        const auto mean = [](double sum, double count) { return count > 0 ? sum / count : std::nan(""); };
        Metrics metrics { { prefix + "loss", scores.loss }, { prefix + "accuracy", mean(d.right, d.comparisons) },
            { prefix + "mean_reward", mean(d.rewardSum, d.rewards) },
            { prefix + "min_reward", d.rewards > 0 ? d.minReward : std::nan("") },
            { prefix + "max_reward", d.rewards > 0 ? d.maxReward : std::nan("") } };
        if (pairs())
            metrics.emplace_back(prefix + "margin", mean(d.marginSum, d.comparisons));
        return metrics;
    }

    void evaluateInto(StepRow& row) override
    {
        faultKill("evaluating");
        m_control.progress(Phase::Evaluating, row.step, 0, m_config);
        if (m_batches->heldOut().empty())
            return;
        const RewardModelScores scores = m_trainer->evaluate(m_batches->heldOut(), m_config);
        for (auto& metric : metricsOf(scores, "eval_"))
            row.metrics.push_back(std::move(metric));
        const RewardDiagnostics& d = scores.diagnostics;
        const auto [low, high] = wilsonInterval(int64_t(d.right), int64_t(d.comparisons));
        row.metrics.emplace_back("eval_accuracy/low", low);
        row.metrics.emplace_back("eval_accuracy/high", high);
        row.metrics.emplace_back("eval_samples", d.comparisons);
    }

    LiveAnswer answerForModel(const Command&) override
    {
        throw Failure({ "protocol_unknown_kind", "A reward model neither samples nor answers on request.",
            "Read its accuracy on held-out rows, or let a run ask its checkpoint (rewards.model_path)." });
    }

    void sayWhatTrains()
    {
        const int64_t steps = m_batches->stepsInEpoch();
        char text[240];
        std::snprintf(text, sizeof text,
            "%llu rows train, %zu %s are held out; %lld steps are an epoch, so the run has %.2f epochs.",
            static_cast<unsigned long long>(m_batches->rows()), m_batches->heldOut().size(), pairs() ? "pairs" : "rows",
            static_cast<long long>(steps), double(m_config.general.maxSteps) / double(steps));
        m_control.log("info", text);
        if (m_batches->cut() > 0)
            m_control.log("warning",
                std::to_string(m_batches->cut()) + " rows are longer than the limit of "
                    + std::to_string(m_config.rewardModel.maxLength)
                    + " tokens (reward_model.max_length) and are cut: what is judged of them is not their end.");
        if (m_batches->unusable() > 0)
            m_control.log(
                "warning", std::to_string(m_batches->unusable()) + " rows are left out: they cannot be used.");
    }

    std::optional<TrainingData> m_data;
    std::optional<SftEncoder> m_encoder;
    std::optional<RewardBatches> m_batches;
    std::optional<RewardModelTrainer> m_trainer;
};

} // namespace

Result<RunState> runRewardModelLoop(RunConfig config, const fs::path& run, std::unique_ptr<Lease> lease,
    std::unique_ptr<RunWriter> writer, bool resuming, const RunObserver& observer)
{
    return RewardModelLoop(std::move(config), run, std::move(lease), std::move(writer), observer).run(resuming);
}

} // namespace aha
