#include "core/sandbox/preflight.h"

#include "core/sandbox/jail.h"
#include "core/sandbox/supervisor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aha {

namespace {

constexpr const char* kNames[kPreflightChecks] = { "bubblewrap", "a program runs", "no privileges",
    "files of the user are out of reach", "the system is read-only", "shared memory is bounded", "no network",
    "the number of processes is bounded", "no inherited descriptors", "a kill leaves nothing behind" };

/// What the inside of a sandbox looks like, a line a finding.
constexpr const char* kProbe = R"py(
import errno, os, socket, sys
nonce, canary = [line.rstrip("\n") for line in sys.stdin]
def say(key, value):
    print(key + "=" + str(value))
opened = []
for fd in range(256):
    try:
        os.fstat(fd)
        opened.append(str(fd))
    except OSError:
        pass
say("descriptors", " ".join(opened))
for line in open("/proc/self/status"):
    key, value = line.split(":", 1)
    if key in ("Seccomp", "NoNewPrivs") or key.startswith("Cap"):
        say(key, value.strip())
def reads(path):
    try:
        open(path, "rb").read(1)
        return True
    except OSError:
        return False
say("read", " ".join(p for p in (canary, "/etc/passwd", "/etc/shadow") if reads(p)))
written = []
for folder in ("/", "/usr/", "/usr/bin/", "/usr/lib/", "/dev/", "/proc/sys/kernel/"):
    try:
        open(folder + "ahascope-probe", "w").close()
        written.append(folder)
    except OSError:
        pass
try:
    open("solution.py", "a").close()
    written.append("its own source")
except OSError:
    pass
say("written", ", ".join(written))
size = 0
try:
    with open("/dev/shm/probe", "wb", buffering=0) as file:
        while size < 8 << 20:
            size += file.write(bytes(1 << 16))
except OSError as e:
    say("shm_error", errno.errorcode.get(e.errno, e.errno))
say("shm", size)
sockets = []
for name, family in (("IPv4", 2), ("IPv6", 10), ("vsock", 40), ("netlink", 16)):
    try:
        socket.socket(family, socket.SOCK_RAW if family == 16 else socket.SOCK_STREAM).close()
        sockets.append(name)
    except OSError:
        pass
say("sockets", " ".join(sockets))
say("net", os.readlink("/proc/self/ns/net"))
say("interfaces", " ".join(l.split(":")[0].strip() for l in open("/proc/net/dev") if ":" in l))
read, write = os.pipe()
forks = 0
try:
    while forks < 64:
        if os.fork() == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
        forks += 1
except OSError:
    pass
os.close(write)
say("forks", forks)
say("nonce", nonce)
)py";

/// A daemon that would outlive its parent, known by its name.
constexpr const char* kStayer = R"py(
import os, sys, time
nonce = sys.stdin.readline().strip()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/usr/bin/python3", [nonce, "-I", "-S", "-B", "-u", "-c", "import time; print('up'); time.sleep(600)"])
    os._exit(0)
os.wait()
time.sleep(600)
)py";

std::string randomName()
{
    std::array<unsigned char, 12> bytes {};
    if (::getrandom(bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()))
        return "ahascope-" + std::to_string(::getpid());
    std::string name = "ahascope-";
    for (const unsigned char byte : bytes) {
        name += "0123456789abcdef"[byte >> 4];
        name += "0123456789abcdef"[byte & 15];
    }
    return name;
}

/// A file of the user's that the inside must not see; gone with this.
class Canary {
public:
    explicit Canary(const std::string& name)
    {
        const char* home = std::getenv("HOME");
        for (const std::string& folder :
            { std::string(home ? home : ""), std::string("/var/tmp"), std::string("/tmp") }) {
            m_path = folder + "/." + name;
            const int file
                = folder.empty() ? -1 : ::open(m_path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
            if (file < 0)
                continue;
            m_written = ::write(file, "canary\n", 7) == 7;
            ::close(file);
            return;
        }
    }
    ~Canary()
    {
        if (m_written)
            ::unlink(m_path.c_str());
    }
    Canary(const Canary&) = delete;
    Canary& operator=(const Canary&) = delete;
    const std::string& path() const { return m_path; }
    bool written() const { return m_written; }

private:
    std::string m_path;
    bool m_written = false;
};

/// What an administrator can do about bubblewrap's own words.
std::string mendOf(const std::string& words)
{
    const auto says = [&words](const char* what) { return words.find(what) != std::string::npos; };
    if (says("max_") && says("namespaces"))
        return "The kernel's limit on namespaces is 0 or used up; an administrator can raise user.max_user_namespaces "
               "with sysctl.";
    if (says("uid map") || says("RTM_NEWADDR"))
        return "AppArmor keeps programs from making user namespaces (Ubuntu 24.04 does); an administrator can allow it "
               "for bwrap alone, with a profile that has \"userns\".";
    if (says("No permissions to create") || says("Creating new namespace failed"))
        return "This system or container does not let programs make user namespaces; an administrator can allow it "
               "(sysctl kernel.unprivileged_userns_clone=1, or the container's own seccomp profile).";
    if (says("Can't mount") || says("mount proc"))
        return "The container that this runs in forbids mounting; start it with rights for nested containers, or run "
               "outside of it.";
    return {};
}

class Preflight {
public:
    explicit Preflight(const Jail& jail)
        : m_jail(jail)
        , m_name(randomName())
    {
    }

    Result<void> run()
    {
        if (const Result<void> passed = bubblewrap(); !passed)
            return passed.error();
        if (const Result<void> passed = inside(); !passed)
            return passed.error();
        return killing();
    }

private:
    static Error failed(int check, const std::string& found, const std::string& mend)
    {
        return { "sandbox_unavailable",
            "Programs that a model writes cannot be run here: check " + std::to_string(check) + " of "
                + std::to_string(kPreflightChecks) + " (" + kNames[check - 1] + ") failed. " + found,
            (mend.empty() ? "" : mend + " ") + "Rewards that run no programs work all the same." };
    }

    Result<void> bubblewrap() const
    {
        const SandboxTools& tools = m_jail.tools();
        const char* install = "Install the packages bubblewrap and util-linux (./ahascope build does).";
        if (!isExecutable(tools.bubblewrap))
            return failed(1, "There is no bubblewrap (bwrap).", install);
        if (!isExecutable(tools.prlimit))
            return failed(1, "There is no " + tools.prlimit + ".", install);
        if (::geteuid() == 0 && !isExecutable(tools.setpriv))
            return failed(1, "There is no setpriv, and a sandbox must not run as root.", install);
        struct stat file { };
        if (::stat(tools.bubblewrap.c_str(), &file) != 0 || (file.st_mode & (S_ISUID | S_ISGID)))
            return failed(1, tools.bubblewrap + " is set-user-ID: its faults would be root's.",
                "Take that bit away (chmod u-s), or use the distribution's own package.");
        Launch launch;
        launch.command = { tools.bubblewrap, "--version" };
        const SandboxRun run = supervise(launch).run;
        int major = 0, minor = 0;
        if (!run.ok() || std::sscanf(run.output.c_str(), "bubblewrap %d.%d", &major, &minor) != 2)
            return failed(1, tools.bubblewrap + " does not say its version.", install);
        if (major == 0 && minor < 8)
            return failed(1,
                "Bubblewrap 0.8.0 or newer is needed; this is " + std::to_string(major) + "." + std::to_string(minor)
                    + ".",
                "Install a newer one.");
        if (!isExecutable(tools.python))
            return failed(2, "There is no " + tools.python + ".", "Install python3.");
        return {};
    }

    /// Checks 2 to 9, all in one run.
    Result<void> inside()
    {
        const Result<MemoryFile> probe = MemoryFile::of(kProbe);
        if (!probe)
            return failed(2, probe.error().message, "");
        const Canary canary(m_name);
        if (!canary.written())
            return failed(4, "No file could be written to look for: neither in the home folder nor in /tmp.", "");
        constexpr SandboxLimits limits { 4, 512, 64, 4 };
        const SandboxRun run
            = m_jail.run({ SandboxJob::Python, *probe, m_name + "\n" + canary.path() + "\n", limits, 20 });
        if (run.end == SandboxEnd::NotStarted)
            return failed(2, run.error, mendOf(run.error));
        std::istringstream lines(run.output);
        for (std::string line; std::getline(lines, line);)
            m_found.push_back(line);
        if (!run.ok() || value("nonce") != m_name) {
            const std::string words = run.errors.substr(0, 200);
            return failed(2,
                "A small program did not answer. " + run.sentence() + (words.empty() ? "" : " It said: " + words),
                mendOf(run.errors));
        }
        return findings(limits);
    }

    Result<void> findings(const SandboxLimits& limits) const
    {
        if (value("Seccomp") != "2" || value("NoNewPrivs") != "1")
            return failed(3, "The system call filter is not in force.", "The kernel needs CONFIG_SECCOMP_FILTER.");
        for (const char* set : { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            if (const std::string bits = value(set); bits.empty() || bits.find_first_not_of('0') != std::string::npos)
                return failed(3, std::string("A program holds capabilities (") + set + " " + bits + ").", "");
        if (!value("read").empty())
            return failed(4, "A program can read " + value("read") + ".", "");
        if (!value("written").empty())
            return failed(5, "A program can write to " + value("written") + ".", "");
        if (value("shm_error") != "ENOSPC" || number("shm") > 1 << 20)
            return failed(6, "A program can put " + value("shm") + " bytes or more into /dev/shm.", "");
        char ours[64] = "";
        (void)!::readlink("/proc/self/ns/net", ours, sizeof ours - 1);
        if (value("net").empty() || value("net") == ours || value("interfaces") != "lo")
            return failed(7, "A program sees the network of this machine.", "");
        if (!value("sockets").empty())
            return failed(7, "A program can open sockets: " + value("sockets") + ".", "");
        if (number("forks") > limits.processes)
            return failed(8, "A program could start " + value("forks") + " processes.", "");
        if (value("descriptors") != "0 1 2")
            return failed(9, "A program has the descriptors " + value("descriptors") + ".", "");
        return {};
    }

    Result<void> killing() const
    {
        const Result<MemoryFile> stayer = MemoryFile::of(kStayer);
        if (!stayer)
            return failed(10, stayer.error().message, "");
        constexpr SandboxLimits limits { 4, 512, 64, 4 };
        for (const double seconds : { 0.5, 8.0 }) { // a busy machine takes longer to have a daemon to leave behind
            const SandboxRun run = m_jail.run({ SandboxJob::Python, *stayer, m_name + "\n", limits, seconds });
            const int left = endSurvivors();
            if (left > 0)
                return failed(10, std::to_string(left) + " processes outlived it.", "");
            if (run.end == SandboxEnd::Wall && run.output == "up\n")
                return {};
            if (run.end != SandboxEnd::Wall)
                return failed(
                    10, "A program that waits did not wait. " + run.sentence() + " " + run.errors.substr(0, 200), "");
        }
        return failed(10, "No daemon could be started in eight seconds.", "The machine is too busy; try again.");
    }

    /// Counts and kills what bears this preflight's name.
    int endSurvivors() const
    {
        int found = 0;
        DIR* all = ::opendir("/proc");
        while (const dirent* entry = all ? ::readdir(all) : nullptr) {
            const pid_t process = pid_t(std::strtol(entry->d_name, nullptr, 10));
            if (process <= 1)
                continue;
            std::ifstream file("/proc/" + std::string(entry->d_name) + "/cmdline", std::ios::binary);
            std::string first;
            if (std::getline(file, first, '\0') && first == m_name) {
                ::kill(process, SIGKILL);
                ++found;
            }
        }
        if (all)
            ::closedir(all);
        return found;
    }

    std::string value(const std::string& key) const
    {
        for (const std::string& line : m_found)
            if (line.size() > key.size() && line[key.size()] == '=' && line.compare(0, key.size(), key) == 0)
                return line.substr(key.size() + 1);
        return {};
    }
    long number(const std::string& key) const { return std::strtol(value(key).c_str(), nullptr, 10); }

    const Jail& m_jail;
    std::string m_name;
    std::vector<std::string> m_found;
};

} // namespace

Result<void> preflight(const Jail& jail) { return Preflight(jail).run(); }

} // namespace aha
