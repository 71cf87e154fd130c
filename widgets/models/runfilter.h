#pragma once
// The filter line over the table of runs, as a condition. Pure; no Qt model in it.

#include "core/run/runlist.h"
#include "core/store/workspace.h"

#include <QString>

#include <functional>
#include <vector>

namespace aha {

/// Terms with spaces between them; all must hold.
///   words            in name, state, tags, note, loss, task, model or folder
///   "two words"      as one
///   tag:warm         in one of the texts: name state tag note loss task model folder
///   pass1>0.5        a number: pass1 reward step seed step_seconds, with > >= < <= = !=; 50% is 0.5
///   created>=2026-11-25
///   -state:finished  not
class RunFilter {
public:
    /// Errors: filter_unknown (names the fields there are), filter_value (names the value and what would do).
    static Result<RunFilter> parse(const QString& text);
    bool accepts(const RunListRow& row, const RunLabel& label) const;
    bool isEmpty() const { return m_terms.empty(); }

private:
    using Term = std::function<bool(const RunListRow&, const RunLabel&)>;
    std::vector<Term> m_terms;
};

} // namespace aha
