#include "core/recipes/import_recipe.h"

#include "core/recipes/recipe_import.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

/// Groups become dotted names: verl's YAML has the names of its command line.
void flatten(const RecipeSetting& setting, const std::string& prefix, std::vector<RecipeSetting>& out)
{
    const std::string key = prefix + setting.key;
    if (!setting.value.is_object() || setting.value.empty()) {
        out.push_back({ key, setting.value, setting.line });
        return;
    }
    for (const auto& [name, value] : setting.value.items())
        flatten({ name, value, setting.line }, key + ".", out);
}

bool startsWith(const std::string& text, const char* beginning) { return text.rfind(beginning, 0) == 0; }

std::string frameworkOf(const RecipeText& recipe)
{
    const auto has = [&](std::initializer_list<const char*> beginnings) {
        return std::any_of(recipe.settings.begin(), recipe.settings.end(), [&](const RecipeSetting& setting) {
            return std::any_of(beginnings.begin(), beginnings.end(),
                [&](const char* beginning) { return startsWith(setting.key, beginning); });
        });
    };
    if (recipe.trainer.find("openrlhf") != std::string::npos)
        return "openrlhf";
    if (has({ "actor_rollout_ref", "algorithm.", "data.train_batch_size" }))
        return "verl";
    if (has({ "advantage_estimator", "init_kl_coef", "rollout_batch_size", "n_samples_per_prompt", "kd_coef" }))
        return "openrlhf";
    return has({ "dataset_prompt_column", "dataset_mixture", "cosine_", "benchmarks", "hub_model_revision", "wandb_" })
        ? "openr1"
        : "trl";
}

} // namespace

const char* treatmentName(RecipeTreatment treatment)
{
    switch (treatment) {
    case RecipeTreatment::Taken:
        return "taken";
    case RecipeTreatment::Changed:
        return "changed";
    case RecipeTreatment::Default:
        return "default";
    case RecipeTreatment::NoCounterpart:
        return "none";
    case RecipeTreatment::Ignored:
        return "ignored";
    case RecipeTreatment::ToFix:
        return "to fix";
    }
    return "";
}

bool ImportedRecipe::valid() const
{
    return std::none_of(
        lines.begin(), lines.end(), [](const RecipeLine& line) { return line.treatment == RecipeTreatment::ToFix; });
}

Result<ImportedRecipe> importRecipe(const std::string& text, const ImportOptions& options)
{
    Result<RecipeText> read = readRecipeText(text);
    if (!read)
        return read.error();
    try {
        std::vector<RecipeSetting> settings;
        for (const RecipeSetting& setting : read->settings)
            if (startsWith(setting.key, "actor_rollout_ref") || setting.key == "algorithm" || setting.key == "data"
                || setting.key == "trainer" || setting.key == "critic" || setting.key == "reward_model"
                || setting.key == "async_training" || setting.key == "rollout" || setting.key == "teacher")
                flatten(setting, "", settings);
            else
                settings.push_back(setting);
        read->settings = settings;
        ImportedRecipe out;
        out.framework = options.framework.empty() ? frameworkOf(*read) : options.framework;
        const bool verl = out.framework == "verl", openRlhf = out.framework == "openrlhf";
        if (!verl && !openRlhf && out.framework != "trl" && out.framework != "openr1")
            return Error { "recipe_framework", "There is no importer for " + shortText(out.framework) + ".",
                "Recipes come from trl, openr1, verl or openrlhf." };
        const std::string kind = !options.kind.empty() ? options.kind
            : verl                                     ? verlKind(*read)
            : openRlhf                                 ? openRlhfKind(*read)
                                                       : trlKind(*read);
        const auto known = [&](std::initializer_list<const char*> kinds) {
            return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
        };
        if (!(verl || openRlhf ? known({ "grpo", "ppo", "reinforce", "reinforce_pp", "reinforce_pp_baseline", "remax",
                                     "rloo", "distill" })
                        || (verl && kind == "prime")
                               : known({ "grpo", "rloo", "sft", "dpo", "kto", "cpo", "orpo", "distill" })))
            return Error { "recipe_kind",
                "Recipes of " + out.framework + " are not imported as " + shortText(kind) + ".",
                "Leave --kind out, or name a kind that the framework trains." };
        RecipeImport recipe(std::move(settings), kind, options);
        out.lines = recipe.run(verl ? verlDialect(kind)
                : openRlhf          ? openRlhfDialect(kind)
                                    : trlDialect(kind, trlTrainer(*read, kind), out.framework == "openr1"));
        out.config = recipe.config;
        return out;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

std::string recipeTable(const ImportedRecipe& recipe)
{
    std::string text = "From " + recipe.framework + ": a run of kind " + recipe.config.general.kind + ".\n";
    const auto padded = [](const std::string& word, size_t width) {
        return word.size() < width ? word + std::string(width - word.size(), ' ') : word;
    };
    for (const RecipeLine& line : recipe.lines) {
        std::string what = line.key.empty() ? line.field
            : line.value.empty()            ? line.key
                                            : line.key + " = " + line.value;
        std::string became
            = line.field.empty() || line.key.empty() ? "" : line.field + " = " + shortText(line.fieldValue);
        if (!line.note.empty())
            became += (became.empty() ? "" : "  (") + line.note + (became.empty() ? "" : ")");
        text += padded(line.line > 0 ? std::to_string(line.line) : "", 5) + padded(treatmentName(line.treatment), 9)
            + padded(what, 48) + " " + became + "\n";
    }
    return text;
}

} // namespace aha
