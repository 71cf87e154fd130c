#include "app/engine/verbs.h"

#include "core/engine/engine_context.h"
#include "core/engine/pretrain.h"

#include <cstdio>

namespace aha {

void addPretrain(CLI::App& app, int& status)
{
    struct Options {
        std::string recipe, out;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand(
        "pretrain", "Makes a miniature base model from a recipe: tokenizer, weights and model card.");
    verb->add_option("recipe", options->recipe, "Recipe (JSON), e.g. experiments/miniature-base/recipe.json")
        ->required();
    verb->add_option("--out", options->out, "Model folder to write")->required();
    verb->callback([options, &status] {
        status = runVerb([&] {
            const std::filesystem::path file = resolvePath(options->recipe);
            orThrow(pretrain(orThrow(readRecipe(file)), file, options->out,
                [](int64_t step, int64_t steps, double loss, double speed) {
                    std::fprintf(stderr, "step %lld/%lld  loss %.4f  %.0f tokens/s\n", static_cast<long long>(step),
                        static_cast<long long>(steps), loss, speed);
                }));
            return 0;
        });
    });
}

} // namespace aha
