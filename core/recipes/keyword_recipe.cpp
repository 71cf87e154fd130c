// A JSON object of settings, or Python that calls GRPOConfig(…) and its like with literals.

#include "core/recipes/flow_reader.h"

#include "core/base/ascii.h"

#include <algorithm>

namespace aha {

namespace {

bool isTrainerConfig(std::string_view name)
{
    static constexpr std::string_view kKnown[] { "GRPOConfig", "RLOOConfig", "SFTConfig", "DPOConfig", "KTOConfig",
        "CPOConfig", "ORPOConfig", "GKDConfig", "DistillationConfig", "MiniLLMConfig", "GOLDConfig",
        "GRPOWithReplayBufferConfig" };
    return std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
}

/// What a script assigns to a name and gives to its trainer.
bool isScriptSetting(std::string_view name)
{
    static constexpr std::string_view kKnown[] { "model_name_or_path", "teacher_model_name_or_path", "dataset_name",
        "dataset_train_split", "dataset_test_split", "system_prompt", "reward_funcs", "num_processes" };
    return std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
}

/// PEFT's names as TRL's ModelConfig has them.
std::string adapterKey(const std::string& name)
{
    static constexpr std::pair<std::string_view, std::string_view> kNames[] { { "r", "lora_r" },
        { "target_modules", "lora_target_modules" }, { "use_rslora", "use_rslora" }, { "lora_alpha", "lora_alpha" },
        { "lora_dropout", "lora_dropout" }, { "modules_to_save", "lora_modules_to_save" },
        { "task_type", "lora_task_type" } };
    for (const auto& [peft, trl] : kNames)
        if (name == peft)
            return std::string(trl);
    return "LoraConfig." + name;
}

void readPython(const std::string& text, RecipeText& recipe)
{
    FlowReader reader(text, 1);
    int open = 0;
    while (!reader.done()) {
        reader.skip();
        const char c = reader.peek();
        if (c == '"' || c == '\'') {
            reader.quoted();
            continue;
        }
        if (!isName(c)) {
            open += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
            reader.next();
            continue;
        }
        std::string name;
        const int64_t line = reader.line();
        for (; isName(reader.peek()); reader.next())
            name += reader.peek();
        while (reader.peek() == ' ')
            reader.next();
        if (reader.peek() == '=' && open == 0 && isScriptSetting(name)) {
            reader.next();
            reader.skip();
            recipe.settings.push_back({ name, reader.value(), line });
        } else if (reader.peek() == '(' && (isTrainerConfig(name) || name == "LoraConfig")) {
            reader.next();
            std::vector<RecipeSetting> found = reader.pairs(')', 0);
            if (name == "LoraConfig") {
                recipe.settings.push_back({ "use_peft", true, line });
                for (RecipeSetting& setting : found)
                    setting.key = adapterKey(setting.key);
            } else if (recipe.trainer.empty() || recipe.trainer == name) {
                recipe.trainer = name;
            } else {
                recipeFailure(line, "the script configures a second trainer, " + name + ".", "Give one recipe a file.");
            }
            recipe.settings.insert(recipe.settings.end(), found.begin(), found.end());
        }
    }
}

} // namespace

RecipeText readKeywordRecipe(const std::string& text)
{
    RecipeText recipe;
    recipe.format = RecipeFormat::Keywords;
    FlowReader reader(text, 1);
    reader.skip();
    if (reader.peek() != '{') {
        readPython(text, recipe);
        return recipe;
    }
    reader.next();
    recipe.settings = reader.pairs('}', 0);
    if (recipe.settings.size() == 1 && isTrainerConfig(recipe.settings[0].key)
        && recipe.settings[0].value.is_object()) {
        const RecipeSetting whole = recipe.settings[0]; // {"GRPOConfig": {…}}
        recipe.trainer = whole.key;
        recipe.settings.clear();
        for (const auto& [key, value] : whole.value.items())
            recipe.settings.push_back({ key, value, whole.line });
    }
    reader.skip();
    if (!reader.done())
        recipeFailure(reader.line(), "something follows the object.", "Give one recipe a file.");
    return recipe;
}

} // namespace aha
