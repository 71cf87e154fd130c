#pragma once
// The task "programming": small problems, drawn without end, that a program must solve on hidden inputs.

#include "core/tasks/programs/program_problem.h"
#include "core/tasks/task.h"

namespace aha {

class SandboxPool;

/// A problem's text with examples, and its hidden tests in the layout of APPS.
struct DrawnProgram {
    std::string prompt;
    std::string itemJson; ///< {"problem", "inputs", "outputs"}; "outputs" are for the judge alone
    std::string key; ///< what makes two problems the same: the statement
    std::string python; ///< a solution
};
/// What the tests of a drawn problem promise: none has an example's input, and no output is that of all.
DrawnProgram drawProgram(const ProgramFamily& family, Rng& rng);

/// Levels 1 to 6 by task.level. Errors: sandbox_unavailable, task_level.
Result<std::unique_ptr<Task>> makeProgramming(const TaskConfig& config, const SandboxConfig& sandbox);

} // namespace aha
