#pragma once
// Names for a legend, where there is little room: cut, but still told apart.

#include <QStringList>

namespace aha {

/// Those longer than `longest` characters are cut in the middle; where several would then read alike, they show where
/// they differ instead, in between of what they have in common. Equal names stay equal.
QStringList shortLabels(const QStringList& labels, int longest);

} // namespace aha
