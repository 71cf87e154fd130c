#pragma once
// One process and all below it from start to end: started clean, watched, counted, killed.

#include "core/sandbox/limits.h"
#include "core/sandbox/sandbox_run.h"

#include <string>
#include <vector>

namespace aha {

struct Launch {
    std::vector<std::string> command; ///< an absolute path and its arguments
    int input = -1; ///< what becomes its standard input; -1: /dev/null
    std::vector<int> channels {}; ///< what becomes its descriptors 3, 4, …
    bool reportsStatus = false; ///< the descriptor after those is a pipe on which bubblewrap reports its child
    SandboxLimits limits {};
    double wallSeconds = 10;
};

struct Supervised {
    SandboxRun run;
    bool reported = false; ///< bubblewrap said how the program ended: there was one
};

/// Starts `launch` in a process group of its own with these descriptors, an almost empty environment and nothing else
/// of ours, reads both its streams up to the limit, and kills all of it at the limits of time, output and memory. When
/// it returns, the process and the pid namespace that bubblewrap made have ended. The calling thread waits: the death
/// of a starting thread would kill the child. Thread-safe. With `reportsStatus` the end is the program's, else the
/// process's.
Supervised supervise(const Launch& launch);

} // namespace aha
