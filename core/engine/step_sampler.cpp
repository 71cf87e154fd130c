#include "core/engine/step_sampler.h"

#include "core/algo/reward_groups.h"
#include "core/engine/evaluation.h"

#include <chrono>
#include <cmath>

namespace aha {

double passRate(const CompletionScorer::Scored* group, size_t size)
{
    double right = 0, judged = 0;
    for (size_t i = 0; i < size; ++i) {
        const Verdict verdict = group[i].judgement.verdict;
        if (verdict == Verdict::InfraError || verdict == Verdict::Timeout)
            continue;
        right += group[i].row.correct;
        ++judged;
    }
    return judged > 0 ? right / judged : std::nan("");
}

std::vector<CompletionScorer::Scored> StepSampler::score(const SampledStep& sampled, size_t groupSize,
    const std::vector<SampledCompletion>& completions, const RunConfig& config) const
{
    std::vector<CompletionScorer::Scored> scored(completions.size());
    m_parts.workers.run([&](int w) {
        for (size_t i = size_t(w); i < scored.size(); i += size_t(m_parts.workers.size()))
            scored[i] = m_parts.scorer.score(sampled.items[i / groupSize], completions[i], config);
    });
    m_parts.rewardModel.fill(sampled.promptIds, groupSize, scored, config);
    m_parts.rewards.complete(sampled.items, groupSize, scored, config);
    return scored;
}

/// `first`: number of the first group within the step; `firstItem`: of the first problem within the run.
SampledStep StepSampler::round(int64_t step, int64_t first, uint64_t firstItem, const RunConfig& config,
    const SamplingParams& params, const std::function<void(double)>& progress) const
{
    const RolloutConfig& r = config.rollout;
    const uint64_t seed = uint64_t(config.general.seed);
    const auto begin = std::chrono::steady_clock::now();
    SampledStep sampled;
    std::vector<PromptRequest> requests;
    for (int64_t i = 0; i < r.promptsPerStep; ++i) {
        TaskItem item = m_parts.task.trainItem(seed, firstItem + uint64_t(i));
        PromptBuilder::Prompt built = m_parts.prompts.build(item);
        item.prompt = std::move(built.text);
        PromptRequest request { std::move(built.ids), {} };
        for (int64_t j = 0; j < r.numGenerations; ++j)
            request.streams.emplace_back(seed, Purpose::Sampling, uint64_t(step), uint64_t((first + i) << 20 | j));
        sampled.promptIds.push_back(request.promptIds);
        sampled.items.push_back(std::move(item));
        requests.push_back(std::move(request));
    }
    for (auto& group : m_parts.rollout.generate(requests, params,
             { .progress = progress, .stopWatch = stopWatchFor({ r.stop }, m_parts.scorer.tokenizer()) }))
        for (SampledCompletion& completion : group) {
            sampled.generatedTokens += int64_t(completion.ids.size());
            sampled.completions.push_back(std::move(completion));
        }
    sampled.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    sampled.generatedGroups = r.promptsPerStep;
    sampled.rounds = 1;
    sampled.scored = score(sampled, size_t(r.numGenerations), sampled.completions, config);
    return sampled;
}

SampledStep StepSampler::sample(int64_t step, const RunConfig& config, const SamplingParams& params,
    const std::function<void(double)>& progress) const
{
    const SelectionConfig& selection = config.selection;
    const int64_t wanted = config.rollout.promptsPerStep;
    const size_t groupSize = size_t(config.rollout.numGenerations);
    if (!selection.dynamicSampling)
        return round(step, 0, uint64_t((step - 1) * wanted), config, params, progress);
    SampledStep kept, spare; // inside the band, and outside
    const auto take = [&](SampledStep& to, SampledStep& from, size_t g) {
        to.items.push_back(std::move(from.items[g]));
        to.promptIds.push_back(std::move(from.promptIds[g]));
        for (size_t i = g * groupSize; i < (g + 1) * groupSize; ++i) {
            to.completions.push_back(std::move(from.completions[i]));
            to.scored.push_back(std::move(from.scored[i]));
        }
    };
    for (int64_t n = 0; n < selection.maxRounds && int64_t(kept.items.size()) < wanted; ++n) {
        SampledStep more = round(step, n * wanted, uint64_t(((step - 1) * selection.maxRounds + n) * wanted), config,
            params, [&](double done) { progress(n == 0 ? done : 1.0); });
        kept.generatedGroups += more.generatedGroups;
        kept.generatedTokens += more.generatedTokens;
        kept.seconds += more.seconds;
        ++kept.rounds;
        for (size_t g = 0; g < more.items.size(); ++g) {
            const double rate = passRate(more.scored.data() + g * groupSize, groupSize);
            const bool inside = rate > selection.passRateMin && rate < selection.passRateMax; // false for NaN
            if (inside && int64_t(kept.items.size()) < wanted)
                take(kept, more, g);
            else if (!inside)
                take(spare, more, g);
        }
    }
    for (size_t g = 0; int64_t(kept.items.size()) < wanted; ++g)
        take(kept, spare, g);
    return kept;
}

std::vector<double> StepSampler::greedyRewards(
    const SampledStep& sampled, const RunConfig& config, const SamplingParams& params) const
{
    SamplingParams greedy = params;
    greedy.temperature = 0;
    std::vector<PromptRequest> requests;
    for (const std::vector<int32_t>& ids : sampled.promptIds)
        requests.push_back({ ids, { Rng(0, Purpose::Sampling) } }); // greedy: the stream is not used
    std::vector<SampledCompletion> completions;
    for (auto& group : m_parts.rollout.generate(
             requests, greedy, { .stopWatch = stopWatchFor({ config.rollout.stop }, m_parts.scorer.tokenizer()) }))
        completions.push_back(std::move(group[0]));
    std::vector<std::vector<double>> parts;
    for (const CompletionScorer::Scored& one : score(sampled, 1, completions, config))
        parts.push_back(one.parts);
    return weightedRewards(parts, rewardWeights(config.rewards));
}

} // namespace aha
