#include "core/rewards/confined_process.h"

#include "core/base/result.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace aha {

namespace {

constexpr size_t kMaxLine = 64 << 10, kMaxErrors = 4 << 10;

/// A write to a process that is gone must not end this one: SIGPIPE waits, and is taken away again.
class WithoutSigpipe {
public:
    WithoutSigpipe()
    {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        m_wasPending = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~WithoutSigpipe()
    {
        const timespec now {};
        if (!m_wasPending)
            while (sigtimedwait(&m_pipe, nullptr, &now) < 0 && errno == EINTR) { }
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    WithoutSigpipe(const WithoutSigpipe&) = delete;
    WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

private:
    sigset_t m_pipe {}, m_before {};
    bool m_wasPending = false;
};

struct Pipe {
    Pipe()
    {
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw Failure({ "process_failed",
                std::string("A pipe to a program could not be made: ") + std::strerror(errno) + ".", "" });
    }
    ~Pipe()
    {
        for (const int end : ends)
            if (end >= 0)
                ::close(end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    int take(int end) { return std::exchange(ends[end], -1); }
    int ends[2] { -1, -1 };
};

} // namespace

ConfinedProcess::ConfinedProcess(const std::string& shellCommand, const Confinement& confinement)
{
    // All memory is allocated before fork(): other threads may hold the allocator's locks.
    const ConfinementInChild inside(confinement);
    const std::vector<std::string> command = confinement.arguments(shellCommand);
    std::vector<std::string> variables { "PYTHONDONTWRITEBYTECODE=1" };
    for (const char* name : { "PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH" })
        if (const char* value = std::getenv(name))
            variables.push_back(std::string(name) + "=" + value);
    std::vector<char*> arguments, environment;
    for (const std::string& each : command)
        arguments.push_back(const_cast<char*>(each.c_str()));
    for (const std::string& each : variables)
        environment.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
    Pipe input, output, errors;
    const pid_t parent = ::getpid();
    m_process = ::fork();
    if (m_process == 0) {
        ::setpgid(0, 0);
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        for (int number = 1; number < NSIG; ++number)
            ::signal(number, SIG_DFL);
        ::dup2(input.ends[0], 0);
        ::dup2(output.ends[1], 1);
        ::dup2(errors.ends[1], 2);
        ::syscall(SYS_close_range, 3U, ~0U, 0U);
        if (!inside.apply())
            ::_exit(126);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() == parent)
            ::execve(arguments[0], arguments.data(), environment.data());
        ::_exit(127);
    }
    if (m_process < 0)
        throw Failure(
            { "process_failed", std::string("A program could not be started: ") + std::strerror(errno) + ".", "" });
    m_input = input.take(1);
    m_output = output.take(0);
    m_errorOutput = errors.take(0);
    for (const int own : { m_input, m_output, m_errorOutput })
        ::fcntl(own, F_SETFL, O_NONBLOCK);
    ::setpgid(m_process, m_process); // whoever of the two comes first
}

ConfinedProcess::~ConfinedProcess()
{
    ::kill(-m_process, SIGKILL); // and all that it started; its number is its own until it is waited for
    while (::waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) { }
    for (const int own : { m_input, m_output, m_errorOutput })
        if (own >= 0)
            ::close(own);
}

ConfinedProcess::End ConfinedProcess::exchange(
    std::string_view input, size_t count, double seconds, std::vector<std::string>& lines)
{
    using Clock = std::chrono::steady_clock;
    const WithoutSigpipe guard;
    const auto deadline
        = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    bool open = readOutput();
    if (!m_buffer.empty())
        return End::OutOfStep;
    while (lines.size() < count) {
        for (size_t end = m_buffer.find('\n'); lines.size() < count && end != std::string::npos;
             end = m_buffer.find('\n')) {
            lines.push_back(m_buffer.substr(0, end));
            m_buffer.erase(0, end + 1);
        }
        if (lines.size() == count)
            break;
        if (m_buffer.size() > kMaxLine)
            return End::TooMuch;
        if (!open)
            return End::Ended;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0)
            return End::TimedOut;
        pollfd files[]
            = { { m_output, POLLIN, 0 }, { m_errorOutput, POLLIN, 0 }, { input.empty() ? -1 : m_input, POLLOUT, 0 } };
        if (::poll(files, 3, int(left)) < 0 && errno != EINTR)
            return End::Ended;
        if (files[2].revents) {
            const ssize_t written = ::write(m_input, input.data(), input.size());
            if (written > 0)
                input.remove_prefix(size_t(written));
            else if (errno == EPIPE)
                input = {}; // it reads no more; what it says may still come
        }
        if (files[1].revents)
            readErrors();
        if (files[0].revents)
            open = readOutput();
    }
    readErrors();
    return m_buffer.empty() ? End::Answered : End::OutOfStep;
}

bool ConfinedProcess::readOutput()
{
    char bytes[16 << 10];
    ssize_t read = 0;
    while (m_buffer.size() <= kMaxLine && (read = ::read(m_output, bytes, sizeof bytes)) > 0)
        m_buffer.append(bytes, size_t(read));
    return read != 0 || m_buffer.size() > kMaxLine;
}

void ConfinedProcess::readErrors()
{
    char bytes[4 << 10];
    ssize_t read = 0;
    size_t all = 0;
    while (all < (1 << 20) && (read = ::read(m_errorOutput, bytes, sizeof bytes)) > 0) {
        m_errors.append(bytes, size_t(read));
        all += size_t(read);
        if (m_errors.size() > kMaxErrors)
            m_errors.erase(0, m_errors.size() - kMaxErrors);
    }
    if (read == 0) { // closed: poll would report it for ever
        ::close(m_errorOutput);
        m_errorOutput = -1;
    }
}

std::string ConfinedProcess::fate()
{
    // A process that closed its output is about to end: its exit status is worth a moment.
    siginfo_t info {};
    for (int i = 0; i < 40; ++i) {
        if (::waitid(P_PID, id_t(m_process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0)
            break;
        ::poll(nullptr, 0, 5);
    }
    readErrors();
    if (info.si_pid == 0)
        return "It closed its output.";
    return (info.si_code == CLD_EXITED ? "It ended with exit status " : "It was ended by signal ")
        + std::to_string(info.si_status) + ".";
}

} // namespace aha
