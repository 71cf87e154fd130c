#pragma once
// Blocking client of control.sock for command-line use (`ahascope control RUN pause`). The window has its own (Qt).

#include "core/protocol/messages.h"

#include <filesystem>
#include <memory>

namespace aha {

class ControlClient {
public:
    /// Connects and exchanges hellos. Errors: engine_not_running, protocol_version, protocol_timeout.
    static Result<std::unique_ptr<ControlClient>> connect(const std::filesystem::path& run, int timeoutMs = 3000);
    ~ControlClient();
    /// Sends and waits for the reply with the same id; other events are skipped.
    Result<Event> request(Command command, int timeoutMs = 60000);
    /// The next event of any kind.
    Result<Event> next(int timeoutMs);

private:
    explicit ControlClient(int fd);
    int m_fd;
    int64_t m_nextId = 1;
    std::string m_buffer;
};

} // namespace aha
