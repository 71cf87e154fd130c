// ahascope-engine: the training side of AhaScope. See --help of each verb.

#include "app/engine/insight_verbs.h"
#include "app/engine/run_verbs.h"

#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace aha {

namespace {
std::atomic<bool> stopFlag { false };
void onSignal(int) { stopFlag.store(true); }

constexpr size_t kMaxInputLine = 64 << 20;
} // namespace

const std::atomic<bool>& stopRequested = stopFlag;

int reportError(const Error& error)
{
    const nlohmann::ordered_json json { { "error", error.code }, { "message", error.message }, { "hint", error.hint } };
    std::fprintf(stderr, "%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
    return 1;
}

int runVerb(const std::function<int()>& work)
{
    try {
        return work();
    } catch (const Failure& failure) {
        return reportError(failure.error());
    } catch (const std::bad_alloc&) {
        return reportError({ "out_of_memory", "The computer ran out of memory.", "Use smaller batches." });
    } catch (const std::exception& exception) {
        return reportError({ "internal", exception.what(), "" });
    }
}

int forEachLine(const std::string& file,
    const std::function<nlohmann::ordered_json(const nlohmann::ordered_json&, int64_t)>& answer)
{
    using Json = nlohmann::ordered_json;
    std::ifstream opened;
    if (!file.empty() && file != "-") {
        std::error_code ignored;
        if (std::filesystem::is_directory(file, ignored))
            return reportError({ "file_unreadable", file + " is a folder, not a file.", "Name a file of JSON Lines." });
        opened.open(file);
        if (!opened)
            return reportError({ "file_missing", "There is no readable file " + file + ".", "Check the path." });
    }
    std::istream& in = opened.is_open() ? opened : std::cin;
    int status = 0;
    int64_t index = 0;
    for (std::string line; std::getline(in, line); ++index) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            --index;
            continue;
        }
        Json out;
        try {
            if (line.size() > kMaxInputLine)
                throw Failure({ "bad_line",
                    "The line has " + std::to_string(line.size()) + " bytes; at most " + std::to_string(kMaxInputLine)
                        + " are read.",
                    "" });
            if (!jsonDepthWithin(line))
                throw Failure({ "bad_line", "The line is nested too deeply.", "" });
            const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
            if (!json.is_object())
                throw Failure({ "bad_line", "The line is not a JSON object.", "" });
            out = answer(json, index);
        } catch (const Failure& failure) {
            out = { { "index", index }, { "error", failure.error().code }, { "message", failure.error().message } };
            status = 1;
        } catch (const std::exception& exception) {
            out = { { "index", index }, { "error", "bad_line" }, { "message", exception.what() } };
            status = 1;
        }
        std::cout << out.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    }
    return status;
}

} // namespace aha

int main(int argc, char** argv)
{
    using namespace aha;
    std::signal(SIGTERM, onSignal);
    std::signal(SIGINT, onSignal);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file size limit becomes an error of the write, with a sentence
    CLI::App app { "AhaScope engine " AHASCOPE_VERSION };
    app.require_subcommand(1);
    app.set_version_flag("--version", AHASCOPE_VERSION);
    int status = 0;
    for (const auto add : { addTrain, addResume, addControl, addEval, addInspect, addModel, addPlayground, addTokenize,
             addRender, addScore, addGenerate, addReward, addExport, addTable, addSolve, addLosses, addWhatIf,
             addRescore, addHacks, addTasks, addTokens, addImportRun, addRecipe, addPlan, addBatch, addPretrain,
             addBench, addDoctor, addQueue, addServe, addAttach })
        add(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return app.exit(error); // --help, --version
        return reportError({ "usage", error.what(), "See: ahascope --help" });
    }
    return status;
}
