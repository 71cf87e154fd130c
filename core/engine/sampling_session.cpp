#include "core/engine/sampling_session.h"

#include "core/base/fault.h"
#include "core/engine/data_record.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/held_out_problems.h"
#include "core/engine/live_question.h"

#include <algorithm>

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

std::string SamplingSession::answerForModel(const Command& command)
{
    switch (command.kind) {
    case Command::Kind::SampleNow: {
        const std::vector<TaskItem> fresh
            = command.prompt.empty() ? m_task->heldOut(64) : std::vector<TaskItem>(); // small tasks have fewer
        const TaskItem item = fresh.empty() ? liveQuestion(command) : fresh[size_t(m_step) % fresh.size()];
        const std::vector<int32_t> ids = m_prompts->build(item).ids;
        SamplingParams params = samplingParams(m_config, m_policy->config());
        params.maxNewTokens
            = int(std::min<int64_t>(params.maxNewTokens, roomForAnswer(ids.size(), m_policy->config())));
        const auto result = m_rollout->generate(
            { { ids, { Rng(uint64_t(m_config.general.seed), Purpose::Evaluation, 1u << 30, uint64_t(m_step)) } } },
            params, { .stopWatch = stopWatchFor({ m_config.rollout.stop }, m_scorer->tokenizer()) });
        return command.completion.empty() ? item.prompt + " " + m_scorer->tokenizer().decode(result[0][0].ids)
                                          : answerText(m_scorer->tokenizer(), result[0][0].ids);
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

} // namespace aha
