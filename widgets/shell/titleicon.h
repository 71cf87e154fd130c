#pragma once
// The signs on the buttons in a dock's title, drawn as lines in the colour of the theme: Qt has small bitmaps, which
// blur where a point has two pixels.

#include <QIcon>

namespace aha {

enum class TitleSign { Float, Close };

/// Sharp at every size and ratio; takes its colour from the application's palette each time it is painted.
QIcon titleIcon(TitleSign sign);

} // namespace aha
