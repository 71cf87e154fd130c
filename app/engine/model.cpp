// The verb model: what a model is, without loading it.

#include "app/engine/verbs.h"

#include "core/card/model_card.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace aha {

void addModel(CLI::App& app, int& status)
{
    struct Options {
        std::string model;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand(
        "model", "Says what a model is and what memory it would take, without reading its weights.");
    verb->add_option("model", o->model, "Model folder, GGUF file, adapter folder, or run (its newest checkpoint)")
        ->required();
    verb->add_flag("--json", o->json, "One JSON object");
    verb->callback([o, &status] {
        status = runVerb([&] {
            const int threads = int(std::max(1u, std::thread::hardware_concurrency()));
            const ModelCard card = orThrow(readModelCard(orThrow(resolveModel(o->model)), resourceRoot(), threads));
            if (o->json)
                std::printf("%s\n",
                    toJson(card).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
            else
                std::printf("%s", toText(card).c_str());
            return 0;
        });
    });
}

} // namespace aha
