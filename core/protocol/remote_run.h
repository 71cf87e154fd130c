#pragma once
// Where the run is that a folder is a copy of, how to get there, and whether somebody of this machine has said so.

#include "core/base/result.h"

#include <filesystem>
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

/// remote.json comes along with a copied folder, from whomever it is, and names programs to run. So what it names is run
/// only where a person of this machine has given it or agreed to it: the words that start the far side stand in this
/// file, one JSON array a line. $XDG_STATE_HOME/ahascope/attached.jsonl; empty where there is no home.
std::filesystem::path trustFile();
bool isTrusted(const std::filesystem::path& trustFile, const RemoteRun& remote);
/// Errors: remote_trust (no file), and those of files.
Result<void> trust(const std::filesystem::path& trustFile, const RemoteRun& remote);

} // namespace aha
