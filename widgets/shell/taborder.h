#pragma once
// Tab goes through a page as it is read, whatever the order in which its controls were made.

class QWidget;

namespace aha {

/// Follows the layouts below `root`: line by line, a splitter's or a tab's parts one after the other. What is made later
/// keeps the place that its maker gave it.
void tabInReadingOrder(QWidget* root);

} // namespace aha
