#pragma once
// A run that is open in the window: shared by all panels, with its own colour.

#include "core/run/runfeed.h"

#include <QColor>

#include <memory>
#include <vector>

namespace aha {

struct OpenRun {
    std::shared_ptr<RunFeed> feed;
    QColor color; ///< the same in every panel
    QString label; ///< display name, unique among the open runs
};
using OpenRuns = std::vector<OpenRun>; ///< the first is the current one

} // namespace aha
