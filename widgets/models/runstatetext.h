#pragma once
// What a run does, in the words that header, table and queue share.

#include "core/protocol/messages.h"

#include <QString>

namespace aha {

/// "running"; "starting · preparing the data 40 %". A run whose engine does not tell the part is "starting".
QString runStateText(RunState state, StartPart part, double fraction = 0);
/// "preparing the data 40 %"; "" for None. `fraction`: of the part; 0: not told.
QString startPartText(StartPart part, double fraction = 0);

} // namespace aha
