#pragma once
// What a run does, for pages that offer only what has a meaning for it.

#include <QString>

#include <string>

namespace aha {

/// general.kind of the run's configuration, a small file; "" where it cannot be read.
std::string kindOfRun(const QString& folder);

} // namespace aha
