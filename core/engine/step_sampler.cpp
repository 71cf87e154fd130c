#include "core/engine/step_sampler.h"

#include "core/engine/evaluation.h"
#include "core/engine/level_curriculum.h"
#include "core/engine/problem_order.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

struct Verdicts {
    int64_t right = 0, judged = 0;
};
Verdicts verdictsOf(const CompletionScorer::Scored* group, size_t size)
{
    Verdicts verdicts;
    for (size_t i = 0; i < size; ++i) {
        if (!group[i].judged())
            continue;
        verdicts.right += group[i].row.correct;
        ++verdicts.judged;
    }
    return verdicts;
}

} // namespace

double passRate(const CompletionScorer::Scored* group, size_t size)
{
    const Verdicts verdicts = verdictsOf(group, size);
    return verdicts.judged > 0 ? double(verdicts.right) / double(verdicts.judged) : std::nan("");
}

StepSampler::Problem StepSampler::problem(uint64_t number, const RunConfig& config) const
{
    const uint64_t seed = uint64_t(config.general.seed);
    Problem problem { m_curriculum ? m_parts.task.trainItemAt(m_curriculum->level(), seed, number)
                                   : m_parts.task.trainItem(seed, number),
        {} };
    PromptBuilder::Prompt built = m_parts.prompts.build(problem.item);
    problem.item.prompt = std::move(built.text);
    problem.promptIds = std::move(built.ids);
    return problem;
}

void StepSampler::record(
    const std::vector<uint64_t>& problems, const std::vector<CompletionScorer::Scored>& scored) const
{
    const size_t groupSize = problems.empty() ? 0 : scored.size() / problems.size();
    for (size_t g = 0; g < problems.size(); ++g) {
        const Verdicts verdicts = verdictsOf(scored.data() + g * groupSize, groupSize);
        if (m_order)
            m_order->record(problems[g], verdicts.right, verdicts.judged);
        if (m_curriculum)
            m_curriculum->record(verdicts.right, verdicts.judged);
    }
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

/// `first`: number of the first group within the step.
SampledStep StepSampler::round(int64_t step, int64_t first, const std::vector<uint64_t>& problems,
    const RunConfig& config, const SamplingParams& params, const std::function<void(double)>& progress) const
{
    const RolloutConfig& r = config.rollout;
    const uint64_t seed = uint64_t(config.general.seed);
    const auto begin = std::chrono::steady_clock::now();
    SampledStep sampled;
    std::vector<PromptRequest> requests;
    for (int64_t i = 0; i < r.promptsPerStep; ++i) {
        Problem asked = problem(problems[size_t(i)], config);
        PromptRequest request { std::move(asked.promptIds), {} };
        for (int64_t j = 0; j < r.numGenerations; ++j)
            request.streams.emplace_back(seed, Purpose::Sampling, uint64_t(step), uint64_t((first + i) << 20 | j));
        sampled.promptIds.push_back(request.promptIds);
        sampled.items.push_back(std::move(asked.item));
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
    record(problems, sampled.scored);
    return sampled;
}

SampledStep StepSampler::sample(int64_t step, const RunConfig& config, const SamplingParams& params,
    const std::function<void(double)>& progress) const
{
    const SelectionConfig& selection = config.selection;
    const int64_t wanted = config.rollout.promptsPerStep;
    const size_t groupSize = size_t(config.rollout.numGenerations);
    std::set<uint64_t> used;
    const auto problems = [&](int64_t n, uint64_t first) {
        std::vector<uint64_t> numbers(size_t(wanted), 0);
        std::iota(numbers.begin(), numbers.end(), first);
        return m_order ? m_order->draw(step, n, wanted, used) : numbers;
    };
    if (!selection.dynamicSampling)
        return round(step, 0, problems(0, uint64_t((step - 1) * wanted)), config, params, progress);
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
        SampledStep more
            = round(step, n * wanted, problems(n, uint64_t(((step - 1) * selection.maxRounds + n) * wanted)), config,
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

std::vector<double> StepSampler::greedyRewards(const SampledStep& sampled, const RunConfig& config,
    const std::vector<double>& weights, const SamplingParams& params) const
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
    const std::vector<CompletionScorer::Scored> scored = score(sampled, 1, completions, config);
    const std::vector<RewardPart> parts = rewardParts(config.rewards);
    const size_t groupSize = size_t(config.rollout.numGenerations);
    std::vector<double> totals(scored.size(), 0.0);
    for (size_t f = 0; f < parts.size(); ++f) {
        if (weights[f] == 0 || parts[f] == RewardPart::Length)
            continue;
        for (size_t g = 0; g < scored.size(); ++g) {
            const auto group = sampled.scored.begin() + long(g * groupSize);
            if (std::any_of(group, group + long(groupSize), [f](const auto& one) { return !std::isnan(one.parts[f]); }))
                totals[g] += weights[f] * scored[g].parts[f];
        }
    }
    return totals;
}

} // namespace aha
