#pragma once
// Other processes of this machine.

#include <cstdint>

namespace aha {

/// Is there such a process, and has it not ended? One that ended and that nobody has waited for (in a container whose
/// first process waits for none, this is for ever) still has its number and counts as ended.
bool processRuns(int64_t pid);
/// When it began, in clock ticks since boot (field 22 of /proc/<pid>/stat): tells a number that was given away again. 0
/// when there is no such process, or only what is left of one that nobody has waited for.
uint64_t startTimeOf(int64_t pid);

} // namespace aha
