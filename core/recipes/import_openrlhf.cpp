// OpenRLHF's flags: openrlhf.cli.train_ppo_ray, as its example scripts have them, and openrlhf.cli.train_kd.

#include "core/recipes/openrlhf_rules.h"

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

std::string n(int64_t value) { return std::to_string(value); }

int64_t positive(const RecipeImport& r, const char* key, int64_t otherwise)
{
    const int64_t value = r.whole(key, otherwise);
    if (value < 1 || value > 100'000'000)
        throw Failure({ "recipe_value", std::string(key) + " is " + n(value) + ".", "It must be at least 1." });
    return value;
}

int64_t prompts(const RecipeImport& r) { return positive(r, "rollout_batch_size", 1024); }

int64_t updates(const RecipeImport& r)
{
    const int64_t completions = prompts(r) * positive(r, "n_samples_per_prompt", 1);
    const int64_t batch = positive(r, "train_batch_size", 128);
    if (batch < completions && completions % batch != 0)
        throw Failure({ "recipe_value",
            "rollout_batch_size x n_samples_per_prompt (" + n(completions) + ") is no multiple of train_batch_size ("
                + n(batch) + ").",
            "Make it one." });
    return std::max<int64_t>(1, completions / batch);
}

int64_t steps(const RecipeImport& r)
{
    const int64_t rows = std::min(r.options().rows, positive(r, "max_samples", 100'000'000));
    return rows / prompts(r) * positive(r, "num_episodes", 1);
}

void shape(RecipeImport& r)
{
    const RolloutShape ours = rolloutShape(r.kind(), prompts(r), positive(r, "n_samples_per_prompt", 1));
    const bool count = r.setting().key == "n_samples_per_prompt";
    const char* field = count ? "rollout.num_generations" : "rollout.prompts_per_step";
    const int64_t value = count ? ours.completions : ours.prompts;
    ours.how.empty() ? r.take(field, value) : r.change(field, value, ours.how);
}

void episodes(RecipeImport& r)
{
    if (r.setting().key == "max_samples" && !r.has("max_samples"))
        return r.ignore("not set");
    if (steps(r) > 0)
        return r.change("general.max_steps", steps(r), "of " + n(r.options().rows) + " rows");
    r.setting().key == "max_samples" ? r.change("data.max_examples", r.setting().value, "at most so many rows")
                                     : r.toFix("how many steps an episode has depends on the data set: say how many "
                                               "rows it has, or set general.max_steps");
}

/// Two numbers for two fields.
void pair(RecipeImport& r, const char* first, const char* second)
{
    const Json& both = r.setting().value;
    if (both.is_null())
        return r.ignore("not set");
    if (!both.is_array() || both.size() != 2)
        r.refuse("two numbers are expected.", "Write both.");
    r.change(first, both[0], "the first");
    r.change(second, both[1], "the second");
}

void schedule(RecipeImport& r)
{
    const double ratio = std::clamp(r.number("lr_warmup_ratio", 0.03), 0.0, 1.0);
    if (r.setting().key == "lr_warmup_ratio") {
        const double perStep = double(updates(r)) * double(positive(r, "max_epochs", 1));
        const double all = double(steps(r) > 0 ? steps(r) : r.config.general.maxSteps) * perStep;
        return r.change("optimizer.warmup_steps", std::ceil(ratio * all), "a share of all updates");
    }
    takeSchedule(r, r.text("lr_scheduler", "cosine_with_min_lr"), ratio, 0);
    if (r.text("lr_scheduler", "cosine_with_min_lr") == "cosine_with_min_lr")
        r.change("optimizer.min_rate_ratio", 0.1, "OpenRLHF ends at a tenth");
}

void addSpecial(RecipeDialect& d)
{
    const auto special = [&](const char* key, std::function<void(RecipeImport&)> handle) {
        d.special.push_back({ key, std::move(handle) });
    };
    for (const char* key : { "rollout_batch_size", "n_samples_per_prompt" })
        special(key, shape);
    for (const char* key : { "num_episodes", "max_samples" })
        special(key, episodes);
    for (const char* key : { "lr_scheduler", "lr_warmup_ratio" })
        special(key, schedule);
    special("advantage_estimator", [](RecipeImport& r) {
        r.change("general.kind", r.kind(), "our name for it");
        if (r.kind() == "grpo")
            r.change("algorithm.scale_rewards", r.text("advantage_estimator", "") == "dr_grpo" ? "none" : "group",
                "its scaling");
    });
    special("train_batch_size", [](RecipeImport& r) {
        r.change(
            "algorithm.steps_per_generation", updates(r), "completions of an update: so many updates a rollout batch");
    });
    special("init_kl_coef", [](RecipeImport& r) { r.take("algorithm.beta", r.setting().value); });
    special("use_kl_loss", [](RecipeImport& r) {
        r.change(
            "algorithm.kl_placement", r.flag("use_kl_loss", false) ? "loss" : "reward", "where the KL term stands");
        if (r.kind() == "grpo")
            r.change("algorithm.use_bias_correction_kl", false, "OpenRLHF does not correct it");
    });
    special("kl_target", [](RecipeImport& r) {
        r.has("kl_target") ? r.take("critic.kl_target", r.setting().value) : r.ignore("the KL weight is fixed");
    });
    special("kl_horizon", [](RecipeImport& r) {
        r.has("kl_target") ? r.take("critic.kl_horizon", r.setting().value) : r.ignore("the KL weight is fixed");
    });
    special("eps_clip", [](RecipeImport& r) {
        if (r.has("eps_clip_low_high"))
            return r.ignore("eps_clip_low_high counts");
        r.take("algorithm.epsilon", r.setting().value);
        r.take("algorithm.epsilon_high", r.setting().value);
    });
    special("eps_clip_low_high", [](RecipeImport& r) { pair(r, "algorithm.epsilon", "algorithm.epsilon_high"); });
    special("adam_betas", [](RecipeImport& r) { pair(r, "optimizer.adam_beta1", "optimizer.adam_beta2"); });
    special("dynamic_filtering_reward_range",
        [](RecipeImport& r) { pair(r, "selection.group_pass_rate_min", "selection.group_pass_rate_max"); });
    special("policy_loss_type", [](RecipeImport& r) {
        const std::string type = r.text("policy_loss_type", "ppo");
        if (type == "gspo")
            r.change("algorithm.importance_sampling_level", "sequence", "GSPO");
        else
            type == "ppo" ? r.ignore("the clipped loss, as here") : r.none("there is no loss " + shortText(type));
    });
    special("token_level_loss", [](RecipeImport& r) { // the default
        r.change("algorithm.loss_type",
            r.text("policy_loss_type", "ppo") == "gspo" || !r.flag("token_level_loss", true) ? "grpo" : "dapo",
            "this mean of the loss");
    });
    special("enable_vllm_is_correction", [](RecipeImport& r) {
        if (!r.flag(r.setting().key, false))
            return r.ignore("off");
        const std::string type = r.text("vllm_is_correction_type", "tis");
        r.change("algorithm.sampler_correction",
            type == "tis"          ? "token_truncate"
                : type == "icepop" ? "token_mask"
                                   : "sequence_mask",
            "of the type " + shortText(type));
    });
    special("vllm_is_truncated_threshold", [](RecipeImport& r) {
        const Json& v = r.setting().value;
        if (!v.is_array())
            return r.take("algorithm.sampler_correction_cap", v);
        if (v.size() != 2)
            r.refuse("two numbers are expected.", "Write the lower and the upper one.");
        r.change("algorithm.sampler_correction_cap", v[1], "the upper; ratios have no lower bound here");
    });
    special("overlong_buffer_len", [](RecipeImport& r) {
        if (!r.has("overlong_buffer_len"))
            return r.ignore("not set");
        r.take("rewards.overlong_cache", r.setting().value);
        r.change("rewards.overlong", r.number("overlong_penalty_factor", 1), "weight of the penalty");
    });
    special("overlong_penalty_factor", [](RecipeImport& r) {
        r.has("overlong_buffer_len") ? r.take("rewards.overlong", r.setting().value) : r.ignore("the buffer is off");
    });
    special("gradient_checkpointing", [](RecipeImport& r) {
        r.change("training.gradient_checkpointing", r.flag(r.setting().key, true) ? "on" : "off", "the same gradients");
    });
    special("save_steps", [](RecipeImport& r) {
        r.whole("save_steps", -1) > 0 ? r.take("checkpoint.every_steps", r.setting().value)
                                      : r.none("checkpoints are always written");
    });
    special("eval_steps", [](RecipeImport& r) {
        r.whole("eval_steps", -1) > 0 ? r.take("eval.every_steps", r.setting().value)
                                      : r.change("eval.every_steps", 0, "at the start and the end only");
    });
    special("max_ckpt_num", [](RecipeImport& r) {
        r.change("checkpoint.keep", std::max<int64_t>(2, r.whole("max_ckpt_num", 3)), "at least 2");
    });
    special("prompt_data", [](RecipeImport& r) { takeDataFiles(r, "data.path"); });
    special("eval_dataset", [](RecipeImport& r) { takeDataFiles(r, "data.eval_path"); });
    special("input_key", [](RecipeImport& r) {
        r.change("data.mapping", "prompt=" + r.text("input_key", "input") + ", gold=" + r.text("label_key", "label"),
            "with label_key");
    });
    special("label_key", [](RecipeImport& r) {
        r.has("input_key")
            ? r.ignore("see input_key")
            : r.change("data.mapping", "prompt=input, gold=" + r.text("label_key", "label"), "OpenRLHF's input");
    });
    special("apply_chat_template", [](RecipeImport& r) {
        r.change("prompt.style", r.flag(r.setting().key, true) ? "chat" : "text", "the model's template");
    });
    special("target_modules", [](RecipeImport& r) {
        const std::string targets = adapterTargets(r.setting().value);
        targets.empty() ? r.none("adapter.targets is all, attention, mlp or query_value")
                        : r.change("adapter.targets", targets, "these matrices");
    });
    special("remote_rm_url", [](RecipeImport& r) { // a pure score, no weight for the format
        r.change("rewards.format", 0, "the function alone gives the reward");
        if (r.has("remote_rm_url"))
            r.none("your function: write it as rewards.program or rewards.expression");
    });
}

void addNotes(std::vector<RecipeDialect::Note>& notes, const char* why, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        notes.push_back({ key, why });
}

} // namespace

RecipeDialect openRlhfDialect(const std::string& kind)
{
    RecipeDialect d;
    d.title = "OpenRLHF";
    if (kind == "distill")
        addOpenRlhfTeaching(d);
    const std::initializer_list<RecipeDialect::Direct> direct
        = { { "pretrain", "model.path" }, { "actor_learning_rate", "optimizer.learning_rate" },
              { "critic_learning_rate", "critic.learning_rate" }, { "l2", "optimizer.weight_decay" },
              { "max_norm", "optimizer.max_grad_norm" }, { "kl_estimator", "algorithm.kl_estimator" },
              { "dual_clip", "algorithm.dual_clip" }, { "value_clip", "critic.value_clip" },
              { "lambd", "critic.lambda" }, { "gamma", "algorithm.gamma" }, { "entropy_loss_coef", "entropy.coef" },
              { "max_epochs", "algorithm.num_iterations" }, { "freezing_actor_steps", "critic.warmup_steps" },
              { "generate_max_len", "rollout.max_completion_length" }, { "temperature", "rollout.temperature" },
              { "top_p", "rollout.top_p" }, { "dynamic_filtering", "selection.dynamic_sampling" },
              { "lora_rank", "adapter.rank" }, { "lora_alpha", "adapter.alpha" }, { "lora_dropout", "adapter.dropout" },
              { "seed", "general.seed" }, { "wandb_run_name", "general.name" }, { "prompt_split", "data.split" },
              { "eval_split", "data.eval_split" }, { "eval_n_samples_per_prompt", "eval.samples" } };
    d.direct.insert(d.direct.end(), direct);
    addSpecial(d);
    addNotes(d.none,
        "there a completion waits for new weights; here it waits after rollout.partial_tokens tokens: set them",
        { "partial_rollout_enable", "train.partial_rollout_enable" });
    addNotes(d.none, "prompts are never cut", { "prompt_max_len" });
    addNotes(d.none, "nothing here does this",
        { "reward_pretrain", "critic_pretrain", "reward_clip_range", "normalize_reward", "no_advantage_std_norm",
            "stop_properly_penalty_coef", "agent_func_path", "async_train", "async_queue_size", "enable_ema",
            "ema_beta", "eval_temperature", "input_template", "prompt_data_probs", "load_in_4bit", "aux_loss_coef",
            "vllm_generate_batch_size" });
    addNotes(d.none, "weights train in float32", { "bf16", "param_dtype" });
    addNotes(d.ignored, "memory and speed only",
        { "*micro_*", "*num_nodes", "*num_gpus_per_node", "vllm_num_engines", "vllm_tensor_parallel_size",
            "vllm_gpu_memory_utilization", "vllm_sync*", "vllm_enable_sleep", "enable_prefix_caching", "enforce_eager",
            "zero_stage", "zpg", "deepspeed*", "fsdp*", "colocate*", "packing_samples", "flash_attn",
            "attn_implementation", "ring_*", "use_dynamic_batch", "*max_tokens_per_gpu", "adam_offload", "overlap_comm",
            "gradient_checkpointing_use_reentrant", "grad_accum_dtype", "use_liger_kernel", "*offload*" });
    addNotes(d.ignored, "logging only", { "use_wandb", "wandb_*", "use_tensorboard", "logging_steps" });
    addNotes(d.ignored, "the machine, not the run",
        { "save_path", "ckpt_path", "save_hf_ckpt", "load_checkpoint", "address", "runtime-env*", "working-dir",
            "no-wait", "local_rank", "disable_ds_ckpt", "module" });
    addNotes(d.ignored, "see enable_vllm_is_correction", { "vllm_is_correction_type" });
    const auto defaults = [&](std::initializer_list<std::pair<const char*, Json>> usual) {
        for (const auto& [key, value] : usual)
            d.defaults.push_back({ key, value });
    };
    defaults({ { "l2", 0.0 }, { "max_norm", 1.0 }, { "adam_betas", { 0.9, 0.95 } },
        { "lr_scheduler", "cosine_with_min_lr" }, { "lr_warmup_ratio", 0.03 }, { "seed", 42 } });
    if (kind != "distill")
        defaults({ { "rollout_batch_size", 1024 }, { "n_samples_per_prompt", 1 }, { "train_batch_size", 128 },
            { "num_episodes", 1 }, { "max_epochs", 1 }, { "generate_max_len", 1024 }, { "temperature", 1.0 },
            { "top_p", 1.0 }, { "actor_learning_rate", 1e-6 }, { "critic_learning_rate", 9e-6 },
            { "init_kl_coef", 0.01 }, { "kl_estimator", "k1" }, { "use_kl_loss", false }, { "eps_clip", 0.2 },
            { "value_clip", 0.5 }, { "lambd", 1.0 }, { "gamma", 1.0 }, { "token_level_loss", true },
            { "remote_rm_url", nullptr } });
    return d;
}

std::string openRlhfKind(const RecipeText& recipe)
{
    const auto teaches = [](const RecipeSetting& setting) { return setting.key == "kd_coef"; };
    if (recipe.trainer.find("train_kd") != std::string::npos
        || std::any_of(recipe.settings.begin(), recipe.settings.end(), teaches))
        return "distill";
    if (recipe.trainer.find("train_") != std::string::npos && recipe.trainer.find("train_ppo") == std::string::npos)
        throw Failure({ "recipe_kind", "There is no importer for " + shortText(recipe.trainer) + ".",
            "Of OpenRLHF, reinforcement learning (train_ppo_ray) and distillation (train_kd) are imported." });
    std::string estimator = "gae";
    int64_t line = 0;
    for (const RecipeSetting& setting : recipe.settings)
        if (setting.key == "advantage_estimator") {
            estimator = setting.value.is_string() ? setting.value.get<std::string>() : setting.value.dump();
            line = setting.line;
        }
    static constexpr std::pair<std::string_view, const char*> kKinds[] { { "gae", "ppo" },
        { "reinforce", "reinforce_pp" }, { "rloo", "rloo" }, { "reinforce_baseline", "reinforce_pp_baseline" },
        { "group_norm", "grpo" }, { "dr_grpo", "grpo" } };
    for (const auto& [theirs, kind] : kKinds)
        if (estimator == theirs)
            return kind;
    throw Failure({ "recipe_kind",
        "Line " + std::to_string(line) + ": there is no counterpart of OpenRLHF's advantage estimator "
            + shortText(estimator) + ".",
        "AhaScope has gae, reinforce, rloo, reinforce_baseline, group_norm and dr_grpo." });
}

} // namespace aha
