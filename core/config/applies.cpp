// Which fields a run reads: by its kind, and by what its other fields say.

#include "core/config/held_out.h"
#include "core/config/weight_schedule.h"

#include <algorithm>

namespace aha {

namespace {

using Kinds = std::vector<std::string>;

bool oneOf(const Kinds& kinds, const std::string& kind)
{
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// Kinds of online reinforcement learning that read a field of the group algorithm, entropy or critic.
bool algorithmReads(const std::string& kind, const FieldInfo& info)
{
    static const Kinds clipped { "grpo", "rloo", "reinforce_pp", "reinforce_pp_baseline", "ppo", "prime" };
    static const Kinds discounted { "reinforce", "reinforce_pp", "ppo" };
    static const Kinds imitates { "num_iterations", "steps_per_generation", "mask_truncated_completions",
        "sampler_correction", "sampler_correction_cap" };
    static const Kinds everyones { "beta", "kl_placement", "kl_estimator", "ref_model_sync_steps",
        "ref_model_mixup_alpha", "num_iterations", "steps_per_generation", "mask_truncated_completions",
        "sampler_correction", "sampler_correction_cap" };
    if (info.group == "critic")
        return kind == "ppo";
    if (info.group == "prime")
        return kind == "prime";
    if (info.group == "process")
        return kind == "grpo";
    if (kind == "rft")
        return info.group == "entropy" || oneOf(imitates, info.key);
    if (info.group == "entropy")
        return kind != "mirror_descent";
    if (oneOf(everyones, info.key)) // mirror descent holds the policy to the sampler instead of clipping
        return true;
    if (info.key == "epsilon" || info.key == "epsilon_high" || info.key == "dual_clip")
        return oneOf(clipped, kind);
    if (info.key == "gamma")
        return oneOf(discounted, kind);
    if (info.key == "temperature")
        return kind == "mirror_descent";
    return kind == "grpo";
}

/// What problems are like, how they are put and how often they are answered.
bool isOfProblems(const FieldInfo& info)
{
    const std::string &group = info.group, &key = info.key;
    return group == "task" || group == "prompt" || group == "sandbox" || (group == "data" && key == "extraction")
        || (group == "eval" && (key == "samples" || key == "final_samples" || key == "final_problems"));
}

/// What a kind reads at all. `sft` reads a data set and no task, for example.
bool kindReads(const std::string& kind, const FieldInfo& info)
{
    const std::string &group = info.group, &key = info.key;
    const Stage stage = stageOf(kind);
    if (group == "algorithm" || group == "entropy" || group == "critic" || group == "prime" || group == "process")
        return stage == Stage::Online && algorithmReads(kind, info);
    if (group == "selection" || group == "rewards")
        return stage == Stage::Online;
    if (group == "sft") // examples to read are sampled wherever rows train
        return stage == Stage::FineTuning || stage == Stage::Distillation
            || (stage == Stage::Preference && key == "eval_completions");
    if (group == "distill") // the teacher of fine-tuning wrote the rows: it is read beside the student
        return stage == Stage::Distillation || (kind == "sft" && key == "teacher");
    if (group == "reward_model")
        return stage == Stage::RewardModel;
    if (isOfProblems(info) || (group == "data" && key == "verifier"))
        return stage == Stage::Online || stage == Stage::Distillation || stage == Stage::FineTuning;
    if (group == "eval" && key == "probes") // a reward model writes nothing
        return stage != Stage::RewardModel;
    if (group == "rollout" && key == "partial_tokens")
        return stage == Stage::Online;
    if (group == "rollout" && stage == Stage::RewardModel)
        return false;
    if (group == "rollout" && (key == "prompts_per_step" || key == "num_generations"))
        return stage == Stage::Online || stage == Stage::Distillation;
    if (group != "preference")
        return true;
    static const std::pair<const char*, Kinds> preference[]
        = { { "loss_type", { "dpo" } }, { "loss_weights", { "dpo" } }, { "label_smoothing", { "dpo", "cpo" } },
              { "f_divergence_type", { "dpo" } }, { "f_alpha_divergence_coef", { "dpo" } }, { "ld_alpha", { "dpo" } },
              { "use_weighting", { "dpo" } }, { "discopop_tau", { "dpo" } }, { "kto_loss", { "kto" } },
              { "desirable_weight", { "kto" } }, { "undesirable_weight", { "kto" } }, { "cpo_loss", { "cpo" } },
              { "cpo_alpha", { "cpo" } }, { "simpo_gamma", { "cpo" } } };
    for (const auto& [field, kinds] : preference)
        if (key == field)
            return oneOf(kinds, kind);
    return stage == Stage::Preference;
}

/// What other fields switch off. A value there changes nothing, and is no mistake.
bool settingsRead(const RunConfig& c, const FieldInfo& info)
{
    const std::string &group = info.group, &key = info.key;
    const AlgorithmConfig& a = c.algorithm;
    const auto begins = [&](const char* text) { return key.rfind(text, 0) == 0; };
    const std::string& task = c.task.name;
    if (stageOf(c.general.kind) == Stage::FineTuning && (group == "task" || group == "sandbox" || group == "data")) {
        const bool ofTask = c.data.verifier == "task"; // else of the held-out rows
        if (group == "data")
            return key != "extraction" || c.data.verifier == "math";
        if (!ofTask || group == "sandbox")
            return group == "sandbox" && (ofTask ? task == "programming" : c.data.verifier == "code");
    }
    if (group == "data" && (key == "verifier" || key == "extraction"))
        return task == "dataset" && (key == "verifier" || c.data.verifier == "auto" || c.data.verifier == "math");
    if (group == "data" && stageOf(c.general.kind) == Stage::Online)
        return task == "dataset";
    if (group == "sandbox")
        return task == "programming" || (task == "dataset" && (c.data.verifier == "auto" || c.data.verifier == "code"));
    if (group == "task" && key != "name") {
        const bool ranges = task == "countdown" || task == "arithmetic", levels = !ranges && task != "dataset";
        if (key == "held_out_percent")
            return task != "dataset";
        if (key == "face_cards")
            return task == "game24";
        if (key == "level" || key == "eval_level" || key == "promote_at")
            return levels;
        if (key == "demote_at" || key == "promote_after")
            return levels && c.task.promoteAt > 0;
        return ranges && (task == "countdown" || (key != "target_min" && key != "target_max"));
    }
    if (group == "algorithm") {
        if (begins("kl_") || begins("ref_model"))
            return a.beta != 0 && (key != "ref_model_mixup_alpha" || a.refSyncSteps > 0);
        if (key == "use_bias_correction_kl")
            return a.beta != 0 && a.klPlacement == "loss";
        if (begins("sapo") || begins("vespo"))
            return begins(a.lossType.c_str());
        if (begins("covariance_"))
            return a.covariance != "none" && (key != "covariance_kl_weight" || a.covariance == "kl_cov");
        if (key == "sampler_correction_cap")
            return a.samplerCorrection != "off";
    }
    if (group == "entropy" && key != "coef")
        return c.entropy.adaptive || (key == "adaptive" && c.entropy.coef != 0);
    if (group == "selection") {
        if (key == "pool_size" || key == "curriculum_steps")
            return c.selection.order != "uniform" && (key == "pool_size" || c.selection.order == "curriculum");
        if (key == "max_rounds" || begins("group_pass_rate"))
            return c.selection.dynamicSampling;
    }
    if (group == "process" && key != "model")
        return !c.process.model.empty() && (key == "separator" || key == "refresh_steps" || c.process.refreshSteps > 0);
    if (group == "critic" && key == "kl_horizon")
        return c.critic.klTarget > 0;
    if (group == "critic" && key == "loss_coef")
        return c.critic.backbone == "shared";
    if (group == "critic" && key == "learning_rate")
        return c.critic.backbone == "own";
    if (group == "optimizer" && begins("muon"))
        return c.optimizer.optim == "muon";
    if (group == "reward_model") {
        if (key == "centering" || key == "margin")
            return c.rewardModel.objective == "pairwise";
        if (key == "separator" || key == "last_step_only")
            return c.rewardModel.objective == "process";
    }
    if (group == "distill") {
        const std::string& d = c.distill.divergence;
        if (key == "alpha")
            return d == "classic";
        if (key == "gamma")
            return d == "minillm" || d == "reverse_kl";
        if (key == "beta" || key == "top_k")
            return d == "jsd";
        if (key == "cache")
            return d == "jsd" && c.distill.topK > 0;
    }
    if (group == "rewards") {
        const auto weighed = [&](double RewardConfig::*weight) { return isWeighed(c.rewards, weight); };
        if (begins("cosine_"))
            return weighed(&RewardConfig::cosine) && (key != "cosine_cut" || c.rewards.cosineOwnCut);
        if (begins("repetition_"))
            return weighed(&RewardConfig::repetition);
        if (key == "overlong_cache")
            return weighed(&RewardConfig::overlong);
        if (key == "model_path")
            return weighed(&RewardConfig::model) || weighed(&RewardConfig::expression); // an expression may name it
        if (key == "expression_text")
            return weighed(&RewardConfig::expression);
        if (begins("program_"))
            return weighed(&RewardConfig::program);
    }
    if (group == "preference" && begins("f_alpha"))
        return c.preference.fDivergence == "alpha_divergence";
    return true;
}

} // namespace

bool readsField(const std::string& kind, const FieldInfo& info) { return kindReads(kind, info); }

bool solvesHeldOut(const RunConfig& config)
{
    const Stage stage = stageOf(config.general.kind);
    const std::string& verifier = config.data.verifier;
    return stage == Stage::Online || stage == Stage::Distillation
        || (stage == Stage::FineTuning && verifier != "auto" && verifier != "none");
}

bool judgesSamples(const RunConfig& config)
{
    const Stage stage = stageOf(config.general.kind);
    return stage == Stage::Online || (stage == Stage::Distillation && config.distill.onPolicyShare > 0);
}

std::string noHeldOutReason(const RunConfig& config)
{
    if (solvesHeldOut(config))
        return {};
    switch (stageOf(config.general.kind)) {
    case Stage::FineTuning:
        return "Nothing judges what this run answers: its held-out rows are free text to it (data.verifier is "
            + config.data.verifier + ").";
    case Stage::Preference:
        return "Nothing judges what this run answers: rows of preferences (" + config.general.kind
            + ") have no right answer.";
    default:
        return "A run of the kind " + config.general.kind + " writes no answers.";
    }
}

RunConfig rewardedConfig(const RunConfig& config)
{
    const Stage stage = stageOf(config.general.kind);
    if (stage == Stage::Online)
        return config;
    RunConfig rewarded = defaultConfig("grpo");
    rewarded.general.name = config.general.name;
    rewarded.general.seed = config.general.seed;
    rewarded.model = config.model;
    rewarded.task = config.task;
    rewarded.sandbox = config.sandbox;
    rewarded.rollout.maxCompletionLength = config.rollout.maxCompletionLength;
    rewarded.rewards = config.rewards;
    if (stage == Stage::FineTuning && config.data.verifier != "task" && !config.data.path.empty())
        rewarded.task.name = "dataset"; // its problems are the held-out rows
    if (rewarded.task.name == "dataset")
        rewarded.data = config.data;
    return rewarded;
}

bool readsField(const RunConfig& config, const FieldInfo& info)
{
    return kindReads(config.general.kind, info) && (solvesHeldOut(config) || !isOfProblems(info));
}

bool applies(const RunConfig& config, const FieldInfo& info)
{
    return readsField(config, info) && settingsRead(config, info);
}

} // namespace aha
