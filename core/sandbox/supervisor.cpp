#include "core/sandbox/supervisor.h"

#include "core/sandbox/memory_file.h"
#include "core/sandbox/process_tree.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aha {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFirstOwn = 16; // our ends lie above the numbers that a child gets
constexpr int kSampleMs = 25;
constexpr int kDyingMs = 5000; // what a killed process may take on a busy machine

int pidfdOf(pid_t process) { return int(::syscall(SYS_pidfd_open, process, 0)); }

Descriptor raised(int number)
{
    Descriptor low(number);
    return Descriptor(::fcntl(number, F_DUPFD_CLOEXEC, kFirstOwn));
}

struct Pipe {
    Descriptor read, write;
    bool open()
    {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            return false;
        read = raised(ends[0]);
        write = raised(ends[1]);
        return read && write && ::fcntl(read.number(), F_SETFL, O_NONBLOCK) == 0;
    }
};

/// What posix_spawn is told of the child.
class SpawnPlan {
public:
    SpawnPlan()
    {
        ::posix_spawn_file_actions_init(&m_actions);
        ::posix_spawnattr_init(&m_attributes);
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        ::posix_spawnattr_setsigmask(&m_attributes, &none);
        ::posix_spawnattr_setsigdefault(&m_attributes, &all);
        ::posix_spawnattr_setpgroup(&m_attributes, 0);
        ::posix_spawnattr_setflags(
            &m_attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnPlan()
    {
        ::posix_spawn_file_actions_destroy(&m_actions);
        ::posix_spawnattr_destroy(&m_attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// The next descriptor of the child, from 0.
    void give(int number) { ::posix_spawn_file_actions_adddup2(&m_actions, number, m_next++); }
    int start(const std::vector<std::string>& command, pid_t& process)
    {
        // Everything else of ours stays here: databases, sockets, other runs' pipes.
        ::posix_spawn_file_actions_addclosefrom_np(&m_actions, m_next);
        std::vector<char*> arguments;
        for (const std::string& each : command)
            arguments.push_back(const_cast<char*>(each.c_str()));
        arguments.push_back(nullptr);
        char path[] = "PATH=/usr/bin:/bin";
        char* environment[] = { path, nullptr };
        return ::posix_spawn(&process, arguments[0], &m_actions, &m_attributes, arguments.data(), environment);
    }

private:
    posix_spawn_file_actions_t m_actions {};
    posix_spawnattr_t m_attributes {};
    int m_next = 0;
};

/// A process that lives until this is destroyed, with what it says.
class Watched {
public:
    explicit Watched(const Launch& launch)
        : m_launch(launch)
        , m_begin(Clock::now())
    {
    }

    Supervised run()
    {
        if (!start())
            return std::move(m_result);
        std::optional<SandboxEnd> limit;
        while (!limit && !hasEnded(m_outer.number(), untilNextLook()))
            limit = look();
        finish(limit);
        return std::move(m_result);
    }

private:
    bool start()
    {
        const Descriptor nothing = raised(::open("/dev/null", O_RDWR | O_CLOEXEC));
        if (!nothing || !m_output.open() || !m_errors.open() || !m_status.open())
            return failed(errno);
        SpawnPlan plan;
        plan.give(m_launch.input >= 0 ? m_launch.input : nothing.number());
        plan.give(m_output.write.number());
        plan.give(m_errors.write.number());
        for (const int channel : m_launch.channels)
            plan.give(channel);
        if (m_launch.reportsStatus)
            plan.give(m_status.write.number());
        if (const int code = plan.start(m_launch.command, m_process); code != 0)
            return failed(code);
        for (Pipe* pipe : { &m_output, &m_errors, &m_status })
            pipe->write.close();
        m_outer = Descriptor(pidfdOf(m_process));
        if (!m_outer) {
            const int code = errno;
            ::kill(-m_process, SIGKILL);
            while (::waitpid(m_process, nullptr, 0) < 0 && errno == EINTR) { }
            return failed(code);
        }
        return true;
    }

    bool failed(int code)
    {
        m_result.run.end = SandboxEnd::NotStarted;
        m_result.run.error = m_launch.command[0] + " could not be started: " + std::string(std::strerror(code)) + ".";
        return false;
    }

    double seconds() const { return std::chrono::duration<double>(Clock::now() - m_begin).count(); }
    int untilNextLook() const
    {
        const double left = m_launch.wallSeconds - seconds();
        return std::clamp(int(left * 1000) + 1, 0, kSampleMs);
    }

    /// Waits for the end of the process, or for something to read, or for the time.
    bool hasEnded(int pidfd, int ms)
    {
        pollfd files[] = { { pidfd, POLLIN, 0 }, { m_output.read.number(), POLLIN, 0 },
            { m_errors.read.number(), POLLIN, 0 }, { m_status.read.number(), POLLIN, 0 } };
        ::poll(files, 4, ms);
        return files[0].revents != 0;
    }

    /// One round: reads, counts; the limit that is passed, if any.
    std::optional<SandboxEnd> look()
    {
        const size_t most = size_t(m_launch.limits.outputKb) << 10;
        read(m_status, m_words, 4096);
        findInner();
        if (!read(m_output, m_result.run.output, most) || !read(m_errors, m_result.run.errors, most))
            return SandboxEnd::Output;
        const double now = seconds();
        if (now >= m_launch.wallSeconds)
            return SandboxEnd::Wall;
        if (m_innerPid > 0 && now - m_lastSample >= 0.001 * kSampleMs) {
            m_lastSample = now;
            std::vector<pid_t> all = descendantsOf(m_innerPid);
            all.push_back(m_innerPid);
            const ProcessUse use = useOf(all);
            m_result.run.cpuSeconds = std::max(m_result.run.cpuSeconds, use.cpuSeconds);
            if (use.cpuSeconds > m_launch.limits.cpuSeconds)
                return SandboxEnd::Cpu;
            if (use.residentMb > double(m_launch.limits.memoryMb))
                return SandboxEnd::Memory;
        }
        return std::nullopt;
    }

    /// Appends what there is; false when it is more than `most`, of which `most` are kept.
    static bool read(Pipe& from, std::string& to, size_t most)
    {
        char bytes[64 << 10];
        while (from.read) {
            const ssize_t count = ::read(from.read.number(), bytes, sizeof bytes);
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return true; // nothing now
            if (count == 0) {
                from.read.close(); // poll() would report its end for ever
                return true;
            }
            to.append(bytes, size_t(count));
            if (to.size() > most) {
                to.resize(most);
                return false;
            }
        }
        return true;
    }

    std::optional<long> statusValue(const char* key) const
    {
        const size_t at = m_words.rfind(key);
        if (at == std::string::npos)
            return std::nullopt;
        char* end = nullptr;
        const char* begin = m_words.c_str() + at + std::strlen(key);
        const long value = std::strtol(begin, &end, 10);
        return end == begin ? std::nullopt : std::optional(value);
    }

    /// The first process of the sandbox's pid namespace: when it is gone, all are.
    void findInner()
    {
        if (m_innerPid != 0)
            return;
        if (const std::optional<long> pid = statusValue("\"child-pid\": "); pid && *pid > 1) {
            m_innerPid = pid_t(*pid);
            m_inner = Descriptor(pidfdOf(m_innerPid));
        }
    }

    /// Ends all of it and takes the last words.
    void finish(std::optional<SandboxEnd> limit)
    {
        read(m_status, m_words, 4096);
        findInner();
        if (m_inner) // also after a good end: what was left behind must not outlive it
            ::syscall(SYS_pidfd_send_signal, m_inner.number(), SIGKILL, nullptr, 0);
        else if (limit)
            ::kill(-m_process, SIGKILL);
        if (!waitFor(m_outer, limit ? 500 : kDyingMs)) {
            ::kill(-m_process, SIGKILL);
            waitFor(m_outer, kDyingMs);
        }
        if (m_inner)
            waitFor(m_inner, kDyingMs);
        int status = 0;
        rusage use {};
        ::kill(-m_process, SIGKILL); // whatever a process that is no bubblewrap left in its group
        while (::wait4(m_process, &status, 0, &use) < 0 && errno == EINTR) { }
        const size_t most = size_t(m_launch.limits.outputKb) << 10;
        const bool fits = read(m_output, m_result.run.output, most) & int(read(m_errors, m_result.run.errors, most));
        read(m_status, m_words, 4096);
        if (!limit && !fits)
            limit = SandboxEnd::Output;

        SandboxRun& run = m_result.run;
        run.seconds = seconds();
        run.cpuSeconds = std::max(run.cpuSeconds,
            double(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
                + 1e-6 * double(use.ru_utime.tv_usec + use.ru_stime.tv_usec));
        const std::optional<long> code = statusValue("\"exit-code\": ");
        m_result.reported = code.has_value();
        long ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (m_launch.reportsStatus && code)
            ended = *code;
        if (limit)
            run.end = *limit;
        else if (ended == 128 + SIGXCPU)
            run.end = SandboxEnd::Cpu;
        else
            run.end = ended > 128 ? SandboxEnd::Signal : SandboxEnd::Exited;
        run.status = run.end == SandboxEnd::Signal ? int(ended - 128) : run.end == SandboxEnd::Exited ? int(ended) : 0;
    }

    static bool waitFor(const Descriptor& pidfd, int ms)
    {
        const auto until = Clock::now() + std::chrono::milliseconds(ms);
        pollfd file { pidfd.number(), POLLIN, 0 };
        for (auto left = ms; left >= 0;
             left = int(std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count()))
            if (const int ready = ::poll(&file, 1, left); ready > 0)
                return true;
            else if (ready == 0 || errno != EINTR)
                return false;
        return false;
    }

    const Launch& m_launch;
    Clock::time_point m_begin;
    double m_lastSample = 0;
    pid_t m_process = -1, m_innerPid = 0;
    Descriptor m_outer, m_inner;
    Pipe m_output, m_errors, m_status;
    std::string m_words; ///< of bubblewrap
    Supervised m_result;
};

} // namespace

Supervised supervise(const Launch& launch) { return Watched(launch).run(); }

} // namespace aha
