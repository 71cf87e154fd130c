#include "core/store/metric_direction.h"

#include <algorithm>
#include <array>
#include <string>

namespace aha {

namespace {

constexpr auto kHigher = MetricDirection::Higher, kLower = MetricDirection::Lower;

struct Directed {
    std::string_view name;
    std::optional<MetricDirection> better; ///< nullopt: neither way, whatever the words of its name
};

constexpr Directed kTable[] = {
    { "loss", kLower },
    { "eval_loss", kLower },
    { "nll_loss", kLower },
    { "eval_nll_loss", kLower },
    { "mean_token_accuracy", kHigher },
    { "eval_mean_token_accuracy", kHigher },
    { "distill/divergence", kLower },
    { "distill/agreement", kHigher },
    { "rewards/margins", kHigher },
    { "rewards/accuracies", kHigher },
    { "eval_rewards/margins", kHigher },
    { "eval_rewards/accuracies", kHigher },
    { "eval_accuracy", kHigher },
    { "eval_accuracy/low", std::nullopt }, // ends of an interval are no figures of their own
    { "eval_accuracy/high", std::nullopt },
    { "margin", kHigher },
    { "eval_margin", kHigher },
    { "rewards/chosen", std::nullopt }, // only their difference says something
    { "rewards/rejected", std::nullopt },
    { "eval_rewards/chosen", std::nullopt },
    { "eval_rewards/rejected", std::nullopt },
    { "mean_reward", std::nullopt }, // a reward model's own scale
    { "min_reward", std::nullopt },
    { "max_reward", std::nullopt },
    { "eval_mean_reward", std::nullopt },
    { "eval_min_reward", std::nullopt },
    { "eval_max_reward", std::nullopt },
    { "kl", kLower },
    { "eval_kl", kLower },
    { "kl/reward", kLower },
    { "kl/coef", std::nullopt },
    { "entropy/coef", std::nullopt },
    { "policy/approxkl", kLower },
    { "policy/ppo_kl", kLower },
    { "reward", kHigher },
    { "reward_std", std::nullopt },
    { "frac_reward_zero_std", kLower },
    { "accuracy", kHigher },
    { "groups/all_correct", std::nullopt }, // such groups teach nothing
    { "groups/all_wrong", kLower },
    { "completions/clipped_ratio", kLower },
    { "completions/infra_error_share", kLower },
    { "completions/unjudged_share", kLower },
    { "language/mixed_share", kLower },
    { "language/target_share", kHigher },
    { "countdown/false_equation_share", kLower },
    { "countdown/hits_per_attempt", kHigher },
    { "critic/value_loss", kLower },
    { "critic/explained_variance", kHigher },
    { "prime/loss", kLower },
    { "prime/accuracy", kHigher },
    { "prime/reward", std::nullopt },
    { "process/reward", std::nullopt },
    { "process/agreement", kHigher },
    { "process/refresh_loss", kLower },
    { "process/refresh_accuracy", kHigher },
    { "selection/pool_success", std::nullopt }, // what was chosen, not how well it went
    { "perf/step_seconds", kLower },
    { "perf/rollout_seconds", kLower },
    { "perf/training_seconds", kLower },
    { "perf/rollout_tokens_per_second", kHigher },
    { "perf/training_tokens_per_second", kHigher },
    { "perf/resident_mb", kLower },
};

/// rewards/<part>/mean and its companions: parts come with the run.
std::optional<Directed> rewardPart(std::string_view metric)
{
    if (!metric.starts_with("rewards/"))
        return std::nullopt;
    if (metric.ends_with("/mean"))
        return Directed { metric, kHigher };
    if (metric.ends_with("/unscored"))
        return Directed { metric, kLower };
    if (metric.ends_with("/std") || metric.ends_with("/weight"))
        return Directed { metric, std::nullopt };
    return std::nullopt;
}

} // namespace

std::optional<MetricDirection> metricDirection(std::string_view metric)
{
    const auto* known
        = std::find_if(std::begin(kTable), std::end(kTable), [&](const Directed& row) { return row.name == metric; });
    if (known != std::end(kTable))
        return known->better;
    if (const auto part = rewardPart(metric))
        return part->better;
    std::string name(metric);
    for (char& c : name)
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    const auto says = [&name](const auto& words) {
        return std::any_of(
            words.begin(), words.end(), [&](const char* word) { return name.find(word) != std::string::npos; });
    };
    static constexpr std::array kNeither { "/std", "_std", "/weight", "_coef", "/coef" };
    static constexpr std::array kHigherFirst { "per_second", "throughput" }; // before the seconds in their names
    static constexpr std::array kLowerWords { "loss", "perplexity", "ppl", "error", "nll", "divergence", "seconds",
        "memory", "latency", "approxkl", "ppo_kl" };
    static constexpr std::array kHigherWords { "accuracy", "acc@", "/acc", "reward", "score", "pass@", "cons@", "maj@",
        "agreement", "solved" };
    if (says(kNeither))
        return std::nullopt;
    if (says(kHigherFirst))
        return kHigher;
    if (says(kLowerWords) || name.ends_with("/kl"))
        return kLower;
    return says(kHigherWords) ? std::optional(kHigher) : std::nullopt;
}

std::vector<std::string_view> directedMetrics()
{
    std::vector<std::string_view> names;
    for (const Directed& row : kTable)
        names.push_back(row.name);
    return names;
}

} // namespace aha
