#include "core/engine/far_side.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace aha {

namespace {

constexpr size_t kLongestLine = size_t(256) << 20, kKeptWords = 16 << 10;

/// What helps against the last words of ssh, or of the shell behind it.
std::string hintFor(const std::string& words)
{
    const auto has = [&](const char* part) { return words.find(part) != std::string::npos; };
    if (has("command not found") || has("not found") || has("No such file"))
        return "Say where the engine is there, with its whole path: --program.";
    if (has("Permission denied"))
        return "A key must let you in without a question: ssh -o BatchMode=yes MACHINE true.";
    if (has("Host key verification failed"))
        return "Connect once by hand with ssh, and look at the key that it shows.";
    if (has("resolve hostname") || has("Connection refused") || has("timed out") || has("No route"))
        return "Check the machine's name and that ssh answers there: ssh MACHINE true.";
    return {};
}

} // namespace

FarSide::FarSide(int64_t pid, int in, int out, int error)
    : m_pid(pid)
    , m_in(in)
    , m_out(out)
    , m_error(error)
{
}

FarSide::~FarSide()
{
    for (const int fd : { m_in, m_out, m_error })
        ::close(fd);
    ::kill(pid_t(m_pid), SIGTERM);
    ::waitpid(pid_t(m_pid), nullptr, 0);
}

Result<std::unique_ptr<FarSide>> FarSide::start(
    const std::vector<std::string>& command, const std::filesystem::path& log)
{
    int in[2], out[2], error[2];
    for (int* ends : { in, out, error })
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return Error { "engine_not_started", std::string("No pipe could be made: ") + std::strerror(errno) + ".",
                "" };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, error[1], STDERR_FILENO);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal : { SIGTERM, SIGINT, SIGPIPE, SIGXFSZ })
        sigaddset(&defaults, signal);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, short(POSIX_SPAWN_SETSIGDEF));
    std::vector<char*> words;
    for (const std::string& word : command)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    pid_t pid = 0;
    const int failed = posix_spawnp(&pid, words[0], &files, &attributes, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    for (const int fd : { in[0], out[1], error[1] })
        ::close(fd);
    if (failed != 0) {
        for (const int fd : { in[1], out[0], error[0] })
            ::close(fd);
        return Error { "engine_not_started", command[0] + " could not be started: " + std::strerror(failed) + ".",
            "Is it installed, and is its name right?" };
    }
    for (const int fd : { in[1], out[0], error[0] })
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
    auto self = std::unique_ptr<FarSide>(new FarSide(pid, in[1], out[0], error[0]));
    self->m_log = log;
    return self;
}

void FarSide::send(const std::string& line)
{
    if (!line.empty())
        m_write += line + "\n";
    while (!m_write.empty()) {
        const ssize_t n = ::write(m_in, m_write.data(), m_write.size());
        if (n > 0)
            m_write.erase(0, size_t(n));
        else if (n < 0 && errno == EINTR)
            continue;
        else if (n < 0 && errno == EAGAIN)
            return; // goes on with the next call of line()
        else
            m_write.clear();
    }
}

void FarSide::drainError()
{
    char bytes[1 << 12];
    for (ssize_t n; (n = ::read(m_error, bytes, sizeof bytes)) > 0;) {
        std::ofstream(m_log, std::ios::app | std::ios::binary).write(bytes, n);
        m_words.append(bytes, size_t(n));
        if (m_words.size() > 2 * kKeptWords)
            m_words.erase(0, m_words.size() - kKeptWords);
    }
}

Result<std::optional<std::string>> FarSide::line(int timeoutMs)
{
    for (bool waited = false;;) {
        if (const size_t end = m_read.find('\n', m_searched); end != std::string::npos) {
            std::string line = m_read.substr(0, end);
            m_read.erase(0, end + 1);
            m_searched = 0;
            return std::optional(std::move(line));
        }
        m_searched = m_read.size();
        if (m_read.size() > kLongestLine)
            return Error { "stream_malformed", "The other side sent a line of more than 256 MB.",
                "Copy the run's folder instead." };
        pollfd waiting[]
            = { { m_out, POLLIN, 0 }, { m_error, POLLIN, 0 }, { m_in, short(m_write.empty() ? 0 : POLLOUT), 0 } };
        if (waited || ::poll(waiting, m_write.empty() ? 2 : 3, timeoutMs) <= 0)
            return std::optional<std::string>();
        drainError();
        if (waiting[2].revents & POLLOUT)
            send(std::string()); // what is left
        if (!(waiting[0].revents & (POLLIN | POLLHUP | POLLERR))) {
            waited = true;
            if (waiting[1].revents & POLLHUP) // its end is noticed on standard output
                ::poll(waiting, 1, timeoutMs);
            continue;
        }
        char bytes[1 << 16];
        const ssize_t n = ::read(m_out, bytes, sizeof bytes);
        if (n > 0) {
            m_read.append(bytes, size_t(n));
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        pollfd last { m_error, POLLIN, 0 }; // its last words may still be on the way
        ::poll(&last, 1, 500);
        drainError();
        const size_t start = m_words.find_last_not_of(" \n\r");
        const std::string text = start == std::string::npos ? "" : m_words.substr(0, start + 1);
        const std::string words = text.substr(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
        const nlohmann::json json = nlohmann::json::parse(words, nullptr, false);
        if (json.is_object() && json.contains("error") && json["error"].is_string() && json.contains("message")
            && json["message"].is_string())
            return Error { json["error"].get<std::string>(),
                "The other side says: " + json["message"].get<std::string>(),
                json.contains("hint") && json["hint"].is_string() ? json["hint"].get<std::string>() : std::string() };
        return Error { "remote_lost", words.empty() ? "the other side ended without a word" : words, hintFor(words) };
    }
}

} // namespace aha
