#pragma once
// The far side of a replica: sends a run's committed rows and its engine's events, takes commands for it.

#include "core/store/run_stream.h"

#include <atomic>

namespace aha {

struct ServeOptions {
    std::filesystem::path run, engine; ///< engine: the program that trains, where a run is to be started
    std::string after; ///< a cursor's text, or a step's number; empty = from the beginning
    bool once = false; ///< history only
    bool start
        = false; ///< the first line of standard input is {"start": <configuration>}: starts the run unless it is there
};

/// Standard output: the stream's first line, batches of rows (core/store/run_stream.h), the engine's events as on
/// control.sock, and when no engine holds the run any more {"end": state}. Standard input: commands as on control.sock;
/// its end is the client's. Returns when the run or the client is gone. Errors: run_missing, run_exists (`start`:
/// another run is in the folder), config_* and what the started engine says, stream_*.
Result<void> serveRun(const ServeOptions& options, const std::atomic<bool>& stop);

} // namespace aha
