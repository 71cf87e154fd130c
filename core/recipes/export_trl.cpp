// A Python script for TRL 1.16. Its settings are what import_trl.cpp reads back.

#include "core/recipes/recipe_export.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

/// A JSON value as Python writes it.
std::string python(const Json& value)
{
    if (value.is_null())
        return "None";
    if (value.is_boolean())
        return value.get<bool>() ? "True" : "False";
    if (!value.is_structured())
        return value.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string text(1, value.is_array() ? '[' : '{');
    for (const auto& [key, item] : value.items())
        text += (text.size() > 1 ? ", " : "") + (value.is_array() ? "" : Json(key).dump() + ": ") + python(item);
    return text + (value.is_array() ? "]" : "}");
}

TrlClasses classesOf(const RunConfig& config)
{
    const std::string& kind = config.general.kind;
    static constexpr std::pair<std::string_view, TrlClasses> kTrainers[] { { "grpo",
                                                                               { "GRPOConfig", "GRPOTrainer", "trl" } },
        { "rloo", { "RLOOConfig", "RLOOTrainer", "trl" } }, { "sft", { "SFTConfig", "SFTTrainer", "trl" } },
        { "dpo", { "DPOConfig", "DPOTrainer", "trl" } }, { "kto", { "KTOConfig", "KTOTrainer", "trl" } },
        { "cpo", { "CPOConfig", "CPOTrainer", "trl.experimental.cpo" } },
        { "orpo", { "ORPOConfig", "ORPOTrainer", "trl.experimental.orpo" } } };
    if (kind == "distill")
        return trlTeachingClasses(config);
    if (kind == "grpo" && config.selection.replayGroups > 0)
        return { "GRPOWithReplayBufferConfig", "GRPOWithReplayBufferTrainer",
            "trl.experimental.grpo_with_replay_buffer" };
    for (const auto& [name, trainer] : kTrainers)
        if (kind == name)
            return trainer;
    throw Failure({ "recipe_export", "TRL has no trainer for " + kind + ".",
        "It trains grpo, rloo, sft, dpo, kto, cpo, orpo and distill. verl has ppo, reinforce_pp, "
        "reinforce_pp_baseline, remax and prime." });
}

/// Rows at once: the largest divisor up to 16, not 1 if that can be (TRL's KTO compares the rows of a pass).
int64_t rowsAtOnce(int64_t rows)
{
    for (int64_t d = std::min<int64_t>(16, rows); d > 1; --d)
        if (rows % d == 0)
            return d;
    return rows;
}

std::vector<std::string> parts(const std::string& text)
{
    std::vector<std::string> found;
    for (size_t from = 0; from <= text.size() && !text.empty();) {
        const size_t to = std::min(text.find(';', from), text.size());
        std::string part = text.substr(from, to - from);
        part.erase(0, std::min(part.find_first_not_of(' '), part.size()));
        part.erase(part.find_last_not_of(' ') + 1);
        found.push_back(part);
        from = to + 1;
    }
    return found;
}

void addBatches(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const Stage stage = stageOf(c.general.kind);
    const int64_t rows = stage == Stage::Online
        ? c.rollout.promptsPerStep * c.rollout.numGenerations / c.algorithm.stepsPerGeneration
        : stage == Stage::Distillation ? c.rollout.promptsPerStep * c.rollout.numGenerations
        : stage == Stage::FineTuning   ? c.sft.batchSize
                                       : c.preference.batchSize;
    const int64_t updates = stage == Stage::Online ? c.algorithm.stepsPerGeneration * c.algorithm.numIterations : 1;
    const int64_t perDevice = rowsAtOnce(rows);
    e.set("per_device_train_batch_size", perDevice);
    e.set("gradient_accumulation_steps", rows / perDevice);
    if (stage == Stage::Online) {
        e.set("per_device_eval_batch_size", c.rollout.numGenerations); // TRL wants whole groups there
        e.set("steps_per_generation", rows / perDevice * c.algorithm.stepsPerGeneration);
    }
    e.set("max_steps", c.general.maxSteps * updates);
    e.set("save_steps", c.checkpoint.everySteps * updates);
    e.set("save_total_limit", c.checkpoint.keep);
    e.set("eval_strategy", c.eval.everySteps > 0 ? "steps" : "no");
    if (c.eval.everySteps > 0)
        e.set("eval_steps", c.eval.everySteps * updates);
    if (c.algorithm.refSyncSteps > 0 && stage == Stage::Online) {
        e.set("sync_ref_model", true);
        e.set("ref_model_sync_steps", c.algorithm.refSyncSteps * updates);
        e.set("ref_model_mixup_alpha", c.algorithm.refMixupAlpha);
    }
    if (stage != Stage::Distillation) // whose rows have a batch of their own
        e.told({ "sft.batch_size" });
    e.told({ "rollout.prompts_per_step", "algorithm.steps_per_generation", "preference.batch_size", "general.max_steps",
        "checkpoint.every_steps", "checkpoint.keep", "eval.every_steps", "algorithm.ref_model_sync_steps",
        "algorithm.ref_model_mixup_alpha" });
}

void addOptimizer(RecipeExport& e)
{
    const OptimizerConfig& o = e.config().optimizer;
    for (const char* key : { "learning_rate", "warmup_steps", "weight_decay", "adam_beta1", "adam_beta2",
             "adam_epsilon", "max_grad_norm" })
        e.copy(std::string("optimizer.") + key, key);
    e.copy("optimizer.schedule", "lr_scheduler_type");
    Json arguments = Json::object();
    if (o.schedule == "cosine_with_min_lr" || o.schedule == "cosine_warmup_with_min_lr")
        arguments = { { "min_lr_rate", o.minRateRatio } };
    else if (o.schedule == "warmup_stable_decay")
        arguments = { { "num_decay_steps", o.decaySteps }, { "min_lr_ratio", o.minRateRatio },
            { "warmup_type", o.warmupShape }, { "decay_type", o.decayShape } };
    else if (o.schedule == "cosine_with_restarts")
        arguments = { { "num_cycles", o.cycles } };
    else if (o.schedule == "polynomial")
        arguments = { { "lr_end", o.minRateRatio * o.learningRate }, { "power", o.power } };
    if (!arguments.empty())
        e.set("lr_scheduler_kwargs", arguments);
    e.told({ "optimizer.min_rate_ratio", "optimizer.decay_steps", "optimizer.warmup_shape", "optimizer.decay_shape",
        "optimizer.cycles", "optimizer.power" });
    if (e.config().training.gradientCheckpointing != "auto")
        e.set("gradient_checkpointing", e.config().training.gradientCheckpointing == "on");
    e.told({ "training.gradient_checkpointing" });
}

void addOnline(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const AlgorithmConfig& a = c.algorithm;
    for (const char* key :
        { "num_generations", "max_completion_length", "temperature", "top_k", "top_p", "repetition_penalty" })
        e.copy(std::string("rollout.") + key, key);
    if (c.rollout.minP > 0)
        e.copy("rollout.min_p", "min_p");
    for (const char* key : { "beta", "epsilon", "epsilon_high", "num_iterations", "mask_truncated_completions",
             "loss_type", "importance_sampling_level", "scale_rewards", "multi_objective_aggregation",
             "top_entropy_quantile", "use_bias_correction_kl", "sapo_temperature_pos", "sapo_temperature_neg",
             "vespo_k_pos", "vespo_lambda_pos", "vespo_k_neg", "vespo_lambda_neg" })
        e.copy(std::string("algorithm.") + key, key);
    if (a.delta > 0)
        e.copy("algorithm.delta", "delta");
    if (a.offPolicyMaskThreshold > 0)
        e.copy("algorithm.off_policy_mask_threshold", "off_policy_mask_threshold");
    const bool grpo = c.general.kind == "grpo";
    if (grpo)
        for (const auto& [field, key] : std::initializer_list<std::pair<const char*, const char*>> {
                 { "coef", "entropy_coef" }, { "adaptive", "use_adaptive_entropy" }, { "target", "entropy_target" },
                 { "coef_min", "entropy_coef_min" }, { "coef_max", "entropy_coef_max" },
                 { "coef_delta", "entropy_coef_delta" } })
            e.copy(std::string("entropy.") + field, key);
    const bool corrects = grpo && a.samplerCorrection != "auto";
    const bool vllm = corrects && a.samplerCorrection != "off";
    if (corrects) {
        e.set("use_vllm", vllm);
        e.set("vllm_importance_sampling_correction", vllm);
        e.told({ "algorithm.sampler_correction" });
    }
    if (vllm) {
        e.set("vllm_importance_sampling_mode", a.samplerCorrection);
        e.copy("algorithm.sampler_correction_cap", "vllm_importance_sampling_clip_max");
    }
    if (vllm && !c.rollout.stop.empty()) {
        e.set("generation_kwargs",
            { { "stop", Json::array({ c.rollout.stop }) }, { "include_stop_str_in_output", true } });
        e.told({ "rollout.stop" });
    }
    if (a.beta != 0) {
        const bool inLoss = grpo, same = (a.klPlacement == "loss") == inLoss && a.klEstimator == (grpo ? "k3" : "k1");
        if (!same)
            e.note("algorithm.kl_placement = " + a.klPlacement + ", kl_estimator = " + a.klEstimator + ": TRL has "
                + (grpo ? "k3 in the loss" : "k1 in the reward") + " here");
        e.told({ "algorithm.kl_placement", "algorithm.kl_estimator" });
    }
    if (!grpo && a.epsilon != a.epsilonHigh)
        e.note("TRL's RLOO clips the ratio of whole sequences, as here");
    if (grpo && c.selection.replayGroups > 0)
        e.copy("selection.replay_groups", "replay_buffer_size");
}

void addRows(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const std::string& kind = c.general.kind;
    if (kind == "sft") {
        e.copy("sft.max_length", "max_length");
        e.set("packing", c.sft.packing != "none");
        if (c.sft.packing != "none")
            e.set("packing_strategy", c.sft.packing);
        if (c.sft.lossOn == "assistant")
            e.set("assistant_only_loss", true);
        else if (c.sft.lossOn != "auto")
            e.set("completion_only_loss", c.sft.lossOn == "completion");
        e.told({ "sft.packing", "sft.loss_on" });
        e.copy("sft.loss_type", "loss_type");
        if (c.sft.labelSmoothing > 0)
            e.copy("sft.label_smoothing", "label_smoothing_factor");
        return;
    }
    for (const char* key :
        { "beta", "max_length", "label_smoothing", "ld_alpha", "use_weighting", "discopop_tau", "f_divergence_type",
            "f_alpha_divergence_coef", "desirable_weight", "undesirable_weight", "cpo_alpha", "simpo_gamma" })
        e.copy(std::string("preference.") + key, key);
    e.copy("preference.kto_loss", "loss_type");
    e.copy("preference.cpo_loss", "loss_type");
    if (kind != "dpo")
        return;
    e.set("loss_type", parts(c.preference.lossType));
    if (!c.preference.lossWeights.empty()) {
        Json weights = Json::array();
        for (const std::string& weight : parts(c.preference.lossWeights))
            weights.push_back(Json::parse(weight, nullptr, false));
        e.set("loss_weights", weights);
    }
    e.told({ "preference.loss_type", "preference.loss_weights" });
}

/// PEFT's adapter, or nothing.
std::string adapter(RecipeExport& e)
{
    const AdapterConfig& a = e.config().adapter;
    e.told({ "adapter.rank", "adapter.alpha", "adapter.dropout", "adapter.rank_stabilized", "adapter.targets" });
    if (a.rank == 0)
        return {};
    const Json targets = a.targets == "all" ? Json("all-linear")
        : a.targets == "attention"          ? Json({ "q_proj", "k_proj", "v_proj", "o_proj" })
        : a.targets == "mlp"                ? Json({ "gate_proj", "up_proj", "down_proj" })
                                            : Json::array({ "q_proj", "v_proj" });
    return "\nadapter = LoraConfig(\n    r=" + std::to_string(a.rank) + ",\n    lora_alpha=" + python(a.alpha)
        + ",\n    lora_dropout=" + python(a.dropout) + ",\n    use_rslora=" + python(a.rankStabilized)
        + ",\n    target_modules=" + python(targets) + ",\n    task_type=\"CAUSAL_LM\",\n)\n";
}

const char* rowLayout(const std::string& kind)
{
    return kind == "grpo" || kind == "rloo" ? "prompt, and the columns that your reward functions read"
        : kind == "distill"                 ? "messages (GKDTrainer: whole conversations), else prompt"
        : kind == "sft"                     ? "text, or messages, or prompt and completion"
        : kind == "kto"                     ? "prompt, completion, label (true: good)"
                                            : "prompt, chosen, rejected";
}

std::string rowsFunction(RecipeExport& e)
{
    const RunConfig& c = e.config();
    std::string text = "\n\ndef rows():\n    \"\"\"Training and held-out rows, with the columns: "
        + std::string(rowLayout(c.general.kind)) + ".\"\"\"\n";
    e.told({ "data.path", "data.split", "data.eval_split", "data.system_prompt", "prompt.system", "task.name" });
    const Stage stage = stageOf(c.general.kind);
    if ((stage == Stage::Online || stage == Stage::Distillation) && c.data.path.empty())
        e.note("task.name = " + c.task.name + ": the task makes its own problems, rows() must return some");
    if (stage == Stage::Distillation && c.data.systemPrompt != c.prompt.system)
        e.note("data.system_prompt = " + c.data.systemPrompt + ": the script has one system prompt, prompt.system");
    if (c.data.path.empty() || c.data.path.find(';') != std::string::npos)
        return text + "    raise NotImplementedError("
            + python(c.data.path.empty()
                    ? "AhaScope's task " + c.task.name + " makes its own problems: return rows of them here."
                    : "dataset_name names several sources: load and mix them here.")
            + ")\n";
    text += "    name = dataset_name\n"
            "    kind = {\".jsonl\": \"json\", \".json\": \"json\", \".csv\": \"csv\", \".parquet\": "
            "\"parquet\"}.get(os.path.splitext(name)[1])\n"
            "    data = load_dataset(kind, data_files=name) if kind else load_dataset(name)\n"
            "    split = dataset_train_split if dataset_train_split in data else next(iter(data))\n"
            "    if dataset_test_split in data:\n"
            "        return data[split], data[dataset_test_split]\n";
    text += "    parts = data[split].train_test_split(test_size="
        + python(double(std::max<int64_t>(1, c.data.evalPercent)) / 100)
        + ", seed=" + std::to_string(c.general.seed % 4294967296) + ")\n    return parts[\"train\"], parts[\"test\"]\n";
    e.told({ "data.eval_percent" });
    return text;
}

std::string rewardFunctions(RecipeExport& e, Json& weights)
{
    std::string text, names;
    for (const auto& [name, weight] : weightedRewards(e.config())) {
        text += "\n\ndef " + name
            + "(completions, **columns):\n    \"\"\"One number a completion; see AhaScope's rewards." + name
            + ".\"\"\"\n    raise NotImplementedError(\"Write the reward " + name + " for your rows.\")\n";
        names += (names.empty() ? "" : ", ") + name;
        weights.push_back(weight);
        e.told({ ("rewards." + name).c_str() });
    }
    for (const char* usual : { "rewards.accuracy", "rewards.format" })
        e.told({ usual });
    return text + "\n\nreward_funcs = [" + names + "]\n";
}

} // namespace

ExportedRecipe exportTrl(const RunConfig& config)
{
    const std::string& kind = config.general.kind;
    const TrlClasses trainer = classesOf(config);
    const bool online = stageOf(kind) == Stage::Online, taught = stageOf(kind) == Stage::Distillation;
    RecipeExport e(config);
    e.set("output_dir", "output");
    e.copy("general.name", "run_name");
    e.copy("general.seed", "seed");
    addBatches(e);
    addOptimizer(e);
    online ? addOnline(e) : taught ? addTrlTeaching(e) : addRows(e);
    if (!config.data.shuffle && (online || e.has("single_step_decomposition"))) {
        e.set("shuffle_dataset", false);
        e.told({ "data.shuffle" });
    }
    Json weights = Json::array();
    const std::string rewards = online ? rewardFunctions(e, weights) : "";
    if (online)
        e.set("reward_weights", weights);
    const std::string lora = adapter(e), data = rowsFunction(e);
    e.told({ "general.kind", "model.path" });

    ExportedRecipe out;
    out.without = e.without();
    std::string text = "#!/usr/bin/env python3\n# " + onOneLine(config.general.name) + ": " + kind
        + " with TRL 1.16. Written by AhaScope; `recipe import` reads it back.\n#\n"
          "# Run:  python train.py          or, on N GPUs:  accelerate launch --num_processes N train.py\n"
          "# with gradient_accumulation_steps (and steps_per_generation) divided by N.\n"
          "# TRL trains in bfloat16 where the GPU has it, AhaScope in float32: bf16=False compares like with like.\n#\n"
          "# You supply: rows()"
        + (online ? std::string(" and the reward functions") : std::string()) + ".\n";
    text += out.without.empty() ? "# Everything has a counterpart.\n"
                                : "# Without counterpart in TRL:\n" + commented(out.without);
    text += "\nimport os\n\nfrom datasets import load_dataset\n";
    if (!lora.empty())
        text += "from peft import LoraConfig\n";
    text += std::string("from ") + trainer.module + " import " + trainer.config + ", " + trainer.trainer + "\n\n";
    text += "model_name_or_path = " + python(config.model.path) + "\n";
    if (taught)
        text += "teacher_model_name_or_path = " + python(config.distill.teacher) + "\n";
    if (!config.data.path.empty())
        text += "dataset_name = " + python(config.data.path) + "\n";
    if (!config.data.path.empty()) {
        text += "dataset_train_split = " + python(config.data.split.empty() ? Json() : Json(config.data.split)) + "\n";
        text += "dataset_test_split = " + python(config.data.evalSplit.empty() ? Json() : Json(config.data.evalSplit))
            + "\n";
    }
    const std::string& system = online || taught ? config.prompt.system : config.data.systemPrompt;
    if (!system.empty())
        text += "system_prompt = " + python(system) + "  # rows() puts it before the conversation\n";
    text += data + rewards + lora + "\nargs = " + trainer.config + "(\n";
    for (const auto& [key, value] : e.settings())
        text += "    " + key + "=" + python(value) + ",\n";
    text += ")\n\n\ndef main():\n    train, held_out = rows()\n    trainer = " + std::string(trainer.trainer)
        + "(\n        model=model_name_or_path,\n        args=args,\n        train_dataset=train,\n        "
          "eval_dataset=held_out,\n";
    if (online)
        text += "        reward_funcs=reward_funcs,\n";
    if (taught)
        text += "        teacher_model=teacher_model_name_or_path,\n";
    if (!lora.empty())
        text += "        peft_config=adapter,\n";
    text += "    )\n    trainer.train()\n    trainer.save_model()\n\n\nif __name__ == \"__main__\":\n    main()\n";
    out.files.push_back({ "train.py", text, true });
    return out;
}

} // namespace aha
