#pragma once
// The boxes in which pages let one choose a run: what is opened becomes the run of all of them, as it is the header's.

#include "widgets/panels/openrun.h"

#include <QStringList>

class QWidget;

namespace aha {

/// Is the current run of `now` one that was just opened, or was it made the current one? Not so when others were
/// closed.
bool opensAnother(const OpenRuns& before, const OpenRuns& now);

/// Their names.
QStringList runBoxes();

/// Shows the current run on every page inside `window` that has a box of runs; each may choose another afterwards.
/// A log of all runs stays one.
void showOnPages(const QWidget& window, const OpenRuns& runs);

} // namespace aha
