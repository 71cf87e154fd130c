#pragma once
// What the exporters share: which fields were written, and which are left.

#include "core/recipes/export_recipe.h"

#include <nlohmann/json.hpp>

#include <set>

namespace aha {

/// A framework's settings in order, made from a configuration. Remembers which fields of ours are in them.
class RecipeExport {
public:
    using Json = nlohmann::ordered_json;

    explicit RecipeExport(const RunConfig& config)
        : m_config(config)
    {
    }
    const RunConfig& config() const { return m_config; }

    void set(const std::string& key, const Json& value) { m_settings.emplace_back(key, value); }
    /// Where the kind reads `field`: its value as `key`.
    void copy(const std::string& field, const std::string& key);
    /// These fields are told, in whatever form.
    void told(std::initializer_list<const char*> fields) { m_told.insert(fields.begin(), fields.end()); }
    void note(const std::string& sentence) { m_notes.push_back(sentence); }
    bool has(const std::string& key) const;

    const std::vector<std::pair<std::string, Json>>& settings() const { return m_settings; }
    /// The notes, then "group.key = value" of every field that the run reads, that is not its kind's default, and that
    /// nothing told.
    std::vector<std::string> without() const;

private:
    RunConfig m_config;
    std::vector<std::pair<std::string, Json>> m_settings;
    std::set<std::string> m_told;
    std::vector<std::string> m_notes;
};

ExportedRecipe exportTrl(const RunConfig& config); ///< throws Failure
/// Distillation by TRL: its configuration's class, trainer and module.
struct TrlClasses {
    const char *config, *trainer, *module;
};
TrlClasses trlTeachingClasses(const RunConfig& config); ///< throws Failure
/// What that class has beside batches and optimizer.
void addTrlTeaching(RecipeExport& recipe);
ExportedRecipe exportVerl(const RunConfig& config); ///< throws Failure

/// PRIME by verl's recipe, and distillation by its recipe gkd (throws Failure where that has another loss).
void addVerlPrime(RecipeExport& recipe);
void addVerlTeaching(RecipeExport& recipe);

/// The reward parts with a weight, by the names of our group rewards.
std::vector<std::pair<std::string, double>> weightedRewards(const RunConfig& config);
/// As lines of a comment: text never leaves it.
std::string commented(const std::vector<std::string>& lines);
std::string onOneLine(const std::string& text);

} // namespace aha
