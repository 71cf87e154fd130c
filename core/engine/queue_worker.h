#pragma once
// Works a queue of runs off: starts engines, each in a session of its own, and writes down how they ended.

#include "core/protocol/run_queue.h"

#include <atomic>

namespace aha {

/// Works until nothing is left to do (or the queue is paused and nothing runs), or `stop` becomes true: engines that
/// run then go on, and the next worker finds them. After a kill or a reboot a run whose engine died unwatched is
/// resumed, at most three times without progress; an engine that dies under the worker's eyes is "crashed" and waits
/// for a retry. A run of the folder that was started by hand takes one of the places; the next item says so. `engine`:
/// the program. Errors: queue_busy (another worker lives), and those of RunQueue.
Result<void> workQueue(
    const std::filesystem::path& runs, const std::filesystem::path& engine, const std::atomic<bool>& stop);

/// Starts `engine queue work` detached, unless the queue has nothing to do or a worker lives. True when it was started.
Result<bool> ensureQueueWorker(const std::filesystem::path& runs, const std::filesystem::path& engine);

} // namespace aha
