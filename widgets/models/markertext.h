#pragma once
// What was done to a run while it trained, in words for a person.

#include "core/store/rows.h"

#include <QString>

namespace aha {

/// One line: "rollout.temperature 1 → 1.6", "Checkpoint at step 20". Where nothing tells the old value: "set
/// rollout.temperature=1.6".
QString markerText(const MarkerRow& marker);

} // namespace aha
