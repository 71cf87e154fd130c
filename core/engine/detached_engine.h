#pragma once
// Engines that one engine starts: in a session of their own, so that they outlive it.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace aha {

/// Starts a program in its own session, standard error appended to `log`. Returns the pid. Errors: engine_not_started.
Result<int64_t> spawnDetached(const std::vector<std::string>& command, const std::filesystem::path& log);
/// Field 22 of /proc/<pid>/stat; 0 when there is no such process, or only what is left of one that nobody reaped.
uint64_t startTimeOf(int64_t pid);
/// The sentence that an engine left on standard error (the run's engine.log); empty when it left none.
std::string lastWords(const std::filesystem::path& run);

} // namespace aha
