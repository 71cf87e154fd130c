#pragma once
// Undo and redo of a form: whole configurations, since one is small and an edit may touch several fields.

#include "core/config/run_config.h"

#include <QString>

#include <vector>

namespace aha {

class ConfigHistory {
public:
    static constexpr size_t kMost = 200;

    /// Begins anew from `config`.
    void reset(const RunConfig& config);
    /// A new state. Edits of the same field one after the other are one state, until seal().
    void record(const RunConfig& config, const QString& path);
    void seal() { m_path.clear(); }

    bool canUndo() const { return m_at > 0; }
    bool canRedo() const { return m_at + 1 < m_states.size(); }
    /// The state before, or after. Only where there is one.
    const RunConfig& undo();
    const RunConfig& redo();

private:
    std::vector<RunConfig> m_states { RunConfig {} };
    size_t m_at = 0;
    QString m_path; ///< of the edit that made the newest state; empty: the next edit is a new one
};

} // namespace aha
