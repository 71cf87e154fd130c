#pragma once
// The near side of a replica: follows a run on another machine (or in another folder) and answers for it here.

#include "core/base/result.h"
#include "core/protocol/messages.h"
#include "core/protocol/remote_run.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aha {

struct AttachOptions {
    std::filesystem::path replica;
    double retrySeconds = 2; ///< before the first new try after a break; doubles up to half a minute
    std::function<void(const std::string& sentence)> note; ///< what happens, for a terminal
};

/// Holds the replica's lease and its control.sock, writes its run.db. A connection that breaks is made anew as long as
/// it takes; meanwhile there are no heartbeats, which the window shows as "not responding". Returns the run's state
/// when no engine holds it any more, or when `stop` became true. Errors: remote_*, run_busy, replica_other_run,
/// stream_*, and what the far side says when the first connection fails.
Result<RunState> attachRun(const AttachOptions& options, const std::atomic<bool>& stop);

} // namespace aha
