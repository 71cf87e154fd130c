#include "core/engine/run_attachment.h"

#include "core/base/files.h"
#include "core/engine/far_side.h"
#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_replica.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

namespace aha {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kLookMs = 100;
constexpr double kLongestRetry = 30;
constexpr auto kSilence = std::chrono::seconds(8); // heartbeats come every two seconds

/// Errors after which another try would come to the same.
bool final(const std::string& code)
{
    static constexpr const char* kTransient[] = { "stream_damaged", "database_busy", "remote_lost" };
    return std::find(std::begin(kTransient), std::end(kTransient), code) == std::end(kTransient);
}

class Attachment {
public:
    Attachment(const AttachOptions& options, RemoteRun remote, std::unique_ptr<Lease> lease,
        std::unique_ptr<ControlServer> server)
        : m_options(options)
        , m_remote(std::move(remote))
        , m_lease(std::move(lease))
        , m_server(std::move(server))
    {
        m_server->setSilent(true);
    }

    Result<RunState> run(const std::atomic<bool>& stop)
    {
        double wait = m_options.retrySeconds;
        while (!stop.load()) {
            const int64_t before = m_lines;
            const Result<std::optional<RunState>> ended = connection(stop);
            m_server->setSilent(true);
            refuseWaiting("The connection to the run is broken.");
            if (ended && *ended)
                return **ended;
            if (stop.load())
                break;
            if (!ended && (final(ended.error().code) || !m_everConnected))
                return ended.error();
            if (m_lines > before)
                wait = m_options.retrySeconds;
            char seconds[32];
            std::snprintf(seconds, sizeof seconds, "%.0f", std::max(wait, 1.0));
            tell("The connection to " + where() + " is broken (" + (ended ? "it was closed" : ended.error().message)
                + "). What was committed there goes on; trying again in " + seconds + " s.");
            for (const auto until = Clock::now() + std::chrono::duration<double>(wait);
                 Clock::now() < until && !stop.load();) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                refuseWaiting("The connection to the run is broken.");
            }
            wait = std::min(std::max(wait * 2, 0.05), kLongestRetry);
        }
        return m_state;
    }

private:
    std::string where() const { return m_remote.host.empty() ? m_remote.run : m_remote.host; }

    void tell(const std::string& sentence)
    {
        Event event;
        event.kind = Event::Kind::State;
        event.state = m_state;
        event.message = sentence;
        m_server->broadcast(event);
        if (m_options.note && !sentence.empty())
            m_options.note(sentence);
    }

    void refuseWaiting(const std::string& why)
    {
        while (const std::optional<Command> command = m_server->take())
            m_server->reply(*command, false, why);
        for (const auto& [id, command] : m_open)
            m_server->reply(command, false, why);
        m_open.clear();
    }

    /// One connection. A state: the run is over. nullopt: closed, to be tried again.
    Result<std::optional<RunState>> connection(const std::atomic<bool>& stop)
    {
        const Result<StreamCursor> cursor = RunReplica::cursorOf(m_options.replica);
        if (!cursor)
            return cursor.error();
        Result<std::unique_ptr<FarSide>> started
            = FarSide::start(remoteCommand(m_remote, *cursor == StreamCursor {} ? std::string() : toText(*cursor)),
                m_options.replica / run_folder::kLog);
        if (!started)
            return started.error();
        FarSide& far = **started;
        if (m_remote.start) {
            const Result<std::string> config = readFile(m_options.replica / "start.json", 1 << 20);
            if (!config)
                return config.error();
            far.send(
                nlohmann::json { { "start", *config } }.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        }
        std::unique_ptr<RunReplica> replica;
        auto heard = Clock::now();
        while (!stop.load()) {
            while (std::optional<Command> command = m_server->take()) {
                m_open[command->id] = *command;
                far.send(toLine(*command));
            }
            const Result<std::optional<std::string>> line = far.line(kLookMs);
            if (!line)
                return line.error();
            if (!*line) {
                if (Clock::now() - heard > kSilence)
                    m_server->setSilent(true); // the far side's engine hangs, or the network does
                continue;
            }
            heard = Clock::now();
            if (!replica) {
                const Result<StreamHello> hello = parseStreamHello(**line);
                if (!hello)
                    return hello.error();
                Result<std::unique_ptr<RunReplica>> opened = RunReplica::open(m_options.replica, *hello);
                if (!opened)
                    return opened.error();
                replica = std::move(*opened);
                m_everConnected = true;
                if (m_remote.start) { // it has begun: from now on it is followed only, and never started anew
                    m_remote.start = false;
                    if (Result<void> written = writeRemote(m_options.replica, m_remote); !written)
                        return written.error();
                }
                m_server->setSilent(false);
                tell(""); // takes the complaint back
                if (m_options.note)
                    m_options.note("Connected to " + where() + "; the copy is at step "
                        + std::to_string(replica->lastStep()) + ".");
                continue;
            }
            ++m_lines;
            const Result<std::optional<RunState>> over = take(**line, *replica);
            if (!over || *over)
                return over;
        }
        return std::optional<RunState>();
    }

    /// A line of the stream.
    Result<std::optional<RunState>> take(const std::string& line, RunReplica& replica)
    {
        if (line.rfind("{\"sha256\"", 0) == 0) {
            const Result<bool> committed = replica.apply(line);
            if (!committed)
                return committed.error();
            if (*committed) {
                Event event;
                event.kind = Event::Kind::Committed;
                event.step = std::max<int64_t>(replica.lastStep(), 0);
                m_server->broadcast(event);
            }
            return std::optional<RunState>();
        }
        if (line.rfind("{\"end\"", 0) == 0) {
            const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
            const Result<RunState> state = json.is_object() && json["end"].is_string()
                ? stateFromName(json["end"].get<std::string>())
                : Result<RunState>(RunState::Interrupted);
            return std::optional<RunState>(state ? *state : RunState::Interrupted);
        }
        const Result<Event> event = parseEvent(line);
        if (!event)
            return std::optional<RunState>(); // of a newer program; the rows are what counts
        m_server->setSilent(false);
        if (event->kind == Event::Kind::Reply) {
            if (const auto asked = m_open.find(event->id); asked != m_open.end()) {
                m_server->reply(asked->second, event->ok, event->message);
                m_open.erase(asked);
            }
            return std::optional<RunState>();
        }
        const bool elsewhere = event->kind == Event::Kind::Progress && event->part != m_part;
        if (event->kind != Event::Kind::Log && (event->state != m_state || elsewhere)) {
            m_state = event->state;
            m_part = event->part;
            (void)m_lease->setState(m_state, m_part);
        }
        if (event->kind == Event::Kind::Heartbeat) { // the server here has heartbeats of its own
            if (!m_told || *m_told != m_state)
                tell("");
        } else {
            m_server->broadcast(*event);
        }
        m_told = m_state;
        return std::optional<RunState>();
    }

    const AttachOptions& m_options;
    RemoteRun m_remote;
    std::unique_ptr<Lease> m_lease;
    std::unique_ptr<ControlServer> m_server;
    std::map<int64_t, Command> m_open; ///< sent and not answered
    RunState m_state = RunState::Starting;
    StartPart m_part = StartPart::None;
    std::optional<RunState> m_told;
    int64_t m_lines = 0;
    bool m_everConnected = false;
};

} // namespace

Result<RunState> attachRun(const AttachOptions& options, const std::atomic<bool>& stop)
{
    Result<RemoteRun> remote = readRemote(options.replica);
    if (!remote)
        return remote.error();
    Result<std::unique_ptr<Lease>> lease = Lease::acquire(options.replica);
    if (!lease)
        return lease.error();
    const fs::path name = fs::absolute(options.replica).lexically_normal().filename();
    Result<std::unique_ptr<ControlServer>> server
        = ControlServer::listen(options.replica, name.string(), AHASCOPE_VERSION);
    if (!server)
        return server.error();
    return Attachment(options, std::move(*remote), std::move(*lease), std::move(*server)).run(stop);
}

} // namespace aha
