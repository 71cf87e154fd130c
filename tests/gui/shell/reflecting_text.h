#pragma once
// The completion of trace_fixture.h that reflects ("no wait"), read on the page Traces.

#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/shell/mainwindow.h"

namespace fixture {

/// Opens the runs in the window, and the first one's completion: step 2, the second group, the third sample.
inline aha::TracesPanel* readReflecting(aha::MainWindow& window, const QStringList& runs)
{
    window.openRuns(runs);
    window.showStep(runs.front(), 2);
    auto* traces = window.findChild<aha::TracesPanel*>();
    traces->stepPage()->showCompletion(2, 1, 2);
    return traces;
}

} // namespace fixture
