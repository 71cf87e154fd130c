#pragma once
// How runs of a script are shown, in the text and in the ribbon beside it: hue, and stripes where hues run out. Two
// scripts with the same pattern are told apart by everybody (tst_script_colors simulates colour blindness).

#include "widgets/panels/tracetext.h"

#include <QBrush>
#include <QPalette>

namespace aha {

/// Behind the letters; these keep a contrast of 4.5 : 1.
QBrush scriptBackground(WritingSystem script, const QPalette& palette);
/// Of the ribbon: the pattern stands on the background's colour.
QBrush scriptRibbon(WritingSystem script, const QPalette& palette);
/// In the reader's language: "Han", …
QString scriptName(WritingSystem script);

} // namespace aha
