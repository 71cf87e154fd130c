#include "core/sandbox/command_line.h"

#include <cmath>
#include <unistd.h>

namespace aha {

namespace {

constexpr int64_t kMiB = 1 << 20;
const char* const kNobody = "65534";
const std::string kHome = "/work"; // of the inside

/// The limits of each process. They stand inside, where the count of processes is the sandbox's own.
std::vector<std::string> limitCommand(const SandboxTools& tools, const SandboxLimits& limits, int64_t fileBytes)
{
    const auto both = [](const char* name, int64_t value) {
        return std::string("--") + name + "=" + std::to_string(value) + ":" + std::to_string(value);
    };
    const auto seconds = int64_t(std::ceil(limits.cpuSeconds));
    return { tools.prlimit, both("nproc", limits.processes + 1), // the sandbox's first process counts
        both("as", limits.memoryMb * kMiB), both("data", limits.memoryMb * kMiB),
        "--cpu=" + std::to_string(seconds) + ":" + std::to_string(seconds + 1), both("fsize", fileBytes),
        both("nofile", 64), both("core", 0), both("stack", std::min<int64_t>(64, limits.memoryMb / 2) * kMiB),
        both("memlock", 0), both("msgqueue", 0), both("sigpending", 256), "--" };
}

} // namespace

SandboxLimits compilerLimits()
{
    // A busy machine is no answer's fault: only the processor's time is counted tightly.
    return { 10, 1536, 32 << 10, 8, 90 };
}

std::vector<std::string> sandboxCommand(const SandboxTools& tools, SandboxJob job, const SandboxLimits& limits)
{
    std::vector<std::string> command;
    const auto add = [&command](std::initializer_list<std::string> more) {
        command.insert(command.end(), more.begin(), more.end());
    };
    if (::geteuid() == 0)
        add({ tools.setpriv, "--reuid", kNobody, "--regid", kNobody, "--clear-groups", "--" });
    add({ tools.bubblewrap, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net",
        "--unshare-cgroup", "--disable-userns", "--assert-userns-disabled", "--die-with-parent", "--new-session",
        "--cap-drop", "ALL", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8",
        "--setenv", "HOME", kHome, "--setenv", "PYTHONHASHSEED", "0", "--uid", kNobody, "--gid", kNobody, "--hostname",
        "sandbox" });
    add({ "--ro-bind", "/usr/bin", "/usr/bin", "--ro-bind", "/usr/lib", "/usr/lib", "--ro-bind-try", "/usr/lib64",
        "/usr/lib64", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64",
        "/lib64" });
    if (job == SandboxJob::Compile)
        add({ "--ro-bind", "/usr/include", "/usr/include" });
    const std::string room = std::to_string(64 * kMiB);
    add({ "--proc", "/proc", "--dev", "/dev", "--size", std::to_string(kMiB), "--tmpfs", "/dev/shm", "--remount-ro",
        "/dev", "--size", room, "--tmpfs", "/tmp", "--size", room, "--tmpfs", kHome });
    const std::string file = kHome
        + (job == SandboxJob::Python        ? "/solution.py"
                : job == SandboxJob::Binary ? "/solution"
                                            : "/solution.cpp");
    add({ "--perms", job == SandboxJob::Binary ? "0555" : "0444", "--ro-bind-data",
        std::to_string(SandboxChannels::content), file, "--chdir", kHome, "--remount-ro", "/", "--seccomp",
        std::to_string(SandboxChannels::filter), "--json-status-fd", std::to_string(SandboxChannels::status), "--" });
    const std::vector<std::string> limit = limitCommand(tools, limits, (job == SandboxJob::Compile ? 64 : 16) * kMiB);
    command.insert(command.end(), limit.begin(), limit.end());
    switch (job) {
    case SandboxJob::Python:
        add({ tools.python, "-u", "-I", "-S", "-B", file });
        break;
    case SandboxJob::Binary:
        add({ file });
        break;
    case SandboxJob::Compile:
        // The result leaves through the pipe; a file of the host is never written.
        add({ "/usr/bin/sh", "-c",
            tools.compiler + " -std=c++17 -O1 -fmax-errors=3 solution.cpp -o solution >&2 && exec cat solution" });
        break;
    }
    return command;
}

} // namespace aha
