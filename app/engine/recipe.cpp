// The verb recipe: configurations from other frameworks' recipes, and launch scripts for them.

#include "app/engine/verbs.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/recipes/export_recipe.h"
#include "core/recipes/import_recipe.h"
#include "core/recipes/recipe_text.h"

#include <cstdio>
#include <iostream>

namespace aha {

namespace {

void addImport(CLI::App& group, int& status)
{
    struct Options {
        std::string file, out;
        ImportOptions import;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = group.add_subcommand("import",
        "Makes a configuration of a recipe: TRL's or open-r1's YAML, JSON or Python with GRPOConfig(…), a command line "
        "of verl or OpenRLHF. What became of every setting goes to stderr as a table.");
    verb->add_option("file", o->file, "Recipe")->required();
    verb->add_option("--from", o->import.framework, "Framework; else found out")
        ->check(CLI::IsMember({ "trl", "openr1", "verl", "openrlhf" }));
    verb->add_option("--kind", o->import.kind, "Algorithm, where the recipe does not say it: grpo, sft, dpo, …");
    verb->add_option("--processes", o->import.processes, "TRL: processes (GPUs) that the recipe is launched with")
        ->check(CLI::Range(int64_t(1), int64_t(100000)));
    verb->add_option("--rows", o->import.rows, "Rows of the data set, to turn epochs into steps")
        ->check(CLI::Range(int64_t(1), int64_t(1'000'000'000)));
    verb->add_option("--out", o->out, "File to write; else stdout");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const std::string text = orThrow(readFile(o->file, kMaxRecipeBytes));
            const ImportedRecipe recipe = orThrow(importRecipe(text, o->import));
            const std::string table = recipeTable(recipe);
            std::fwrite(table.data(), 1, table.size(), stderr);
            if (o->out.empty())
                std::cout << toJsonText(recipe.config) << std::flush;
            else
                orThrow(writeFileAtomically(o->out, toJsonText(recipe.config)));
            return 0;
        });
    });
}

void addScripts(CLI::App& group, int& status)
{
    struct Options {
        std::string config, to, out;
        std::vector<std::string> settings;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = group.add_subcommand("export",
        "Writes a configuration as a launch script for TRL (Python) or for verl on Ray (shell). What has no "
        "counterpart "
        "there stands in the script as a comment and on stderr.");
    verb->add_option("config", o->config, "Configuration file")->required();
    verb->add_option("--to", o->to, "Framework")->required()->check(CLI::IsMember({ "trl", "verl" }));
    verb->add_option("--out", o->out, "Folder to write")->required();
    verb->add_option("--set", o->settings, "group.key=value over the file");
    verb->callback([o, &status] {
        status = runVerb([&] {
            RunConfig config = orThrow(runConfigFromJson(orThrow(readFile(o->config, 1 << 20))));
            for (const std::string& setting : o->settings)
                orThrow(applySetting(config, setting));
            const ExportedRecipe recipe = orThrow(exportRecipe(config, o->to));
            orThrow(makeFolders(o->out));
            for (const ExportedFile& file : recipe.files) {
                const std::filesystem::path path = std::filesystem::path(o->out) / file.name;
                orThrow(writeFileAtomically(path, file.text));
                std::error_code ignored;
                if (file.executable)
                    std::filesystem::permissions(path,
                        std::filesystem::perms::owner_exec | std::filesystem::perms::group_exec
                            | std::filesystem::perms::others_exec,
                        std::filesystem::perm_options::add, ignored);
                std::printf("%s\n", path.c_str());
            }
            if (!recipe.without.empty())
                std::fprintf(stderr, "Without counterpart in %s:\n", o->to.c_str());
            for (const std::string& line : recipe.without)
                std::fprintf(stderr, "  %s\n", line.c_str());
            return 0;
        });
    });
}

} // namespace

void addRecipe(CLI::App& app, int& status)
{
    CLI::App* group = app.add_subcommand("recipe", "Recipes of TRL, open-r1, verl and OpenRLHF, in and out.");
    group->require_subcommand(1);
    addImport(*group, status);
    addScripts(*group, status);
}

} // namespace aha
