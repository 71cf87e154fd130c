// The verb playground: models to talk to, requests and events as JSON Lines.

#include "app/engine/verbs.h"

#include "core/base/json_depth.h"
#include "core/engine/playground.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace aha {

namespace {
constexpr size_t kMaxRequestLine = 64 << 20;
}

void addPlayground(CLI::App& app, int& status)
{
    struct Options {
        std::string model, adapter, device = "cpu";
        int threads = 0;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("playground",
        "Talks with models until its input ends: requests (load, unload, generate, cancel, tokenize, render) and "
        "events as JSON Lines.");
    verb->add_option("model", o->model, "Model to load as \"main\": folder, GGUF file, adapter folder or run");
    verb->add_option("--adapter", o->adapter, "PEFT adapter folder, merged into it");
    verb->add_option("--device", o->device, "cpu, cuda or auto")->check(CLI::IsMember({ "cpu", "cuda", "auto" }));
    verb->add_option("--threads", o->threads, "0 = one per core");
    verb->callback([o, &status] {
        status = runVerb([&] {
            std::signal(SIGTERM, SIG_DFL); // there is nothing to finish
            std::signal(SIGINT, SIG_DFL);
            using Json = nlohmann::ordered_json;
            const auto print = [](const Json& event) {
                std::cout << event.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
                if (!std::cout)
                    std::_Exit(1); // nobody listens any more
            };
            Playground playground(print, o->threads, o->device);
            if (!o->model.empty())
                playground.handle({ { "op", "load" }, { "path", o->model }, { "adapter", o->adapter } });
            for (std::string line; std::getline(std::cin, line);) {
                if (line.find_first_not_of(" \t\r") == std::string::npos)
                    continue;
                // What cannot be parsed is handled as null: no object, and said so.
                playground.handle(line.size() <= kMaxRequestLine && jsonDepthWithin(line)
                        ? Json::parse(line, nullptr, /*allow_exceptions=*/false)
                        : Json());
            }
            playground.drain();
            return 0;
        });
    });
}

} // namespace aha
