// verl's recipe gkd, in (on_policy_distill_trainer.yaml, megatron_kl_loss.py) and out: a teacher server gives its top-k
// log-probs on what the student samples, and the loss is forward KL over those tokens.

#include "core/recipes/recipe_export.h"
#include "core/recipes/verl_rules.h"

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

const std::string kOptim = "actor_rollout_ref.actor.optim.";

void schedule(RecipeImport& r)
{
    const std::string name = r.text(r.setting().key, "constant");
    const bool warms = r.number(kOptim + "lr_warmup_steps", 0) > 0 || r.number(kOptim + "lr_warmup_steps_ratio", 0) > 0;
    const std::string ours = name == "inverse_square_root" ? "inverse_sqrt"
        : name == "constant" && warms                      ? "constant_with_warmup"
                                                           : name;
    ours == name ? r.take("optimizer.schedule", ours) : r.change("optimizer.schedule", ours, "our name for it");
}

/// Stands for what the recipe is, whose settings do not say it.
void loss(RecipeImport& r)
{
    r.change("distill.divergence", "jsd", "the recipe's loss");
    r.change("distill.beta", 0, "forward KL, the recipe's loss");
    r.change("distill.top_k", 256,
        "the server says how many (--n-logprobs); it scales them to 1, here the rest is a "
        "bucket of its own");
}

} // namespace

void addVerlTeaching(RecipeDialect& d)
{
    d.title = "verl's gkd";
    d.special.push_back({ "recipe gkd", loss });
    d.special.push_back({ kOptim + "lr_decay_style", schedule });
    d.direct.push_back({ kOptim + "clip_grad", "optimizer.max_grad_norm" });
    for (const char* key : { "actor_rollout_ref.teacher.*", "teacher.*" })
        d.none.push_back({ key, "the teacher is a model folder here, not a server: set distill.teacher" });
    d.special.push_back({ "actor_rollout_ref.actor.grad_clip",
        [](RecipeImport& r) { r.none("the recipe's name for it is optim.clip_grad"); } });
    d.none.push_back({ "trainer.scheduler", "completions are the current student's, not an older one's" });
    d.none.push_back({ "actor_rollout_ref.actor.ppo_mini_batch_size", "every rollout batch is one update" });
    d.none.push_back({ kOptim + "min_lr", "the schedule ends where it ends: see optimizer.min_rate_ratio" });
    d.special.push_back({ "rollout.*", [](RecipeImport& r) { r.ignore("the machine, not the run"); } });
    d.ignored.push_back({ "actor_rollout_ref.actor.max_token_len", "memory and speed only" });
    for (const auto& [key, value] : std::initializer_list<std::pair<std::string, Json>> {
             { "recipe gkd", "forward KL" }, { kOptim + "lr_decay_style", "constant" }, { kOptim + "clip_grad", 1.0 } })
        d.defaults.push_back({ key, value });
}

void addVerlOrder(RecipeDialect& d)
{
    d.special.push_back({ "async_training.partial_rollout", [](RecipeImport& r) {
                             r.flag(r.setting().key, true)
                                 ? r.none("there a completion waits for new weights; here it waits after "
                                          "rollout.partial_tokens tokens: set them")
                                 : r.ignore("completions are whole, as here without rollout.partial_tokens");
                         } });
    d.ignored.push_back({ "async_training.checkpoint_engine*", "memory and speed only" });
    d.none.push_back({ "async_training.*", "sampling and training take turns here" });
    for (const char* key : { "rollout.nnodes", "rollout.n_gpus_per_node" })
        d.special.push_back({ key, [](RecipeImport& r) { r.ignore("the machine, not the run"); } });
    d.none.push_back({ "rollout.*", "sampling and training take turns here: the settings of actor_rollout_ref count" });
    for (const char* key : { "data.sampler.*", "data.datagen.*" })
        d.none.push_back({ key, "a class of your own; here selection.order is uniform, curriculum or prioritized" });
}

void addVerlTeaching(RecipeExport& e)
{
    const RunConfig& c = e.config();
    const DistillConfig& d = c.distill;
    if (d.divergence != "jsd" || d.beta != 0 || d.onPolicyShare != 1)
        throw Failure({ "recipe_export",
            "verl's recipe for distillation, gkd, is forward KL on the student's own completions, and this run has "
            "distill.divergence "
                + d.divergence + ", beta " + Json(d.beta).dump() + " and on_policy_share "
                + Json(d.onPolicyShare).dump() + ".",
            "Export to trl, which has GKD and MiniLLM." });
    e.note("distill.teacher = " + d.teacher + ": give it to the recipe's teacher server (worker.py --ckpt-path)");
    e.note("distill.top_k = " + std::to_string(d.topK)
        + (d.topK > 0 ? ": of that server (worker.py --n-logprobs); it scales them to 1"
                      : ": that server gives its likeliest tokens alone (worker.py --n-logprobs), scaled to 1"));
    if (d.temperature != 1)
        e.note("distill.temperature = " + Json(d.temperature).dump() + ": the recipe's loss is taken at 1");
    e.told({ "distill.teacher", "distill.divergence", "distill.beta", "distill.on_policy_share", "distill.top_k",
        "distill.temperature" });
    e.set("actor_rollout_ref.teacher.server_ip", "127.0.0.1");
    e.set("actor_rollout_ref.teacher.server_port", 15555);
    const int64_t completions = c.rollout.promptsPerStep * c.rollout.numGenerations;
    e.set("data.train_batch_size", completions);
    e.note("rollout.num_generations = " + std::to_string(c.rollout.numGenerations)
        + ": the recipe samples one completion a prompt, here of " + std::to_string(completions) + " prompts a step");
    e.note(
        "rollout.prompts_per_step = " + std::to_string(c.rollout.promptsPerStep) + ": as many completions, see above");
    e.told({ "rollout.prompts_per_step", "rollout.num_generations" });
    const OptimizerConfig& o = c.optimizer;
    e.copy("optimizer.learning_rate", kOptim + "lr");
    e.copy("optimizer.weight_decay", kOptim + "weight_decay");
    e.copy("optimizer.max_grad_norm", kOptim + "clip_grad");
    e.set(kOptim + "lr_warmup_steps", o.warmupSteps);
    const bool constant = o.schedule == "constant" || o.schedule == "constant_with_warmup";
    const bool known = constant || o.schedule == "linear" || o.schedule == "cosine" || o.schedule == "inverse_sqrt";
    if (!known)
        e.note("optimizer.schedule = " + o.schedule
            + ": the recipe has constant, linear, cosine and "
              "inverse_square_root; this script takes constant");
    e.set(kOptim + "lr_decay_style",
        constant || !known                 ? "constant"
            : o.schedule == "inverse_sqrt" ? "inverse_square_root"
                                           : o.schedule);
    e.told({ "optimizer.warmup_steps", "optimizer.schedule" });
}

} // namespace aha
