#pragma once
// What engine.log says of the newest start of an engine: which process it is, and its last words. One file takes the
// standard error of every engine that was started for a run, so each start begins with a line of its own.

#include <cstdint>
#include <filesystem>
#include <string>

namespace aha {

/// Before an engine is started whose standard error goes to `log`: what stands there is of earlier ones. A log that
/// cannot be written costs nothing but these words.
void noteStart(const std::filesystem::path& log);
/// Afterwards: this process is it.
void noteStarted(const std::filesystem::path& log, int64_t pid);

struct StartNote {
    std::string words; ///< the sentence, with what to do, that the engine of the newest start left last; "" for none
    bool running = false; ///< its process has not ended; false where the log does not name it
};
/// Of the run's engine.log; of logs without such lines, of all that it holds. Reads the last 64 KiB.
StartNote newestStart(const std::filesystem::path& run);

} // namespace aha
