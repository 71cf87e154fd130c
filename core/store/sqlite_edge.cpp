#include "core/store/sqlite_edge.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "core/store/text_pattern.h"
#include "schema_sql.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace aha {

Error databaseError(const SQLite::Exception& exception, const std::filesystem::path& folder)
{
    const std::string path = (folder / run_folder::kDatabase).string(), words = exception.what();
    const int code = exception.getErrorCode(), extended = exception.getExtendedErrorCode();
    if (code == SQLITE_FULL || extended == SQLITE_IOERR_WRITE
        || (code == SQLITE_IOERR && (errno == ENOSPC || errno == EFBIG)))
        return { "disk_full", "Writing " + path + " failed: the disk is full (" + words + ").",
            "Free some space; everything that was committed is safe, and the run can be resumed." };
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return { "database_corrupt", path + " is damaged (" + words + ").",
            "Restore the run folder from a copy; checkpoints are separate files and can still be used." };
    if (const auto pattern = code == SQLITE_ERROR ? patternProblem(words) : std::nullopt)
        return *pattern;
    if (code == SQLITE_INTERRUPT)
        return { "cancelled", "The query was cancelled.", "" };
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return { "database_busy", path + " is locked by another program.", "Close it and try again." };
    return { "database_unwritable", "Using " + path + " failed: " + words + ".",
        "Check that the run folder is readable and writable." };
}

std::string readOnlyUri(const std::filesystem::path& folder)
{
    const std::filesystem::path path = folder / run_folder::kDatabase;
    std::error_code ignored;
    std::string uri = "file:";
    for (const unsigned char c : path.string()) {
        static constexpr char kHex[] = "0123456789ABCDEF";
        if (std::isalnum(c) || c == '/' || c == '.' || c == '-' || c == '_')
            uri += char(c);
        else
            uri += { '%', kHex[c >> 4], kHex[c & 15] };
    }
    if (::access(folder.c_str(), W_OK) != 0 && !std::filesystem::exists(path.string() + "-wal", ignored))
        uri += "?immutable=1";
    return uri;
}

std::optional<HighWater> readHighWater(const std::filesystem::path& folder)
{
    const Result<std::string> text = readFile(folder / run_folder::kHighWater, 1 << 16);
    if (!text)
        return std::nullopt;
    const nlohmann::json json = nlohmann::json::parse(*text, nullptr, /*allow_exceptions=*/false);
    HighWater mark;
    const std::pair<const char*, int64_t*> members[] = { { "last_step", &mark.lastStep }, { "steps", &mark.steps },
        { "completions", &mark.completions }, { "evaluations", &mark.evaluations } };
    for (const auto& [key, value] : members) {
        if (!json.is_object() || !json.contains(key) || !json[key].is_number_integer())
            return std::nullopt;
        *value = json[key].get<int64_t>();
    }
    return mark;
}

Result<void> writeHighWater(const std::filesystem::path& folder, const HighWater& mark)
{
    const nlohmann::ordered_json json = { { "last_step", mark.lastStep }, { "steps", mark.steps },
        { "completions", mark.completions }, { "evaluations", mark.evaluations } };
    return writeFileAtomically(folder / run_folder::kHighWater, json.dump() + "\n");
}

HighWater countRows(SQLite::Database& database)
{
    const auto number = [&](const char* sql) { return database.execAndGet(sql).getInt64(); };
    return { number("SELECT COALESCE(MAX(step), -1) FROM step"), number("SELECT COUNT(*) FROM step"),
        number("SELECT COALESCE(MAX(id), 0) FROM completion"), number("SELECT COALESCE(MAX(id), 0) FROM evaluation") };
}

Error lostTail(const std::filesystem::path& folder, const HighWater& mark, const HighWater& found)
{
    return { "database_lost_tail",
        (folder / run_folder::kDatabase).string() + " has lost its newest part: it ends at step "
            + std::to_string(found.lastStep) + ", but step " + std::to_string(mark.lastStep) + " had been committed.",
        "A run.db-wal file was deleted or damaged, or the disk lost writes. Restore the folder from a copy; to go on "
        "with what is left, delete "
            + std::string(run_folder::kHighWater) + " and resume." };
}

void makeReading(SQLite::Database& database)
{
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    database.exec("PRAGMA query_only=ON");
    database.exec("PRAGMA cache_size=-512"); // KiB
}

static_assert(std::size(kRunSchemas) == kSchemaVersion);

void addTables(SQLite::Database& database)
{
    int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version >= kSchemaVersion)
        return;
    for (; version < kSchemaVersion; ++version)
        database.exec(kRunSchemas[version]);
    database.exec("PRAGMA user_version=" + std::to_string(version));
}

Result<void> checkVersion(SQLite::Database& database, const std::filesystem::path& folder)
{
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version > kSchemaVersion)
        return Error { "database_newer",
            (folder / run_folder::kDatabase).string() + " has schema version " + std::to_string(version)
                + "; this program reads up to version " + std::to_string(kSchemaVersion) + ".",
            "Use a newer AhaScope." };
    if (version == 0 && database.execAndGet("SELECT COUNT(*) FROM sqlite_master").getInt64() == 0) {
        if (const std::optional<HighWater> mark = readHighWater(folder)) // everything was still in the log
            return lostTail(folder, *mark, {});
        return Error { "database_missing", "There is no run in " + folder.string() + " (its run.db is empty).",
            "An engine was ended while it made the run: resume it." };
    }
    if (version < 1)
        return Error { "database_corrupt", (folder / run_folder::kDatabase).string() + " is not a run database.",
            "Check the path." };
    return {};
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

} // namespace aha
