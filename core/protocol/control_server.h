#pragma once
// The engine's side of control.sock: one thread that serves any number of clients and never blocks the training loop.

#include "core/protocol/messages.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace aha {

/// Owns the socket and its thread. Commands queue up until the training loop takes them; events are dropped for a
/// client that does not read (it catches up from run.db). Thread-safe.
class ControlServer {
public:
    /// Removes a stale socket. Errors: socket_failed.
    static Result<std::unique_ptr<ControlServer>> listen(
        const std::filesystem::path& run, const std::string& runId, const std::string& version);
    ~ControlServer();

    /// The oldest waiting command; nullopt when there is none. `Status` is answered by the server itself.
    std::optional<Command> take();
    /// Waits until a command is there or the time is over.
    std::optional<Command> wait(int timeoutMs);
    /// To all clients. State and Progress are remembered and sent to clients that connect later.
    void broadcast(const Event& event);
    /// No heartbeats while true: what clients would hear is not there (the server of a replica that lost its run).
    void setSilent(bool silent);
    /// Answer to `command`, to the client that sent it.
    void reply(const Command& command, bool ok, const std::string& message);

private:
    struct State;
    explicit ControlServer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace aha
