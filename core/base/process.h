#pragma once
// Other processes of this machine.

#include <cstdint>

namespace aha {

/// Is there such a process, and has it not ended? One that ended and that nobody has waited for (in a container whose
/// first process waits for none, this is for ever) still has its number and counts as ended.
bool processRuns(int64_t pid);

} // namespace aha
