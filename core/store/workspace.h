#pragma once
// workspace.db: names, tags and notes of runs, saved filters, layout. The workbench's own; no run depends on it.

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace aha {

/// What a person calls a run and says about it. All empty = nothing said.
struct RunLabel {
    std::string name; ///< empty: the run's own name
    std::string tags; ///< words with single spaces between them
    std::string note;
    bool operator==(const RunLabel&) const = default;
};

/// Version of resources/sql/001_workspace.sql. A newer file is refused and left alone.
inline constexpr int kWorkspaceVersion = 1;

/// One connection, for one thread. Two windows may share the file: the later write of a value wins. A locked file is
/// waited for 0.25 s. Errors of every method: workspace_corrupt, workspace_busy, workspace_unwritable, disk_full.
class Workspace {
public:
    /// Creates the file and its folder when missing. More errors: workspace_newer, which names both versions.
    static Result<std::unique_ptr<Workspace>> open(const std::filesystem::path& file);
    ~Workspace();

    Result<std::map<std::string, RunLabel>> labels() const;
    /// An empty label is removed.
    Result<void> setLabel(const std::string& runId, const RunLabel& label);
    Result<std::map<std::string, std::string>> filters() const;
    /// An empty filter is removed.
    Result<void> setFilter(const std::string& name, const std::string& filter);
    /// "" when absent. Values may hold any bytes.
    Result<std::string> setting(const std::string& key) const;
    Result<void> setSetting(const std::string& key, const std::string& value);

private:
    struct State;
    explicit Workspace(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
