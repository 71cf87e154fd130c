#pragma once
// Engines that one engine starts: in a session of their own, so that they outlive it.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace aha {

/// Starts a program in its own session, standard error appended to `log`, which tells this start from earlier ones
/// (start_note.h). Returns the pid. Errors: engine_not_started.
Result<int64_t> spawnDetached(const std::vector<std::string>& command, const std::filesystem::path& log);

} // namespace aha
