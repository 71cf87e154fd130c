// A shell script for verl on Ray, and the reward function that it needs.

#include "core/recipes/recipe_export.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

const std::string kActor = "actor_rollout_ref.actor.", kRollout = "actor_rollout_ref.rollout.",
                  kModel = "actor_rollout_ref.model.";

Error refused(const std::string& message, const std::string& hint) { return { "recipe_export", message, hint }; }

/// hydra's value in single quotes where the shell or hydra could read something into it.
std::string shellValue(const Json& value)
{
    if (value.is_boolean())
        return value.get<bool>() ? "True" : "False";
    if (value.is_null())
        return "null";
    if (value.is_array()) {
        std::string all;
        for (const Json& item : value)
            all += (all.empty() ? "" : ",") + (item.is_string() ? "\"" + item.get<std::string>() + "\"" : item.dump());
        return "'[" + all + "]'";
    }
    if (!value.is_string())
        return value.dump();
    const std::string text = onOneLine(value.get<std::string>());
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || std::string_view("_-./+").find(char(c)) != std::string_view::npos;
    });
    if (plain)
        return text;
    std::string quoted = "'\""; // the shell's quotes around hydra's
    for (const char c : text)
        quoted += c == '\'' ? "'\\''" : c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return quoted + "\"'";
}

const char* estimatorOf(const std::string& kind)
{
    static constexpr std::pair<std::string_view, const char*> kKinds[] { { "grpo", "grpo" }, { "ppo", "gae" },
        { "reinforce_pp", "reinforce_plus_plus" }, { "reinforce_pp_baseline", "reinforce_plus_plus_baseline" },
        { "remax", "remax" }, { "rloo", "rloo" }, { "prime", "rloo" } }; // PRIME's recipe knows no other
    for (const auto& [name, estimator] : kKinds)
        if (kind == name)
            return estimator;
    throw Failure(refused("verl on Ray has no trainer for " + kind + ".",
        "It trains grpo, ppo, reinforce_pp, reinforce_pp_baseline, remax, rloo, prime and distill (forward KL). TRL "
        "has sft, dpo, kto, cpo and orpo."));
}

void addBatches(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const int64_t updates = c.algorithm.stepsPerGeneration, prompts = c.rollout.promptsPerStep;
    e.copy("rollout.prompts_per_step", "data.train_batch_size");
    e.copy("rollout.num_generations", kRollout + "n");
    const int64_t mini = std::max<int64_t>(1, prompts / updates);
    if (prompts % updates != 0)
        e.note("algorithm.steps_per_generation = " + std::to_string(updates) + ": verl cuts a batch by prompts; "
            + std::to_string(prompts) + " prompts make " + std::to_string((prompts + mini - 1) / mini) + " updates");
    e.set(kActor + "ppo_mini_batch_size", mini);
    e.set(kActor + "ppo_micro_batch_size_per_gpu", 1);
    e.set(kRollout + "log_prob_micro_batch_size_per_gpu", 1);
    e.copy("algorithm.num_iterations", kActor + "ppo_epochs");
    e.told({ "algorithm.steps_per_generation" });
}

void addSteps(RecipeExport& e)
{
    const RunConfig& c = e.config();
    e.copy("rollout.max_completion_length", "data.max_response_length");
    e.set("data.max_prompt_length", 1024);
    e.set("trainer.total_training_steps", c.general.maxSteps);
    e.set("trainer.total_epochs", c.general.maxSteps); // the steps end it
    e.set("trainer.save_freq", c.checkpoint.everySteps);
    e.set("trainer.test_freq", c.eval.everySteps > 0 ? c.eval.everySteps : -1);
    e.set("trainer.max_actor_ckpt_to_keep", c.checkpoint.keep);
    e.told({ "general.max_steps", "checkpoint.every_steps", "checkpoint.keep", "eval.every_steps" });
}

void addLoss(RecipeExport& e)
{
    const AlgorithmConfig& a = e.config().algorithm;
    const std::string& kind = e.config().general.kind;
    if (kind == "grpo") {
        const std::string& type = a.lossType;
        if (type == "luspo" || type == "vespo")
            throw Failure(refused("verl has no loss " + type + ".", "Export to trl, which has it."));
        const bool sequence = a.importanceLevel == "sequence";
        if ((sequence && (type != "grpo" || a.covariance != "none"))
            || (a.covariance != "none" && (type == "cispo" || type == "sapo")))
            throw Failure(refused("verl has one loss at a time, and this run combines the loss " + type
                    + ", the ratio of a " + a.importanceLevel + " and covariance " + a.covariance + ".",
                "GSPO there is the loss grpo with the ratio of a sequence; Clip-Cov and KL-Cov go with token ratios."));
        e.set(kActor + "policy_loss.loss_mode",
            sequence                                ? "gspo"
                : a.covariance != "none"            ? a.covariance
                : type == "cispo" || type == "sapo" ? type
                                                    : "vanilla");
        e.set(kActor + "loss_agg_mode",
            type == "grpo"          ? "seq-mean-token-mean"
                : type == "dr_grpo" ? "seq-mean-token-sum-norm"
                                    : "token-mean");
        if (type == "bnpo")
            e.note("algorithm.loss_type = bnpo: token-mean, over all tokens of an update");
        if (type == "cispo")
            e.set(kActor + "clip_ratio_high", std::max(0.0, a.epsilonHigh - 1));
        if (a.covariance != "none")
            e.copy("algorithm.covariance_share",
                kActor + (a.covariance == "kl_cov" ? "policy_loss.kl_cov_ratio" : "policy_loss.clip_cov_ratio"));
        if (a.covariance == "kl_cov")
            e.copy("algorithm.covariance_kl_weight", kActor + "policy_loss.ppo_kl_coef");
        e.told({ "algorithm.loss_type", "algorithm.importance_sampling_level", "algorithm.covariance",
            "algorithm.scale_rewards" });
        e.set("algorithm.norm_adv_by_std_in_grpo", a.scaleRewards != "none");
        if (a.scaleRewards == "batch")
            e.note("algorithm.scale_rewards = batch: verl scales by the group");
    }
    e.copy("algorithm.epsilon", kActor + "clip_ratio_low");
    if (kind != "grpo" || a.lossType != "cispo")
        e.copy("algorithm.epsilon_high", kActor + "clip_ratio_high");
    e.told({ "algorithm.epsilon_high", "algorithm.dual_clip" });
    e.set(kActor + "clip_ratio_c", a.dualClip > 1 ? a.dualClip : 1000.0); // verl has a bound always: 3 by default
    const bool inLoss = a.beta != 0 && a.klPlacement == "loss", inReward = a.beta != 0 && !inLoss;
    e.set(kActor + "use_kl_loss", inLoss);
    e.set("algorithm.use_kl_in_reward", inReward);
    const char* estimator = a.klEstimator == "k1" ? "kl" : a.klEstimator == "k2" ? "mse" : "low_var_kl";
    if (inLoss) {
        e.copy("algorithm.beta", kActor + "kl_loss_coef");
        e.set(kActor + "kl_loss_type", estimator);
        if (kind == "grpo" && a.useBiasCorrectionKl)
            e.note("algorithm.use_bias_correction_kl: verl does not weigh the KL term by the ratio");
    }
    if (inReward) {
        e.copy("algorithm.beta", "algorithm.kl_ctrl.kl_coef");
        e.set("algorithm.kl_penalty", estimator);
    }
    e.told({ "algorithm.kl_placement", "algorithm.kl_estimator", "algorithm.use_bias_correction_kl" });
    e.copy("entropy.coef", kActor + "entropy_coeff");
    if (a.samplerCorrection != "auto" && a.samplerCorrection != "off") {
        if (a.samplerCorrection.find("mask") != std::string::npos)
            e.note("algorithm.sampler_correction = " + a.samplerCorrection + ": capped there, not masked");
        e.set("algorithm.rollout_correction.rollout_is", a.samplerCorrection.substr(0, a.samplerCorrection.find('_')));
        e.copy("algorithm.sampler_correction_cap", "algorithm.rollout_correction.rollout_is_threshold");
        e.told({ "algorithm.sampler_correction" });
    }
}

void addOptimizer(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const OptimizerConfig& o = c.optimizer;
    const std::string optim = kActor + "optim.";
    e.copy("optimizer.learning_rate", optim + "lr");
    e.copy("optimizer.weight_decay", optim + "weight_decay");
    e.set(optim + "betas", { o.beta1, o.beta2 });
    e.copy("optimizer.max_grad_norm", kActor + "grad_clip");
    const bool cosine = o.schedule == "cosine" || o.schedule == "cosine_with_min_lr";
    if (!cosine && o.schedule != "constant" && o.schedule != "constant_with_warmup")
        e.note("optimizer.schedule = " + o.schedule + ": verl has constant and cosine; this script takes constant");
    e.set(optim + "lr_scheduler_type", cosine ? "cosine" : "constant");
    if (cosine)
        e.set(optim + "min_lr_ratio", o.schedule == "cosine" ? 0.0 : o.minRateRatio);
    const int64_t updates = c.algorithm.stepsPerGeneration * c.algorithm.numIterations;
    e.set(optim + "lr_warmup_steps", (o.warmupSteps + updates - 1) / updates); // it counts steps
    e.told({ "optimizer.adam_beta1", "optimizer.adam_beta2", "optimizer.schedule", "optimizer.warmup_steps",
        "optimizer.min_rate_ratio" });
    if (c.general.kind != "ppo")
        return;
    e.copy("algorithm.gamma", "algorithm.gamma");
    e.copy("critic.lambda", "algorithm.lam");
    e.set("critic.model.path", c.model.path);
    e.copy("critic.learning_rate", "critic.optim.lr");
    e.copy("critic.value_clip", "critic.cliprange_value");
    e.set("critic.ppo_micro_batch_size_per_gpu", 1);
    e.copy("critic.warmup_steps", "trainer.critic_warmup");
    if (c.critic.klTarget > 0) {
        e.set("algorithm.kl_ctrl.type", "adaptive");
        e.copy("critic.kl_target", "algorithm.kl_ctrl.target_kl");
        e.copy("critic.kl_horizon", "algorithm.kl_ctrl.horizon");
    }
}

void addModelAndData(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const auto files = [](const std::string& list) {
        Json all = Json::array();
        for (size_t from = 0; from <= list.size() && !list.empty();) {
            const size_t to = std::min(list.find(';', from), list.size());
            all.push_back(list.substr(from, to - from));
            from = to + 1;
        }
        return all.size() == 1 ? all[0] : all;
    };
    e.set("data.train_files", c.data.path.empty() ? Json("train.parquet") : files(c.data.path));
    e.set("data.val_files", c.data.evalPath.empty() ? Json("test.parquet") : files(c.data.evalPath));
    if (c.data.path.find(".parquet") == std::string::npos)
        e.note("data.path"
            + (c.data.path.empty() ? " is empty: the task " + c.task.name + " makes its own problems"
                                   : " = " + c.data.path)
            + "; verl reads Parquet with the columns data_source, prompt (turns), reward_model.ground_truth: write it");
    e.copy("data.shuffle", "data.shuffle");
    e.told({ "data.path", "data.eval_path", "task.name", "model.path", "general.name" });
    e.set(kModel + "path", c.model.path);
    if (c.training.gradientCheckpointing != "auto")
        e.set(kModel + "enable_gradient_checkpointing", c.training.gradientCheckpointing == "on");
    const bool taught = c.general.kind == "distill"; // whose configuration has neither adapter nor reward
    e.told({ "training.gradient_checkpointing" });
    if (!taught)
        e.told({ "adapter.rank", "adapter.alpha", "adapter.targets" });
    if (c.adapter.rank > 0 && !taught) {
        e.set(kModel + "lora_rank", c.adapter.rank);
        e.set(kModel + "lora_alpha", c.adapter.alpha);
        e.set(kModel + "target_modules",
            c.adapter.targets == "all"             ? Json("all-linear")
                : c.adapter.targets == "attention" ? Json({ "q_proj", "k_proj", "v_proj", "o_proj" })
                : c.adapter.targets == "mlp"       ? Json({ "gate_proj", "up_proj", "down_proj" })
                                                   : Json::array({ "q_proj", "v_proj" }));
    }
    e.set(kRollout + "name", "vllm");
    e.copy("rollout.temperature", kRollout + "temperature");
    e.set(kRollout + "top_k", c.rollout.topK > 0 ? c.rollout.topK : -1);
    e.copy("rollout.top_p", kRollout + "top_p");
    e.told({ "rollout.top_k" });
    if (c.selection.dynamicSampling && c.general.kind != "prime") { // PRIME has a filter of its own
        e.set("algorithm.filter_groups.enable", true);
        e.set("algorithm.filter_groups.metric", "acc");
        e.copy("selection.max_rounds", "algorithm.filter_groups.max_num_gen_batches");
        e.told({ "selection.dynamic_sampling" });
    }
    if (c.rewards.overlong != 0 && !taught) {
        e.set("reward_model.reward_manager", "dapo");
        e.set("reward_model.overlong_buffer.enable", true);
        e.copy("rewards.overlong_cache", "reward_model.overlong_buffer.len");
        e.copy("rewards.overlong", "reward_model.overlong_buffer.penalty_factor");
    }
    if (!taught) {
        e.set("custom_reward_function.path", "reward.py");
        e.set("custom_reward_function.name", "compute_score");
    }
    e.set("trainer.project_name", "ahascope");
    e.set("trainer.experiment_name", c.general.name);
    e.set("trainer.logger", Json::array({ "console" }));
    e.set("trainer.nnodes", 1);
    e.set("trainer.n_gpus_per_node", 8);
}

std::string rewardFile(RecipeExport& e)
{
    std::string parts;
    for (const auto& [name, weight] : weightedRewards(e.config())) {
        if (name != "overlong") // verl's reward manager has it
            parts += "#   " + Json(weight).dump() + " * " + name + "\n";
        e.told({ ("rewards." + name).c_str() });
    }
    e.told({ "rewards.accuracy", "rewards.format" });
    return "# The reward of one completion. In AhaScope this run's was the sum of\n" + parts
        + "# Return that number; verl also reads a dictionary with \"score\" and \"acc\".\n\n\n"
          "def compute_score(data_source, solution_str, ground_truth, extra_info=None):\n"
          "    raise NotImplementedError(\"Write the reward for your rows.\")\n";
}

} // namespace

ExportedRecipe exportVerl(const RunConfig& config)
{
    RecipeExport e(config);
    const bool prime = config.general.kind == "prime", taught = config.general.kind == "distill";
    if (taught)
        addVerlTeaching(e);
    else
        e.set("algorithm.adv_estimator", estimatorOf(config.general.kind));
    addModelAndData(e);
    addSteps(e);
    if (!taught) {
        addBatches(e);
        addLoss(e);
        addOptimizer(e);
    }
    if (prime)
        addVerlPrime(e);
    e.told({ "general.kind" });
    ExportedRecipe out;
    const std::string reward = taught ? std::string() : rewardFile(e);
    out.without = e.without();
    const bool dapo = config.selection.dynamicSampling && !prime;
    std::string text = "#!/usr/bin/env bash\n# " + onOneLine(config.general.name) + ": " + config.general.kind
        + " with verl on Ray. Written by AhaScope; `recipe import` reads it back.\n#\n"
          "# Start a cluster (ray start --head), set trainer.nnodes and trainer.n_gpus_per_node to it, then run this "
          "script.\n"
          "# You supply: the rows as Parquet"
        + (taught ? "" : " and the function in reward.py; raise the micro batches as memory allows") + ".\n";
    if (dapo)
        text += "# Dynamic sampling is in verl's recipe DAPO: this needs the repository verl-recipe.\n";
    if (prime)
        text += "# PRIME is verl's recipe prime, in verl up to 0.6 and then in the repository verl-recipe.\n";
    if (taught)
        text += "# Distillation is verl's recipe gkd (repository verl-recipe). Start its teacher server first: "
                "recipe/gkd/teacher/start_server.sh\n# with the teacher's folder and --n-logprobs "
            + std::to_string(config.distill.topK > 0 ? config.distill.topK : 256) + ".\n";
    text += out.without.empty() ? "# Everything has a counterpart.\n"
                                : "# Without counterpart in verl:\n" + commented(out.without);
    text += std::string("set -euo pipefail\n\npython3 -m ")
        + (taught       ? "recipe.gkd.main_gkd --config-name on_policy_distill_trainer"
                : prime ? "recipe.prime.main_prime"
                : dapo  ? "recipe.dapo.main_dapo"
                        : "verl.trainer.main_ppo");
    for (const auto& [key, value] : e.settings())
        text += " \\\n    " + key + "=" + shellValue(value);
    out.files.push_back({ "train.sh", text + " \\\n    \"$@\"\n", true });
    if (!taught)
        out.files.push_back({ "reward.py", reward, false });
    return out;
}

} // namespace aha
