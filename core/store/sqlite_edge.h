#pragma once
// Turns SQLite's exceptions into errors for people. Private to core/store.

#include "core/base/result.h"
#include "core/store/rows.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <functional>

namespace aha {

/// disk_full, database_corrupt, database_busy or database_unwritable, with SQLite's words.
Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& folder);

/// Runs `work`, which may throw SQLite::Exception, and converts: `translate` puts it in the words of that database.
template <class Work, class Translate = decltype(&databaseError)>
auto guarded(const std::filesystem::path& path, Work&& work, Translate translate = &databaseError)
    -> Result<decltype(work())>
{
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            return {};
        } else {
            return work();
        }
    } catch (const SQLite::Exception& exception) {
        return translate(exception, path);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

/// What the independent mark remembers: SQLite cannot tell that it lost the tail of a database.
struct HighWater {
    int64_t lastStep = -1, steps = 0, completions = 0, evaluations = 0;
    bool behind(const HighWater& other) const
    {
        return lastStep < other.lastStep || steps < other.steps || completions < other.completions
            || evaluations < other.evaluations;
    }
};
/// nullopt when there is no mark (a run that never committed anything).
std::optional<HighWater> readHighWater(const std::filesystem::path& folder);
Result<void> writeHighWater(const std::filesystem::path& folder, const HighWater& mark);
HighWater countRows(SQLite::Database& database);
Error lostTail(const std::filesystem::path& folder, const HighWater& mark, const HighWater& found);

/// What a reader opens: the run's database as a URI. On read-only media SQLite cannot create the shared-memory file;
/// without a WAL the database is complete as it is.
std::string readOnlyUri(const std::filesystem::path& folder);

/// A connection that reads beside a run: it never writes, leaves the log to the writer, and keeps half a megabyte of
/// pages and not SQLite's two, for a window that shows a run has a dozen of them.
void makeReading(SQLite::Database& database);

/// The tables of this version that a database lacks, which is all of them for a new one. In the caller's transaction.
void addTables(SQLite::Database& database);

/// Refuses a database from a newer program.
Result<void> checkVersion(SQLite::Database& database, const std::filesystem::path& folder);

/// Wall-clock seconds since the epoch.
double now();

} // namespace aha
