#pragma once
// The command that puts a program into its sandbox. These flags are the sandbox: each is held by a test of
// tests/integration/sandbox.

#include "core/sandbox/limits.h"
#include "core/sandbox/tools.h"

#include <string>
#include <vector>

namespace aha {

/// What a run is given through file descriptors, by their numbers in the child.
struct SandboxChannels {
    static constexpr int filter = 3; ///< the seccomp program, read to its end
    static constexpr int content = 4; ///< the program's file, read to its end
    static constexpr int status = 5; ///< bubblewrap's own words on the child, written
    static constexpr int last = 5;
};

enum class SandboxJob { Python, Binary, Compile };

/// Bubblewrap and all that stands behind it: solution.py, solution, or the compiler on solution.cpp, whose result goes
/// to its standard output. The program's folder is its home, /work.
std::vector<std::string> sandboxCommand(const SandboxTools& tools, SandboxJob job, const SandboxLimits& limits);

/// The compiler's own limits: a program's would be too tight for its headers.
SandboxLimits compilerLimits();

} // namespace aha
