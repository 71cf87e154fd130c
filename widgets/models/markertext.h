#pragma once
// What was done to a run while it trained, in words for a person.

#include "core/store/rows.h"

#include <QString>

#include <optional>

namespace aha {

/// One line: "rollout.temperature 1 → 1.6", "Checkpoint at step 20". Where nothing tells the old value: "set
/// rollout.temperature=1.6".
QString markerText(const MarkerRow& marker);

/// A setting that was changed after marker.step, its values as a line each; `before` is empty where nothing tells it.
struct SettingChange {
    QString path, before, after;
};
/// None where the marker is another one.
std::optional<SettingChange> settingChange(const MarkerRow& marker);
/// With its step: "rollout.temperature 1 → 1.6 after step 23".
QString changeText(const MarkerRow& marker);

} // namespace aha
