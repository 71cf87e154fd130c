#pragma once
// All processes below one, and what they use.

#include <sys/types.h>
#include <vector>

namespace aha {

/// The processes that `root` started, and theirs. Of a process that is the first of a pid namespace: all of it, since
/// orphans become its children.
std::vector<pid_t> descendantsOf(pid_t root);

struct ProcessUse {
    double cpuSeconds = 0;
    double residentMb = 0;
};
/// Sums over processes that still live. `processes` that are gone count nothing.
ProcessUse useOf(const std::vector<pid_t>& processes);

} // namespace aha
