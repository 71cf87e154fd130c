// A run's stored answers under other rewards: the completions that it sampled, or the samples of its evaluations.

#include "core/config/held_out.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/reward_lab.h"
#include "core/engine/step_rewards.h"
#include "core/engine/stored_rollouts.h"
#include "core/engine/train_run.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace aha {

namespace {

using ScoredGroup = std::vector<CompletionScorer::Scored>;

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

/// `was`, `now`: unweighted values by name, as rows have them.
std::vector<RescoredPart> comparedParts(const std::vector<std::pair<std::string, double>>& was,
    const RewardConfig& rewardsWas, const std::vector<std::pair<std::string, double>>& now,
    const RewardConfig& rewardsNow)
{
    std::vector<RescoredPart> parts;
    const auto fill = [&](const RewardConfig& rewards, const std::vector<std::pair<std::string, double>>& values,
                          double RescoredPart::*value, double RescoredPart::*weight) {
        const std::vector<RewardPart> order = rewardParts(rewards);
        const std::vector<double> weights = rewardWeights(rewards);
        for (RescoredPart& part : parts) {
            part.*value = std::nan("");
            for (const auto& [name, found] : values)
                if (name == part.name)
                    part.*value = found;
            for (size_t i = 0; i < order.size(); ++i)
                if (part.name == rewardPartName(order[i]))
                    part.*weight = weights[i];
        }
    };
    for (size_t i = 0; i < kRewardParts; ++i)
        parts.push_back({ rewardPartName(RewardPart(i)) });
    fill(rewardsWas, was, &RescoredPart::valueWas, &RescoredPart::weightWas);
    fill(rewardsNow, now, &RescoredPart::valueNow, &RescoredPart::weightNow);
    std::erase_if(parts, [](const RescoredPart& part) { return part.weightWas == 0 && part.weightNow == 0; });
    return parts;
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

/// The task and the rewards of one configuration.
class RescoreJudge {
public:
    RescoreJudge(RunConfig config, std::shared_ptr<const Tokenizer> tokenizer, StepRewards::Log log)
        : m_config(std::move(config))
        , m_tokenizer(std::move(tokenizer))
        , m_task(orThrow(makeRunTask(m_config)))
        , m_scorer(m_tokenizer, *m_task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")))
        , m_rewards(m_config.rewards, std::move(log))
    {
    }

    const CompletionScorer& scorer() const { return m_scorer; }
    const Task& task() const { return *m_task; }
    RunConfig at(int64_t step) const
    {
        RunConfig config = m_config;
        config.rewards = rewardsAt(m_config.rewards, step);
        return config;
    }
    /// An evaluation's sample, of which the text and the number of its tokens are known.
    CompletionScorer::Scored ofText(const TaskItem& item, const CompletionRow& sample, const RunConfig& now) const
    {
        CompletionScorer::Scored scored = m_tokenizer ? m_scorer.scoreText(item.itemJson, sample.text,
                                              m_tokenizer->encode(sample.text), sample.finishReason != "length", now)
                                                      : m_scorer.scoreText(item.itemJson, sample.text, now.rewards);
        scored.row.tokens = sample.tokens; // the same text in other tokens may have another number of them
        scored.row.finishReason = sample.finishReason;
        return scored;
    }
    /// What each of the group earns; NaN = not scored.
    std::vector<double> earned(const TaskItem& item, ScoredGroup& group, const RunConfig& now)
    {
        m_rewards.complete({ item }, group.size(), group, now);
        const std::vector<double> weights = rewardWeights(now.rewards);
        std::vector<std::vector<double>> rows;
        for (const CompletionScorer::Scored& one : group)
            rows.push_back(one.parts);
        std::vector<double> sums;
        for (const std::vector<double>& row : comparableRows(std::move(rows), weights, group.size()))
            sums.push_back(weightedSum(row, weights));
        return sums;
    }

private:
    RunConfig m_config;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::unique_ptr<Task> m_task;
    CompletionScorer m_scorer;
    StepRewards m_rewards;
};

class Rescoring {
public:
    Rescoring(const RescoreRequest& request, const std::function<void(const Rescored&)>& changed)
        : m_request(request)
        , m_changed(changed)
        , m_own(orThrow(readRunConfig(request.run)))
        , m_reader(orThrow(RunReader::open(request.run)))
        , m_steps(judgesSamples(m_own) ? orThrow(stepsWithGroups(*m_reader)) : std::vector<int64_t>())
    {
        m_summary.of = request.of.value_or(m_steps.empty() ? RescoreOf::HeldOut : RescoreOf::Completions);
        RunConfig config = rewardedConfig(m_own); // what it sampled and trained on stays as it was
        for (const std::string& setting : request.settings)
            orThrow(applySetting(config, setting));
        m_config = orThrow(resolvedConfig(std::move(config), request.run));
    }

    RescoreSummary run()
    {
        m_summary.of == RescoreOf::HeldOut ? ofHeldOut() : ofCompletions();
        m_summary.meanWas = m_both.meanX();
        m_summary.meanNow = m_both.meanY();
        m_summary.correlation = m_both.value();
        return std::move(m_summary);
    }

private:
    bool isAsked(int64_t step) const
    {
        return (!m_request.firstStep || step >= *m_request.firstStep)
            && (!m_request.lastStep || step <= *m_request.lastStep);
    }
    void note(const std::string& text) { m_summary.notes.push_back(text); }
    StepRewards::Log warnings()
    {
        return [this](const std::string& level, const std::string& text) {
            if (level == "warning"
                && std::find(m_summary.notes.begin(), m_summary.notes.end(), text) == m_summary.notes.end())
                note(text); // once, not for each group
        };
    }

    void ofCompletions()
    {
        if (!judgesSamples(m_own))
            throw Failure({ "reward_not_online",
                "The run is of kind " + m_own.general.kind + ", which stores no rewarded completions.",
                noHeldOutReason(m_own).empty() ? "Have its held-out answers judged again: --of held-out."
                                               : "Name a run of reinforcement learning." });
        RescoreJudge judge(m_config, orThrow(loadModelTokenizer(m_config.model.path)), warnings());
        if (isWeighed(m_config.rewards, RewardPart::Model))
            note("The reward model's values are those that the run stored.");
        std::erase_if(m_steps, [this](int64_t step) { return !isAsked(step); });
        for (const int64_t step : m_steps) {
            const RunConfig now = judge.at(step);
            for (const GroupRow& group : orThrow(m_reader->groupsWithCompletions(step))) {
                const TaskItem item { group.prompt.text, group.prompt.itemJson, "" };
                ScoredGroup scored;
                for (const CompletionRow& row : group.completions) {
                    const CompletionRow text = orThrow(m_reader->completionText(row.id));
                    SampledCompletion completion;
                    completion.ids = text.tokenIds;
                    completion.finish = row.finishReason == "length" ? FinishReason::Length : FinishReason::Stop;
                    scored.push_back(judge.scorer().score(item, completion, now));
                    for (const auto& [name, value] : row.parts)
                        if (name == rewardPartName(RewardPart::Model))
                            scored.back()[RewardPart::Model] = value;
                }
                const std::vector<double> earned = judge.earned(item, scored, now);
                const RewardConfig rewardsWas = rewardsAt(m_own.rewards, step);
                for (size_t i = 0; i < scored.size(); ++i) {
                    const CompletionRow& was = group.completions[i];
                    Rescored one { step, was.id, -1, group.position, was.position };
                    compare(std::move(one), was, { was.reward.value_or(std::nan("")), was.parts, rewardsWas },
                        scored[i], { earned[i], scored[i].row.parts, now.rewards });
                }
            }
            ++m_summary.steps;
            if (m_request.progress)
                m_request.progress(size_t(m_summary.steps), m_steps.size());
        }
    }

    void ofHeldOut()
    {
        std::vector<EvaluationRow> evaluations = orThrow(m_reader->evaluations());
        if (evaluations.empty())
            throw Failure(noneStored());
        std::erase_if(evaluations, [this](const EvaluationRow& e) { return !isAsked(e.step); });
        std::shared_ptr<const Tokenizer> tokenizer;
        if (auto loaded = loadModelTokenizer(m_config.model.path))
            tokenizer = *loaded;
        else
            note("Nothing is measured in tokens: " + loaded.error().sentence());
        RescoreJudge judge(m_config, tokenizer, warnings());
        std::optional<RescoreJudge> before; // without other settings both are the same
        if (!m_request.settings.empty())
            before.emplace(orThrow(resolvedConfig(rewardedConfig(m_own), m_request.run)), tokenizer,
                [](const std::string&, const std::string&) {});
        sayWhatItIs(evaluations);
        int64_t missing = 0;
        for (const EvaluationRow& e : evaluations) {
            const std::vector<EvaluationProblemRow> problems
                = orThrow(m_reader->evaluationProblems(e.id, /*withExamples=*/false));
            if (m_summary.evaluations.empty())
                checkJudges(judge.task(), problems);
            for (size_t p = 0; p < problems.size(); ++p)
                missing += e.samples - problemAgain(e, int(p), problems[p], judge, before ? &*before : nullptr);
            m_summary.evaluations.push_back(e);
            if (m_request.progress)
                m_request.progress(m_summary.evaluations.size(), evaluations.size());
        }
        if (m_summary.answers == 0 && missing > 0)
            throw Failure({ "samples_missing",
                "The run's evaluations kept one text for each problem, without its verdict, as older versions did: "
                "there is nothing to compare with.",
                "An evaluation made today keeps every sample: ahascope eval RUN --step N --store." });
        std::vector<ClusterCounts> problems;
        for (const auto& [prompt, counts] : m_flips)
            problems.push_back(counts);
        m_summary.flipShare = shareOfKind(problems);
        if (missing > 0)
            note("Left out, as their texts were not kept: " + std::to_string(missing) + " answers.");
    }

    Error noneStored() const
    {
        if (const std::string reason = noHeldOutReason(m_own); !reason.empty())
            return { "held_out_none", reason, "" };
        return { "held_out_none", "The run has stored no evaluation on held-out problems.",
            "A checkpoint can be evaluated afterwards: ahascope eval RUN --step N --store." };
    }

    /// Throws Failure where not one of the problems can be judged: whatever follows would say nothing.
    static void checkJudges(const Task& task, const std::vector<EvaluationProblemRow>& problems)
    {
        std::string why;
        for (const EvaluationProblemRow& problem : problems) {
            const Judgement judgement = task.judge(problem.prompt.itemJson, "");
            if (judgement.verdict != Verdict::Unjudged)
                return;
            why = judgement.explanation;
        }
        if (!why.empty())
            throw Failure({ "nothing_judged", "The run's held-out answers cannot be judged. " + why, "" });
    }

    void sayWhatItIs(const std::vector<EvaluationRow>& evaluations)
    {
        note(stageOf(m_own.general.kind) == Stage::Online
                ? "An evaluation stores no rewards: those before are what the run's own rewards give today."
                : "The run has no rewards of its own: those before are what the default rewards give today.");
        if (isWeighed(m_config.rewards, RewardPart::Model))
            note("The reward model has no values for held-out answers: its part is left out.");
        std::set<int64_t> steps;
        for (const EvaluationRow& e : evaluations)
            steps.insert(e.step);
        if (steps.size() < evaluations.size())
            note("Where a step has several evaluations, each of them is judged again.");
        for (const RewardPart part : { RewardPart::Cosine, RewardPart::Repetition, RewardPart::Overlong })
            if (isWeighed(m_config.rewards, part))
                return note("An evaluation stores texts and no tokens: they were cut into tokens anew.");
    }

    /// Returns how many samples there were.
    int problemAgain(const EvaluationRow& e, int position, const EvaluationProblemRow& problem, RescoreJudge& judge,
        RescoreJudge* before)
    {
        std::vector<CompletionRow> samples;
        for (const CompletionRow& row : orThrow(m_reader->evaluationSamples(e.id, position))) {
            Result<CompletionRow> whole = m_reader->evaluationSample(e.id, position, row.position);
            if (whole)
                samples.push_back(std::move(*whole));
            else if (whole.error().code != "row_missing") // its text had no room
                throw Failure(whole.error());
        }
        if (samples.empty())
            return 0; // parts of the reward that look at a whole group have none to look at
        const TaskItem item { problem.prompt.text, problem.prompt.itemJson, "" };
        const auto again = [&](RescoreJudge& by, ScoredGroup& scored) {
            const RunConfig now = by.at(e.step);
            for (const CompletionRow& sample : samples)
                scored.push_back(by.ofText(item, sample, now));
            return by.earned(item, scored, now);
        };
        ScoredGroup scored, unchanged;
        const std::vector<double> earned = again(judge, scored),
                                  earnedBefore = before ? again(*before, unchanged) : earned;
        const RewardConfig rewardsNow = judge.at(e.step).rewards,
                           rewardsWas = before ? before->at(e.step).rewards : rewardsNow;
        for (size_t i = 0; i < samples.size(); ++i) {
            Rescored one { e.step, -1, e.id, position, samples[i].position };
            ClusterCounts& problemFlips = m_flips[problem.prompt.id]; // of all evaluations that asked it
            const bool flip = compare(std::move(one), samples[i],
                { earnedBefore[i], (before ? unchanged : scored)[i].row.parts, rewardsWas }, scored[i],
                { earned[i], scored[i].row.parts, rewardsNow });
            ++(flip ? problemFlips.of : problemFlips.others);
        }
        return int(samples.size());
    }

    struct Paid {
        double reward; ///< NaN = not scored
        const std::vector<std::pair<std::string, double>>& parts;
        const RewardConfig& rewards; ///< of the step
    };
    /// Does the verdict flip? `one`: where it is; the rest is filled in.
    bool compare(Rescored one, const CompletionRow& was, const Paid& paidWas, const CompletionScorer::Scored& now,
        const Paid& paidNow)
    {
        one.verdictWas = was.verdict;
        one.verdictNow = now.row.verdict;
        one.reasonWas = was.reason;
        one.reasonNow = now.row.reason;
        one.extracted = now.row.extracted;
        one.explanation = now.judgement.explanation;
        const double rewardWas = one.rewardWas = paidWas.reward, rewardNow = one.rewardNow = paidNow.reward;
        RescoreSummary& s = m_summary;
        ++s.answers;
        if (std::isnan(rewardWas) || std::isnan(rewardNow))
            ++s.unscored;
        else
            m_both.add(rewardWas, rewardNow);
        const bool flip = one.verdictWas != one.verdictNow, other = differ(rewardWas, rewardNow);
        s.verdictFlips += flip;
        s.rewardChanges += other;
        s.nowRight += flip && one.verdictNow == verdictName(Verdict::Correct);
        s.nowWrong += flip && one.verdictWas == verdictName(Verdict::Correct);
        if (flip || other) {
            one.parts = comparedParts(paidWas.parts, paidWas.rewards, paidNow.parts, paidNow.rewards);
            m_changed(one);
        }
        return flip;
    }

    const RescoreRequest& m_request;
    const std::function<void(const Rescored&)>& m_changed;
    RunConfig m_own, m_config; ///< as stored; as asked
    std::unique_ptr<RunReader> m_reader;
    std::vector<int64_t> m_steps; ///< that stored judged completions
    RescoreSummary m_summary;
    Correlation m_both;
    std::map<int64_t, ClusterCounts> m_flips; ///< of held-out problems, by prompt
};

} // namespace

Result<RescoreSummary> rescore(const RescoreRequest& request, const std::function<void(const Rescored&)>& changed)
{
    try {
        return Rescoring(request, changed).run();
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
