// TRL and open-r1: fields of GRPOConfig, RLOOConfig, SFTConfig, DPOConfig, KTOConfig, CPOConfig, ORPOConfig and
// GRPOWithReplayBufferConfig (1.16), of ModelConfig and ScriptArguments, and of open-r1's scripts.

#include "core/recipes/trl_rules.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

void addAll(std::vector<RecipeDialect::Note>& notes, const char* why, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        notes.push_back({ key, why });
}

/// Null means `otherwise`.
std::function<void(RecipeImport&)> orElse(const char* field, Json otherwise, const char* how)
{
    return [=](RecipeImport& r) {
        r.setting().value.is_null() ? r.change(field, otherwise, how) : r.take(field, r.setting().value);
    };
}

std::string joined(const Json& list)
{
    if (!list.is_array())
        return list.is_string() ? list.get<std::string>() : list.dump();
    std::string all;
    for (const Json& item : list)
        all += (all.empty() ? "" : ";") + (item.is_string() ? item.get<std::string>() : item.dump());
    return all;
}

void addCommon(RecipeDialect& d)
{
    for (const char* key :
        { "learning_rate", "weight_decay", "adam_beta1", "adam_beta2", "adam_epsilon", "max_grad_norm" })
        d.direct.push_back({ key, std::string("optimizer.") + key });
    d.direct.push_back({ "seed", "general.seed" });
    d.direct.push_back({ "run_name", "general.name" });
    d.special.push_back({ "gradient_checkpointing", [](RecipeImport& r) {
                             const bool on = r.flag("gradient_checkpointing", true);
                             r.change("training.gradient_checkpointing", on ? "on" : "off", "the same gradients");
                         } });
    d.special.push_back({ "optim", [](RecipeImport& r) {
                             const std::string name = r.text("optim", "adamw_torch");
                             name.find("adamw_torch") != std::string::npos || name == "OptimizerNames.ADAMW_TORCH"
                                 ? r.ignore("AdamW, as here")
                                 : r.none("AdamW with float32 moments trains");
                         } });
    addAll(d.ignored, "logging only",
        { "log_completions*", "log_level*", "logging_*", "log_on_each_node", "report_to", "wandb_*", "run_group",
            "project", "num_completions_to_print", "log_unique_prompts", "log_multimodal", "disable_tqdm", "trackio_*",
            "verbose" });
    addAll(d.ignored, "a run has its own folder",
        { "output_dir", "overwrite_output_dir", "save_only_model", "resume_from_checkpoint", "logging_dir" });
    addAll(d.ignored, "publishing, which is not training",
        { "push_to_hub", "push_to_hub_revision", "hub_*", "tags", "callbacks", "benchmarks" });
    addAll(d.ignored, "memory and speed only",
        { "gradient_checkpointing_kwargs", "attn_implementation", "use_liger*", "dataloader_*", "dataset_num_proc",
            "preprocessing_num_workers", "torch_compile*", "deepspeed", "fsdp*", "ddp_*", "accelerator_config",
            "per_device_eval_batch_size", "eval_accumulation_steps", "activation_offloading", "torch_empty_cache_steps",
            "precompute_ref_log_probs", "precompute_ref_batch_size", "padding_free", "pad_to_multiple_of", "use_cache",
            "ds3_gather_for_generation", "cache_implementation", "low_cpu_mem_usage", "ref_model_init_kwargs", "vllm_*",
            "use_transformers_*", "group_by_length", "auto_find_batch_size", "parallelism_config" });
    addAll(d.ignored, "what happens here anyway",
        { "do_train", "do_eval", "remove_unused_columns", "trust_remote_code", "average_tokens_across_devices",
            "disable_dropout", "truncation_mode", "seed_for_eval", "ddp_timeout" });
    addAll(d.none, "weights train in float32",
        { "bf16", "fp16", "tf32", "torch_dtype", "dtype", "load_in_4bit", "load_in_8bit", "use_bnb_nested_quant",
            "bnb_4bit_quant_type", "cast_lm_head_to_fp32", "bf16_full_eval", "fp16_full_eval" });
    addAll(d.none, "nothing here does this",
        { "neftune_noise_alpha", "router_aux_loss_coef", "max_prompt_length", "model_init_kwargs", "model_revision",
            "normalize_advantages", "reward_clip_range", "max_tool_calling_iterations", "chat_template_kwargs",
            "num_generations_eval", "lora_modules_to_save", "label_smoothing_factor", "data_seed", "alpha",
            "vllm_importance_sampling_clip_min", "load_best_model_at_end", "metric_for_best_model" });
    addAll(d.none, "the model's own chat template is used",
        { "chat_template", "chat_template_path", "eos_token", "pad_token" });
    addAll(d.none, "name the files in data.path",
        { "dataset_config", "dataset_configs", "dataset_mixture", "dataset_kwargs", "dataset_id_or_path", "datasets",
            "dataset_streaming", "streaming" });
    for (const auto& [key, value] :
        std::initializer_list<std::pair<const char*, Json>> { { "weight_decay", 0.0 }, { "adam_beta1", 0.9 },
            { "adam_beta2", 0.999 }, { "adam_epsilon", 1e-8 }, { "max_grad_norm", 1.0 }, { "seed", 42 } })
        d.defaults.push_back({ key, value });
}

void addModelAndData(RecipeDialect& d)
{
    const auto special = [&](const char* key, std::function<void(RecipeImport&)> handle) {
        d.special.push_back({ key, std::move(handle) });
    };
    special("model_name_or_path", [](RecipeImport& r) { takeModelPath(r, "model.path"); });
    special("dataset_name", [](RecipeImport& r) {
        takeModelPath(r, "data.path");
        if ((r.stage() == Stage::Online || r.stage() == Stage::Distillation) && r.has("dataset_name"))
            r.change("task.name", "dataset", "the problems are its rows");
    });
    special("dataset_train_split", orElse("data.split", "", "the only one, or train"));
    special("dataset_test_split", orElse("data.eval_split", "", "a share of the rows"));
    special("dataset_prompt_column", [](RecipeImport& r) {
        const std::string column = r.text("dataset_prompt_column", "prompt");
        column == "prompt" || column == "problem" ? r.ignore("recognised by itself")
                                                  : r.change("data.mapping", "prompt=" + column + ", gold=solution",
                                                      "open-r1 takes the answers from the column solution");
    });
    special("dataset_text_field", [](RecipeImport& r) {
        const std::string column = r.text("dataset_text_field", "text");
        column == "text" ? r.ignore("recognised by itself")
                         : r.change("data.mapping", "completion=" + column, "whole texts");
    });
    special("system_prompt", [](RecipeImport& r) {
        if (!r.has("system_prompt"))
            return r.ignore("not set");
        const bool samples = r.stage() == Stage::Online || r.stage() == Stage::Distillation;
        if (samples)
            r.take("prompt.system", r.setting().value);
        if (!samples || r.stage() == Stage::Distillation) // there rows teach, too
            r.take("data.system_prompt", r.setting().value);
    });
    special("use_peft",
        [](RecipeImport& r) { r.flag("use_peft", false) ? r.ignore("see lora_r") : r.take("adapter.rank", 0); });
    const auto adapter = [&](const char* key, const char* field) {
        special(key, [=](RecipeImport& r) {
            r.flag("use_peft", false) ? r.take(field, r.setting().value) : r.ignore("use_peft is off");
        });
    };
    adapter("lora_r", "adapter.rank");
    adapter("lora_alpha", "adapter.alpha");
    adapter("lora_dropout", "adapter.dropout");
    adapter("use_rslora", "adapter.rank_stabilized");
    special("lora_target_modules", [](RecipeImport& r) {
        if (!r.flag("use_peft", false))
            return r.ignore("use_peft is off");
        if (!r.has("lora_target_modules"))
            return r.change("adapter.targets", "query_value", "PEFT's own choice for most models");
        const std::string targets = adapterTargets(r.setting().value);
        targets.empty()
            ? r.none("adapter.targets is all, attention, mlp or query_value; it stays " + r.config.adapter.targets)
            : r.change("adapter.targets", targets, "these matrices");
    });
    addAll(d.ignored, "causal language models only", { "lora_task_type" });
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> {
             { "lora_r", 16 }, { "lora_alpha", 32 }, { "lora_dropout", 0.05 }, { "lora_target_modules", nullptr } })
        d.defaults.push_back({ key, value });
}

void addOnline(RecipeDialect& d, const std::string& kind)
{
    for (const char* key : { "num_generations", "max_completion_length", "temperature", "top_p", "repetition_penalty" })
        d.direct.push_back({ key, std::string("rollout.") + key });
    for (const char* key :
        { "beta", "epsilon", "num_iterations", "mask_truncated_completions", "loss_type", "importance_sampling_level",
            "multi_objective_aggregation", "top_entropy_quantile", "use_bias_correction_kl", "sapo_temperature_pos",
            "sapo_temperature_neg", "vespo_k_pos", "vespo_lambda_pos", "vespo_k_neg", "vespo_lambda_neg" })
        d.direct.push_back({ key, std::string("algorithm.") + key });
    for (const auto& [key, field] :
        std::initializer_list<std::pair<const char*, const char*>> { { "entropy_coef", "coef" },
            { "use_adaptive_entropy", "adaptive" }, { "entropy_target", "target" }, { "entropy_coef_min", "coef_min" },
            { "entropy_coef_max", "coef_max" }, { "entropy_coef_delta", "coef_delta" } })
        d.direct.push_back({ key, std::string("entropy.") + field });
    const auto special = [&](const char* key, std::function<void(RecipeImport&)> handle) {
        d.special.push_back({ key, std::move(handle) });
    };
    special("top_k", [](RecipeImport& r) {
        r.whole("top_k", 0) < 0 ? r.change("rollout.top_k", 0, "off") : r.take("rollout.top_k", r.whole("top_k", 0));
    });
    special("min_p", orElse("rollout.min_p", 0, "off"));
    special("delta", orElse("algorithm.delta", 0, "no bound"));
    special("off_policy_mask_threshold", orElse("algorithm.off_policy_mask_threshold", 0, "off"));
    special("epsilon_high", [](RecipeImport& r) {
        r.has("epsilon_high") ? r.take("algorithm.epsilon_high", r.setting().value)
                              : r.change("algorithm.epsilon_high", r.number("epsilon", 0.2), "not given: epsilon");
    });
    special("scale_rewards", [](RecipeImport& r) {
        const Json& v = r.setting().value;
        if (v.is_boolean())
            return r.change("algorithm.scale_rewards", v.get<bool>() ? "group" : "none", "the older form");
        r.take("algorithm.scale_rewards", v.is_null() ? Json("none") : v);
    });
    special("sync_ref_model", [](RecipeImport& r) {
        r.flag("sync_ref_model", false) ? r.ignore("see ref_model_sync_steps")
                                        : r.take("algorithm.ref_model_sync_steps", 0);
    });
    special("ref_model_mixup_alpha", [](RecipeImport& r) {
        r.flag("sync_ref_model", false) ? r.take("algorithm.ref_model_mixup_alpha", r.setting().value)
                                        : r.ignore("sync_ref_model is off");
    });
    special("shuffle_dataset", [](RecipeImport& r) { r.take("data.shuffle", r.flag("shuffle_dataset", true)); });
    special("use_vllm", [](RecipeImport& r) { r.ignore("completions are sampled here by the engine's own decoder"); });
    special("vllm_importance_sampling_correction", [](RecipeImport& r) {
        r.flag("vllm_importance_sampling_correction", true)
            ? r.ignore("see vllm_importance_sampling_mode")
            : r.change("algorithm.sampler_correction", "off", "the same");
    });
    special("vllm_importance_sampling_mode", [](RecipeImport& r) {
        if (!r.flag("use_vllm", false) || !r.flag("vllm_importance_sampling_correction", true))
            return r.ignore("without vLLM or without correction");
        r.change("algorithm.sampler_correction", r.setting().value, "between the rollouts' precision and the policy's");
    });
    for (const char* key : { "vllm_importance_sampling_clip_max", "vllm_importance_sampling_cap" })
        special(key, [](RecipeImport& r) {
            r.has(r.setting().key) && r.flag("use_vllm", false)
                ? r.take("algorithm.sampler_correction_cap", r.setting().value)
                : r.ignore("without vLLM");
        });
    special("generation_kwargs", [](RecipeImport& r) {
        if (!r.has("generation_kwargs"))
            return r.ignore("not set");
        if (!r.setting().value.is_object())
            r.refuse("it is no group of settings.", "Write {\"stop\": [\"</answer>\"]}, for example.");
        for (const auto& [key, value] : r.setting().value.items()) {
            const Json& only = value.is_array() && value.size() == 1 ? value[0] : value;
            if ((key == "stop" || key == "stop_strings") && only.is_string())
                r.change("rollout.stop", only, key);
            else if (key == "include_stop_str_in_output")
                r.ignore(key + ": the stop text belongs to the completion here");
            else
                r.none(key + ": sampling here has no such setting");
        }
    });
    const bool grpo = kind == "grpo";
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> { { "learning_rate", 1e-6 },
             { "num_generations", grpo ? 8 : 2 }, { "max_completion_length", 512 }, { "temperature", 1.0 },
             { "top_p", 1.0 }, { "top_k", 0 }, { "min_p", nullptr }, { "repetition_penalty", 1.0 },
             { "beta", grpo ? 0.0 : 0.05 }, { "epsilon", 0.2 }, { "epsilon_high", nullptr }, { "num_iterations", 1 },
             { "mask_truncated_completions", false }, { "sync_ref_model", false }, { "ref_model_mixup_alpha", 0.6 } })
        d.defaults.push_back({ key, value });
    if (grpo)
        for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> { { "loss_type", "dapo" },
                 { "scale_rewards", "group" }, { "delta", nullptr }, { "importance_sampling_level", "token" },
                 { "multi_objective_aggregation", "sum_then_normalize" }, { "top_entropy_quantile", 1.0 },
                 { "use_bias_correction_kl", true }, { "off_policy_mask_threshold", nullptr }, { "entropy_coef", 0.0 },
                 { "vllm_importance_sampling_mode", "sequence_mask" }, { "vllm_importance_sampling_clip_max", 3.0 } })
            d.defaults.push_back({ key, value });
}

void addFineTuning(RecipeDialect& d)
{
    for (const char* key : { "max_length", "max_seq_length" }) {
        const std::string name = key;
        d.special.push_back({ key, [name](RecipeImport& r) {
                                 if (name == "max_length" && !r.says("max_length") && r.says("max_seq_length"))
                                     return;
                                 r.has(name) ? r.take("sft.max_length", r.setting().value)
                                             : r.change("sft.max_length", 1048576, "no row is cut");
                             } });
    }
    d.special.push_back({ "packing", [](RecipeImport& r) {
                             r.flag("packing", false)
                                 ? r.change("sft.packing", r.text("packing_strategy", "bfd"), "by its strategy")
                                 : r.change("sft.packing", "none", "off");
                         } });
    d.special.push_back({ "packing_strategy", [](RecipeImport& r) {
                             r.flag("packing", false) ? r.take("sft.packing", r.setting().value)
                                                      : r.ignore("packing is off");
                         } });
    const auto lossOn = [](RecipeImport& r) {
        const Json& completion = r.value("completion_only_loss");
        r.change("sft.loss_on",
            r.flag("assistant_only_loss", false)        ? "assistant"
                : completion.is_null()                  ? "auto"
                : r.flag("completion_only_loss", false) ? "completion"
                                                        : "all",
            "which tokens train");
    };
    d.special.push_back({ "completion_only_loss", lossOn });
    d.special.push_back({ "assistant_only_loss", lossOn });
    d.special.push_back({ "loss_type", [](RecipeImport& r) {
                             r.text("loss_type", "nll") == "chunked_nll"
                                 ? r.change("sft.loss_type", "nll", "the same loss")
                                 : r.take("sft.loss_type", r.setting().value);
                         } });
    d.direct.push_back({ "label_smoothing_factor", "sft.label_smoothing" });
    d.ignored.push_back({ "eval_packing", "evaluation does not depend on packing" });
    d.ignored.push_back({ "shuffle_dataset", "rows are shuffled anew each epoch, as transformers does" });
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> {
             { "learning_rate", 2e-5 }, { "max_length", 1024 }, { "packing", false }, { "loss_type", "nll" } })
        d.defaults.push_back({ key, value });
}

void addPreference(RecipeDialect& d, const std::string& kind)
{
    for (const char* key : { "beta", "label_smoothing", "f_alpha_divergence_coef", "use_weighting", "discopop_tau",
             "desirable_weight", "undesirable_weight", "cpo_alpha", "simpo_gamma" })
        d.direct.push_back({ key, std::string("preference.") + key });
    d.special.push_back({ "max_length", orElse("preference.max_length", 1048576, "no row is cut") });
    d.special.push_back({ "ld_alpha", orElse("preference.ld_alpha", 1, "all tokens count") });
    d.special.push_back({ "loss_type", [kind](RecipeImport& r) {
                             const char* field = kind == "kto" ? "preference.kto_loss"
                                 : kind == "cpo"               ? "preference.cpo_loss"
                                                               : "preference.loss_type";
                             r.setting().value.is_array() ? r.change(field, joined(r.setting().value), "a list")
                                                          : r.take(field, r.setting().value);
                         } });
    d.special.push_back({ "loss_weights", [](RecipeImport& r) {
                             r.has("loss_weights")
                                 ? r.change("preference.loss_weights", joined(r.setting().value), "a list")
                                 : r.ignore("not set");
                         } });
    d.special.push_back(
        { "f_divergence_type", [](RecipeImport& r) {
             std::string name = r.text("f_divergence_type", "reverse_kl");
             if (const size_t dot = name.rfind('.'); dot != std::string::npos) // FDivergenceType.JS_DIVERGENCE
                 name = name.substr(dot + 1);
             std::transform(
                 name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
             r.take("preference.f_divergence_type", name);
         } });
    for (const char* key : { "sync_ref_model", "ref_model_mixup_alpha" })
        d.none.push_back({ key, "the reference of " + kind + " stays where it began" });
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> {
             { "learning_rate", 1e-6 }, { "beta", 0.1 }, { "max_length", 1024 } })
        d.defaults.push_back({ key, value });
}

} // namespace

RecipeDialect trlDialect(const std::string& kind, TrlTrainer trainer, bool openR1)
{
    RecipeDialect d;
    static constexpr std::pair<std::string_view, const char*> kTitles[] { { "grpo", "GRPOConfig" },
        { "rloo", "RLOOConfig" }, { "sft", "SFTConfig" }, { "dpo", "DPOConfig" }, { "kto", "KTOConfig" },
        { "cpo", "CPOConfig" }, { "orpo", "ORPOConfig" } };
    for (const auto& [name, title] : kTitles)
        if (name == kind)
            d.title = std::string("TRL's ") + title;
    if (stageOf(kind) == Stage::Distillation)
        addTrlDistillation(d, trainer);
    if (trainer == TrlTrainer::Replay) {
        d.title = "TRL's GRPOWithReplayBufferConfig";
        d.defaults.push_back({ "replay_buffer_size", 64 });
    }
    if (kind == "grpo")
        d.direct.push_back({ "replay_buffer_size", "selection.replay_groups" });
    addTrlSchedule(d);
    addCommon(d);
    addModelAndData(d);
    switch (stageOf(kind)) {
    case Stage::Online:
        addOnline(d, kind);
        addTrlRewards(d, openR1);
        break;
    case Stage::Distillation:
        break;
    case Stage::FineTuning:
        addFineTuning(d);
        break;
    default:
        addPreference(d, kind);
    }
    return d;
}

std::string trlKind(const RecipeText& recipe)
{
    static constexpr std::pair<std::string_view, const char*> kTrainers[] { { "GRPOConfig", "grpo" },
        { "RLOOConfig", "rloo" }, { "SFTConfig", "sft" }, { "DPOConfig", "dpo" }, { "KTOConfig", "kto" },
        { "CPOConfig", "cpo" }, { "ORPOConfig", "orpo" }, { "GKDConfig", "distill" },
        { "DistillationConfig", "distill" }, { "MiniLLMConfig", "distill" }, { "GRPOWithReplayBufferConfig", "grpo" },
        { "trl grpo", "grpo" }, { "trl rloo", "rloo" }, { "trl sft", "sft" }, { "trl dpo", "dpo" },
        { "trl kto", "kto" } };
    for (const auto& [trainer, kind] : kTrainers)
        if (recipe.trainer == trainer)
            return kind;
    if (!recipe.trainer.empty() && recipe.format == RecipeFormat::Keywords)
        throw Failure({ "recipe_kind", "There is no counterpart of TRL's " + recipe.trainer + ".",
            "AhaScope imports GRPO, RLOO, SFT, DPO, KTO, CPO, ORPO, GKD, Distillation and MiniLLM." });
    const auto has = [&](std::initializer_list<const char*> keys) {
        return std::any_of(recipe.settings.begin(), recipe.settings.end(), [&](const RecipeSetting& setting) {
            return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return setting.key == key; });
        });
    };
    if (has({ "use_uld_loss", "teacher_tokenizer_name_or_path" }))
        throw Failure({ "recipe_kind", "There is no counterpart of TRL's GOLD: it distils between tokenizers.",
            "A teacher here has the student's vocabulary: use GKD with such a teacher." });
    if (has({ "lmbda", "seq_kd", "teacher_model_name_or_path", "kd_temperature", "rkl_advantage",
            "single_step_decomposition" }))
        return "distill";
    if (has({ "normalize_advantages", "reward_clip_range" }))
        return "rloo";
    if (has({ "replay_buffer_size", "num_generations", "reward_funcs", "reward_weights", "num_iterations",
            "scale_rewards", "epsilon", "steps_per_generation", "use_vllm", "importance_sampling_level" }))
        return "grpo";
    if (has({ "desirable_weight", "undesirable_weight" }))
        return "kto";
    if (has({ "cpo_alpha", "simpo_gamma" }))
        return "cpo";
    if (has({ "ld_alpha", "f_divergence_type", "loss_weights", "discopop_tau", "precompute_ref_log_probs" }))
        return "dpo";
    if (has({ "packing", "packing_strategy", "max_seq_length", "assistant_only_loss", "completion_only_loss",
            "dataset_text_field" }))
        return "sft";
    throw Failure({ "recipe_kind", "The recipe does not say which trainer it is for.",
        "Say it: --kind grpo, rloo, sft, dpo, kto, cpo, orpo or distill." });
}

TrlTrainer trlTrainer(const RecipeText& recipe, const std::string& kind)
{
    const auto has = [&](std::initializer_list<const char*> keys) {
        return std::any_of(recipe.settings.begin(), recipe.settings.end(), [&](const RecipeSetting& setting) {
            return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return setting.key == key; });
        });
    };
    if (kind == "grpo")
        return recipe.trainer == "GRPOWithReplayBufferConfig" ? TrlTrainer::Replay : TrlTrainer::Plain;
    if (kind != "distill")
        return TrlTrainer::Plain;
    if (recipe.trainer == "GKDConfig" || (recipe.trainer.empty() && has({ "lmbda", "seq_kd", "max_new_tokens" })))
        return TrlTrainer::Gkd;
    const bool miniLlm = recipe.trainer == "MiniLLMConfig"
        || (recipe.trainer.empty() && has({ "kd_temperature", "rkl_advantage", "single_step_decomposition" }));
    return miniLlm ? TrlTrainer::MiniLlm : TrlTrainer::Distillation;
}

} // namespace aha
