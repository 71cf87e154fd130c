// A run's stored completions under other rewards.

#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/reward_lab.h"
#include "core/engine/step_rewards.h"
#include "core/engine/stored_rollouts.h"
#include "core/engine/train_run.h"

#include <cmath>

namespace aha {

namespace {

constexpr double kSameReward = 1e-9;

double weightedSum(const std::vector<double>& parts, const std::vector<double>& weights)
{
    double sum = 0;
    bool any = false;
    for (size_t i = 0; i < parts.size(); ++i)
        if (!std::isnan(parts[i])) {
            sum += weights[i] * parts[i];
            any = any || weights[i] != 0;
        }
    return any ? sum : std::nan("");
}

bool differ(double a, double b)
{
    return std::isnan(a) != std::isnan(b) || (!std::isnan(a) && std::abs(a - b) > kSameReward);
}

/// Pearson's, of what it was shown; NaN where one side does not vary.
class Correlation {
public:
    void add(double x, double y)
    {
        ++m_n;
        const double dx = x - m_meanX, dy = y - m_meanY;
        m_meanX += dx / m_n;
        m_meanY += dy / m_n;
        m_xx += dx * (x - m_meanX);
        m_yy += dy * (y - m_meanY);
        m_xy += dx * (y - m_meanY);
    }
    double meanX() const { return m_n > 0 ? m_meanX : std::nan(""); }
    double meanY() const { return m_n > 0 ? m_meanY : std::nan(""); }
    double value() const { return m_xx > 0 && m_yy > 0 ? m_xy / std::sqrt(m_xx * m_yy) : std::nan(""); }

private:
    double m_n = 0, m_meanX = 0, m_meanY = 0, m_xx = 0, m_yy = 0, m_xy = 0;
};

/// The run's configuration with other settings; what it samples and trains on stays as it was.
RunConfig configOf(const RescoreRequest& request)
{
    RunConfig config = orThrow(readRunConfig(request.run));
    if (stageOf(config.general.kind) != Stage::Online)
        throw Failure({ "reward_not_online",
            "The run is of kind " + config.general.kind + ", which stores no rewarded completions.",
            "Name a run of reinforcement learning." });
    for (const std::string& setting : request.settings)
        orThrow(applySetting(config, setting));
    return orThrow(resolvedConfig(std::move(config), request.run));
}

} // namespace

Result<RescoreSummary> rescore(const RescoreRequest& request, const std::function<void(const Rescored&)>& changed)
{
    try {
        const RunConfig config = configOf(request);
        const std::unique_ptr<RunReader> reader = orThrow(RunReader::open(request.run));
        const std::unique_ptr<Task> task = orThrow(makeRunTask(config));
        const auto tokenizer = orThrow(loadModelTokenizer(config.model.path));
        const CompletionScorer scorer(
            tokenizer, *task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
        RescoreSummary summary;
        StepRewards rewards(config.rewards, [&](const std::string& level, const std::string& text) {
            if (level == "warning")
                summary.notes.push_back(text);
        });
        if (isWeighed(config.rewards, RewardPart::Model))
            summary.notes.push_back("The reward model's values are those that the run stored.");
        Correlation both;
        std::vector<int64_t> steps = orThrow(stepsWithGroups(*reader));
        std::erase_if(steps, [&](int64_t step) {
            return (request.firstStep && step < *request.firstStep) || (request.lastStep && step > *request.lastStep);
        });
        for (const int64_t step : steps) {
            ++summary.steps;
            const RunConfig now = [&] {
                RunConfig at = config;
                at.rewards = rewardsAt(config.rewards, step);
                return at;
            }();
            const std::vector<double> weights = rewardWeights(now.rewards);
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step))) {
                const TaskItem item { group.prompt.text, group.prompt.itemJson, "" };
                std::vector<CompletionScorer::Scored> scored;
                for (const CompletionRow& row : group.completions) {
                    const CompletionRow text = orThrow(reader->completionText(row.id));
                    SampledCompletion completion;
                    completion.ids = text.tokenIds;
                    completion.finish = row.finishReason == "length" ? FinishReason::Length : FinishReason::Stop;
                    scored.push_back(scorer.score(item, completion, now));
                    for (const auto& [name, value] : row.parts)
                        if (name == rewardPartName(RewardPart::Model))
                            scored.back()[RewardPart::Model] = value;
                }
                rewards.complete({ item }, scored.size(), scored, now);
                std::vector<std::vector<double>> rows;
                for (const CompletionScorer::Scored& one : scored)
                    rows.push_back(one.parts);
                rows = comparableRows(std::move(rows), weights, scored.size());
                for (size_t i = 0; i < scored.size(); ++i) {
                    const CompletionRow& was = group.completions[i];
                    const CompletionScorer::Scored& one = scored[i];
                    Rescored difference { step, was.id, group.position, was.position, was.verdict, one.row.verdict,
                        was.reason, one.row.reason, one.row.extracted, one.judgement.explanation,
                        was.reward.value_or(std::nan("")), weightedSum(rows[i], weights) };
                    ++summary.completions;
                    if (std::isnan(difference.rewardWas) || std::isnan(difference.rewardNow))
                        ++summary.unscored;
                    else
                        both.add(difference.rewardWas, difference.rewardNow);
                    const bool flip = difference.verdictWas != difference.verdictNow;
                    const bool other = differ(difference.rewardWas, difference.rewardNow);
                    summary.verdictFlips += flip;
                    summary.rewardChanges += other;
                    summary.nowRight += flip && difference.verdictNow == verdictName(Verdict::Correct);
                    summary.nowWrong += flip && difference.verdictWas == verdictName(Verdict::Correct);
                    if (flip || other)
                        changed(difference);
                }
            }
            if (request.progress)
                request.progress(size_t(summary.steps), steps.size());
        }
        summary.meanWas = both.meanX();
        summary.meanNow = both.meanY();
        summary.correlation = both.value();
        return summary;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
