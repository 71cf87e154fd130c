#include "core/recipes/recipe_import.h"

#include "core/base/utf8.h"
#include "core/config/held_out.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

std::string dumped(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// A rule's name, with "*" at the beginning or end for anything.
bool matches(std::string_view rule, std::string_view key)
{
    const bool before = rule.front() == '*', after = rule.back() == '*';
    const std::string_view fixed = rule.substr(before ? 1 : 0, rule.size() - (before ? 1 : 0) - (after ? 1 : 0));
    if (before && after)
        return key.find(fixed) != std::string_view::npos;
    if (before)
        return key.size() >= fixed.size() && key.substr(key.size() - fixed.size()) == fixed;
    return after ? key.rfind(fixed, 0) == 0 : key == fixed;
}

bool isOff(const Json& value)
{
    return value.is_null() || value == Json(false) || (value.is_number() && value.get<double>() == 0)
        || (value.is_array() && value.empty());
}

/// What a field makes of a recipe's value: flags and numbers may come as texts, names as numbers.
Result<void> fill(Field& field, const Json& value)
{
    const bool isText = std::holds_alternative<std::string*>(field.value);
    if (value.is_string() && !isText)
        return field.fromText(value.get<std::string>());
    if (isText && (value.is_number() || value.is_boolean()))
        return field.fromJson(value.dump());
    if (value.is_boolean() && !std::holds_alternative<bool*>(field.value))
        return field.fromJson(Json(value.dump())); // refused with a sentence
    return field.fromJson(value);
}

} // namespace

RecipeImport::RecipeImport(std::vector<RecipeSetting> settings, const std::string& kind, const ImportOptions& options)
    : config(defaultConfig(kind))
    , m_fields(fields(config))
    , m_settings(std::move(settings))
    , m_options(options)
{
}

const RecipeSetting* RecipeImport::find(const std::string& key) const
{
    const auto found = std::find_if( // the last one counts, as on a command line
        m_settings.rbegin(), m_settings.rend(), [&](const RecipeSetting& setting) { return setting.key == key; });
    return found == m_settings.rend() ? nullptr : &*found;
}

const Json& RecipeImport::value(const std::string& key) const
{
    static const Json nothing;
    const RecipeSetting* setting = find(key);
    return setting == nullptr ? nothing : setting->value;
}

bool RecipeImport::says(const std::string& key) const
{
    const RecipeSetting* setting = find(key);
    return setting != nullptr && setting->line > 0;
}

double RecipeImport::number(const std::string& key, double otherwise) const
{
    const RecipeSetting* setting = find(key);
    if (setting == nullptr || setting->value.is_null())
        return otherwise;
    const Json value = setting->value.is_string() ? plainValue(setting->value.get<std::string>()) : setting->value;
    if (!value.is_number() || !std::isfinite(value.get<double>()))
        refuse(*setting, "is no number.", "Write a number.");
    return value.get<double>();
}

int64_t RecipeImport::whole(const std::string& key, int64_t otherwise) const
{
    const double found = number(key, double(otherwise));
    if (found != std::floor(found) || std::abs(found) > 1e12)
        refuse(*find(key), "is no whole number of a usual size.", "Write a whole number.");
    return int64_t(found);
}

bool RecipeImport::flag(const std::string& key, bool otherwise) const
{
    const RecipeSetting* setting = find(key);
    if (setting == nullptr || setting->value.is_null())
        return otherwise;
    const Json& value = setting->value;
    if (value.is_boolean())
        return value.get<bool>();
    const std::string word = dumped(value);
    for (const char* yes : { "1", "yes", "on", "true", "True" })
        if (word == yes)
            return true;
    for (const char* no : { "0", "no", "off", "false", "False" })
        if (word == no)
            return false;
    refuse(*setting, "is neither true nor false.", "Write true or false.");
}

std::string RecipeImport::text(const std::string& key, const std::string& otherwise) const
{
    const Json& found = value(key);
    return found.is_null() ? otherwise : dumped(found);
}

void RecipeImport::refuse(const RecipeSetting& setting, const std::string& what, const std::string& hint) const
{
    const std::string where
        = setting.line > 0 ? "Line " + std::to_string(setting.line) + ": " : "The framework's default ";
    throw Failure({ "recipe_value",
        where + shortText(setting.key) + " is " + shortText(dumped(setting.value)) + ": " + what, hint });
}

void RecipeImport::refuse(const std::string& what, const std::string& hint) const { refuse(*m_setting, what, hint); }

void RecipeImport::add(RecipeTreatment treatment, const std::string& note)
{
    if (m_setting->line == 0 && treatment != RecipeTreatment::ToFix)
        return; // what the recipe does not say needs no excuse
    m_lines.push_back(
        { m_setting->line, m_setting->key, shortText(dumped(m_setting->value)), treatment, {}, {}, note });
}

void RecipeImport::put(const std::string& path, const Json& value, const std::string& how)
{
    const auto field = std::find_if(
        m_fields.begin(), m_fields.end(), [&](const Field& candidate) { return candidate.info.path() == path; });
    if (!readsField(config, field->info))
        return none("a run of kind " + kind() + " has no " + path);
    const std::string before = field->toText();
    if (Result<void> filled = fill(*field, value); !filled)
        refuse("it does not fit"
                + (filled.error().message.size() <= 200 ? ". " + filled.error().message : " " + path + "."),
            filled.error().hint);
    const RecipeTreatment treatment = m_setting->line == 0 ? RecipeTreatment::Default
        : how.empty()                                      ? RecipeTreatment::Taken
                                                           : RecipeTreatment::Changed;
    if (m_setting->line == 0 && before == field->toText())
        return;
    m_lines.push_back({ m_setting->line, m_setting->key, shortText(dumped(m_setting->value)), treatment, path,
        field->toText(), how });
}

void RecipeImport::remark(const std::string& path, const std::string& why)
{
    for (const Field& field : m_fields)
        if (field.info.path() == path)
            m_lines.push_back({ 0, m_setting->key, "", RecipeTreatment::Default, path, field.toText(), why });
}

void RecipeImport::handle(const RecipeDialect& dialect)
{
    const std::string& key = m_setting->key;
    const size_t before = m_lines.size();
    const auto keyed = [&](const auto& rules) {
        const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return matches(r.key, key); });
        return rule == rules.end() ? nullptr : &*rule;
    };
    if (m_setting->line > 0 && find(key) != m_setting)
        return ignore("line " + std::to_string(find(key)->line) + " gives it another value");
    if (const auto* special = keyed(dialect.special))
        special->handle(*this);
    else if (const auto* direct = keyed(dialect.direct))
        m_setting->value.is_null() ? ignore("not set") : take(direct->field, m_setting->value);
    else if (const auto* without = keyed(dialect.none))
        isOff(m_setting->value) ? ignore("not set") : none(without->why);
    else if (const auto* ignored = keyed(dialect.ignored))
        ignore(ignored->why);
    else
        none("not a setting of " + dialect.title + " that is known here");
    if (m_setting->line > 0 && m_lines.size() == before)
        none("not read");
}

std::vector<RecipeLine> RecipeImport::run(const RecipeDialect& dialect)
{
    for (const RecipeDialect::Default& usual : dialect.defaults)
        if (find(usual.key) == nullptr)
            m_settings.push_back({ usual.key, usual.value, 0 });
    for (const RecipeSetting& setting : m_settings) {
        m_setting = &setting;
        handle(dialect);
    }
    for (const Problem& problem : problems(config))
        m_lines.push_back({ 0, "", "", RecipeTreatment::ToFix, problem.path, "", problem.error.sentence() });
    return m_lines;
}

std::string rewardField(const std::string& name)
{
    static constexpr std::pair<std::string_view, std::string_view> kNames[] { { "accuracy", "accuracy" },
        { "accuracy_reward", "accuracy" }, { "reasoning_accuracy_reward", "accuracy" }, { "format", "format" },
        { "format_reward", "format" }, { "think_format_reward", "format" }, { "tag_count", "tags" },
        { "tag_count_reward", "tags" }, { "tags", "tags" }, { "reasoning_steps", "reasoning" },
        { "reasoning_steps_reward", "reasoning" }, { "length", "length" }, { "len_reward", "length" },
        { "cosine", "cosine" }, { "get_cosine_scaled_reward", "cosine" }, { "repetition_penalty", "repetition" },
        { "get_repetition_penalty_reward", "repetition" }, { "repetition", "repetition" },
        { "soft_overlong_punishment", "overlong" }, { "get_soft_overlong_punishment", "overlong" },
        { "overlong", "overlong" }, { "language", "language" }, { "reflection", "reflection" },
        { "expression", "expression" }, { "program", "program" } };
    for (const auto& [known, field] : kNames)
        if (name == known)
            return std::string(field);
    return {};
}

std::string adapterTargets(const Json& modules)
{
    std::set<std::string> names;
    if (modules.is_string())
        names.insert(modules.get<std::string>());
    else if (modules.is_array())
        for (const Json& module : modules)
            names.insert(dumped(module));
    const std::set<std::string> attention { "q_proj", "k_proj", "v_proj", "o_proj" };
    const std::set<std::string> mlp { "gate_proj", "up_proj", "down_proj" };
    std::set<std::string> all = attention;
    all.insert(mlp.begin(), mlp.end());
    if (names == std::set<std::string> { "all-linear" } || names == std::set<std::string> { "all_linear" }
        || names == all)
        return "all";
    return names == attention                                   ? "attention"
        : names == mlp                                          ? "mlp"
        : names == std::set<std::string> { "q_proj", "v_proj" } ? "query_value"
                                                                : "";
}

double rounded(double value)
{
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.12g", value);
    return std::strtod(digits, nullptr);
}

void takeSchedule(RecipeImport& recipe, const std::string& name, double warmup, double minRatio)
{
    std::string ours = name;
    if (name == "constant" && warmup > 0)
        ours = "constant_with_warmup";
    else if (name == "cosine" && minRatio > 0)
        ours = "cosine_with_min_lr";
    ours == name ? recipe.take("optimizer.schedule", ours)
                 : recipe.change("optimizer.schedule", ours, "our name for it");
}

RolloutShape rolloutShape(const std::string& kind, int64_t prompts, int64_t completions)
{
    const bool grouped = kind == "grpo" || kind == "rloo" || kind == "reinforce_pp_baseline";
    if (completions != 1 || grouped || prompts % 2 != 0)
        return { prompts, completions, {} };
    return { prompts / 2, 2, "as many completions: half the prompts, two each" };
}

void takeModelPath(RecipeImport& recipe, const std::string& field)
{
    if (!recipe.setting().value.is_string() || recipe.setting().value.get<std::string>().empty())
        return recipe.ignore("not set");
    const std::string path = recipe.setting().value.get<std::string>();
    const bool hub = std::count(path.begin(), path.end(), '/') == 1 && path[0] != '.' && path[0] != '/';
    hub ? recipe.change(field, path, "a name on the Hub: fetch it and give its folder, unless it is one here")
        : recipe.take(field, path);
}

void takeDataFiles(RecipeImport& recipe, const std::string& field)
{
    const Json& given = recipe.setting().value;
    if (given.is_null())
        return recipe.ignore("not set");
    std::string all;
    for (const Json& file : given.is_array() ? given : Json::array({ given }))
        all += (all.empty() ? "" : ";") + dumped(file);
    const bool unset = all.find('$') != std::string::npos;
    unset || given.is_array()
        ? recipe.change(field, all, unset ? "with a variable of the shell: name the file" : "a list")
        : recipe.take(field, all);
    if (field == "data.path")
        recipe.change("task.name", "dataset", "the problems are its rows");
}

} // namespace aha
