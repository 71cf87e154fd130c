#pragma once
// A child program that one talks with in lines: ssh, or the server of a run itself.

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aha {

/// Owns the child: it is ended (SIGTERM) and reaped with the object. What it says on standard error goes into `log`.
class FarSide {
public:
    /// Errors: engine_not_started.
    static Result<std::unique_ptr<FarSide>> start(
        const std::vector<std::string>& command, const std::filesystem::path& log);
    ~FarSide();

    /// Queued; what a child that is gone was to hear is dropped.
    void send(const std::string& line);
    /// The next line; nullopt when there is none within the time. Errors: what the child said last on standard error
    /// where that is an error object, else remote_lost (it ended, or a line is longer than 256 MB).
    Result<std::optional<std::string>> line(int timeoutMs);

private:
    FarSide(int64_t pid, int in, int out, int error);
    void drainError();

    int64_t m_pid;
    int m_in, m_out, m_error; ///< the child's standard streams
    std::string m_read, m_write, m_words; ///< m_words: the newest part of standard error
    size_t m_searched = 0; ///< of m_read: there is no line break before
    std::filesystem::path m_log;
};

} // namespace aha
