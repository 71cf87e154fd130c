#pragma once
// Every metric a training step records. METRICS.md explains each; a test holds the two against each other.

namespace aha {

inline constexpr const char* kMetricNames[] = {
    "loss", "grad_norm", "learning_rate", "reward", "reward_std", "frac_reward_zero_std",
    "rewards/accuracy/mean", "rewards/accuracy/std", "rewards/format/mean", "rewards/format/std",
    "rewards/language/mean", "rewards/language/std",
    "accuracy", "num_tokens",
    "completions/mean_length", "completions/min_length", "completions/max_length",
    "completions/mean_terminated_length", "completions/min_terminated_length", "completions/max_terminated_length",
    "completions/clipped_ratio",
    "entropy", "kl",
    "clip_ratio/low_mean", "clip_ratio/low_min", "clip_ratio/high_mean", "clip_ratio/high_max", "clip_ratio/region_mean",
    "sampling/sampling_logp_difference/mean", "sampling/sampling_logp_difference/max",
    "groups/all_correct", "groups/all_wrong",
    "reflection/per_response", "reflection/share", "language/mixed_share", "language/target_share",
    "countdown/false_equation_share", "countdown/stop_after_hit", "countdown/stop_after_miss",
    "countdown/attempts_per_trace", "countdown/hits_per_attempt",
    "perf/step_seconds", "perf/rollout_seconds", "perf/training_seconds", "perf/rollout_tokens_per_second",
    "perf/training_tokens_per_second", "perf/resident_mb",
};

} // namespace aha
