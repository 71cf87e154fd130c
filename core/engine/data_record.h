#pragma once
// What a run's record says of the rows it trains on.

#include "core/engine/training_data.h"
#include "core/store/run_writer.h"

namespace aha {

/// Writes the sources with row counts and digests. A resumed run must find the rows it began with: throws Failure
/// source_changed.
void recordData(RunWriter& writer, const TrainingData& data, bool resuming);

} // namespace aha
