#pragma once
// The verdict on a program that a completion holds: all tests in the sandbox, all outputs compared outside.

#include "core/config/run_config.h"
#include "core/sandbox/sandbox_pool.h"
#include "core/tasks/programs/program_tests.h"
#include "core/tasks/task.h"

#include <memory>
#include <string_view>

namespace aha {

SandboxLimits sandboxLimits(const SandboxConfig& config);
/// Checks this machine. Error: sandbox_unavailable.
Result<std::shared_ptr<SandboxPool>> openSandboxPool(const SandboxConfig& config);

/// Correct when every test passes; `share` is that of the tests that do. One process a test, what it may use as the
/// pool's limits say; after two tests that ran out of time the later ones count as failed and are not waited for. A
/// program that does not compile, fails, or hits a limit is wrong; one that the sandbox could not start is an
/// infrastructure error, its share NaN. Reasons: those of readProgramAnswer(), compile_error, wrong_output,
/// runtime_error, time_limit, memory_limit, output_limit, sandbox_failed, ok. The explanation shows the first test that
/// failed.
Judgement judgeCode(const ProgramTests& tests, std::string_view completion, SandboxPool& pool);

/// The same from a row's gold answer. A row whose tests cannot be read is an infrastructure error: bad_item.
Judgement judgeCode(
    const nlohmann::ordered_json& gold, std::string_view completion, SandboxPool& pool, int64_t maxTests);

/// The part that needs no sandbox: what the runs of a program's tests, in their order, say.
Judgement judgeRuns(const ProgramTests& tests, const std::vector<SandboxRun>& runs);

} // namespace aha
