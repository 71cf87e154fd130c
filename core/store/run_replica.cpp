#include "core/store/run_replica.h"

#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/protocol/run_folder.h"
#include "core/store/sqlite_edge.h"
#include "core/store/stream_rows.h"

#include <nlohmann/json.hpp>

#include <map>

namespace aha {

using nlohmann::json;

namespace {

int64_t largest(SQLite::Database& database, const char* sql)
{
    SQLite::Statement q(database, sql);
    return q.executeStep() && !q.getColumn(0).isNull() ? q.getColumn(0).getInt64() : -1;
}

StreamCursor cursorIn(SQLite::Database& database)
{
    StreamCursor cursor;
    const auto most = [&](const char* sql) { return std::max<int64_t>(largest(database, sql), 0); };
    cursor.step = largest(database, "SELECT MAX(step) FROM step");
    cursor.evaluation = most("SELECT MAX(id) FROM evaluation");
    cursor.prompt = most("SELECT MAX(id) FROM prompt");
    cursor.metricName = most("SELECT MAX(id) FROM metric_name");
    cursor.source = most("SELECT MAX(id) FROM source");
    cursor.marker = most("SELECT MAX(id) FROM marker");
    cursor.log = most("SELECT MAX(id) FROM log");
    SQLite::Statement digest(database, "SELECT digest FROM step WHERE step = ?");
    digest.bind(1, cursor.step);
    if (digest.executeStep())
        cursor.digest = digest.getColumn(0).getString();
    return cursor;
}

Error malformed(const std::string& why)
{
    return { "stream_malformed", "A line of the stream is not understood: " + why,
        "Use the same version of AhaScope on both sides." };
}

Error diverged(const std::filesystem::path& folder, const std::string& why)
{
    return { "stream_diverged", "The copy in " + folder.string() + " and its run have parted: " + why + ".",
        "Attach with a new folder." };
}

} // namespace

struct RunReplica::State {
    State(const std::filesystem::path& runFolder, int flags)
        : folder(runFolder)
        , database((runFolder / run_folder::kDatabase).string(), flags, /*busyTimeoutMs=*/10'000)
    {
        database.exec("PRAGMA journal_mode=WAL");
        database.exec("PRAGMA synchronous=NORMAL"); // after a power cut the tail is sent again
        if (database.execAndGet("PRAGMA user_version").getInt() > 0) { // begun by an older program
            SQLite::Transaction transaction(database);
            addTables(database);
            transaction.commit();
        }
        for (const StreamTable& table : kStreamTables) {
            SQLite::Statement q(database, std::string("SELECT COUNT(*) FROM pragma_table_info('") + table.name + "')");
            q.executeStep();
            columns[table.name] = q.getColumn(0).getInt();
        }
    }

    void insert(const StreamTable& table, const json& rows)
    {
        const int count = columns[table.name];
        std::string marks;
        for (int c = 0; c < count; ++c)
            marks += c ? ",?" : "?";
        // What is known of a prompt may change (run_stream.cpp), but never its text.
        const bool prompts = std::string_view(table.name) == "prompt";
        SQLite::Statement q(database,
            (table.whole ? "INSERT OR REPLACE INTO " : "INSERT INTO ") + std::string(table.name) + " VALUES (" + marks
                + ")"
                + (prompts ? " ON CONFLICT(id) DO UPDATE SET task = excluded.task, item_json = excluded.item_json,"
                             " source_id = excluded.source_id WHERE prompt.text = excluded.text"
                           : ""));
        for (const json& row : rows) {
            if (!row.is_array() || int(row.size()) != count)
                throw Failure(malformed(std::string("a row of ") + table.name + " does not have its columns."));
            for (int c = 0; c < count; ++c)
                bindStreamValue(q, c + 1, row[size_t(c)]);
            if (q.exec() == 0)
                throw Failure(diverged(folder, "prompt " + row[0].dump() + " differs"));
            q.reset();
        }
    }

    std::filesystem::path folder;
    SQLite::Database database;
    std::map<std::string, int> columns;
    int64_t lastStep = -1;
};

RunReplica::RunReplica(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
RunReplica::~RunReplica() = default;
int64_t RunReplica::lastStep() const { return m_state->lastStep; }

Result<StreamCursor> RunReplica::cursorOf(const std::filesystem::path& folder)
{
    std::error_code ignored;
    if (!std::filesystem::exists(folder / run_folder::kDatabase, ignored))
        return StreamCursor {};
    return guarded(folder, [&] {
        State state(folder, SQLite::OPEN_READWRITE);
        return cursorIn(state.database);
    });
}

Result<std::unique_ptr<RunReplica>> RunReplica::open(const std::filesystem::path& folder, const StreamHello& hello)
{
    std::error_code ignored;
    const bool fresh = !std::filesystem::exists(folder / run_folder::kDatabase, ignored);
    Result<Result<std::unique_ptr<RunReplica>>> opened = guarded(folder, [&]() -> Result<std::unique_ptr<RunReplica>> {
        if (fresh) { // complete before it has its name: a kill leaves no half of a schema
            const std::filesystem::path unfinished = folder / "run.db.new";
            std::filesystem::remove(unfinished, ignored);
            {
                SQLite::Database database(unfinished.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
                SQLite::Transaction transaction(database);
                addTables(database);
                SQLite::Statement info(
                    database, "INSERT INTO run_info(key, value) VALUES ('run_id', ?), ('created_at', ?)");
                info.bind(1, hello.runId);
                info.bind(2, hello.createdAt);
                info.exec();
                transaction.commit();
            }
            std::filesystem::rename(unfinished, folder / run_folder::kDatabase);
        }
        auto state = std::make_unique<State>(folder, SQLite::OPEN_READWRITE);
        if (Result<void> known = checkVersion(state->database, folder); !known)
            return known.error();
        SQLite::Statement same(state->database,
            "SELECT COUNT(*) FROM run_info WHERE (key = 'run_id' AND value = ?) OR (key = 'created_at' AND value = ?)");
        same.bind(1, hello.runId);
        same.bind(2, hello.createdAt);
        same.executeStep();
        if (same.getColumn(0).getInt() != 2)
            return Error { "replica_other_run",
                folder.string() + " holds the copy of another run than the one that is sent (" + hello.runId + ").",
                "Attach with a new folder." };
        state->lastStep = cursorIn(state->database).step;
        return std::unique_ptr<RunReplica>(new RunReplica(std::move(state)));
    });
    if (!opened)
        return opened.error();
    if (!*opened)
        return opened->error();
    if (const Result<std::string> config = readFile(folder / run_folder::kConfig, 1 << 20);
        !config || *config != hello.configJson)
        if (Result<void> written = writeFileAtomically(folder / run_folder::kConfig, hello.configJson); !written)
            return written.error();
    return std::move(*opened);
}

Result<bool> RunReplica::apply(const std::string& line)
{
    static const std::string kBefore = "{\"sha256\":\"", kBetween = "\",\"rows\":";
    constexpr size_t kDigest = 64;
    const size_t start = kBefore.size() + kDigest + kBetween.size();
    if (line.size() < start + 3 || line.compare(0, kBefore.size(), kBefore) != 0
        || line.compare(kBefore.size() + kDigest, kBetween.size(), kBetween) != 0 || line.back() != '}')
        return malformed("it is no batch of rows: " + line.substr(0, 80));
    const std::string text = line.substr(start, line.size() - start - 1);
    if (sha256Hex(text) != line.substr(kBefore.size(), kDigest))
        return Error { "stream_damaged", "A batch of rows came in damaged: its digest does not fit.",
            "It is asked for again." };
    if (!jsonDepthWithin(text))
        return malformed("it is nested too deeply.");
    const json rows = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!rows.is_object())
        return malformed("its rows are no object.");
    for (const auto& [name, unused] : rows.items())
        if (!m_state->columns.count(name))
            return malformed("there is no table \"" + name.substr(0, 80) + "\".");
    Result<bool> applied = guarded(
        m_state->folder,
        [&] {
            SQLite::Transaction transaction(m_state->database);
            for (const StreamTable& table : kStreamTables)
                if (rows.contains(table.name))
                    m_state->insert(table, rows[table.name]);
            transaction.commit();
            m_state->lastStep = std::max(m_state->lastStep, largest(m_state->database, "SELECT MAX(step) FROM step"));
            return rows.contains("step") || rows.contains("evaluation");
        },
        [](const SQLite::Exception& exception, const std::filesystem::path& folder) {
            if (exception.getErrorCode() == 19) // SQLITE_CONSTRAINT
                return diverged(folder, exception.what());
            return databaseError(exception, folder);
        });
    return applied;
}

} // namespace aha
