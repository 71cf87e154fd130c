#include "core/engine/sampling_session.h"

#include "core/base/fault.h"
#include "core/engine/data_record.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/held_out_problems.h"
#include "core/engine/live_question.h"
#include "core/engine/reward_parts.h"

#include <algorithm>
#include <cmath>

namespace aha {

void SamplingSession::openSampling()
{
    m_control.starting(StartPart::Data, m_step, m_config);
    m_task = orThrow(makeRunTask(m_config));
    m_prompts.emplace(orThrow(PromptBuilder::open(m_config.prompt, m_modelSource, m_tokenizer)));
    m_scorer = std::make_unique<CompletionScorer>(
        m_tokenizer, *m_task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")));
    m_rollout = m_device->makeRollout(m_policy->config(), *m_workers, m_config.rollout.weights);
    m_description = m_rollout->description();
    m_rewards.emplace(
        m_config.rewards, [this](const std::string& level, const std::string& text) { m_control.log(level, text); });
    if (asksRewardModel(m_config.rewards))
        m_control.starting(StartPart::RewardModel, m_step, m_config);
    m_rewardModel.emplace(m_config.rewards, m_tokenizer, *m_workers,
        [this](Transformer model) { return m_device->place(std::move(model)); });
    m_sampler.emplace(
        StepSampler::Parts { *m_task, *m_prompts, *m_scorer, *m_rewards, *m_rollout, *m_workers, *m_rewardModel });
}

void SamplingSession::recordTask(bool resuming)
{
    if (const auto* rows = dynamic_cast<const DataTask*>(m_task.get()))
        recordData(*m_writer, rows->data(), resuming);
    else
        orThrow(m_writer->addSource(
            "generated", m_task->name() + ", seed " + std::to_string(m_config.general.seed), "GPL-3.0-or-later"));
}

void SamplingSession::packWeights() { m_rollout->setWeights(decoderWeights(m_policy->merged())); }

void SamplingSession::evaluateNow()
{
    record(evaluate(*m_rollout, *m_scorer, *m_prompts, m_config, evaluationAt(m_step, m_config, m_policy->config()),
        [&](double done) {
            faultKill("evaluating");
            m_control.progress(Phase::Evaluating, m_step, done, m_config);
        }));
}

std::vector<std::vector<SampledCompletion>> SamplingSession::sample(
    const std::vector<PromptRequest>& prompts, const std::function<void(double)>& progress)
{
    return m_rollout->generate(prompts, samplingParams(m_config, m_policy->config()),
        { .progress = progress, .stopWatch = stopWatchFor({ m_config.rollout.stop }, *m_tokenizer) });
}

LiveAnswer SamplingSession::sampleNow(const Command& command)
{
    const std::vector<TaskItem> fresh
        = command.prompt.empty() ? m_task->heldOut(64) : std::vector<TaskItem>(); // small tasks have fewer
    const TaskItem item = fresh.empty() ? liveQuestion(command) : fresh[size_t(m_step) % fresh.size()];
    const std::vector<int32_t> ids = m_prompts->build(item).ids;
    SamplingParams params = samplingParams(m_config, m_policy->config());
    params.maxNewTokens = int(std::min<int64_t>(params.maxNewTokens, roomForAnswer(ids.size(), m_policy->config())));
    const std::vector<SampledCompletion> group
        = m_rollout->generate({ { ids, answerStreams(command, m_config.general.seed, m_step) } }, params,
            { .stopWatch = stopWatchFor({ m_config.rollout.stop }, m_scorer->tokenizer()) })[0];
    LiveAnswer answer { command.completion.empty() ? item.prompt + " " + m_scorer->tokenizer().decode(group.front().ids)
                                                   : answerText(m_scorer->tokenizer(), group.front().ids) };
    if (fresh.empty()) {
        for (const SampledCompletion& one : group)
            answer.samples.push_back(unjudgedAnswer(m_scorer->tokenizer(), one));
        return answer;
    }
    answer.question = item.prompt;
    answer.itemJson = item.itemJson;
    RunConfig now = m_config; // with the weights of the step that comes next
    now.rewards = rewardsAt(m_config.rewards, m_step + 1);
    SampledStep asked;
    asked.items = { item };
    asked.promptIds = { ids };
    const std::vector<double> weights = rewardWeights(now.rewards);
    std::vector<std::vector<double>> parts;
    for (CompletionScorer::Scored& one : m_sampler->score(asked, group.size(), group, now)) {
        parts.push_back(one.parts);
        one.row.position = int(answer.samples.size());
        answer.samples.push_back(std::move(one.row));
    }
    // The sum that an advantage would be made of: what some of the answers lack cannot be compared.
    parts = comparableRows(std::move(parts), weights, group.size());
    for (size_t i = 0; i < parts.size(); ++i)
        for (size_t k = 0; k < weights.size(); ++k)
            if (weights[k] != 0 && std::isfinite(parts[i][k]))
                answer.samples[i].reward = answer.samples[i].reward.value_or(0) + weights[k] * parts[i][k];
    const std::vector<std::string> names = rewardPartNames(now.rewards);
    for (size_t k = 0; k < weights.size(); ++k)
        answer.weights.emplace_back(names[k], weights[k]);
    return answer;
}

LiveAnswer SamplingSession::answerForModel(const Command& command)
{
    switch (command.kind) {
    case Command::Kind::SampleNow:
        return sampleNow(command);
    case Command::Kind::ScoreText: {
        const CompletionScorer::Scored scored
            = m_scorer->scoreText(command.prompt, command.completion, m_config.rewards);
        return { scored.row.verdict + " (" + scored.row.reason + "): " + scored.judgement.explanation };
    }
    default:
        throw Failure({ "protocol_unknown_kind", "This command is not for the model.", "" });
    }
}

} // namespace aha
