#include "core/foreign/metric_mapping.h"

#include <map>
#include <set>

namespace aha::foreign {

std::string metricName(const std::string& tag)
{
    // What TRL's trainers call as we do (GRPOTrainer and SFTTrainer, 1.16), behind transformers' "train/".
    static const std::set<std::string> same { "reward", "reward_std", "frac_reward_zero_std", "loss", "grad_norm",
        "learning_rate", "kl", "entropy", "epoch", "num_tokens", "mean_token_accuracy", "completions/mean_length",
        "completions/min_length", "completions/max_length", "completions/clipped_ratio",
        "completions/mean_terminated_length", "completions/min_terminated_length", "completions/max_terminated_length",
        "clip_ratio/low_mean", "clip_ratio/low_min", "clip_ratio/high_mean", "clip_ratio/high_max",
        "clip_ratio/region_mean", "cispo_clip_ratio", "vespo/phi_seq_mean", "sampling/sampling_logp_difference/mean",
        "sampling/sampling_logp_difference/max", "sampling/importance_sampling_ratio/min",
        "sampling/importance_sampling_ratio/mean", "sampling/importance_sampling_ratio/max" };
    // verl (metric_utils.py, dp_actor.py). Its critic/score is the raw reward, critic/rewards has the KL penalty in it.
    static const std::map<std::string, std::string> verl { { "critic/score/mean", "reward" },
        { "actor/grad_norm", "grad_norm" }, { "actor/lr", "learning_rate" }, { "actor/entropy", "entropy" },
        { "actor/pg_clipfrac", "policy/clipfrac" }, { "actor/pg_clipfrac_lower", "policy/clipfrac_lower" },
        { "actor/ppo_kl", "policy/ppo_kl" }, { "response_length/mean", "completions/mean_length" },
        { "response_length/min", "completions/min_length" }, { "response_length/max", "completions/max_length" },
        { "response_length/clip_ratio", "completions/clipped_ratio" }, { "critic/vf_loss", "critic/value_loss" },
        { "critic/grad_norm", "critic/grad_norm" }, { "critic/vf_clipfrac", "critic/clip_ratio" },
        { "timing_s/step", "perf/step_seconds" }, { "timing_s/gen", "perf/rollout_seconds" } };
    if (const auto found = verl.find(tag); found != verl.end())
        return found->second;
    if (tag.rfind("train/", 0) == 0) {
        const std::string own = tag.substr(6);
        if (same.count(own) || own.rfind("rewards/", 0) == 0)
            return own;
        if (own == "step_time")
            return "perf/step_seconds";
    }
    return "foreign/" + tag;
}

} // namespace aha::foreign
