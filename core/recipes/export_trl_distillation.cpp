// Distillation as a script for TRL: which of its three trainers, and their settings. trl_distillation.cpp reads them
// back.

#include "core/recipes/recipe_export.h"

namespace aha {

namespace {

/// GKD has rows beside samples, and a loss at temperature 1 whatever samples are drawn at; one completion a prompt.
bool byGkd(const RunConfig& c)
{
    const bool plain = c.rollout.topK == 0 && c.rollout.topP == 1;
    return c.distill.divergence == "jsd"
        && (c.distill.onPolicyShare < 1
            || (plain && c.distill.temperature == 1 && c.rollout.temperature != c.distill.temperature));
}

void addGkd(RecipeExport& e)
{
    const RunConfig& c = e.config();
    e.copy("distill.on_policy_share", "lmbda");
    e.copy("distill.beta", "beta");
    e.copy("rollout.temperature", "temperature");
    e.copy("rollout.max_completion_length", "max_new_tokens");
    e.copy("sft.max_length", "max_length");
    const int64_t completions = c.rollout.promptsPerStep * c.rollout.numGenerations;
    e.note("rollout.num_generations = " + std::to_string(c.rollout.numGenerations)
        + ": GKD samples one completion a prompt, here of " + std::to_string(completions) + " prompts an update");
    e.note(
        "rollout.prompts_per_step = " + std::to_string(c.rollout.promptsPerStep) + ": as many completions, see above");
    if (c.distill.onPolicyShare < 1 && c.sft.batchSize != completions)
        e.note("sft.batch_size = " + std::to_string(c.sft.batchSize) + ": GKD's updates are all of one size, "
            + std::to_string(completions));
    if (c.distill.temperature != 1)
        e.note("distill.temperature = " + std::to_string(c.distill.temperature) + ": GKD's loss is taken at 1");
    e.told({ "sft.batch_size", "distill.temperature", "rollout.num_generations", "rollout.prompts_per_step" });
}

void addDistillation(RecipeExport& e)
{
    const RunConfig& c = e.config();
    e.copy("distill.beta", "beta");
    e.copy("distill.temperature", "temperature");
    for (const char* key : { "num_generations", "max_completion_length", "top_k", "top_p" })
        e.copy(std::string("rollout.") + key, key);
    if (c.rollout.temperature != c.distill.temperature)
        e.note("rollout.temperature = " + std::to_string(c.rollout.temperature)
            + ": there is one temperature, and it is distill.temperature");
    e.told({ "rollout.temperature" });
}

void addMiniLlm(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const bool exact = c.distill.divergence == "minillm";
    e.set("single_step_decomposition", exact);
    e.set("rkl_advantage", true);
    e.set("length_normalization", true);
    e.copy("distill.temperature", "kd_temperature");
    if (exact)
        e.copy("distill.gamma", "gamma");
    else if (c.distill.gamma != 0)
        e.note("distill.gamma = " + std::to_string(c.distill.gamma) + ": early tokens count no more there");
    e.told({ "distill.gamma" });
    for (const char* key :
        { "num_generations", "max_completion_length", "temperature", "top_k", "top_p", "repetition_penalty" })
        e.copy(std::string("rollout.") + key, key);
    if (c.rollout.minP > 0)
        e.copy("rollout.min_p", "min_p");
    e.set("per_device_eval_batch_size", c.rollout.numGenerations); // TRL wants whole groups there
}

} // namespace

TrlClasses trlTeachingClasses(const RunConfig& c)
{
    if (c.distill.divergence == "classic")
        throw Failure(
            { "recipe_export", "TRL has no trainer for labels and a teacher at once (distill.divergence classic).",
                "Its nearest is GKD: set distill.divergence to jsd and distill.on_policy_share to 0." });
    if (c.distill.divergence != "jsd")
        return { "MiniLLMConfig", "MiniLLMTrainer", "trl.experimental.minillm" };
    if (byGkd(c))
        return { "GKDConfig", "GKDTrainer", "trl.experimental.gkd" };
    return { "DistillationConfig", "DistillationTrainer", "trl.experimental.distillation" };
}

void addTrlTeaching(RecipeExport& e)
{
    const RunConfig& c = e.config();
    e.told({ "distill.teacher", "distill.divergence", "distill.on_policy_share" });
    c.distill.divergence != "jsd" ? addMiniLlm(e) : byGkd(c) ? addGkd(e) : addDistillation(e);
}

} // namespace aha
