#pragma once
// What a run does, in the words that header, table and queue share.

#include "core/protocol/messages.h"

#include <QString>

namespace aha {

/// "running"; "starting · preparing the data 40 %". A run whose engine does not tell the part is "starting".
QString runStateText(RunState state, StartPart part, double fraction = 0);
/// "preparing the data 40 %"; "" for None. `fraction`: of the part; 0: not told.
QString startPartText(StartPart part, double fraction = 0);
/// What a run with no time left (0 s: what comes after its last step is in no estimate) is still at: "last evaluation".
/// "" where it is at nothing.
QString lastPartText(Phase phase);

} // namespace aha
