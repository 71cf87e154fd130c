#pragma once
// Pictures of every page and of the tabs inside it, to look at and for documentation. Needs no display.

#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace aha {

/// Every page of the window with these runs open, light and dark, as PNG files in `out`: "lab-light-1280.png", and
/// "lab-re-score-light-1280.png" for a tab inside it. At 1280x800 and, pages only, at 2560x1440; where a point has
/// several pixels (QT_SCALE_FACTOR=2) at 1280x800 alone, "lab-light-1280@2x.png". `model` is asked a question first,
/// `data` opened. Errors: those of RunReader::open, and file errors.
Result<void> writeScreenshots(
    const QStringList& runs, const QString& out, const QString& model = {}, const QString& data = {});

} // namespace aha
