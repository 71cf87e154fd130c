#pragma once
// Names inside a run directory, the lease that keeps a second engine out, and where the control socket is.

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace aha {

namespace run_folder {
inline constexpr const char* kConfig = "config.json";
inline constexpr const char* kStart = "start.json"; ///< what a run is started with
inline constexpr const char* kDatabase = "run.db";
inline constexpr const char* kCheckpoints = "checkpoints";
inline constexpr const char* kLog = "engine.log";
inline constexpr const char* kSocket = "control.sock";
inline constexpr const char* kLease = "lease";
inline constexpr const char* kHighWater = "high_water.json";
} // namespace run_folder

/// Text of the configuration; of a run whose engine has not written it yet, of what it was started with.
Result<std::string> readConfigText(const std::filesystem::path& run);

/// A run's name as that of a folder, to which a date or a number is put: letters, digits, "._-" and other alphabets
/// stay, anything else becomes one dash. It never begins with a dot (the folder would be hidden) or a dash (an option
/// to a shell), has at most 100 bytes, and is "run" where nothing is left.
std::string runFolderName(std::string_view name);

/// Who is training a run: contents of the lease file.
struct LeaseHolder {
    int64_t pid = 0;
    uint64_t processStart = 0; ///< start time from /proc/<pid>/stat, in clock ticks since boot: tells a reused pid
    std::string host;
    std::string state; ///< stateName() of the engine's last known state
    std::string part {}; ///< startPartName() while it starts; "" of an engine that does not tell
};

/// Exclusive right to write a run, held by an open file description lock for the life of the object; the kernel frees
/// it when the engine dies.
class Lease {
public:
    /// Errors: run_busy (names the pid that holds it), file_unwritable, disk_full.
    static Result<std::unique_ptr<Lease>> acquire(const std::filesystem::path& run);
    ~Lease();
    Result<void> setState(RunState state, StartPart part = StartPart::None);

private:
    Lease(int fd, std::filesystem::path path);
    int m_fd;
    std::filesystem::path m_path;
};

/// The live holder, or nullopt when no engine holds the lease.
std::optional<LeaseHolder> liveEngine(const std::filesystem::path& run);
/// State of the run as an outsider sees it: from the lease when an engine lives; otherwise from the final marker kind
/// (`lastMarker`: finished | stopped | failed | anything else = interrupted).
RunState stateOfRun(const std::filesystem::path& run, const std::string& lastMarker);
/// What a live engine that starts the run is at; None otherwise.
StartPart startPartOfRun(const std::filesystem::path& run);

/// Path of the control socket: run/control.sock, or, where that exceeds the 107 bytes a socket address holds,
/// $XDG_RUNTIME_DIR (or the temporary folder)/ahascope-<hash>.sock; then run/control.sock is a text file that holds
/// that path.
std::filesystem::path socketPathFor(const std::filesystem::path& run);
/// Where a client connects: follows the text file.
std::filesystem::path locateSocket(const std::filesystem::path& run);

} // namespace aha
