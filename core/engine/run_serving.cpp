#include "core/engine/run_serving.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/engine/detached_engine.h"
#include "core/protocol/control_client.h"
#include "core/protocol/run_folder.h"
#include "core/protocol/start_note.h"
#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <chrono>
#include <mutex>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace aha {

namespace fs = std::filesystem;

namespace {

constexpr int kLookMs = 200;
constexpr auto kStartPatience = std::chrono::seconds(120); // for an engine that loads its model

/// Lines of standard input, with a look at whether there are any.
class Input {
public:
    /// nullopt: none within the time. `ended` becomes true at the end of the input.
    std::optional<std::string> line(int timeoutMs)
    {
        for (;;) {
            if (const size_t end = m_buffer.find('\n'); end != std::string::npos) {
                std::string line = m_buffer.substr(0, end);
                m_buffer.erase(0, end + 1);
                return line;
            }
            pollfd waiting { STDIN_FILENO, POLLIN, 0 };
            if (ended || m_buffer.size() > (8 << 20) || ::poll(&waiting, 1, timeoutMs) <= 0)
                return std::nullopt;
            char bytes[1 << 14];
            const ssize_t n = ::read(STDIN_FILENO, bytes, sizeof bytes);
            if (n > 0)
                m_buffer.append(bytes, size_t(n));
            else if (n == 0 || errno != EINTR)
                ended = true;
        }
    }
    bool ended = false;

private:
    std::string m_buffer;
};

/// Standard output, from two threads. A client that is gone makes it deaf.
class Output {
public:
    bool send(std::string line)
    {
        line += '\n';
        const std::lock_guard lock(m_mutex);
        for (size_t done = 0; done < line.size() && !m_gone;) {
            const ssize_t n = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
            if (n > 0)
                done += size_t(n);
            else if (errno != EINTR)
                m_gone = true;
        }
        return !m_gone;
    }
    bool gone() const { return m_gone; }

private:
    std::mutex m_mutex;
    std::atomic<bool> m_gone { false };
};

bool isThere(const fs::path& path)
{
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Its database is there and complete: an engine that begins makes it in several steps.
bool isReady(const fs::path& run) { return RunReader::open(run).ok(); }

/// Starts the run that the client sent, unless a connection before this one did.
Result<void> startRunOf(const ServeOptions& o, Input& in)
{
    std::optional<std::string> line;
    while (!line && !in.ended)
        line = in.line(kLookMs);
    const nlohmann::ordered_json json = nlohmann::ordered_json::parse(line.value_or(""), nullptr, false);
    if (!json.is_object() || !json.contains("start") || !json["start"].is_string())
        return Error { "protocol_malformed", "The first line of the input does not say what to start.", "" };
    const std::string text = json["start"].get<std::string>();
    const fs::path given = o.run / "start.json";
    if (const Result<std::string> before = readFile(given, 1 << 20);
        before && *before == text && (isThere(o.run / run_folder::kDatabase) || liveEngine(o.run)))
        return {};
    if (isThere(o.run / run_folder::kDatabase) || liveEngine(o.run))
        return Error { "run_exists", "There is already another run in " + o.run.string() + " on this machine.",
            "Choose another folder there, or attach without starting." };
    if (const Result<RunConfig> config = runConfigFromJson(text); !config)
        return config.error();
    if (Result<void> made = makeFolders(o.run); !made)
        return made;
    if (Result<void> written = writeFileAtomically(given, text); !written)
        return written;
    const Result<int64_t> pid = spawnDetached(
        { o.engine.string(), "train", given.string(), "--run-dir", o.run.string() }, o.run / run_folder::kLog);
    if (!pid)
        return pid.error();
    const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
    while (!isReady(o.run)) {
        int status = 0;
        const bool over = ::waitpid(pid_t(*pid), &status, WNOHANG) == pid_t(*pid);
        if (over && !isReady(o.run)) {
            const std::string words = newestStart(o.run).words;
            return Error { "engine_failed", words.empty() ? "The engine ended before it began." : words, "" };
        }
        if (std::chrono::steady_clock::now() > deadline)
            return Error { "engine_failed", "The engine did not begin within two minutes.",
                "Its folder's engine.log may say why." };
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return {};
}

/// Commands from the client to the engine, answers back; on a thread of its own, since an engine answers between steps.
void passCommands(
    const fs::path& run, Input& in, Output& out, const std::atomic<bool>& over, std::atomic<bool>& clientGone)
{
    std::unique_ptr<ControlClient> control;
    while (!over.load()) {
        const std::optional<std::string> line = in.line(kLookMs);
        if (!line) {
            if (in.ended) {
                clientGone = true;
                return;
            }
            continue;
        }
        Event reply;
        reply.kind = Event::Kind::Reply;
        const Result<Command> command = parseCommand(*line);
        if (command) {
            reply.id = command->id;
            Result<Event> answer = control ? control->request(*command) : Result<Event>(Error {});
            if (!answer && (!control || answer.error().code == "engine_not_running")) { // none yet, or it is gone
                control.reset();
                if (auto fresh = ControlClient::connect(run)) {
                    control = std::move(*fresh);
                    answer = control->request(*command);
                } else {
                    answer = fresh.error();
                }
            }
            reply.ok = answer && answer->ok;
            reply.message = answer ? answer->message : answer.error().sentence();
        } else {
            reply.ok = false;
            reply.message = command.error().sentence();
        }
        out.send(toLine(reply));
    }
}

Result<StreamCursor> cursorOf(const ServeOptions& o)
{
    if (!o.after.empty() && o.after.find_first_not_of("0123456789") == std::string::npos && o.after.size() < 16)
        return RunStream::cursorAfter(o.run, std::stoll(o.after));
    return parseStreamCursor(o.after);
}

} // namespace

Result<void> serveRun(const ServeOptions& o, const std::atomic<bool>& stop)
{
    Input in;
    Output out;
    if (o.start)
        if (Result<void> started = startRunOf(o, in); !started)
            return started;
    const auto deadline = std::chrono::steady_clock::now() + kStartPatience;
    while (!isReady(o.run) && liveEngine(o.run) && !stop.load() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const Result<StreamCursor> from = cursorOf(o);
    if (!from)
        return from.error();
    const Result<std::unique_ptr<RunStream>> stream = RunStream::open(o.run, *from);
    if (!stream)
        return stream.error();
    const Result<StreamHello> hello = (*stream)->hello();
    if (!hello)
        return hello.error();
    out.send(toLine(*hello));
    const auto sendRows
        = [&] { return (*stream)->read([&](const std::string& line) { return !stop.load() && out.send(line); }); };
    if (o.once) {
        const auto sent = sendRows();
        return sent ? Result<void>() : Result<void>(sent.error());
    }
    std::atomic<bool> over { false }, clientGone { false };
    std::thread commands([&] { passCommands(o.run, in, out, over, clientGone); });
    Result<void> result;
    std::unique_ptr<ControlClient> events;
    while (!stop.load() && !out.gone()) {
        const bool gone = clientGone.load(); // before the rows: what was there when it left is still sent
        const bool live = liveEngine(o.run).has_value();
        if (const auto sent = sendRows(); !sent) {
            result = sent.error();
            break;
        }
        if (!live) {
            std::string marker;
            if (const auto reader = RunReader::open(o.run))
                if (const auto summary = (*reader)->summary())
                    marker = summary->lastMarker;
            out.send(nlohmann::json { { "end", stateName(stateOfRun(o.run, marker)) } }.dump());
            break;
        }
        if (gone)
            break;
        if (!events)
            if (auto fresh = ControlClient::connect(o.run))
                events = std::move(*fresh);
        if (!events) {
            std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
            continue;
        }
        for (int i = 0; i < 64; ++i) { // at most so many before the next look at the rows
            const Result<Event> event = events->next(i == 0 ? kLookMs : 0);
            if (!event) {
                if (event.error().code == "engine_not_running")
                    events.reset();
                if (event.error().code != "protocol_unknown_kind")
                    break;
                continue;
            }
            if (event->kind == Event::Kind::Committed)
                break; // the rows themselves say it
            if (event->kind != Event::Kind::Reply)
                out.send(toLine(*event));
        }
    }
    over = true;
    commands.join();
    return result;
}

} // namespace aha
