#include "core/store/workspace.h"

#include "core/base/files.h"
#include "core/store/sqlite_edge.h"
#include "workspace_sql.h"

#include <sqlite3.h>

namespace aha {

namespace {
constexpr int kBusyMs = 250; // the window waits, so not for long

/// The same failures as for run.db, in words that fit this file.
Error workspaceError(const SQLite::Exception& exception, const std::filesystem::path& file)
{
    const std::string words = exception.what();
    switch (exception.getErrorCode()) {
    case SQLITE_FULL:
        return { "disk_full", "Writing " + file.string() + " failed: the disk is full (" + words + ").",
            "Free some space; names, tags and layout are not remembered until then." };
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return { "workspace_corrupt", file.string() + " is damaged (" + words + ").",
            "Delete it to start afresh: it holds names, tags, notes, filters and layout, and nothing of any run." };
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return { "workspace_busy", file.string() + " is locked by another window.", "Try again." };
    default:
        return { "workspace_unwritable", "Using " + file.string() + " failed: " + words + ".",
            "Check that the folder is writable; names, tags and layout are not remembered until then." };
    }
}

template <class Work> auto attempt(const std::filesystem::path& file, Work&& work)
{
    return guarded(file, std::forward<Work>(work), &workspaceError);
}

} // namespace

static_assert(std::size(kWorkspaceSchemas) == kWorkspaceVersion);

struct Workspace::State {
    std::filesystem::path file;
    SQLite::Database database;
};

Workspace::Workspace(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
Workspace::~Workspace() = default;

const std::filesystem::path& Workspace::file() const { return m_state->file; }

Result<std::unique_ptr<Workspace>> Workspace::open(const std::filesystem::path& file)
{
    if (Result<void> made = makeFolders(file.parent_path()); !made)
        return made.error();
    int version = 0;
    auto state = attempt(file, [&] {
        auto opened = std::unique_ptr<State>(
            new State { file, SQLite::Database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMs) });
        version = opened->database.execAndGet("PRAGMA user_version").getInt();
        if (version < kWorkspaceVersion) { // all or nothing: a version stands there only when its tables do
            SQLite::Transaction transaction(opened->database, SQLite::TransactionBehavior::EXCLUSIVE);
            version = opened->database.execAndGet("PRAGMA user_version").getInt();
            if (version < 0)
                throw SQLite::Exception("it is the database of another program", SQLITE_NOTADB);
            if (version == 0 && opened->database.execAndGet("SELECT COUNT(*) FROM sqlite_master").getInt() > 0)
                throw SQLite::Exception("it is the database of another program", SQLITE_NOTADB);
            if (version > 0)
                opened->database.execAndGet("SELECT COUNT(*) FROM run_label"); // nothing is added to another's tables
            for (; version < kWorkspaceVersion; ++version)
                opened->database.exec(kWorkspaceSchemas[version]);
            opened->database.exec("PRAGMA user_version = " + std::to_string(version));
            transaction.commit();
        }
        opened->database.execAndGet("SELECT COUNT(*) FROM run_label"); // a database of something else is noticed here
        return opened;
    });
    if (version > kWorkspaceVersion)
        return Error { "workspace_newer",
            file.string() + " has schema version " + std::to_string(version) + "; this program reads up to version "
                + std::to_string(kWorkspaceVersion) + ".",
            "Use a newer AhaScope; until then names, tags and layout are not remembered." };
    if (!state)
        return state.error();
    return std::unique_ptr<Workspace>(new Workspace(std::move(*state)));
}

Result<std::map<std::string, RunLabel>> Workspace::labels() const
{
    return attempt(m_state->file, [&] {
        std::map<std::string, RunLabel> labels;
        SQLite::Statement query(m_state->database, "SELECT run_id, name, tags, note FROM run_label");
        while (query.executeStep())
            labels[query.getColumn(0).getString()]
                = { query.getColumn(1).getString(), query.getColumn(2).getString(), query.getColumn(3).getString() };
        return labels;
    });
}

Result<void> Workspace::setLabel(const std::string& runId, const RunLabel& label)
{
    return attempt(m_state->file, [&] {
        const bool empty = label == RunLabel {};
        SQLite::Statement write(m_state->database,
            empty ? "DELETE FROM run_label WHERE run_id = ?"
                  : "INSERT OR REPLACE INTO run_label VALUES (?, ?, ?, ?, ?)");
        write.bind(1, runId);
        if (!empty) {
            write.bind(2, label.name);
            write.bind(3, label.tags);
            write.bind(4, label.note);
            write.bind(5, now());
        }
        write.exec();
    });
}

Result<std::map<std::string, std::string>> Workspace::filters() const
{
    return attempt(m_state->file, [&] {
        std::map<std::string, std::string> filters;
        SQLite::Statement query(m_state->database, "SELECT name, filter FROM saved_filter");
        while (query.executeStep())
            filters[query.getColumn(0).getString()] = query.getColumn(1).getString();
        return filters;
    });
}

Result<void> Workspace::setFilter(const std::string& name, const std::string& filter)
{
    return attempt(m_state->file, [&] {
        SQLite::Statement write(m_state->database,
            filter.empty() ? "DELETE FROM saved_filter WHERE name = ?"
                           : "INSERT OR REPLACE INTO saved_filter VALUES (?, ?)");
        write.bind(1, name);
        if (!filter.empty())
            write.bind(2, filter);
        write.exec();
    });
}

Result<std::string> Workspace::setting(const std::string& key) const
{
    return attempt(m_state->file, [&] {
        SQLite::Statement query(m_state->database, "SELECT value FROM setting WHERE key = ?");
        query.bind(1, key);
        return query.executeStep() ? query.getColumn(0).getString() : std::string();
    });
}

Result<void> Workspace::setSetting(const std::string& key, const std::string& value)
{
    return attempt(m_state->file, [&] {
        SQLite::Statement write(m_state->database, "INSERT OR REPLACE INTO setting VALUES (?, ?)");
        write.bind(1, key);
        write.bind(2, value.data(), int(value.size()));
        write.exec();
    });
}

Result<std::vector<Note>> Workspace::notes() const
{
    return attempt(m_state->file, [&] {
        std::vector<Note> notes;
        SQLite::Statement query(m_state->database,
            "SELECT id, kind, folder, run_id, step, target, position, quote, text, created_at, changed_at, sample, "
            "quote_begin FROM note ORDER BY changed_at DESC, id DESC");
        while (query.executeStep()) {
            Note note;
            note.id = query.getColumn(0).getInt64();
            note.kind = query.getColumn(1).getString();
            note.folder = query.getColumn(2).getString();
            note.runId = query.getColumn(3).getString();
            note.step = query.getColumn(4).getInt64();
            note.target = query.getColumn(5).getInt64();
            note.position = query.getColumn(6).getInt();
            note.quote = query.getColumn(7).getString();
            note.text = query.getColumn(8).getString();
            note.createdAt = query.getColumn(9).getDouble();
            note.changedAt = query.getColumn(10).getDouble();
            note.sample = query.getColumn(11).getInt();
            note.quoteBegin = query.getColumn(12).getInt();
            notes.push_back(std::move(note));
        }
        return notes;
    });
}

Result<Note> Workspace::keepNote(Note note)
{
    return attempt(m_state->file, [&] {
        const bool fresh = note.id == 0;
        if (!fresh || note.createdAt == 0) // one that was deleted comes back with its own times
            note.changedAt = now();
        if (fresh && note.createdAt == 0)
            note.createdAt = note.changedAt;
        SQLite::Statement write(m_state->database,
            fresh ? "INSERT INTO note (kind, folder, run_id, step, target, position, sample, quote_begin, quote, text, "
                    "changed_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                  : "UPDATE note SET kind = ?, folder = ?, run_id = ?, step = ?, target = ?, position = ?, sample = ?, "
                    "quote_begin = ?, quote = ?, text = ?, changed_at = ? WHERE id = ?");
        int column = 0;
        write.bind(++column, note.kind);
        write.bind(++column, note.folder);
        write.bind(++column, note.runId);
        write.bind(++column, note.step);
        write.bind(++column, note.target);
        write.bind(++column, note.position);
        write.bind(++column, note.sample);
        write.bind(++column, note.quoteBegin);
        write.bind(++column, note.quote);
        write.bind(++column, note.text);
        write.bind(++column, note.changedAt);
        fresh ? write.bind(++column, note.createdAt) : write.bind(++column, note.id);
        if (write.exec() == 0)
            throw Failure({ "note_missing", "The note is gone: another window deleted it.",
                "Copy its text and add it as a new note." });
        if (fresh)
            note.id = m_state->database.getLastInsertRowid();
        return note;
    });
}

Result<void> Workspace::removeNote(int64_t id)
{
    return attempt(m_state->file, [&] {
        SQLite::Statement write(m_state->database, "DELETE FROM note WHERE id = ?");
        write.bind(1, id);
        write.exec();
    });
}

} // namespace aha
