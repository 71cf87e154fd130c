#include "core/engine/selection_state.h"

#include "core/base/files.h"
#include "core/engine/data_task.h"

#include <cmath>
#include <numeric>

namespace aha {

namespace fs = std::filesystem;

namespace {

constexpr const char *kOrderFile = "problem_order.json", *kReplayFile = "replay_buffer.json",
                     *kPartialFile = "partial_rollouts.json", *kLevelFile = "level_curriculum.json";

/// Of the problems of the pool: those of a data set's rows, where they have one.
std::vector<std::optional<double>> poolOf(const RunConfig& config, const Task& task)
{
    const auto* rows = dynamic_cast<const DataTask*>(&task);
    uint64_t size = uint64_t(config.selection.poolSize);
    if (rows)
        size = std::min(size, rows->data().epochSize());
    std::vector<std::optional<double>> rates(size);
    for (uint64_t i = 0; rows && i < size; ++i)
        rates[i] = rows->passRate(i);
    return rates;
}

} // namespace

SelectionState::SelectionState(const RunConfig& config, const Task& task, StepSampler& sampler, RolloutBackend& rollout,
    const Tokenizer& tokenizer)
    : m_sampler(sampler)
{
    if (config.selection.order != "uniform")
        m_order = std::make_unique<ProblemOrder>(config, poolOf(config, task));
    if (config.selection.replayGroups > 0)
        m_replay = std::make_unique<ReplayBuffer>(config);
    if (config.rollout.partialTokens > 0)
        m_partial = std::make_unique<PartialRollouts>(sampler, rollout, tokenizer, m_order.get());
    if (config.task.promoteAt > 0 && task.levels() > 1)
        m_curriculum = std::make_unique<LevelCurriculum>(config.task, task.levels());
    sampler.setOrder(m_order.get());
    sampler.setCurriculum(m_curriculum.get());
}

void SelectionState::endLevelStep()
{
    const int level = m_curriculum->level();
    m_curriculum->endStep();
    m_metrics.emplace_back("task/level", double(level));
    m_levelNote = m_curriculum->level() == level
        ? ""
        : "The level of the problems " + std::string(m_curriculum->level() > level ? "rises" : "falls") + " from "
            + std::to_string(level) + " to " + std::to_string(m_curriculum->level()) + ".";
}

SampledStep SelectionState::sample(
    int64_t step, const RunConfig& config, const SamplingParams& params, const std::function<void(double)>& progress)
{
    m_metrics.clear();
    SampledStep sampled = m_partial ? m_partial->sample(step, config, params, progress)
                                    : m_sampler.sample(step, config, params, progress);
    if (m_curriculum)
        endLevelStep();
    if (m_order) {
        const ProblemOrder::Summary pool = m_order->summary();
        m_metrics.emplace_back("selection/open_problems", double(m_order->open(step)));
        m_metrics.emplace_back("selection/pool_sampled", pool.sampled);
        m_metrics.emplace_back("selection/pool_success", pool.meanRate);
    }
    if (m_partial) {
        double earlier = 0, tokens = 0;
        for (size_t i = 0; i < sampled.completions.size(); ++i) {
            earlier += double(sampled.earlierTokens[i]);
            tokens += double(sampled.completions[i].ids.size());
        }
        m_metrics.emplace_back("partial/passes", double(sampled.rounds));
        m_metrics.emplace_back("partial/opened_groups", double(sampled.generatedGroups));
        m_metrics.emplace_back("partial/unfinished_groups", double(m_partial->unfinished()));
        m_metrics.emplace_back("partial/waiting_groups", double(m_partial->waiting()));
        m_metrics.emplace_back("partial/earlier_token_share", tokens > 0 ? earlier / tokens : std::nan(""));
    }
    return sampled;
}

std::vector<size_t> SelectionState::replay(
    int64_t step, const Advantages& rewards, std::vector<TrainingSample>& samples)
{
    if (!m_replay)
        return {};
    const ReplayBuffer::Exchange exchange = m_replay->exchange(step, rewards, samples);
    m_metrics.emplace_back("selection/replayed_groups", double(exchange.replayed));
    m_metrics.emplace_back("selection/replay_age", exchange.meanAge);
    m_metrics.emplace_back("selection/replay_buffer", double(m_replay->size()));
    return exchange.groups;
}

void SelectionState::addFiles(StageFiles& files) const
{
    if (m_order)
        files.emplace_back(kOrderFile, [this] { return m_order->state(); });
    if (m_replay)
        files.emplace_back(kReplayFile, [this] { return m_replay->state(); });
    if (m_partial)
        files.emplace_back(kPartialFile, [this] { return m_partial->state(); });
    if (m_curriculum)
        files.emplace_back(kLevelFile, [this] { return m_curriculum->state(); });
}

void SelectionState::restore(const fs::path& checkpoint, const RunConfig& config)
{
    const auto text = [&](const char* name) { return orThrow(readFile(checkpoint / name, uint64_t(1) << 40)); };
    if (m_order)
        orThrow(m_order->restore(text(kOrderFile)));
    if (m_replay)
        orThrow(m_replay->restore(text(kReplayFile)));
    if (m_partial)
        orThrow(m_partial->restore(text(kPartialFile), config));
    if (m_curriculum)
        orThrow(m_curriculum->restore(text(kLevelFile)));
}

} // namespace aha
