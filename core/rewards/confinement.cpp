#include "core/rewards/confinement.h"

#include <cstdlib>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace aha {

namespace {

void writeFile(const char* path, const std::string& text)
{
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)!::write(file, text.data(), text.size());
    ::close(file);
}

/// A namespace without any interface. An ordinary user needs a user namespace for it, where it stays the same user.
bool leaveNetwork(const std::string& userMap, const std::string& groupMap)
{
    if (::unshare(CLONE_NEWNET) == 0)
        return true;
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    writeFile("/proc/self/setgroups", "deny");
    writeFile("/proc/self/uid_map", userMap);
    writeFile("/proc/self/gid_map", groupMap);
    return true;
}

/// Nothing can be written, made or removed but /dev/null.
bool forbidWriting()
{
    landlock_ruleset_attr rights {};
    rights.handled_access_fs = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR
        | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR
        | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO
        | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
    const int rules = int(::syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0));
    if (rules < 0)
        return false;
    landlock_path_beneath_attr sink {};
    sink.allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE;
    sink.parent_fd = ::open("/dev/null", O_PATH | O_CLOEXEC);
    (void)::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &sink, 0);
    const bool done = ::syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    ::close(sink.parent_fd);
    ::close(rules);
    return done;
}

bool limit(int resource, uint64_t value)
{
    const rlimit both { value, value };
    return ::setrlimit(decltype(RLIMIT_AS)(resource), &both) == 0;
}

/// Does a child confined so come to its end well?
bool works(const Confinement& confinement)
{
    const ConfinementInChild inside(confinement);
    const std::vector<std::string> command = confinement.arguments("exit 0");
    std::vector<char*> arguments;
    for (const std::string& each : command)
        arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        const int sink = ::open("/dev/null", O_RDWR);
        for (int stream = 0; stream < 3; ++stream)
            ::dup2(sink, stream);
        if (inside.apply())
            ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = 1;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string installed(const std::string& program)
{
    const char* path = std::getenv("PATH");
    for (std::string rest = path ? path : "/usr/bin:/bin"; !rest.empty();) {
        const size_t colon = rest.find(':');
        const std::string file = rest.substr(0, colon) + "/" + program;
        if (file[0] == '/' && ::access(file.c_str(), X_OK) == 0)
            return file;
        rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
    return {};
}

} // namespace

std::string Confinement::sentence() const
{
    const std::string memory = std::to_string(memoryBytes >> 20) + " MB of memory at most";
    if (!bubblewrap.empty())
        return "It runs in bubblewrap: without network, every file read-only, " + memory + ".";
    return "It runs without bubblewrap (not installed, or not allowed here), in a process group of its own with "
        + memory + "; " + (network ? "the network is shut off" : "the network could not be shut off")
        + (files ? ", and files cannot be written." : ", and files can be made but not filled.");
}

std::vector<std::string> Confinement::arguments(const std::string& shellCommand) const
{
    std::vector<std::string> all;
    if (!bubblewrap.empty())
        all = { bubblewrap, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-net", "--unshare-pid",
            "--unshare-ipc", "--die-with-parent", "--" };
    all.insert(all.end(), { "/bin/sh", "-c", shellCommand });
    return all;
}

Confinement findConfinement()
{
    Confinement best;
    best.bubblewrap = installed("bwrap");
    if (!best.bubblewrap.empty() && works(best))
        return best;
    best.bubblewrap.clear();
    for (const bool network : { true, false })
        for (const bool files : { true, false }) {
            best.network = network;
            best.files = files;
            if ((network || files) && works(best))
                return best;
        }
    return best;
}

ConfinementInChild::ConfinementInChild(const Confinement& confinement)
    : m_confinement(confinement)
    , m_userMap(std::to_string(::geteuid()) + " " + std::to_string(::geteuid()) + " 1\n")
    , m_groupMap(std::to_string(::getegid()) + " " + std::to_string(::getegid()) + " 1\n")
{
}

bool ConfinementInChild::apply() const
{
    if (m_confinement.network && !leaveNetwork(m_userMap, m_groupMap))
        return false;
    if (m_confinement.bubblewrap.empty() // which may be set-user-ID, and sets this itself
        && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    if (m_confinement.files && !forbidWriting())
        return false;
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_AS, m_confinement.memoryBytes);
}

} // namespace aha
