#pragma once
// What the files of RunReader share. Private to core/store.

#include "core/store/part_scan.h"
#include "core/store/run_reader.h"
#include "core/store/sqlite_edge.h"
#include "core/store/trace_query.h"

namespace aha {

/// Rows of older versions, of copies and of other programs hold what they hold.
inline std::string fieldOf(const SQLite::Column& column)
{
    const char* text = column.getText();
    return boundedField({ text, size_t(column.getBytes()) });
}

struct RunReader::State {
    State(const std::filesystem::path& runFolder, const std::string& uri)
        : folder(runFolder)
        , database(uri, SQLite::OPEN_READONLY | SQLite::OPEN_URI, /*busyTimeoutMs=*/3000)
    {
        makeSearching(database);
    }
    /// The table of version 3 is there. A resume may add it at any time.
    bool hasSamples() const { return database.execAndGet("PRAGMA user_version").getInt() >= 3; }

    std::filesystem::path folder;
    mutable SQLite::Database database;
    mutable PartScan scan { folder, database }; // last: it uses both
};

} // namespace aha
