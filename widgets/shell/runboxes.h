#pragma once
// The boxes in which pages let one choose a run: what is opened becomes the run of all of them, as it is the header's.

#include "widgets/panels/openrun.h"

#include <QStringList>

class QWidget;

namespace aha {

/// Is the first run of `now` one that was just opened, or was it brought to the front? Not so when others were closed.
bool opensAnother(const OpenRuns& before, const OpenRuns& now);

/// Their names.
QStringList runBoxes();

/// Shows the first run on every page inside `window` that has a box of runs; each may choose another afterwards.
/// A log of all runs stays one.
void showOnPages(const QWidget& window, const OpenRuns& runs);

} // namespace aha
