#include "core/protocol/control_server.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/socket_address.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace aha {

namespace {

constexpr size_t kMaxOutgoing = 256 << 10; // a client that does not read loses events beyond this
constexpr size_t kMaxUnread = 4 << 20; // and is cut off when even its answers pile up beyond this
constexpr size_t kMaxWaiting = 256; // commands that the training loop has not taken yet
constexpr int kReadsPerTurn = 16; // so that a flooding client cannot keep the lock
constexpr auto kHeartbeat = std::chrono::seconds(2);

struct Client {
    int fd = -1;
    bool greeted = false;
    bool deaf = false; // reads nothing and keeps asking
    std::string in, out;
};

} // namespace

struct ControlServer::State {
    std::filesystem::path path, run;
    int listener = -1, wake = -1;
    std::string hello;
    std::thread thread;
    std::mutex mutex;
    std::condition_variable arrived;
    bool stop = false;
    std::map<int64_t, Client> clients; // by connection number
    int64_t nextClient = 1;
    struct Waiting {
        Command command;
        int64_t client;
        int64_t clientsId;
    };
    std::deque<Waiting> commands;
    std::map<int64_t, std::pair<int64_t, int64_t>> open; // own command id -> (client, the client's id)
    int64_t nextCommand = 1;
    Event lastState, lastProgress;
    bool haveProgress = false, silent = false;

    void push(Client& client, const std::string& line, bool mayDrop)
    {
        if (mayDrop && client.out.size() + line.size() > kMaxOutgoing)
            return;
        client.out += line + "\n";
        client.deaf = client.deaf || client.out.size() > kMaxUnread;
    }

    void poke()
    {
        const uint64_t one = 1;
        [[maybe_unused]] const ssize_t ignored = ::write(wake, &one, sizeof one);
    }

    void answer(Client& client, int64_t id, bool ok, const std::string& message)
    {
        Event reply;
        reply.kind = Event::Kind::Reply;
        reply.id = id;
        reply.ok = ok;
        reply.message = message;
        push(client, toLine(reply), false);
    }

    void handle(int64_t number, Client& client, const std::string& line)
    {
        if (!client.greeted) {
            const Result<Hello> greeting = parseHello(line);
            client.greeted = bool(greeting);
            if (!greeting)
                answer(client, 0, false, greeting.error().sentence());
            return;
        }
        const Result<Command> command = parseCommand(line);
        if (!command) {
            answer(client, 0, false, command.error().sentence());
            return;
        }
        if (command->kind == Command::Kind::Status) {
            const Event& e = lastState;
            answer(client, command->id, true,
                stateName(e.state) + ", " + phaseName(lastProgress.phase) + ", step "
                    + std::to_string(lastProgress.step) + " of " + std::to_string(lastProgress.maxSteps));
            return;
        }
        if (commands.size() >= kMaxWaiting) {
            answer(client, command->id, false, "Too many commands are waiting for the end of the step.");
            return;
        }
        commands.push_back({ *command, number, command->id });
        commands.back().command.id = nextCommand++;
        open[commands.back().command.id] = { number, command->id };
        arrived.notify_all();
    }

    /// False when the connection is over.
    bool receive(int64_t number, Client& client)
    {
        char bytes[1 << 14];
        for (int turn = 0; turn < kReadsPerTurn; ++turn) {
            const ssize_t n = ::recv(client.fd, bytes, sizeof bytes, MSG_DONTWAIT);
            if (n < 0)
                return errno == EAGAIN || errno == EINTR;
            if (n == 0)
                return false;
            client.in.append(bytes, size_t(n));
            size_t from = 0;
            for (size_t end; (end = client.in.find('\n', from)) != std::string::npos; from = end + 1)
                handle(number, client, client.in.substr(from, end - from));
            client.in.erase(0, from);
            if (client.in.size() > kMaxLineBytes || client.deaf)
                return false;
        }
        return true;
    }

    static bool flush(Client& client)
    {
        while (!client.out.empty()) {
            const ssize_t n = ::send(client.fd, client.out.data(), client.out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n < 0)
                return errno == EAGAIN || errno == EINTR;
            client.out.erase(0, size_t(n));
        }
        return true;
    }

    void accept()
    {
        for (;;) {
            const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0)
                return;
            Client& client = clients[nextClient++];
            client.fd = fd;
            push(client, hello, false);
            push(client, toLine(lastState), false);
            if (haveProgress)
                push(client, toLine(lastProgress), false);
        }
    }

    void loop()
    {
        auto nextBeat = std::chrono::steady_clock::now() + kHeartbeat;
        for (;;) {
            std::vector<pollfd> waiting;
            std::vector<int64_t> owners;
            {
                const std::lock_guard lock(mutex);
                if (stop) {
                    for (auto& [number, client] : clients) // what is said stays said, if the client reads at all
                        flush(client);
                    return;
                }
                waiting = { { listener, POLLIN, 0 }, { wake, POLLIN, 0 } };
                for (const auto& [number, client] : clients) {
                    waiting.push_back({ client.fd, short(POLLIN | (client.out.empty() ? 0 : POLLOUT)), 0 });
                    owners.push_back(number);
                }
            }
            const auto left
                = std::chrono::duration_cast<std::chrono::milliseconds>(nextBeat - std::chrono::steady_clock::now())
                      .count();
            ::poll(waiting.data(), waiting.size(), int(std::max<int64_t>(left, 0)));
            const std::lock_guard lock(mutex);
            uint64_t drained;
            [[maybe_unused]] const ssize_t ignored = ::read(wake, &drained, sizeof drained);
            if (std::chrono::steady_clock::now() >= nextBeat) {
                nextBeat += kHeartbeat;
                Event beat;
                beat.kind = Event::Kind::Heartbeat;
                beat.state = lastState.state;
                beat.phase = lastProgress.phase;
                for (auto& [number, client] : clients)
                    if (!silent)
                        push(client, toLine(beat), true);
            }
            if (waiting[0].revents)
                accept();
            for (size_t i = 0; i < owners.size(); ++i) {
                Client& client = clients[owners[i]];
                const bool alive
                    = (!(waiting[i + 2].revents & (POLLIN | POLLHUP | POLLERR)) || receive(owners[i], client))
                    && flush(client);
                if (!alive) {
                    ::close(client.fd);
                    clients.erase(owners[i]);
                }
            }
        }
    }
};

ControlServer::ControlServer(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

Result<std::unique_ptr<ControlServer>> ControlServer::listen(
    const std::filesystem::path& run, const std::string& runId, const std::string& version)
{
    auto state = std::make_unique<State>();
    state->run = run;
    state->path = socketPathFor(run);
    state->hello = toLine(Hello { kProtocolVersion, "engine", version, runId });
    state->lastState.kind = Event::Kind::State;
    const std::filesystem::path inRun = std::filesystem::absolute(run) / run_folder::kSocket;
    ::unlink(state->path.c_str()); // stale: the lease says that no other engine is here
    ::unlink(inRun.c_str());
    state->listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    state->wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    const sockaddr_un address = socketAddress(state->path);
    if (state->path.string().size() > kMaxSocketPath)
        errno = ENAMETOOLONG;
    if (state->path.string().size() > kMaxSocketPath || state->listener < 0 || state->wake < 0
        || ::bind(state->listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
        || ::listen(state->listener, 16) != 0) {
        const std::string reason = std::strerror(errno);
        for (const int fd : { state->listener, state->wake })
            if (fd >= 0)
                ::close(fd);
        return Error { "socket_failed",
            "The control socket " + state->path.string() + " could not be opened: " + reason + ".", "" };
    }
    if (state->path != inRun)
        if (Result<void> written = writeFileAtomically(inRun, state->path.string() + "\n"); !written) {
            ::close(state->listener);
            ::close(state->wake);
            ::unlink(state->path.c_str());
            return written.error();
        }
    State* raw = state.get();
    state->thread = std::thread([raw] { raw->loop(); });
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(state)));
}

ControlServer::~ControlServer()
{
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->stop = true;
    }
    m_state->poke();
    m_state->thread.join();
    for (auto& [number, client] : m_state->clients)
        ::close(client.fd);
    ::close(m_state->listener);
    ::close(m_state->wake);
    ::unlink(m_state->path.c_str());
    ::unlink((std::filesystem::absolute(m_state->run) / run_folder::kSocket).c_str());
}

std::optional<Command> ControlServer::take() { return wait(0); }

std::optional<Command> ControlServer::wait(int timeoutMs)
{
    std::unique_lock lock(m_state->mutex);
    m_state->arrived.wait_for(
        lock, std::chrono::milliseconds(timeoutMs), [this] { return !m_state->commands.empty(); });
    if (m_state->commands.empty())
        return std::nullopt;
    const Command command = m_state->commands.front().command;
    m_state->commands.pop_front();
    return command;
}

void ControlServer::broadcast(const Event& event)
{
    {
        const std::lock_guard lock(m_state->mutex);
        if (event.kind == Event::Kind::State)
            m_state->lastState = event;
        if (event.kind == Event::Kind::Progress) {
            m_state->lastProgress = event;
            m_state->haveProgress = true;
        }
        const std::string line = toLine(event);
        for (auto& [number, client] : m_state->clients)
            m_state->push(client, line, event.kind != Event::Kind::State);
    }
    m_state->poke();
}

void ControlServer::setSilent(bool silent)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->silent = silent;
}

void ControlServer::reply(const Command& command, bool ok, const std::string& message)
{
    {
        const std::lock_guard lock(m_state->mutex);
        const auto origin = m_state->open.find(command.id);
        if (origin == m_state->open.end())
            return;
        if (const auto client = m_state->clients.find(origin->second.first); client != m_state->clients.end())
            m_state->answer(client->second, origin->second.second, ok, message);
        m_state->open.erase(origin);
    }
    m_state->poke();
}

} // namespace aha
