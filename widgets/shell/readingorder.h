#pragma once
// The order of Tab: as the layouts read, whatever the order in which widgets were made or came to be shown.

#include <vector>

class QWidget;

namespace aha {

/// What takes the focus by Tab within `root` and can be seen, in reading order: down a layout, row by row in a grid,
/// the bar of tabs before its page, one side of a splitter before the other; what is in no layout comes last, by its
/// place.
std::vector<QWidget*> readingOrder(QWidget* root);
/// Gives the focus to what had it last within `place`, or else to the first that takes it there.
void focusWithin(QWidget* place);

} // namespace aha
