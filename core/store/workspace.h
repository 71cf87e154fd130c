#pragma once
// workspace.db: names and tags of runs, notes, saved filters, layout. The workbench's own; no run depends on it.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace aha {

/// What a person calls a run and says about it. All empty = nothing said.
struct RunLabel {
    std::string name; ///< empty: the run's own name
    std::string tags; ///< words with single spaces between them
    std::string note;
    bool operator==(const RunLabel&) const = default;
};

/// A note and what it is pinned to (resources/sql/002_workspace.sql and 003 say what each column means).
struct Note {
    int64_t id = 0;
    /// "" | run | step | evaluation | group | completion | span | problem | answer (words of a held-out one's) |
    /// prompt (of a person's own; kProbesTask) | reply (words of what it was answered)
    std::string kind;
    std::string folder, runId;
    int64_t step = -1, target = 0;
    int position = 0, sample = 0;
    int quoteBegin = -1; ///< UTF-16 units of the text as it is shown; -1: not known
    std::string quote, text;
    double createdAt = 0, changedAt = 0; ///< seconds since the epoch, set by the workspace
    bool operator==(const Note&) const = default;
};

/// Newest of resources/sql/NNN_workspace.sql. An older file is brought up to it; a newer one is refused and left alone.
inline constexpr int kWorkspaceVersion = 3;

/// One connection, for one thread. Two windows may share the file: the later write of a value wins. A locked file is
/// waited for 0.25 s. Errors of every method: workspace_corrupt, workspace_busy, workspace_unwritable, disk_full.
class Workspace {
public:
    /// Creates the file and its folder when missing. More errors: workspace_newer, which names both versions.
    static Result<std::unique_ptr<Workspace>> open(const std::filesystem::path& file);
    ~Workspace();
    const std::filesystem::path& file() const; ///< as it was given

    Result<std::map<std::string, RunLabel>> labels() const;
    /// An empty label is removed.
    Result<void> setLabel(const std::string& runId, const RunLabel& label);
    Result<std::map<std::string, std::string>> filters() const;
    /// An empty filter is removed.
    Result<void> setFilter(const std::string& name, const std::string& filter);
    /// "" when absent. Values may hold any bytes.
    Result<std::string> setting(const std::string& key) const;
    Result<void> setSetting(const std::string& key, const std::string& value);

    /// Newest change first.
    Result<std::vector<Note>> notes() const;
    /// Adds the note, or replaces the one with its id; gives it as it is kept. More errors: note_missing.
    Result<Note> keepNote(Note note);
    Result<void> removeNote(int64_t id);

private:
    struct State;
    explicit Workspace(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
