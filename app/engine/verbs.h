#pragma once
// One function per verb: declares its options and what runs. Each lives in the file of its name.

#include "core/base/result.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <atomic>
#include <functional>

namespace aha {

struct RunConfig;

/// Set by SIGTERM and SIGINT: end after the step in flight.
extern const std::atomic<bool>& stopRequested;

/// Runs a verb's work; Failure and exceptions inside become the error object on stderr. Returns the exit status.
int runVerb(const std::function<int()>& work);
/// {"error","message","hint"} on stderr; returns 1.
int reportError(const Error& error);

/// Calls `answer` for every JSON line of `file` ("" or "-": stdin) and prints what it returns, one line each. A line
/// that fails prints {"index","error","message"} in its place; the others go on. Returns 1 if any failed.
int forEachLine(const std::string& file,
    const std::function<nlohmann::ordered_json(const nlohmann::ordered_json&, int64_t index)>& answer);

/// The configuration of a file (none or "-": of stdin) with settings over it, valid and its paths resolved. Throws
/// Failure.
RunConfig givenConfig(const std::string& file, const std::vector<std::string>& settings);

void addTrain(CLI::App& app, int& status);
void addResume(CLI::App& app, int& status);
void addControl(CLI::App& app, int& status);
void addEval(CLI::App& app, int& status);
void addInspect(CLI::App& app, int& status);
void addModel(CLI::App& app, int& status);
void addPlayground(CLI::App& app, int& status);
void addTokenize(CLI::App& app, int& status);
void addRender(CLI::App& app, int& status);
void addScore(CLI::App& app, int& status);
void addGenerate(CLI::App& app, int& status);
void addReward(CLI::App& app, int& status);
void addExport(CLI::App& app, int& status);
void addTable(CLI::App& app, int& status);
void addRecipe(CLI::App& app, int& status);
void addPretrain(CLI::App& app, int& status);
void addPlan(CLI::App& app, int& status);
void addBatch(CLI::App& app, int& status);
void addSolve(CLI::App& app, int& status);
void addBench(CLI::App& app, int& status);
void addDoctor(CLI::App& app, int& status);

} // namespace aha
