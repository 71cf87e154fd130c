#pragma once
// A run's completions read by two threads at once, part by part. Private to core/store.

#include "core/store/trace_query.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

namespace aha {

/// Most of what a search over every text costs is fetching the bytes, which two cores do twice as fast. The calling
/// thread reads through the connection that it is given, the other one through a connection of its own, which is opened
/// when it is first needed. Neither makes room in memory beyond SQLite's page cache. Where no other connection to the
/// same file or no thread is to be had, the calling thread reads alone.
class PartScan {
public:
    static constexpr int kParts = 32; ///< small enough that both threads end together and the first page comes early

    struct Part {
        int number = 0; ///< 0 … kParts-1, in the order in which parts are begun
        int64_t low = 0, high = -1; ///< ids of completions, both inclusive
    };
    enum class From { Oldest, Newest };
    using Read = std::function<void(int worker, SQLite::Database& database, const Part& part)>;
    using Wanted = std::function<bool()>;

    /// `own` outlives it, has had makeSearching(), and belongs to whoever calls run().
    PartScan(const std::filesystem::path& folder, SQLite::Database& own);
    ~PartScan();

    /// Calls read(worker, …) once for each part, worker 0 being the calling thread; worker w gets its parts in order.
    /// Both see the same completions: those of the moment at which it is called, for completions are only ever added.
    /// In the caller's transaction, if it has one. Throws what `read` throws, and SQLITE_INTERRUPT when interrupted or
    /// when `wanted`, which both threads ask before each part, says no (empty: yes).
    void run(From from, const Read& read, const Wanted& wanted = {});
    /// Ends a run() that has begun, whatever it does just then; of one that begins later only `wanted` knows.
    /// Thread-safe.
    void interrupt();

private:
    SQLite::Database* beside();

    std::filesystem::path m_folder;
    SQLite::Database& m_own;
    std::mutex m_mutex; ///< guards the pointer against interrupt()
    std::unique_ptr<SQLite::Database> m_beside;
    std::atomic<uint64_t> m_interrupts { 0 };
};

} // namespace aha
