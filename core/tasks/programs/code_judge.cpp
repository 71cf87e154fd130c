#include "core/tasks/programs/code_judge.h"

#include "core/base/json_depth.h"
#include "core/tasks/programs/function_driver.h"
#include "core/tasks/programs/program_answer.h"
#include "core/tasks/programs/same_output.h"

#include <nlohmann/json.hpp>

namespace aha {

namespace {

constexpr int kPatience = 2; // tests that may run out of time before the rest is not waited for

const char* failureOf(SandboxEnd end)
{
    switch (end) {
    case SandboxEnd::Cpu:
    case SandboxEnd::Wall:
        return "time_limit";
    case SandboxEnd::Memory:
        return "memory_limit";
    case SandboxEnd::Output:
        return "output_limit";
    default:
        return "runtime_error";
    }
}

/// The test that `run` passed: "", or why it did not.
std::string failureOf(const ProgramTests& tests, const ProgramTest& test, const SandboxRun& run)
{
    if (!run.ok())
        return failureOf(run.end);
    if (tests.function.empty())
        return sameOutput(test.expected, run.output, tests.tolerance) ? "" : "wrong_output";
    const auto value = jsonDepthWithin(run.output) ? nlohmann::ordered_json::parse(run.output, nullptr, false)
                                                   : nlohmann::ordered_json(nlohmann::ordered_json::value_t::discarded);
    const auto expected = nlohmann::ordered_json::parse(test.expected, nullptr, false);
    return !value.is_discarded() && sameValue(expected, value, tests.tolerance) ? "" : "wrong_output";
}

std::string inQuotes(std::string_view text)
{
    constexpr size_t most = 200;
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.remove_suffix(1);
    return "\"" + std::string(text.substr(0, most)) + (text.size() > most ? "…\"" : "\"");
}

Judgement infraError(std::string reason, std::string explanation)
{
    Judgement judgement;
    judgement.verdict = Verdict::InfraError;
    judgement.reason = std::move(reason);
    judgement.explanation = std::move(explanation);
    return judgement;
}

std::string lastLine(std::string_view text)
{
    while (!text.empty() && text.back() == '\n')
        text.remove_suffix(1);
    const size_t at = text.rfind('\n');
    return std::string(text.substr(at == std::string_view::npos ? 0 : at + 1).substr(0, 200));
}

} // namespace

SandboxLimits sandboxLimits(const SandboxConfig& config)
{
    return { config.cpuSeconds, config.memoryMb, config.outputKb, config.processes };
}

Result<std::shared_ptr<SandboxPool>> openSandboxPool(const SandboxConfig& config)
{
    Result<Sandbox> sandbox = Sandbox::open(sandboxLimits(config));
    if (!sandbox)
        return sandbox.error();
    return std::make_shared<SandboxPool>(std::move(*sandbox), int(config.workers));
}

Judgement judgeRuns(const ProgramTests& tests, const std::vector<SandboxRun>& runs)
{
    Judgement judgement;
    size_t passed = 0;
    for (size_t i = 0; i < runs.size(); ++i) {
        if (runs[i].end == SandboxEnd::NotStarted)
            return infraError("sandbox_failed", runs[i].error);
        const ProgramTest& test = tests.tests[i];
        const std::string failure = failureOf(tests, test, runs[i]);
        if (failure.empty()) {
            ++passed;
        } else if (judgement.reason.empty()) {
            judgement.reason = failure;
            judgement.explanation = "Test " + std::to_string(i + 1) + " failed. Input " + inQuotes(test.input)
                + ", expected " + inQuotes(test.expected) + ", got " + inQuotes(runs[i].output) + ". "
                + (failure == "wrong_output" ? "" : runs[i].sentence() + " " + lastLine(runs[i].errors));
        }
    }
    const bool right = passed == runs.size() && !runs.empty();
    judgement.verdict = right ? Verdict::Correct : Verdict::Wrong;
    judgement.accuracy = right ? 1 : 0;
    judgement.share = runs.empty() ? 0 : double(passed) / double(runs.size());
    judgement.explanation = std::to_string(passed) + " of " + std::to_string(runs.size()) + " tests passed."
        + (right ? "" : " " + judgement.explanation);
    if (right)
        judgement.reason = "ok";
    return judgement;
}

Judgement judgeCode(const ProgramTests& tests, std::string_view completion, SandboxPool& pool)
{
    const ProgramAnswer answer = readProgramAnswer(completion);
    Judgement judgement;
    const auto finish = [&](Judgement done) {
        done.format = answer.format ? 1 : 0;
        done.extracted = std::string(answer.code);
        if (!answer.code.empty()) {
            done.begin = size_t(answer.code.data() - completion.data());
            done.end = done.begin + answer.code.size();
        }
        return done;
    };
    const auto refuse = [&](Verdict verdict, std::string reason, std::string explanation) {
        judgement.verdict = verdict;
        judgement.reason = std::move(reason);
        judgement.explanation = std::move(explanation);
        judgement.share = 0;
        return finish(judgement);
    };
    if (!answer.reason.empty())
        return refuse(Verdict::Malformed, answer.reason, answer.explanation);
    const Language guess
        = tests.language.value_or(tests.function.empty() ? guessLanguage(answer.code) : Language::Python);
    SandboxProgram program { answer.language.value_or(guess), std::string(answer.code) };
    if (!tests.function.empty()) {
        if (program.language != Language::Python)
            return refuse(Verdict::Malformed, "language",
                "The tests call the Python function " + tests.function + "; the answer is C++.");
        program.source = functionDriver(answer.code, tests.function);
    }
    const PreparedProgram prepared = pool.prepare(program);
    if (!prepared.ok() && prepared.compilation.end == SandboxEnd::NotStarted)
        return finish(infraError("sandbox_failed", prepared.compilation.error));
    if (!prepared.ok())
        return refuse(Verdict::Wrong, "compile_error",
            "It does not compile. " + prepared.compilation.errors.substr(0, 300)
                + (prepared.compilation.end == SandboxEnd::Exited ? "" : prepared.compilation.sentence()));
    std::vector<std::string> inputs;
    for (const ProgramTest& test : tests.tests)
        inputs.push_back(test.input);
    return finish(judgeRuns(tests, pool.run(prepared, inputs, kPatience)));
}

Judgement judgeCode(
    const nlohmann::ordered_json& gold, std::string_view completion, SandboxPool& pool, int64_t maxTests)
{
    const Result<ProgramTests> tests = programTestsFrom(gold, maxTests);
    if (!tests)
        return infraError("bad_item", tests.error().message);
    return judgeCode(*tests, completion, pool);
}

} // namespace aha
