#pragma once
// The queue of runs: a file beside the runs that window, command line and worker share, so that it goes on without any
// of them. <runs>/.queue/ holds queue.json, one configuration per item, and the worker's lease.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace aha {

struct QueueItem {
    enum class State { Queued, Started, Ended };
    enum class Outcome { None, Completed, Stopped, Failed, Crashed };

    int64_t id = 0;
    std::string name; ///< of the run
    std::string sweep; ///< the sweep it is a point of; empty = of none
    std::string folder; ///< run directory, absolute; made when the run starts
    State state = State::Queued;
    Outcome outcome = Outcome::None; ///< of an ended one
    std::string message; ///< why it ended so, or what the next one waits for; a sentence
    int64_t pid = 0; ///< of the engine of a started one
    uint64_t processStart = 0; ///< of that process: tells a reused pid
    int64_t lastStep = -1; ///< when its engine was last started: crashes without progress are counted
    int attempts = 0; ///< starts since it last made progress
    bool untouched() const { return state == State::Queued && startedAt <= 0; } ///< waits, and was never started
    double addedAt = 0, startedAt = 0, endedAt = 0; ///< seconds since the epoch
};
std::string queueStateName(QueueItem::State state);
std::string queueOutcomeName(QueueItem::Outcome outcome);

struct QueueContents {
    bool paused = false; ///< nothing new starts; what runs goes on
    int jobs = 1; ///< runs at a time, those that were started by hand among them
    int64_t nextId = 1;
    std::vector<QueueItem> items; ///< in order: the first queued one starts next

    QueueItem* find(int64_t id);
    int64_t count(QueueItem::State state) const;
    /// A worker has something to do.
    bool wantsWorker() const;
};

/// Where a queued item goes.
enum class QueueMove { Up, Down, First, Last };

/// One queue, named by the folder of its runs. Every method takes the file's lock for the moment it works; processes
/// and threads may use the same queue. A change is written whole or not at all.
/// Errors of every method: queue_corrupt, queue_locked (another process held the file for ten seconds),
/// file_unwritable, disk_full.
class RunQueue {
public:
    explicit RunQueue(std::filesystem::path runs);

    std::filesystem::path folder() const; ///< <runs>/.queue
    std::filesystem::path configFile(int64_t id) const;
    /// A queue that nobody used is empty.
    Result<QueueContents> read() const;
    /// Reads, lets `change` work on it, writes. What `change` returns as an error is returned and nothing is written.
    Result<void> edit(const std::function<Result<void>(QueueContents&)>& change);

    struct Addition {
        std::string name, configJson, sweep;
        std::string folder; ///< absolute; empty = <runs>/<name>-<id>
    };
    /// At the end, all or none. Returns the ids.
    Result<std::vector<int64_t>> add(const std::vector<Addition>& additions);
    Result<void> setPaused(bool paused);
    /// At a time, 1 to 64.
    Result<void> setJobs(int64_t jobs);
    /// Among the queued ones. Errors: queue_unknown, queue_started.
    Result<void> move(int64_t id, QueueMove where);
    /// Another configuration for a run that waits and was never started; place, sweep and folder stay. `folder` names
    /// it, which no other item ever has. Errors: queue_unknown, queue_started.
    Result<void> replace(const std::string& folder, const std::string& name, const std::string& configJson);
    /// Takes it out of the list; the run's folder stays. Errors: queue_unknown, queue_running.
    Result<void> remove(int64_t id);
    /// An ended item is queued again, behind the others; its run goes on from the newest checkpoint. Errors:
    /// queue_unknown, queue_not_ended.
    Result<void> retry(int64_t id);
    /// Takes every ended item out of the list. Returns how many.
    Result<int64_t> clearEnded();

    /// Runs of the folder that train on this machine, or are held paused there, without being of the queue: they hold
    /// the machine as its own do, and count among the runs at a time.
    std::vector<std::filesystem::path> othersAtWork(const QueueContents& contents) const;
    /// Does a worker live?
    bool worked() const;

private:
    std::filesystem::path m_runs;
};

} // namespace aha
