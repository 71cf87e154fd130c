#pragma once
// Ten checks that a sandbox on this machine holds. Any that fails means that no program of a model is run at all.

#include "core/base/result.h"

namespace aha {

class Jail;

inline constexpr int kPreflightChecks = 10;

/// 1 bubblewrap 0.8.0 or newer, not set-user-ID; 2 a program runs and answers; 3 seccomp, no new privileges, no
/// capabilities; 4 files of the user cannot be read; 5 the system cannot be written; 6 shared memory is bounded; 7 no
/// network; 8 the number of processes is bounded; 9 no descriptor of ours is inside; 10 a kill leaves nothing behind.
/// Takes about a second. Error: sandbox_unavailable; its message names the check ("check 3 of 10").
Result<void> preflight(const Jail& jail);

} // namespace aha
