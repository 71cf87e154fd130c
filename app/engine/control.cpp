#include "app/engine/verbs.h"

#include "core/protocol/control_client.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace aha {

void addControl(CLI::App& app, int& status)
{
    struct Options {
        std::string run, command, argument, prompt, completion;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("control",
        "Talks to a running engine: pause, resume, stop, checkpoint-now, sample-now, score-text, set key=value, "
        "status.");
    verb->add_option("run", o->run, "Run directory")->required();
    verb->add_option("command", o->command, "What to do")->required();
    verb->add_option("argument", o->argument, "For set: key=value");
    verb->add_option("--prompt", o->prompt, "For sample-now: the prompt; for score-text: the problem as JSON");
    verb->add_option("--completion", o->completion, "For score-text");
    verb->callback([o, &status] {
        status = runVerb([&] {
            nlohmann::ordered_json line { { "command", o->command }, { "assignment", o->argument },
                { "prompt", o->prompt }, { "completion", o->completion } };
            const Command command = orThrow(parseCommand(line.dump()));
            const auto client = orThrow(ControlClient::connect(o->run));
            const Event reply = orThrow(client->request(command));
            if (!reply.ok)
                throw Failure({ "refused", reply.message, "" });
            std::printf("%s\n",
                nlohmann::ordered_json { { "ok", true }, { "message", reply.message } }
                    .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                    .c_str());
            return 0;
        });
    });
}

} // namespace aha
