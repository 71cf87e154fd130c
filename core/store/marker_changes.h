#pragma once
// What a setting was before it was changed in a run that trained: older versions noted the new value alone.

#include "core/store/rows.h"

namespace aha {

/// Gives every "set" marker that did not note its change ("group.key: 1 -> 1.6" in dataJson) the one that the
/// configuration of the run's start and the markers before it tell. What cannot be told stays as it was.
void noteChanges(std::vector<MarkerRow>& markers, const std::string& configJson);

} // namespace aha
