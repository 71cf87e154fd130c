#pragma once
// Undo and redo of a form: whole configurations, since one is small and an edit may touch several fields.

#include "core/config/run_config.h"

#include <QString>

#include <memory>
#include <vector>

namespace aha {

/// Where what is in the form began.
struct ConfigOrigin {
    RunConfig base; ///< what the file of the command line says
    RunConfig started; ///< as it was when it was chosen
    QString file, title; ///< title: what a person calls it
    QString queued = {}; ///< run folder of the waiting run of the queue that it is; empty: of none
};

class ConfigHistory {
public:
    static constexpr size_t kMost = 200;

    /// Begins anew from `config`, without a way back.
    void reset(const RunConfig& config, const ConfigOrigin& origin);
    /// Another start in the place of what was there: one state, so that one undo brings everything back.
    void startFrom(const RunConfig& config, const ConfigOrigin& origin);
    /// A new state. Edits of the same field one after the other are one state, until seal().
    void record(const RunConfig& config, const QString& path);
    void seal() { m_path.clear(); }

    bool canUndo() const { return m_at > 0; }
    bool canRedo() const { return m_at + 1 < m_states.size(); }
    /// The state before, or after. Only where there is one.
    const RunConfig& undo();
    const RunConfig& redo();

    /// Of the current state.
    const ConfigOrigin& origin() const { return *m_states[m_at].origin; }
    /// The current state and those that began where it did now begin there: the configuration was saved to a file.
    void setOrigin(const ConfigOrigin& origin);

private:
    struct State {
        RunConfig config;
        std::shared_ptr<const ConfigOrigin> origin;
    };
    void push(State state);

    std::vector<State> m_states { { RunConfig {}, std::make_shared<ConfigOrigin>() } };
    size_t m_at = 0;
    QString m_path; ///< of the edit that made the newest state; empty: the next edit is a new one
};

} // namespace aha
