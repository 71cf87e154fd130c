// TRL's experimental trainers that have a teacher: GKDConfig (a divergence on rows and on the student's completions),
// DistillationConfig (the same on completions alone) and MiniLLMConfig (reverse KL as a reward), all 1.16.

#include "core/recipes/trl_rules.h"

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

std::string n(int64_t value) { return std::to_string(value); }

void addNotes(std::vector<RecipeDialect::Note>& notes, const char* why, std::initializer_list<const char*> keys)
{
    for (const char* key : keys)
        notes.push_back({ key, why });
}

/// Completions of an update as prompts and groups: ours have at least two completions.
void batch(RecipeImport& r)
{
    const int64_t rows = trlBatch(r).rows, group = r.whole("num_generations", 1);
    if (group < 1 || rows % group != 0)
        throw Failure({ "recipe_value",
            n(rows) + " completions of an update are not whole groups of " + n(group) + " (num_generations).",
            "Give the number of processes with --processes, or correct the batch." });
    std::string how = n(rows) + " completions of an update, " + n(group) + " a prompt";
    if (group == 1)
        how += rows % 2 == 0 ? ": half the prompts, two each" : ": half the prompts, two each, and one more";
    if (r.options().processes == 0 && !r.says("num_processes"))
        how += "; one process, as the recipe names no number (--processes N)";
    r.change("rollout.prompts_per_step", group == 1 ? (rows + 1) / 2 : rows / group, how);
    if (r.number("lmbda", 1) < 1)
        r.change("sft.batch_size", rows, "rows of the steps that learn from the data set");
}

void group(RecipeImport& r)
{
    r.whole("num_generations", 1) == 1
        ? r.change("rollout.num_generations", 2, "as many completions: half the prompts, two each")
        : r.take("rollout.num_generations", r.setting().value);
}

void topK(RecipeImport& r)
{
    r.whole("top_k", 0) < 0 ? r.change("rollout.top_k", 0, "off") : r.take("rollout.top_k", r.whole("top_k", 0));
}

void addGkd(RecipeDialect& d)
{
    d.title = "TRL's GKDConfig";
    d.direct.push_back({ "max_new_tokens", "rollout.max_completion_length" });
    d.special.push_back({ "max_length", [](RecipeImport& r) {
                             r.has("max_length") ? r.take("sft.max_length", r.setting().value)
                                                 : r.change("sft.max_length", 1048576, "no row is cut");
                         } });
    d.special.push_back({ "temperature", [](RecipeImport& r) {
                             r.take("rollout.temperature", r.setting().value);
                             r.remark("distill.temperature", "GKD only samples at it: its loss is taken at 1");
                         } });
    d.special.push_back({ "lmbda", [](RecipeImport& r) {
                             const double share = r.number("lmbda", 0.5);
                             share > 0 && share < 1 ? r.change("distill.on_policy_share", r.setting().value,
                                 "of the steps, evenly spread; TRL draws lots")
                                                    : r.take("distill.on_policy_share", r.setting().value);
                         } });
    d.special.push_back({ "seq_kd", [](RecipeImport& r) {
                             r.flag("seq_kd", false)
                                 ? r.none("no teacher writes here: sample its texts once and give them as the data set")
                                 : r.ignore("not set");
                         } });
    addNotes(d.ignored, "GKD trains the last turn of a conversation, whatever they say",
        { "packing*", "assistant_only_loss", "completion_only_loss", "dataset_text_field", "eval_packing" });
    addNotes(d.ignored, "rows are shuffled anew each epoch, as transformers does", { "shuffle_dataset" });
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> { { "learning_rate", 2e-5 },
             { "num_generations", 1 }, { "temperature", 0.9 }, { "lmbda", 0.5 }, { "beta", 0.5 },
             { "max_new_tokens", 128 }, { "max_length", 1024 } })
        d.defaults.push_back({ key, value });
}

void addSampled(RecipeDialect& d)
{
    for (const char* key : { "max_completion_length", "top_p", "repetition_penalty" })
        d.direct.push_back({ key, std::string("rollout.") + key });
    d.special.push_back({ "top_k", topK });
    d.special.push_back({ "min_p",
        [](RecipeImport& r) { r.has("min_p") ? r.take("rollout.min_p", r.setting().value) : r.ignore("not set"); } });
    d.special.push_back(
        { "use_vllm", [](RecipeImport& r) { r.ignore("completions are sampled here by the engine's own decoder"); } });
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> {
             { "learning_rate", 1e-6 }, { "max_completion_length", 512 }, { "temperature", 1.0 }, { "top_k", 0 } })
        d.defaults.push_back({ key, value });
}

void addDistillation(RecipeDialect& d)
{
    d.title = "TRL's DistillationConfig";
    d.special.push_back({ "temperature", [](RecipeImport& r) {
                             r.take("rollout.temperature", r.setting().value);
                             r.change("distill.temperature", r.setting().value, "the loss is taken at it, too");
                         } });
    d.ignored.push_back({ "generation_batch_size", "follows from the batch" });
    addSampled(d);
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> {
             { "num_generations", 1 }, { "beta", 1.0 }, { "top_p", 0.95 } })
        d.defaults.push_back({ key, value });
}

/// Its divergence, by whether the first step of the sum is taken exactly.
void decomposition(RecipeImport& r)
{
    if (r.flag("single_step_decomposition", true))
        return r.change("distill.divergence", "minillm", "reverse KL, its first step exact");
    if (r.number("gamma", 0) > 0)
        return r.none("with a discount, minillm here always takes the first step exactly");
    r.change("distill.divergence", "reverse_kl", "without the exact step: each sampled token alone");
}

void addMiniLlm(RecipeDialect& d)
{
    d.title = "TRL's MiniLLMConfig";
    d.direct.push_back({ "temperature", "rollout.temperature" });
    d.direct.push_back({ "kd_temperature", "distill.temperature" });
    d.direct.push_back({ "gamma", "distill.gamma" });
    d.special.push_back({ "single_step_decomposition", decomposition });
    d.special.push_back({ "rkl_advantage", [](RecipeImport& r) {
                             r.flag("rkl_advantage", true) ? r.ignore("as here")
                                                           : r.none("the advantage belongs to the method here");
                         } });
    d.special.push_back({ "length_normalization", [](RecipeImport& r) {
                             r.flag("length_normalization", true)
                                 ? r.ignore("as here")
                                 : r.none("an advantage is always divided by the discounted length");
                         } });
    for (const char* key : { "steps_per_generation", "generation_batch_size" })
        d.special.push_back({ key, [](RecipeImport& r) {
                                 r.has(r.setting().key) ? r.none("every rollout batch is one update")
                                                        : r.ignore("not set");
                             } });
    addNotes(d.none, "no reward trains here: the teacher alone does", { "reward_funcs", "reward_weights" });
    addNotes(d.none, "one update of a rollout batch, which needs no clipping and no reference",
        { "beta", "epsilon*", "delta", "loss_type", "importance_sampling_level", "scale_rewards", "num_iterations",
            "mask_truncated_completions", "multi_objective_aggregation", "top_entropy_quantile", "use_bias*",
            "off_policy*", "entropy_*", "use_adaptive_entropy", "sync_ref_model", "ref_model_*", "sapo_*", "vespo_*" });
    d.special.push_back(
        { "shuffle_dataset", [](RecipeImport& r) { r.take("data.shuffle", r.flag("shuffle_dataset", true)); } });
    addSampled(d);
    for (const auto& [key, value] : std::initializer_list<std::pair<const char*, Json>> { { "num_generations", 8 },
             { "single_step_decomposition", true }, { "kd_temperature", 1.0 }, { "gamma", 0.0 }, { "top_p", 1.0 } })
        d.defaults.push_back({ key, value });
}

} // namespace

void addTrlDistillation(RecipeDialect& d, TrlTrainer trainer)
{
    for (const char* key : { "per_device_train_batch_size", "gradient_accumulation_steps", "num_processes" })
        d.special.push_back({ key, batch });
    d.special.push_back({ "num_generations", group });
    d.special.push_back({ "teacher_model_name_or_path", [](RecipeImport& r) { takeModelPath(r, "distill.teacher"); } });
    addNotes(d.none, "the teacher is loaded in float32 from its folder",
        { "teacher_model_init_kwargs", "teacher_model_revision" });
    if (trainer != TrlTrainer::MiniLlm)
        d.direct.push_back({ "beta", "distill.beta" });
    trainer == TrlTrainer::Gkd ? addGkd(d) : trainer == TrlTrainer::MiniLlm ? addMiniLlm(d) : addDistillation(d);
}

} // namespace aha
