#include "core/protocol/control_client.h"

#include "core/protocol/run_folder.h"
#include "core/protocol/socket_address.h"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <unistd.h>

namespace aha {

namespace {

Error notRunning(const std::filesystem::path& run)
{
    return { "engine_not_running", "No engine is running for " + run.string() + ".",
        "Start it with: ahascope resume " + run.string() };
}

/// Reads until a whole line is in `buffer`; returns it without the break.
Result<std::string> readLine(int fd, std::string& buffer, int timeoutMs)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
    for (;;) {
        if (const size_t end = buffer.find('\n'); end != std::string::npos) {
            std::string line = buffer.substr(0, end);
            buffer.erase(0, end + 1);
            return line;
        }
        if (buffer.size() > kMaxLineBytes)
            return Error { "protocol_malformed", "The engine sent a line that is too long.", "" };
        const auto left
            = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
                  .count();
        pollfd waiting { fd, POLLIN, 0 };
        if (left <= 0 || ::poll(&waiting, 1, int(left)) == 0)
            return Error { "protocol_timeout", "The engine did not answer in time.",
                "It may be busy or stuck; try again, or end it." };
        char bytes[1 << 14];
        const ssize_t n = ::recv(fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return Error { "engine_not_running", "The engine closed the connection.", "" };
        buffer.append(bytes, size_t(n));
    }
}

Result<void> sendLine(int fd, std::string line)
{
    line += '\n';
    for (size_t done = 0; done < line.size();) {
        const ssize_t n = ::send(fd, line.data() + done, line.size() - done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return Error { "engine_not_running", "The engine closed the connection.", "" };
        done += size_t(n);
    }
    return {};
}

} // namespace

ControlClient::ControlClient(int fd)
    : m_fd(fd)
{
}
ControlClient::~ControlClient() { ::close(m_fd); }

Result<std::unique_ptr<ControlClient>> ControlClient::connect(const std::filesystem::path& run, int timeoutMs)
{
    const std::filesystem::path path = locateSocket(run);
    if (path.string().size() > kMaxSocketPath)
        return notRunning(run);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = socketAddress(path);
    if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (fd >= 0)
            ::close(fd);
        return notRunning(run);
    }
    auto client = std::unique_ptr<ControlClient>(new ControlClient(fd));
    if (Result<void> sent = sendLine(fd, toLine(Hello { kProtocolVersion, "client", AHASCOPE_VERSION, "" })); !sent)
        return sent.error();
    const Result<std::string> line = readLine(fd, client->m_buffer, timeoutMs);
    if (!line)
        return line.error();
    if (const Result<Hello> hello = parseHello(*line); !hello)
        return hello.error();
    return client;
}

Result<Event> ControlClient::next(int timeoutMs)
{
    const Result<std::string> line = readLine(m_fd, m_buffer, timeoutMs);
    if (!line)
        return line.error();
    return parseEvent(*line);
}

Result<Event> ControlClient::request(Command command, int timeoutMs)
{
    command.id = m_nextId++;
    if (Result<void> sent = sendLine(m_fd, toLine(command)); !sent)
        return sent.error();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
    for (;;) {
        const auto left
            = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
                  .count();
        Result<Event> event = next(int(std::max<int64_t>(left, 0)));
        if (!event && event.error().code != "protocol_unknown_kind")
            return event;
        if (event && event->kind == Event::Kind::Reply && event->id == command.id)
            return event;
    }
}

} // namespace aha
