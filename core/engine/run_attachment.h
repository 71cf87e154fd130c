#pragma once
// The near side of a replica: follows a run on another machine (or in another folder) and answers for it here.

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aha {

/// Where a run is and how to get there. Kept in the replica's folder as remote.json.
struct RemoteRun {
    std::string host; ///< "user@host" or a name of ssh's configuration; empty = this machine
    std::string ssh = "ssh"; ///< the program that connects
    std::string program = "ahascope-engine"; ///< there
    std::string run; ///< the run's folder there
    bool start = false; ///< starts it there with the replica's start.json
};

/// Errors: remote_host (what ssh could take for an option, or a shell for more than a name), remote_run (empty).
Result<void> validate(const RemoteRun& remote);
Result<void> writeRemote(const std::filesystem::path& replica, const RemoteRun& remote);
/// Errors: remote_missing, remote_corrupt.
Result<RemoteRun> readRemote(const std::filesystem::path& replica);
/// Is the folder a copy of a run that lives elsewhere?
bool isReplica(const std::filesystem::path& run);

/// The words that start the far side. ssh joins its words to one line for a shell there, so each of them is quoted for
/// a POSIX shell; on this machine no shell is involved and none is.
std::vector<std::string> remoteCommand(const RemoteRun& remote, const std::string& after);
/// One word for a POSIX shell.
std::string shellQuoted(const std::string& word);

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
