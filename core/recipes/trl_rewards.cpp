#include "core/recipes/trl_rules.h"

#include <set>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

/// The recipe's reward functions as a list of names.
std::vector<std::string> functions(const RecipeImport& r)
{
    std::vector<std::string> names;
    const Json& given = r.value("reward_funcs");
    if (given.is_array()) {
        for (const Json& name : given)
            names.push_back(name.is_string() ? name.get<std::string>() : name.dump());
    } else if (given.is_string()) {
        names.push_back(given.get<std::string>());
    }
    return names;
}

void takeFunctions(RecipeImport& r)
{
    const std::vector<std::string> names = functions(r);
    if (names.empty()) {
        if (r.setting().line > 0)
            return r.ignore("not set");
        for (const char* field : { "rewards.accuracy", "rewards.format" })
            r.remark(field, "the recipe names no reward functions: ours stay");
        return;
    }
    const Json& weights = r.value("reward_weights");
    if (weights.is_array() && weights.size() != names.size())
        r.refuse("there are " + std::to_string(names.size()) + " reward functions and " + std::to_string(weights.size())
                + " reward_weights.",
            "Give one weight for each function.");
    std::set<std::string> named;
    for (size_t i = 0; i < names.size(); ++i) {
        const Json weight = weights.is_array() ? weights[i] : Json(1.0);
        if (const std::string field = rewardField(names[i]); !field.empty()) {
            named.insert(field);
            r.change("rewards." + field, weight, "the function " + names[i]);
        } else
            r.none("the function " + shortText(names[i])
                + " has no counterpart: write it as rewards.program or rewards.expression");
    }
    for (const char* usual : { "accuracy", "format" }) // ours have a weight by default
        if (named.count(usual) == 0)
            r.change(std::string("rewards.") + usual, 0, "not among the functions");
}

/// A parameter of a function that the recipe may not use.
void parameter(RecipeDialect& d, const char* key, const char* field, double RewardConfig::*weight, const char* how)
{
    d.special.push_back({ key, [=](RecipeImport& r) {
                             if (r.config.rewards.*weight == 0)
                                 return r.ignore("its function has no weight");
                             r.change(field, r.setting().value, how);
                         } });
}

} // namespace

void addTrlRewards(RecipeDialect& d, bool openR1)
{
    d.special.push_back({ "reward_funcs", takeFunctions });
    d.special.push_back({ "reward_weights", [](RecipeImport& r) {
                             const Json& weights = r.value("reward_weights");
                             if (weights.is_null())
                                 return r.ignore("not set");
                             const std::vector<std::string> names = functions(r);
                             if (!weights.is_array())
                                 r.refuse("it is no list.", "Write one number for each reward function.");
                             if (names.empty())
                                 return r.toFix(
                                     "the recipe gives weights and no names of reward functions: set them in "
                                     "the group rewards");
                             for (size_t i = 0; i < names.size() && i < weights.size(); ++i)
                                 if (const std::string field = rewardField(names[i]); !field.empty())
                                     r.change("rewards." + field, weights[i], "weight of " + names[i]);
                         } });
    parameter(
        d, "cosine_min_value_wrong", "rewards.cosine_wrong_short", &RewardConfig::cosine, "a wrong answer of length 0");
    parameter(d, "cosine_max_value_wrong", "rewards.cosine_wrong_long", &RewardConfig::cosine, "a wrong, long answer");
    parameter(
        d, "cosine_min_value_correct", "rewards.cosine_right_long", &RewardConfig::cosine, "a right, long answer");
    parameter(d, "cosine_max_value_correct", "rewards.cosine_right_short", &RewardConfig::cosine,
        "a right answer of length 0");
    parameter(
        d, "repetition_n_grams", "rewards.repetition_ngram", &RewardConfig::repetition, "counts tokens, open-r1 words");
    parameter(d, "repetition_max_penalty", "rewards.repetition_penalty", &RewardConfig::repetition,
        "of tokens, open-r1 of words");
    parameter(d, "soft_punish_cache", "rewards.overlong_cache", &RewardConfig::overlong, "tokens");
    d.none.push_back({ "cosine_max_len", "the length counts against rollout.max_completion_length" });
    d.none.push_back({ "max_completion_len", "the length counts against rollout.max_completion_length" });
    for (const char* key : { "code_language", "code_eval_test_batch_size", "code_eval_scoring_mode",
             "parallel_code_exec_per_proc", "code_provider", "ioi_provider", "e2b_router_url", "morph_router_url" })
        d.none.push_back({ key, "there is no code reward" });
    if (!openR1) {
        d.defaults.push_back({ "reward_funcs", nullptr });
        return;
    }
    for (const auto& [key, value] :
        std::initializer_list<std::pair<const char*, Json>> { { "reward_funcs", { "accuracy", "format", "tag_count" } },
            { "cosine_min_value_wrong", 0.0 }, { "cosine_max_value_wrong", -0.5 }, { "cosine_min_value_correct", 0.5 },
            { "cosine_max_value_correct", 1.0 }, { "repetition_n_grams", 3 }, { "repetition_max_penalty", -1.0 },
            { "soft_punish_cache", 4096 } })
        d.defaults.push_back({ key, value });
}

} // namespace aha
