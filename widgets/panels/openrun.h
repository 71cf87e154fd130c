#pragma once
// A run that is open in the window: shared by all panels, with its own colour. Which one is the current run is apart
// from their order: another may become it, and colours and the sign of a difference stay as they were.

#include "core/run/runfeed.h"

#include <QColor>

#include <algorithm>
#include <memory>
#include <vector>

namespace aha {

struct OpenRun {
    std::shared_ptr<RunFeed> feed;
    QColor color; ///< the same in every panel
    QString label; ///< display name, unique among the open runs
    bool current = false; ///< header and pages of one run are about it
};
using OpenRuns = std::vector<OpenRun>; ///< in the order in which they were opened

/// The place of the current run; the first where none is marked, -1 where none is open.
inline int currentIndex(const OpenRuns& runs)
{
    const auto at = std::find_if(runs.begin(), runs.end(), [](const OpenRun& run) { return run.current; });
    return runs.empty() ? -1 : at == runs.end() ? 0 : int(at - runs.begin());
}

/// Likewise the run itself; nullptr where none is open.
inline const OpenRun* currentRun(const OpenRuns& runs)
{
    return runs.empty() ? nullptr : &runs[size_t(currentIndex(runs))];
}

} // namespace aha
