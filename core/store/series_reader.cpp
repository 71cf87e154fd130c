#include "core/store/series_reader.h"

#include "core/protocol/run_folder.h"
#include "core/store/sqlite_edge.h"

#include <sqlite3.h>

#include <cmath>

namespace aha {

namespace {

/// SQLite's statement without a wrapper around every column.
class RawStatement {
public:
    RawStatement(sqlite3* database, const char* sql)
        : m_database(database)
    {
        if (sqlite3_prepare_v2(database, sql, -1, &m_statement, nullptr) != SQLITE_OK)
            throw SQLite::Exception(database);
    }
    ~RawStatement() { sqlite3_finalize(m_statement); }
    RawStatement(const RawStatement&) = delete;
    RawStatement& operator=(const RawStatement&) = delete;

    sqlite3_stmt* get() const { return m_statement; }
    bool next()
    {
        const int code = sqlite3_step(m_statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            throw SQLite::Exception(m_database);
        return code == SQLITE_ROW;
    }
    /// The rest of its rows: a step and a value each.
    void readInto(SeriesReader::Series& series)
    {
        while (next()) {
            series.steps.push_back(double(sqlite3_column_int64(m_statement, 0)));
            series.values.push_back(sqlite3_column_type(m_statement, 1) == SQLITE_NULL
                    ? std::nan("")
                    : sqlite3_column_double(m_statement, 1));
        }
    }

private:
    sqlite3* m_database;
    sqlite3_stmt* m_statement = nullptr;
};

} // namespace

struct SeriesReader::State {
    explicit State(const std::filesystem::path& runFolder)
        : folder(runFolder)
        , database(readOnlyUri(runFolder), SQLite::OPEN_READONLY | SQLite::OPEN_URI | SQLite::OPEN_NOMUTEX, 3000)
    {
        makeReading(database);
    }
    std::filesystem::path folder;
    mutable SQLite::Database database;
};

SeriesReader::SeriesReader(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
SeriesReader::~SeriesReader() = default;

Result<std::unique_ptr<SeriesReader>> SeriesReader::open(const std::filesystem::path& folder)
{
    std::error_code ignored;
    if (!std::filesystem::exists(folder / run_folder::kDatabase, ignored))
        return Error { "database_missing", "There is no run in " + folder.string() + " (no run.db).",
            "Check the path." };
    Result<Result<std::unique_ptr<SeriesReader>>> opened
        = guarded(folder, [&]() -> Result<std::unique_ptr<SeriesReader>> {
              auto state = std::make_unique<State>(folder);
              if (Result<void> known = checkVersion(state->database, folder); !known)
                  return known.error();
              return std::unique_ptr<SeriesReader>(new SeriesReader(std::move(state)));
          });
    if (!opened)
        return opened.error();
    return std::move(*opened);
}

Result<std::vector<std::string>> SeriesReader::recorded() const
{
    return guarded(m_state->folder, [&] {
        RawStatement q(m_state->database.getHandle(),
            "SELECT name FROM metric_name n WHERE EXISTS"
            " (SELECT 1 FROM metric m WHERE m.name_id = n.id AND m.value IS NOT NULL) ORDER BY id");
        std::vector<std::string> names;
        while (q.next())
            names.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(q.get(), 0)));
        return names;
    });
}

Result<std::vector<SeriesReader::Series>> SeriesReader::series(const std::vector<Wanted>& wanted) const
{
    return guarded(m_state->folder, [&] {
        RawStatement q(m_state->database.getHandle(),
            "SELECT step, value FROM metric WHERE name_id = (SELECT id FROM metric_name WHERE name = ?) AND step > ?"
            " ORDER BY step");
        std::vector<Series> all(wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i) {
            sqlite3_reset(q.get());
            const std::string& name = wanted[i].metric;
            sqlite3_bind_text(q.get(), 1, name.data(), int(name.size()), SQLITE_STATIC);
            sqlite3_bind_int64(q.get(), 2, wanted[i].afterStep);
            q.readInto(all[i]);
        }
        return all;
    });
}

Result<SeriesReader::Series> SeriesReader::hours(int64_t afterStep) const
{
    return guarded(m_state->folder, [&] {
        RawStatement q(m_state->database.getHandle(),
            "SELECT step, (committed_at - (SELECT committed_at FROM step ORDER BY step LIMIT 1)) / 3600.0 FROM step"
            " WHERE step > ? ORDER BY step");
        sqlite3_bind_int64(q.get(), 1, afterStep);
        Series hours;
        q.readInto(hours);
        return hours;
    });
}

Result<SeriesReader::Series> SeriesReader::ofCompletions(Quantity quantity) const
{
    static constexpr const char* kColumns[] = { "tokens", "reward", "advantage", "reflections" };
    return guarded(m_state->folder, [&] {
        const std::string column = kColumns[int(quantity)];
        RawStatement q(m_state->database.getHandle(),
            ("SELECT step, " + column + " FROM completion WHERE " + column + " IS NOT NULL ORDER BY step").c_str());
        Series values;
        q.readInto(values);
        return values;
    });
}

} // namespace aha
