#pragma once
// What the frameworks' importers share: the settings to look up, the configuration that fills, the account of both.

#include "core/recipes/import_recipe.h"
#include "core/recipes/recipe_text.h"

#include <functional>

namespace aha {

class RecipeImport;

/// What a framework's settings mean. Keys that stand nowhere are listed as unknown.
struct RecipeDialect {
    struct Direct {
        std::string key, field;
    };
    struct Special {
        std::string key;
        std::function<void(RecipeImport&)> handle;
    };
    struct Note {
        std::string key, why;
    };
    struct Default {
        std::string key;
        nlohmann::ordered_json value;
    };
    std::vector<Direct> direct; ///< the same value in a field of ours
    std::vector<Special> special;
    std::vector<Note> ignored; ///< changes no result
    std::vector<Note> none; ///< has a meaning, and no counterpart
    std::vector<Default> defaults; ///< of the framework, read where the recipe does not say
    std::string title; ///< "TRL's GRPOConfig"
};

/// Members throw Failure recipe_value.
class RecipeImport {
public:
    using Json = nlohmann::ordered_json;

    RecipeImport(std::vector<RecipeSetting> settings, const std::string& kind, const ImportOptions& options);

    RecipeImport(const RecipeImport&) = delete; ///< the table of fields points into `config`
    RecipeImport& operator=(const RecipeImport&) = delete;

    RunConfig config;
    const ImportOptions& options() const { return m_options; }
    const std::string& kind() const { return config.general.kind; }
    Stage stage() const { return stageOf(kind()); }

    /// A value of the recipe or the framework's default; null when neither.
    const Json& value(const std::string& key) const;
    bool has(const std::string& key) const { return !value(key).is_null(); }
    /// Does the recipe itself say it, be it null?
    bool says(const std::string& key) const;
    double number(const std::string& key, double otherwise) const;
    int64_t whole(const std::string& key, int64_t otherwise) const;
    bool flag(const std::string& key, bool otherwise) const;
    std::string text(const std::string& key, const std::string& otherwise) const;

    // For the setting at hand:
    const RecipeSetting& setting() const { return *m_setting; }
    void take(const std::string& field, const Json& value) { put(field, value, {}); }
    void change(const std::string& field, const Json& value, const std::string& how) { put(field, value, how); }
    void none(const std::string& why) { add(RecipeTreatment::NoCounterpart, why); }
    void ignore(const std::string& why) { add(RecipeTreatment::Ignored, why); }
    void toFix(const std::string& what) { add(RecipeTreatment::ToFix, what); }
    /// What happens since the recipe does not say: `field` stays as it is.
    void remark(const std::string& field, const std::string& why);
    /// The value does not do: the import fails.
    [[noreturn]] void refuse(const std::string& what, const std::string& hint) const;

    /// Goes through all settings and defaults, then through validate().
    std::vector<RecipeLine> run(const RecipeDialect& dialect);

private:
    void add(RecipeTreatment treatment, const std::string& note);
    void put(const std::string& field, const Json& value, const std::string& how);
    void handle(const RecipeDialect& dialect);
    [[noreturn]] void refuse(const RecipeSetting& setting, const std::string& what, const std::string& hint) const;
    const RecipeSetting* find(const std::string& key) const;

    std::vector<Field> m_fields; ///< of `config`
    std::vector<RecipeSetting> m_settings;
    ImportOptions m_options;
    const RecipeSetting* m_setting = nullptr;
    std::vector<RecipeLine> m_lines;
};

/// Trainers of TRL whose settings mean something of their own.
enum class TrlTrainer { Plain, Replay, Gkd, Distillation, MiniLlm };
TrlTrainer trlTrainer(const RecipeText& recipe, const std::string& kind);
RecipeDialect trlDialect(const std::string& kind, TrlTrainer trainer, bool openR1);
RecipeDialect verlDialect(const std::string& kind);
RecipeDialect openRlhfDialect(const std::string& kind);
/// The kind of run that a recipe describes; throws Failure recipe_kind.
std::string trlKind(const RecipeText& recipe);
std::string verlKind(const RecipeText& recipe);
std::string openRlhfKind(const RecipeText& recipe);

// What frameworks name alike.
/// "accuracy", "soft_overlong_punishment", … to the key in our group rewards; empty when there is none.
std::string rewardField(const std::string& name);
/// Which matrices a LoRA recipe adapts: all, attention, mlp, query_value; empty when it is another choice.
std::string adapterTargets(const nlohmann::ordered_json& modules);
/// A learning-rate schedule by verl's and OpenRLHF's names: there `constant` warms up.
void takeSchedule(RecipeImport& recipe, const std::string& name, double warmup, double minRatio);
/// Prompts and completions of a rollout batch: one completion a prompt becomes two of half as many prompts, where the
/// kind has no use for groups, since ours have at least two.
struct RolloutShape {
    int64_t prompts = 0, completions = 0;
    std::string how; ///< empty when nothing changed
};
RolloutShape rolloutShape(const std::string& kind, int64_t prompts, int64_t completions);
/// The model of a name or path, with a word on names of the Hub.
void takeModelPath(RecipeImport& recipe, const std::string& field);
/// Files of a data set, one or a list.
void takeDataFiles(RecipeImport& recipe, const std::string& field);
/// Up to 12 digits, so that a quotient of two decimal numbers is the decimal number that it was.
double rounded(double value);

} // namespace aha
