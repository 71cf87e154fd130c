#include "app/engine/verbs.h"

#include "core/engine/compute_device.h"
#include "core/engine/engine_context.h"
#include "core/rollout/rollout_engine.h"
#include "core/sandbox/sandbox.h"

#include <nlohmann/json.hpp>
#include <torch/headeronly/version.h>

#include <cstdio>

namespace aha {

void addDoctor(CLI::App& app, int& status)
{
    CLI::App* verb = app.add_subcommand("doctor", "Says what this engine can use on this machine.");
    verb->callback([&status] {
        status = runVerb([] {
            const std::string cuda = cudaState();
            const Result<Sandbox> sandbox = Sandbox::open(SandboxLimits {});
            const std::string programs = !sandbox ? "off: " + sandbox.error().sentence()
                : sandbox->hasCompiler()          ? "on: Python and C++"
                                                  : "on: Python; C++ needs g++";
            nlohmann::ordered_json devices = nlohmann::ordered_json::array({ "cpu" });
            if (cuda.rfind("on", 0) == 0)
                devices.push_back("cuda");
            const nlohmann::ordered_json json { { "engine", AHASCOPE_VERSION }, { "libtorch", TORCH_VERSION },
                { "cores", std::thread::hardware_concurrency() },
                { "instruction_set", RolloutEngine::instructionSet() }, { "devices", devices }, { "cuda", cuda },
                { "sandbox", programs }, { "resources", resourceRoot().string() } };
            std::printf("%s\n", json.dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
