// verl's hydra names (January 2026): verl.trainer.main_ppo and the recipe DAPO; verl_prime.cpp and verl_teaching.cpp
// have those of the recipes PRIME and gkd.

#include "core/recipes/verl_rules.h"

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

const std::string kActor = "actor_rollout_ref.actor.", kRollout = "actor_rollout_ref.rollout.",
                  kModel = "actor_rollout_ref.model.";

std::string n(int64_t value) { return std::to_string(value); }

int64_t positive(const RecipeImport& r, const std::string& key, int64_t otherwise)
{
    const int64_t value = r.whole(key, otherwise);
    if (value < 1 || value > 100'000'000)
        throw Failure({ "recipe_value", key + " is " + n(value) + ".", "It must be at least 1." });
    return value;
}

int64_t prompts(const RecipeImport& r) { return positive(r, "data.train_batch_size", 1024); }

/// Optimizer updates of a pass over a rollout batch.
int64_t updates(const RecipeImport& r)
{
    if (r.stage() == Stage::Distillation)
        return 1;
    const int64_t batch = prompts(r), mini = positive(r, kActor + "ppo_mini_batch_size", 256);
    if (mini < batch && batch % mini != 0)
        throw Failure({ "recipe_value",
            "data.train_batch_size (" + n(batch) + ") is no multiple of ppo_mini_batch_size (" + n(mini) + ").",
            "Make it one." });
    return std::max<int64_t>(1, batch / mini);
}

int64_t steps(const RecipeImport& r)
{
    if (r.has("trainer.total_training_steps"))
        return positive(r, "trainer.total_training_steps", 1);
    return std::max<int64_t>(0, r.options().rows / prompts(r) * positive(r, "trainer.total_epochs", 30));
}

void shape(RecipeImport& r)
{
    const RolloutShape ours = rolloutShape(r.kind(), prompts(r), positive(r, kRollout + "n", 1));
    const bool count = r.setting().key == kRollout + "n";
    const char* field = count ? "rollout.num_generations" : "rollout.prompts_per_step";
    const int64_t value = count ? ours.completions : ours.prompts;
    ours.how.empty() ? r.take(field, value) : r.change(field, value, ours.how);
}

void lossType(RecipeImport& r)
{
    const std::string mode = r.text(kActor + "policy_loss.loss_mode", "vanilla");
    const std::string reduction = r.text(kActor + "loss_agg_mode", "token-mean");
    if (r.setting().key == kActor + "policy_loss.loss_mode") {
        if (mode == "clip_cov" || mode == "kl_cov")
            return r.change("algorithm.covariance", mode, "beside the clipped loss");
        if (mode == "gspo")
            return r.change("algorithm.importance_sampling_level", "sequence", "GSPO");
        if (mode == "cispo" || mode == "sapo")
            return r.change("algorithm.loss_type", mode, "the loss itself");
        return mode == "vanilla" ? r.ignore("the clipped loss, as here")
                                 : r.none("there is no loss " + shortText(mode));
    }
    if (mode == "cispo" || mode == "sapo")
        return r.ignore("the loss " + mode + " has its own mean");
    const char* type = reduction == "token-mean" ? "dapo"
        : reduction == "seq-mean-token-mean"     ? "grpo"
        : reduction == "seq-mean-token-sum-norm" ? "dr_grpo"
                                                 : "";
    *type == '\0'
        ? r.none("no loss here sums the tokens of a sequence: algorithm.loss_type stays " + r.config.algorithm.lossType)
        : r.change("algorithm.loss_type", type, "this mean of the loss");
}

void clip(RecipeImport& r)
{
    const bool high = r.setting().key == kActor + "clip_ratio_high";
    if (high && r.text(kActor + "policy_loss.loss_mode", "") == "cispo")
        return r.change(
            "algorithm.epsilon_high", 1 + r.number(r.setting().key, 0.2), "cispo's cap is the ratio itself here");
    if (r.setting().key != kActor + "clip_ratio")
        return r.take(high ? "algorithm.epsilon_high" : "algorithm.epsilon", r.setting().value);
    if (r.says(kActor + "clip_ratio_low") && r.says(kActor + "clip_ratio_high"))
        return r.ignore("clip_ratio_low and clip_ratio_high count");
    if (!r.says(kActor + "clip_ratio_low"))
        r.take("algorithm.epsilon", r.setting().value);
    if (!r.says(kActor + "clip_ratio_high"))
        r.take("algorithm.epsilon_high", r.setting().value);
}

/// Where the KL term stands, and how heavy it is.
void klTerm(RecipeImport& r)
{
    const std::string key = r.setting().key;
    const bool inLoss = r.flag(kActor + "use_kl_loss", false), inReward = r.flag("algorithm.use_kl_in_reward", false);
    const bool ofLoss = key.rfind(kActor, 0) == 0;
    if (ofLoss ? !inLoss : !inReward) {
        if (key == kActor + "use_kl_loss" && !inReward)
            return r.take("algorithm.beta", 0);
        return r.ignore(ofLoss ? "use_kl_loss is off" : "use_kl_in_reward is off");
    }
    if (!ofLoss && inLoss)
        return r.none("the KL term is in the loss already, and there is one only");
    if (key == kActor + "use_kl_loss" || key == "algorithm.use_kl_in_reward") {
        r.change("algorithm.kl_placement", ofLoss ? "loss" : "reward", "by its name here");
        if (ofLoss && r.kind() == "grpo")
            r.change("algorithm.use_bias_correction_kl", false, "verl does not correct it");
        return;
    }
    if (key == kActor + "kl_loss_coef" || key == "algorithm.kl_ctrl.kl_coef")
        return r.take("algorithm.beta", r.setting().value);
    const std::string type = r.text(key, "");
    const char* estimator = type == "kl" || type == "k1" ? "k1"
        : type == "mse" || type == "k2"                  ? "k2"
        : type == "low_var_kl" || type == "k3"           ? "k3"
                                                         : "";
    *estimator == '\0'
        ? r.none("no such estimator here: algorithm.kl_estimator stays " + r.config.algorithm.klEstimator)
        : r.change("algorithm.kl_estimator", estimator, "our name for it");
}

void klController(RecipeImport& r)
{
    if (!r.flag("algorithm.use_kl_in_reward", false) || r.text("algorithm.kl_ctrl.type", "fixed") != "adaptive")
        return r.ignore("the KL weight is fixed");
    if (r.setting().key == "algorithm.kl_ctrl.horizon")
        return r.take("critic.kl_horizon", r.setting().value);
    if (r.setting().key == "algorithm.kl_ctrl.target_kl")
        return r.take("critic.kl_target", r.setting().value);
    r.kind() == "ppo" ? r.ignore("see target_kl and horizon") : r.none("only ppo adapts its KL weight");
}

void schedule(RecipeImport& r)
{
    const std::string optim = kActor + "optim.";
    const double ratio = r.number(optim + "lr_warmup_steps_ratio", 0), count = r.number(optim + "lr_warmup_steps", -1);
    const double warmup = count >= 0 && r.says(optim + "lr_warmup_steps") ? count : ratio;
    const std::string name = r.text(optim + "lr_scheduler_type", r.text(optim + "warmup_style", "constant"));
    const std::string key = r.setting().key.substr(optim.size());
    if (key == "lr_scheduler_type" || key == "warmup_style")
        return takeSchedule(r, name, warmup, r.number(optim + "min_lr_ratio", 0));
    if (key == "min_lr_ratio")
        return name == "cosine" ? r.change(
                   "optimizer.min_rate_ratio", r.has(r.setting().key) ? r.setting().value : Json(0), "of the cosine")
                                : r.ignore("the schedule is constant");
    if (key == "lr_warmup_steps_ratio" && (ratio == 0 || warmup != ratio))
        return r.ignore("lr_warmup_steps counts, or there is no warm-up");
    if (key == "lr_warmup_steps" && count < 0)
        return r.ignore("the ratio counts");
    const int64_t all = steps(r) > 0 ? steps(r) : r.config.general.maxSteps;
    const double inSteps = key == "lr_warmup_steps" ? count : std::floor(std::min(ratio, 1.0) * double(all));
    r.change("optimizer.warmup_steps", inSteps * double(updates(r) * positive(r, kActor + "ppo_epochs", 1)),
        "verl counts steps, here updates count");
    if (warmup > 0 && name == "constant" && !r.says(optim + "lr_scheduler_type") && !r.says(optim + "warmup_style"))
        r.change("optimizer.schedule", "constant_with_warmup", "our name for it");
}

void overlong(RecipeImport& r)
{
    const std::string prefix = r.setting().key.substr(0, r.setting().key.rfind('.') + 1);
    if (!r.flag(prefix + "enable", false))
        return r.ignore("the buffer is off");
    if (r.setting().key == prefix + "len")
        return r.take("rewards.overlong_cache", r.setting().value);
    if (r.setting().key == prefix + "penalty_factor")
        return r.take("rewards.overlong", r.setting().value);
    r.change("rewards.overlong", r.number(prefix + "penalty_factor", 1), "weight of the penalty");
}

void addKeys(RecipeDialect& d, const std::function<void(RecipeImport&)>& handle, const std::string& prefix,
    std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        d.special.push_back({ prefix + key, handle });
}

void addNotes(std::vector<RecipeDialect::Note>& notes, const char* why, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        notes.push_back({ key, why });
}

void addSpecial(RecipeDialect& d)
{
    addKeys(d, shape, "", { "data.train_batch_size", "actor_rollout_ref.rollout.n" });
    addKeys(d, lossType, kActor, { "policy_loss.loss_mode", "loss_agg_mode" });
    addKeys(d, clip, kActor, { "clip_ratio", "clip_ratio_low", "clip_ratio_high" });
    addKeys(d, klTerm, kActor, { "use_kl_loss", "kl_loss_coef", "kl_loss_type" });
    addKeys(d, klTerm, "algorithm.", { "use_kl_in_reward", "kl_ctrl.kl_coef", "kl_penalty" });
    addKeys(d, klController, "algorithm.kl_ctrl.", { "type", "horizon", "target_kl" });
    addKeys(d, schedule, kActor + "optim.",
        { "lr_scheduler_type", "warmup_style", "min_lr_ratio", "lr_warmup_steps", "lr_warmup_steps_ratio" });
    for (const char* prefix : { "reward_model.overlong_buffer.", "reward_model.reward_kwargs.overlong_buffer_cfg." })
        addKeys(d, overlong, prefix, { "enable", "len", "penalty_factor" });
    const auto special = [&](const std::string& key, std::function<void(RecipeImport&)> handle) {
        d.special.push_back({ key, std::move(handle) });
    };
    special("algorithm.adv_estimator", [](RecipeImport& r) { r.change("general.kind", r.kind(), "our name for it"); });
    special(kActor + "ppo_mini_batch_size", [](RecipeImport& r) {
        r.change("algorithm.steps_per_generation", updates(r), n(prompts(r)) + " prompts in parts of these");
    });
    special("trainer.total_training_steps", [](RecipeImport& r) {
        r.has(r.setting().key) ? r.take("general.max_steps", steps(r)) : r.ignore("the epochs count");
    });
    special("trainer.total_epochs", [](RecipeImport& r) {
        if (r.has("trainer.total_training_steps"))
            return r.ignore("total_training_steps counts");
        steps(r) > 0 ? r.change("general.max_steps", steps(r), "of " + n(r.options().rows) + " rows")
                     : r.toFix("how many steps an epoch has depends on the data set: say how many rows it has, or set "
                               "general.max_steps");
    });
    special("trainer.save_freq", [](RecipeImport& r) {
        r.whole("trainer.save_freq", -1) > 0 ? r.take("checkpoint.every_steps", r.setting().value)
                                             : r.none("checkpoints are always written");
    });
    special("trainer.test_freq", [](RecipeImport& r) {
        const int64_t every = r.whole("trainer.test_freq", -1);
        every > 0 ? r.take("eval.every_steps", every)
                  : r.change("eval.every_steps", 0, "at the start and the end only");
    });
    special("trainer.max_actor_ckpt_to_keep", [](RecipeImport& r) {
        r.has(r.setting().key)
            ? r.change("checkpoint.keep", std::max<int64_t>(2, r.whole(r.setting().key, 2)), "at least 2")
            : r.ignore("not set");
    });
    special("data.train_files", [](RecipeImport& r) { takeDataFiles(r, "data.path"); });
    special("data.val_files", [](RecipeImport& r) { takeDataFiles(r, "data.eval_path"); });
    special("data.prompt_key", [](RecipeImport& r) {
        r.text("data.prompt_key", "prompt") == "prompt"
            ? r.ignore("recognised by itself")
            : r.change("data.mapping",
                "prompt=" + r.text("data.prompt_key", "prompt") + ", gold=reward_model.ground_truth", "verl's columns");
    });
    special(kRollout + "top_k", [](RecipeImport& r) {
        const int64_t k = r.whole(r.setting().key, -1);
        k >= 0 ? r.take("rollout.top_k", k) : r.change("rollout.top_k", 0, "off");
    });
    special(kModel + "enable_gradient_checkpointing", [](RecipeImport& r) {
        r.change("training.gradient_checkpointing", r.flag(r.setting().key, true) ? "on" : "off", "the same gradients");
    });
    special(kModel + "target_modules", [](RecipeImport& r) {
        if (r.whole(kModel + "lora_rank", 0) == 0)
            return r.ignore("lora_rank is 0");
        const std::string targets = adapterTargets(r.setting().value);
        targets.empty() ? r.none("adapter.targets is all, attention, mlp or query_value")
                        : r.change("adapter.targets", targets, "these matrices");
    });
    special("algorithm.norm_adv_by_std_in_grpo", [](RecipeImport& r) {
        r.change("algorithm.scale_rewards", r.flag(r.setting().key, true) ? "group" : "none", "the same");
    });
    special("algorithm.filter_groups.enable",
        [](RecipeImport& r) { r.take("selection.dynamic_sampling", r.flag(r.setting().key, false)); });
    special("algorithm.filter_groups.max_num_gen_batches", [](RecipeImport& r) {
        const int64_t rounds = r.whole(r.setting().key, 0);
        rounds > 0 ? r.take("selection.max_rounds", rounds)
                   : r.change("selection.max_rounds", 100, "0: no bound; the most here");
    });
    special("algorithm.rollout_correction.rollout_is", [](RecipeImport& r) {
        if (!r.has(r.setting().key))
            return r.ignore("off");
        r.change("algorithm.sampler_correction", r.text(r.setting().key, "") + "_truncate", "the ratio is capped");
    });
    special(kActor + "tis_imp_ratio_cap", [](RecipeImport& r) {
        if (r.number(r.setting().key, -1) <= 0)
            return r.ignore("off");
        r.change("algorithm.sampler_correction", "token_truncate", "the ratio is capped");
        r.take("algorithm.sampler_correction_cap", r.setting().value);
    });
    special(kActor + "optim.betas", [](RecipeImport& r) {
        const Json& betas = r.setting().value;
        if (!betas.is_array() || betas.size() != 2)
            r.refuse("it is no pair of numbers.", "Write [0.9,0.999], for example.");
        r.change("optimizer.adam_beta1", betas[0], "the first");
        r.change("optimizer.adam_beta2", betas[1], "the second");
    });
    special("custom_reward_function.path", [](RecipeImport& r) { // a pure score, no weight for the format
        r.change("rewards.format", 0, "the function alone gives the reward");
        if (r.has(r.setting().key))
            r.none("your function: write it as rewards.program or rewards.expression");
    });
}

} // namespace

RecipeDialect verlDialect(const std::string& kind)
{
    RecipeDialect d;
    d.title = "verl";
    if (kind == "prime")
        addVerlPrime(d);
    if (kind == "distill")
        addVerlTeaching(d);
    const std::initializer_list<RecipeDialect::Direct> direct = { { kModel + "path", "model.path" },
        { kModel + "lora_rank", "adapter.rank" }, { kModel + "lora_alpha", "adapter.alpha" },
        { kActor + "optim.lr", "optimizer.learning_rate" }, { kActor + "optim.weight_decay", "optimizer.weight_decay" },
        { kActor + "grad_clip", "optimizer.max_grad_norm" }, { kActor + "ppo_epochs", "algorithm.num_iterations" },
        { kActor + "entropy_coeff", "entropy.coef" }, { kActor + "clip_ratio_c", "algorithm.dual_clip" },
        { kActor + "policy_loss.clip_cov_ratio", "algorithm.covariance_share" },
        { kActor + "policy_loss.kl_cov_ratio", "algorithm.covariance_share" },
        { kActor + "policy_loss.ppo_kl_coef", "algorithm.covariance_kl_weight" },
        { kActor + "policy_loss.tau_pos", "algorithm.sapo_temperature_pos" },
        { kActor + "policy_loss.tau_neg", "algorithm.sapo_temperature_neg" },
        { kRollout + "temperature", "rollout.temperature" }, { kRollout + "top_p", "rollout.top_p" },
        { kRollout + "repetition_penalty", "rollout.repetition_penalty" },
        { kRollout + "val_kwargs.n", "eval.samples" }, { "data.max_response_length", "rollout.max_completion_length" },
        { "data.shuffle", "data.shuffle" }, { "data.train_max_samples", "data.max_examples" },
        { "algorithm.gamma", "algorithm.gamma" }, { "algorithm.lam", "critic.lambda" },
        { "algorithm.rollout_correction.rollout_is_threshold", "algorithm.sampler_correction_cap" },
        { "critic.optim.lr", "critic.learning_rate" }, { "critic.cliprange_value", "critic.value_clip" },
        { "trainer.critic_warmup", "critic.warmup_steps" }, { "trainer.experiment_name", "general.name" } };
    d.direct.insert(d.direct.end(), direct);
    addSpecial(d);
    addVerlOrder(d);
    addNotes(d.none, "prompts are never cut",
        { "data.max_prompt_length", "data.truncation", "data.filter_overlong_prompts" });
    addNotes(d.none, "the reward comes from the group rewards",
        { "reward_model.enable", "reward_model.model*", "custom_reward_function*", "reward.*" });
    addNotes(d.none, "a group trains by its pass rate", { "algorithm.filter_groups.metric" });
    addNotes(d.none, "what is missing is sampled round by round", { "data.gen_batch_size" });
    addNotes(d.none, "evaluation samples as training does", { "actor_rollout_ref.rollout.val_kwargs*" });
    addNotes(d.ignored, "memory and speed only",
        { "*micro_batch_size*", "*_per_gpu", "*fsdp_config*", "*megatron*", "*_parallel_size*", "*gpu_memory*",
            "*use_dynamic_bsz", "*offload*", "*remove_padding", "*fused_kernels*", "*torch_compile", "*checkpoint.*",
            "*enforce_eager", "*chunked_prefill", "*free_cache_engine", "*max_num_batched_tokens", "*max_num_seqs",
            "*load_format", "*.strategy", "*use_liger", "*layered_summon", "actor_rollout_ref.rollout.name",
            "actor_rollout_ref.rollout.mode", "actor_rollout_ref.hybrid_engine", "*dtype",
            "*filter_overlong_prompts_workers", "*dataloader_num_workers", "*disable_log_stats", "*engine_kwargs*",
            "*multi_stage_wake_up", "*override_config*", "ray_kwargs*", "ray_init*", "*balance_batch",
            "*calculate_log_probs", "*trust_remote_code", "*ulysses*", "data.return_raw_chat" });
    addNotes(d.ignored, "logging only",
        { "trainer.logger", "trainer.project_name", "trainer.log_val_generations", "*rollout_data_dir",
            "*validation_data_dir" });
    addNotes(d.ignored, "the machine, not the run",
        { "trainer.n_gpus_per_node", "trainer.nnodes", "trainer.default_local_dir", "trainer.default_hdfs_dir",
            "trainer.resume*", "trainer.val_before_train", "trainer.device", "trainer.del_local_ckpt*", "address",
            "runtime-env*", "working-dir", "config-path", "config-name", "data.val_batch_size", "data.reward_fn_key",
            "actor_rollout_ref.ref*", "no-wait", "*shuffle" });
    addNotes(d.ignored, "see the overlong buffer", { "reward_model.reward_manager" });
    addNotes(d.ignored, "no critic, or what the policy has", { "critic.*" });
    for (const auto& [key, value] :
        std::initializer_list<std::pair<std::string, Json>> { { "data.train_batch_size", 1024 },
            { kActor + "ppo_mini_batch_size", 256 }, { kRollout + "n", 1 }, { "data.max_response_length", 512 },
            { kActor + "optim.lr", 1e-6 }, { kActor + "optim.weight_decay", 0.01 },
            { kActor + "optim.betas", { 0.9, 0.999 } }, { kActor + "grad_clip", 1.0 }, { kActor + "ppo_epochs", 1 },
            { kActor + "clip_ratio_c", 3.0 }, { kActor + "loss_agg_mode", "token-mean" },
            { kActor + "entropy_coeff", 0 }, { kActor + "use_kl_loss", false }, { kActor + "kl_loss_coef", 0.001 },
            { kActor + "kl_loss_type", "low_var_kl" }, { "algorithm.use_kl_in_reward", false },
            { "algorithm.kl_ctrl.kl_coef", 0.001 }, { "algorithm.kl_penalty", "kl" }, { "algorithm.lam", 1.0 },
            { "critic.optim.lr", 1e-5 }, { "critic.cliprange_value", 0.5 }, { "trainer.total_epochs", 30 },
            { "custom_reward_function.path", nullptr }, { kModel + "lora_alpha", 16 },
            { kModel + "target_modules", "all-linear" } })
        d.defaults.push_back({ key, value });
    return d;
}

std::string verlKind(const RecipeText& recipe)
{
    const auto any = [&](std::initializer_list<const char*> beginnings) {
        return std::any_of(recipe.settings.begin(), recipe.settings.end(), [&](const RecipeSetting& setting) {
            return std::any_of(beginnings.begin(), beginnings.end(),
                [&](const char* beginning) { return setting.key.rfind(beginning, 0) == 0; });
        });
    };
    if (recipe.trainer.find("main_gkd") != std::string::npos || any({ "actor_rollout_ref.teacher." }))
        return "distill";
    const bool prime = recipe.trainer.find("main_prime") != std::string::npos
        || any({ "algorithm.reward_dpo_coef", "reward_model.prime_", "reward_model.model.beta_train" });
    std::string estimator = prime ? "rloo" : "gae";
    int64_t line = 0;
    for (const RecipeSetting& setting : recipe.settings)
        if (setting.key == "algorithm.adv_estimator") {
            estimator = setting.value.is_string() ? setting.value.get<std::string>() : setting.value.dump();
            line = setting.line;
        }
    if (prime && estimator == "rloo") // all that the recipe has
        return "prime";
    static constexpr std::pair<std::string_view, const char*> kKinds[] { { "gae", "ppo" }, { "grpo", "grpo" },
        { "grpo_vectorized", "grpo" }, { "reinforce_plus_plus", "reinforce_pp" },
        { "reinforce_plus_plus_baseline", "reinforce_pp_baseline" }, { "remax", "remax" }, { "rloo", "rloo" },
        { "rloo_vectorized", "rloo" } };
    for (const auto& [verl, kind] : kKinds)
        if (estimator == verl)
            return kind;
    throw Failure({ "recipe_kind",
        "Line " + std::to_string(line) + ": there is no counterpart of verl's advantage estimator "
            + shortText(estimator) + ".",
        "AhaScope has gae, grpo, reinforce_plus_plus, reinforce_plus_plus_baseline, remax and rloo." });
}

} // namespace aha
