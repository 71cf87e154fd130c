#include "core/sandbox/syscall_filter.h"

#include "core/sandbox/memory_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/sched.h>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace aha {

namespace {

/// Refused with EPERM. Names that an architecture or this libseccomp does not know are left out: the kernel behind
/// them does not know them either, or clone3's ENOSYS way keeps them from being reached.
constexpr const char* kRefused[] = {
    // Other processes, above all the sandbox's own first one.
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp",
    // Keys outlive a sandbox and are shared between sandboxes.
    "keyctl", "add_key", "request_key",
    // Large kernel interfaces that have been ways out.
    "io_uring_setup", "io_uring_enter", "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "fanotify_init",
    "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl", "vm86", "vm86old", "modify_ldt",
    // Namespaces and mounts.
    "unshare", "setns", "mount", "umount", "umount2", "mount_setattr", "move_mount", "open_tree", "fsopen", "fsconfig",
    "fsmount", "fspick", "chroot", "pivot_root", "name_to_handle_at", "open_by_handle_at",
    // The machine: its modules, clock, ports, pages on other nodes.
    "init_module", "finit_module", "delete_module", "create_module", "kexec_load", "kexec_file_load", "reboot",
    "syslog", "acct", "quotactl", "quotactl_fd", "swapon", "swapoff", "settimeofday", "stime", "clock_settime",
    "clock_settime64", "adjtimex", "clock_adjtime", "clock_adjtime64", "iopl", "ioperm", "vhangup", "personality",
    "mbind", "set_mempolicy", "set_mempolicy_home_node", "get_mempolicy", "migrate_pages", "move_pages",
    // Memory that no limit of a process counts.
    "memfd_create", "memfd_secret", "shmget", "msgget", "semget", "mq_open",
    // Signals between sandboxes through files that they share: locks, and notes of who reads what.
    "flock", "inotify_init", "inotify_init1"
};

constexpr scmp_datum_t kLow32 = 0xFFFFFFFF; // the kernel reads an int here, whatever the upper half of a register holds

class Filter {
public:
    Filter()
        : m_context(::seccomp_init(SCMP_ACT_ALLOW))
    {
        if (!m_context)
            m_error = -ENOMEM;
        else
            note(::seccomp_attr_set(m_context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    }
    ~Filter()
    {
        if (m_context)
            ::seccomp_release(m_context);
    }
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;

    void refuse(const char* name, int code)
    {
        const int number = ::seccomp_syscall_resolve_name(name);
        if (number != __NR_SCMP_ERROR)
            note(::seccomp_rule_add(m_context, SCMP_ACT_ERRNO(uint32_t(code)), number, 0));
    }
    void refuse(int number, const scmp_arg_cmp& when)
    {
        note(::seccomp_rule_add_array(m_context, SCMP_ACT_ERRNO(EPERM), number, 1, &when));
    }
    /// 0, or a negative errno of the first call that failed.
    int error() const { return m_error; }
    int exportTo(int file) const { return ::seccomp_export_bpf(m_context, file); }

private:
    void note(int result)
    {
        if (result < 0 && result != -EDOM && m_error == 0) // EDOM: not of this architecture
            m_error = result;
    }
    scmp_filter_ctx m_context;
    int m_error = 0;
};

Error failed(int code)
{
    return { "sandbox_filter",
        std::string("The sandbox's seccomp filter could not be made: ") + std::strerror(code) + ".",
        "Install libseccomp 2.5 or newer." };
}

} // namespace

Result<std::string> makeSyscallFilter()
{
    Filter filter;
    if (filter.error())
        return failed(-filter.error());
    for (const char* name : kRefused)
        filter.refuse(name, EPERM);
    filter.refuse(
        "clone3", ENOSYS); // its flags lie in memory, where a filter cannot look; libraries fall back to clone
    for (const scmp_datum_t flag : { CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS,
             CLONE_NEWCGROUP, CLONE_NEWTIME })
        filter.refuse(SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
    for (const int call : { SCMP_SYS(socket), SCMP_SYS(socketpair) })
        filter.refuse(call, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
    for (const scmp_datum_t request : { scmp_datum_t(TIOCSTI), scmp_datum_t(0x541C /* TIOCLINUX */) })
        filter.refuse(SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32, request));
    for (const scmp_datum_t command :
        { F_SETLK, F_SETLKW, 37 /* F_OFD_SETLK */, 38 /* F_OFD_SETLKW */, 1024 /* F_SETLEASE */, 1026 /* F_NOTIFY */ })
        filter.refuse(SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_MASKED_EQ, kLow32, command));
    if (filter.error())
        return failed(-filter.error());

    const Descriptor file(::memfd_create("filter", MFD_CLOEXEC));
    if (!file)
        return failed(errno);
    if (const int code = filter.exportTo(file.number()); code < 0)
        return failed(-code);
    std::string bytes(size_t(::lseek(file.number(), 0, SEEK_END)), '\0');
    if (::pread(file.number(), bytes.data(), bytes.size(), 0) != ssize_t(bytes.size()) || bytes.empty())
        return failed(EIO);
    return bytes;
}

} // namespace aha
