#pragma once
// Deletes a run directory and nothing else.

#include "core/base/result.h"

#include <QString>

namespace aha {

/// Refuses a folder that is not a run (run_missing), a run that an engine holds (run_busy, names its pid), and what
/// cannot be removed (file_unwritable). Links inside the folder are removed, not followed; a folder that is itself a
/// link loses the link alone.
Result<void> deleteRun(const QString& folder);

} // namespace aha
