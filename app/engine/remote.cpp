#include "app/engine/run_verbs.h"

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/engine/run_attachment.h"
#include "core/engine/run_serving.h"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace aha {

void addServe(CLI::App& app, int& status)
{
    auto o = std::make_shared<ServeOptions>();
    auto run = std::make_shared<std::string>();
    CLI::App* verb = app.add_subcommand("serve",
        "Streams a run's committed rows as JSON Lines, history first and then live, for a replica elsewhere (ahascope "
        "attach); takes commands as on control.sock from standard input, whose end ends it.");
    verb->add_option("run", *run, "Run directory")->required();
    verb->add_option("--after", o->after, "Only what comes after this step, or after a replica's own words");
    verb->add_flag("--once", o->once, "Only what is there now");
    verb->add_flag("--start", o->start, "The first line of the input is {\"start\": configuration}: starts the run");
    verb->callback([o, run, &status] {
        status = runVerb([&] {
            std::error_code ignored;
            o->run = *run;
            o->engine = std::filesystem::read_symlink("/proc/self/exe", ignored);
            orThrow(serveRun(*o, stopRequested));
            return 0;
        });
    });
}

void addAttach(CLI::App& app, int& status)
{
    struct Options {
        std::string replica, config;
        RemoteRun remote;
        double retry = 2;
        bool trusted = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("attach",
        "Follows a run on another machine over SSH into a local folder that window and verbs read like any run; pause, "
        "stop and the other commands go there. Ends when the run does; after a break it connects again.");
    verb->add_option("replica", o->replica, "Folder of the copy here; one that was attached before needs nothing else")
        ->required();
    verb->add_option("--host", o->remote.host, "Machine, as for ssh; without it the run is on this one");
    verb->add_option("--run", o->remote.run, "The run's folder there");
    verb->add_option("--program", o->remote.program, "The engine program there; default ahascope-engine");
    verb->add_option("--ssh", o->remote.ssh, "Program that connects; default ssh");
    verb->add_option("--start", o->config, "Starts the run there with this configuration");
    verb->add_flag("--trust", o->trusted,
        "For a copy that came from elsewhere: what it names may be run from now on; without it that is only shown");
    verb->add_option("--retry", o->retry, "Seconds before the first new try after a break")
        ->check(CLI::Range(0.01, 3600.0));
    verb->callback([o, &status] {
        status = runVerb([&] {
            AttachOptions attach;
            attach.replica = std::filesystem::absolute(o->replica).lexically_normal();
            attach.retrySeconds = o->retry;
            attach.note = [](const std::string& sentence) { std::fprintf(stderr, "%s\n", sentence.c_str()); };
            const Result<std::string> before = readFile(attach.replica / "remote.json", 1 << 20);
            if (!o->remote.run.empty()) {
                std::error_code ignored;
                if (std::filesystem::exists(attach.replica / "run.db", ignored) && !isReplica(attach.replica))
                    throw Failure({ "run_exists", "There is a run of its own in " + attach.replica.string() + ".",
                        "Choose another folder for the copy." });
                o->remote.start = !o->config.empty();
                orThrow(validate(o->remote));
                orThrow(makeFolders(attach.replica));
                if (o->remote.start)
                    orThrow(writeFileAtomically(
                        attach.replica / "start.json", orThrow(readFile(resolvePath(o->config), 1 << 20))));
                orThrow(writeRemote(attach.replica, o->remote));
                if (const Result<void> kept = trust(trustFile(), o->remote); !kept)
                    attach.note(kept.error().sentence());
            } else {
                const RemoteRun named = orThrow(readRemote(attach.replica));
                if (o->trusted)
                    orThrow(trust(trustFile(), named));
                if (!o->trusted && !isTrusted(trustFile(), named)) {
                    std::string line;
                    for (const std::string& word : remoteCommand(named, ""))
                        line += (line.empty() ? "" : " ") + shellQuoted(word);
                    throw Failure({ "remote_untrusted",
                        "This copy says itself how to reach its run, and nobody on this machine has used that yet. It "
                        "would run: "
                            + line,
                        "If you know this command, say: ahascope attach " + shellQuoted(attach.replica.string())
                            + " --trust" });
                }
            }
            const Result<RunState> ended = attachRun(attach, stopRequested);
            // Refused: the copy still belongs where it came from.
            if (!ended && before && (ended.error().code == "replica_other_run" || ended.error().code == "run_busy"))
                orThrow(writeFileAtomically(attach.replica / "remote.json", *before));
            const RunState state = orThrow(ended);
            std::printf("%s\n",
                nlohmann::ordered_json { { "run", attach.replica.string() }, { "state", stateName(state) } }
                    .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                    .c_str());
            return 0;
        });
    });
}

} // namespace aha
