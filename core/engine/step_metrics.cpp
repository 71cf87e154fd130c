#include "core/engine/step_metrics.h"

#include "core/base/files.h"
#include "core/engine/infra_errors.h"
#include "core/engine/step_sampler.h"

#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace aha {

double residentMegabytes()
{
    const Result<std::string> statm = readFile("/proc/self/statm", 4096);
    long total = 0, resident = 0;
    if (!statm || std::sscanf(statm->c_str(), "%ld %ld", &total, &resident) != 2)
        return std::nan("");
    return double(resident) * double(::sysconf(_SC_PAGESIZE)) / 1e6;
}

namespace {

/// NaN without anything to divide by: a gap in the chart, not a zero.
double ratio(double numerator, double denominator) { return denominator > 0 ? numerator / denominator : std::nan(""); }

} // namespace

Metrics stepMetrics(const std::vector<CompletionScorer::Scored>& scored,
    const std::vector<SampledCompletion>& completions, const Advantages& advantages, const UpdateReport& report,
    const RunConfig& config, double tokensSoFar, const StepTimes& times)
{
    const double n = double(scored.size());
    double correct = 0, judged = 0, lengths = 0, longest = 0, shortest = 1e18, ended = 0, endedLengths = 0,
           endedLongest = 0, endedShortest = 1e18;
    double entropy = 0, reflections = 0, reflecting = 0, mixed = 0, share = 0;
    std::vector<TaskStatistic> task = scored.empty() ? std::vector<TaskStatistic> {} : scored[0].statistics;
    for (TaskStatistic& statistic : task)
        statistic.numerator = statistic.denominator = 0;
    for (size_t i = 0; i < scored.size(); ++i) {
        const CompletionRow& row = scored[i].row;
        const double length = row.tokens;
        correct += row.correct;
        judged += scored[i].judged();
        lengths += length;
        longest = std::max(longest, length);
        shortest = std::min(shortest, length);
        if (completions[i].finish == FinishReason::Stop) {
            ++ended;
            endedLengths += length;
            endedLongest = std::max(endedLongest, length);
            endedShortest = std::min(endedShortest, length);
        }
        for (const float value : completions[i].entropy)
            entropy += value;
        reflections += row.reflections;
        reflecting += row.reflections > 0;
        mixed += row.mixesLanguage;
        share += row.languageShare;
        for (size_t s = 0; s < task.size(); ++s) {
            task[s].numerator += scored[i].statistics[s].numerator;
            task[s].denominator += scored[i].statistics[s].denominator;
        }
    }
    const size_t groupSize = size_t(config.rollout.numGenerations), groups = scored.size() / groupSize;
    double allCorrect = 0, allWrong = 0;
    for (size_t g = 0; g < groups; ++g) {
        const auto begin = scored.begin() + long(g * groupSize);
        const double rate = passRate(&*begin, groupSize);
        allCorrect += rate == 1;
        allWrong += rate == 0;
    }
    Metrics m { { "loss", report.loss }, { "grad_norm", report.gradNorm }, { "learning_rate", report.learningRate },
        { "reward", advantages.rewardMean }, { "reward_std", advantages.rewardStd },
        { "frac_reward_zero_std", advantages.zeroVarianceShare } };
    const std::vector<RewardPart> parts = rewardParts(config.rewards);
    for (size_t f = 0; f < parts.size(); ++f) {
        const std::string name = std::string("rewards/") + rewardPartName(parts[f]);
        m.emplace_back(name + "/mean", advantages.functionMean[f]);
        m.emplace_back(name + "/std", advantages.functionStd[f]);
        const auto unscored
            = std::count_if(scored.begin(), scored.end(), [f](const auto& one) { return std::isnan(one.parts[f]); });
        if (mayBeUnscored(parts[f]) && (unscored > 0 || parts[f] != RewardPart::Accuracy))
            m.emplace_back(name + "/unscored", double(unscored)); // of the accuracy: a failure worth a line
    }
    m.emplace_back("accuracy", judged > 0 ? correct / judged : std::nan(""));
    m.emplace_back("num_tokens", tokensSoFar);
    m.emplace_back("completions/mean_length", lengths / n);
    m.emplace_back("completions/min_length", shortest);
    m.emplace_back("completions/max_length", longest);
    m.emplace_back("completions/mean_terminated_length", ratio(endedLengths, ended));
    m.emplace_back("completions/min_terminated_length", ended > 0 ? endedShortest : std::nan(""));
    m.emplace_back("completions/max_terminated_length", ended > 0 ? endedLongest : std::nan(""));
    m.emplace_back("completions/clipped_ratio", (n - ended) / n);
    m.emplace_back("entropy", ratio(entropy, lengths));
    const PolicyLossDiagnostics& d = report.diagnostics;
    if (config.algorithm.beta != 0 && config.algorithm.klPlacement == "loss")
        m.emplace_back("kl", ratio(d.kl, d.tokens));
    if (config.general.kind == "grpo" || config.general.kind == "rloo") {
        m.emplace_back("clip_ratio/low_mean", ratio(d.lowClipped, d.count));
        m.emplace_back("clip_ratio/low_min", d.anyRow ? d.lowMin : std::nan(""));
        m.emplace_back("clip_ratio/high_mean", ratio(d.highClipped, d.count));
        m.emplace_back("clip_ratio/high_max", d.anyRow ? d.highMax : std::nan(""));
        m.emplace_back("clip_ratio/region_mean", ratio(d.regionClipped, d.count));
    }
    for (const auto& [name, average] : d.averages)
        m.emplace_back(name, ratio(average.sum, average.count));
    if (const std::optional<SamplerGap>& gap = report.samplerGap) {
        m.emplace_back("sampling/sampling_logp_difference/mean", ratio(gap->differenceSum, gap->tokens));
        m.emplace_back("sampling/sampling_logp_difference/max", gap->tokens > 0 ? gap->differenceMax : std::nan(""));
        m.emplace_back("sampling/importance_sampling_ratio/min", gap->ratios > 0 ? gap->ratioMin : std::nan(""));
        m.emplace_back("sampling/importance_sampling_ratio/mean", ratio(gap->ratioSum, gap->ratios));
        m.emplace_back("sampling/importance_sampling_ratio/max", gap->ratios > 0 ? gap->ratioMax : std::nan(""));
    } else {
        m.emplace_back(
            "sampling/sampling_logp_difference/mean", ratio(report.logpDifferenceSum, report.logpDifferenceCount));
        m.emplace_back("sampling/sampling_logp_difference/max",
            report.logpDifferenceCount > 0 ? report.logpDifferenceMax : std::nan(""));
    }
    m.emplace_back("groups/all_correct", ratio(allCorrect, double(groups)));
    m.emplace_back("groups/all_wrong", ratio(allWrong, double(groups)));
    m.emplace_back("reflection/per_response", reflections / n);
    m.emplace_back("reflection/share", reflecting / n);
    if (const double share = infraErrorShare(scored); share > 0)
        m.emplace_back("completions/infra_error_share", share);
    if (judged < n)
        m.emplace_back("completions/unjudged_share", 1 - judged / n);
    m.emplace_back("language/mixed_share", mixed / n);
    m.emplace_back("language/target_share", share / n);
    for (const TaskStatistic& statistic : task)
        m.emplace_back(statistic.name, ratio(statistic.numerator, statistic.denominator));
    m.emplace_back("perf/step_seconds", times.stepSeconds);
    m.emplace_back("perf/rollout_seconds", times.rolloutSeconds);
    m.emplace_back("perf/training_seconds", times.trainingSeconds);
    m.emplace_back("perf/rollout_tokens_per_second", ratio(double(times.rolloutTokens), times.rolloutSeconds));
    m.emplace_back("perf/training_tokens_per_second", ratio(double(report.trainedTokens), times.trainingSeconds));
    m.emplace_back("perf/resident_mb", residentMegabytes());
    return m;
}

} // namespace aha
