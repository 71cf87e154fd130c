// verl's recipe PRIME, in (recipe/prime of 0.6: prime_trainer.yaml, prime_dp_rm.py, prime_ray_trainer.py) and out.

#include "core/recipes/recipe_export.h"
#include "core/recipes/verl_rules.h"

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

const std::string kModel = "reward_model.model.", kPolicy = "actor_rollout_ref.model.path";

/// verl keeps groups at the bounds, we keep those between them: no pass rate lies so near to another.
constexpr double kBound = 1e-6;

/// A choice of which one is how it is here.
void only(RecipeDialect& d, const std::string& key, const char* ours, const char* why)
{
    d.special.push_back({ key, [=](RecipeImport& r) {
                             !r.has(r.setting().key) || r.text(r.setting().key, "") == ours ? r.ignore("as here")
                                                                                            : r.none(why);
                         } });
}

/// The reward model and its reference begin as the policy.
void startsAs(RecipeImport& r)
{
    const std::string path = r.text(r.setting().key, "");
    !r.has(r.setting().key) || path == r.text(kPolicy, path) || path.rfind("${", 0) == 0
        ? r.ignore("as here: it begins as the policy")
        : r.none("the reward model and its reference begin as the policy here");
}

void filter(RecipeImport& r)
{
    const bool on = r.flag("data.filter_accuracy", true);
    const std::string& key = r.setting().key;
    if (key == "data.filter_accuracy")
        return r.take("selection.dynamic_sampling", on);
    if (!on)
        return r.ignore("filter_accuracy is off");
    if (key == "data.oversample_factor") {
        const double factor = r.number(key, 4);
        return r.change("selection.max_rounds", int64_t(std::ceil(std::clamp(factor, 1.0, 1e6))),
            "verl samples so many times the batch at once, here round by round until it is full");
    }
    const bool lower = key == "data.accuracy_lower_bound";
    const double bound = r.number(key, lower ? 0.2 : 0.8);
    r.change(lower ? "selection.group_pass_rate_min" : "selection.group_pass_rate_max",
        rounded(bound + (lower ? -kBound : kBound)), "the bound itself trains there, and not here");
}

} // namespace

void addVerlPrime(RecipeDialect& d)
{
    d.title = "verl's PRIME";
    d.direct.push_back({ "algorithm.reward_gt_coef", "prime.outcome_coef" });
    d.direct.push_back({ "algorithm.reward_dpo_coef", "prime.process_coef" });
    d.direct.push_back({ kModel + "beta_train", "prime.reward_beta" });
    d.direct.push_back({ kModel + "optim.lr", "prime.model_learning_rate" });
    for (const char* key : { "filter_accuracy", "accuracy_lower_bound", "accuracy_upper_bound", "oversample_factor" })
        d.special.push_back({ std::string("data.") + key, filter });
    for (const char* key : { "path", "ref_path", "tokenizer_path", "input_tokenizer" })
        d.special.push_back({ kModel + key, startsAs });
    only(d, kModel + "update", "before", "the reward model learns before it judges here");
    only(d, kModel + "loss_type", "ce", "its loss is the cross-entropy of the verdict");
    only(d, kModel + "ref_type", "freeze", "its reference stays as it began");
    only(d, kModel + "optim.lr_scheduler_type", "constant", "its rate is constant");
    only(d, kModel + "optim.warmup_style", "constant", "its rate is constant");
    only(d, "reward_model.prime_granularity", "token", "every token has its reward");
    d.special.push_back({ "reward_model.prime_norm", [](RecipeImport& r) {
                             if (r.text("reward_model.prime_norm", "batch_norm") == "none")
                                 return r.ignore("as here");
                             r.none("token rewards are not divided by the batch's largest return here: "
                                    "prime.process_coef stands for their size");
                             r.remark("prime.process_coef",
                                 "verl divides the token rewards by the batch's largest return (prime_norm), "
                                 "which is not done here");
                         } });
    for (const char* key : { "enable", "reward_manager" })
        d.special.push_back({ std::string("reward_model.") + key, [](RecipeImport& r) { r.ignore("what PRIME is"); } });
    for (const char* key :
        { "use_kl_in_reward", "kl_penalty", "kl_ctrl.kl_coef", "kl_ctrl.type", "kl_ctrl.horizon", "kl_ctrl.target_kl" })
        d.special.push_back({ std::string("algorithm.") + key,
            [](RecipeImport& r) { r.ignore("PRIME's advantages have no KL term, there as here"); } });
    for (const char* key : { "reward_model.mini_batch_size", "reward_model.use_dynamic_bsz" })
        d.special.push_back({ key,
            [](RecipeImport& r) { r.none("the reward model learns from a step's completions in one update"); } });
    d.none.push_back({ "data.filter_truncate", "groups are chosen by their pass rate alone" });
    d.none.push_back({ kModel + "optim.grad_clip", "its gradient is clipped at optimizer.max_grad_norm" });
    d.none.push_back({ kModel + "optim.weight_decay", "its weights do not decay" });
    d.none.push_back({ kModel + "optim.lr_warmup*", "its rate is constant" });
    d.none.push_back({ kModel + "optim.*", "its optimiser is the run's AdamW at a constant rate" });
    d.none.push_back({ "reward_model.lambda", "a token's reward is its log-ratio" });
    d.none.push_back({ "reward_model.prime_use_gt", "a token's reward is its log-ratio" });
    for (const char* key : { "enable_gradient_checkpointing", "use_*", "fused_*", "fsdp_config*", "trust_remote_code" })
        d.special.push_back({ kModel + key, [](RecipeImport& r) { r.ignore("memory and speed only"); } });
    for (const auto& [key, value] : std::initializer_list<std::pair<std::string, Json>> {
             { "data.filter_accuracy", true }, { "data.accuracy_lower_bound", 0.2 },
             { "data.accuracy_upper_bound", 0.8 }, { "data.oversample_factor", 4.0 },
             { "actor_rollout_ref.rollout.n", 4 }, { "actor_rollout_ref.actor.entropy_coeff", 0.001 },
             { "algorithm.reward_gt_coef", 5 }, { "algorithm.reward_dpo_coef", 5 }, { kModel + "beta_train", 0.05 },
             { kModel + "optim.lr", 1e-6 }, { "reward_model.prime_norm", "batch_norm" } })
        d.defaults.push_back({ key, value });
}

void addVerlPrime(RecipeExport& e)
{
    const RunConfig& c = e.config();
    e.set("reward_model.enable", true);
    e.set("reward_model.reward_manager", "prime");
    e.set("reward_model.prime_granularity", "token");
    e.set("reward_model.prime_norm", "none");
    e.set(kModel + "path", c.model.path);
    e.set(kModel + "ref_type", "freeze");
    e.set(kModel + "update", "before");
    e.copy("prime.reward_beta", kModel + "beta_train");
    e.copy("prime.model_learning_rate", kModel + "optim.lr");
    e.set(kModel + "optim.grad_clip", c.optimizer.maxGradNorm);
    e.set("reward_model.mini_batch_size", c.rollout.promptsPerStep * c.rollout.numGenerations);
    e.set("reward_model.micro_batch_size_per_gpu", 1);
    e.copy("prime.outcome_coef", "algorithm.reward_gt_coef");
    e.copy("prime.process_coef", "algorithm.reward_dpo_coef");
    const SelectionConfig& s = c.selection;
    e.set("data.filter_accuracy", s.dynamicSampling);
    e.set("data.filter_truncate", false);
    e.set("data.oversample_factor", s.dynamicSampling ? s.maxRounds : 1);
    if (s.dynamicSampling) {
        e.set("data.accuracy_lower_bound", rounded(s.passRateMin + kBound));
        e.set("data.accuracy_upper_bound", rounded(s.passRateMax - kBound));
    }
    e.told({ "selection.dynamic_sampling", "selection.max_rounds", "selection.group_pass_rate_min",
        "selection.group_pass_rate_max" });
}

} // namespace aha
