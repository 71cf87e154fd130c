#include "attacks.h"

#include "core/sandbox/process_tree.h"
#include "core/tasks/programs/function_driver.h"

#include <QDir>
#include <QFile>
#include <QStringList>

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace attack {

namespace {

/// What the attacks in Python share: tried(way) and asked(system call, …) count what is refused and tell what is not.
constexpr const char* kPrelude = R"py(import ctypes, errno, os, signal, socket, sys, time
libc = ctypes.CDLL(None, use_errno=True)
refused, open_ways = 0, []
def tried(way):
    global refused
    try:
        open_ways.append(way())
    except OSError:
        refused += 1
def asked(number, *arguments, also=errno.EPERM):
    global refused
    result = libc.syscall(number, *arguments)
    if result == -1 and ctypes.get_errno() in (errno.EPERM, also):
        refused += 1
    else:
        open_ways.append((number, result, ctypes.get_errno()))
def report(count):
    print("denied" if refused == count and not open_ways else (refused, open_ways))
)py";

const QStringList kNewFiles { "/ahascope-attack", "/usr/ahascope-attack", "/usr/bin/ahascope-attack",
    "/usr/lib/ahascope-attack", "/dev/ahascope-attack" };

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(gone)");
}

int listening(int family, const sockaddr* address, socklen_t size)
{
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket >= 0 && ::bind(socket, address, size) == 0 && ::listen(socket, 8) == 0)
        return socket;
    return -1;
}

} // namespace

aha::SandboxLimits limits() { return { 1, 256, 1024, 4, 2 }; }

Host::Host()
{
    // What outlives its parents becomes a child of this process, where survivors() sees it.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const QString folder = m_folder.path();
    QDir(folder).mkpath(".ssh");
    for (const char* name : { "secret", ".ssh/id", "project.db" }) {
        QFile file(folder + "/" + name);
        if (file.open(QIODevice::WriteOnly))
            file.write(kSecret);
        file.setPermissions(QFile::Permissions(0x7777)); // only the sandbox keeps it out
    }
    for (const QString& each : { folder, folder + "/.ssh" })
        QFile::setPermissions(each, QFile::Permissions(0x7777));
    m_leak = ::open((folder + "/project.db").toUtf8().constData(), O_RDWR); // on purpose not closed on exec
    ::fcntl(m_leak, F_DUPFD, 100);
    for (const char* name : { "HF_TOKEN", "SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY" })
        qputenv(name, kSecret);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    m_socket = listening(AF_INET, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size);
    m_port = ntohs(address.sin_port);
    sockaddr_un name {};
    name.sun_family = AF_UNIX;
    const std::string text = "ahascope-attack-" + std::to_string(m_port);
    std::memcpy(name.sun_path + 1, text.data(), text.size());
    m_abstract = listening(
        AF_UNIX, reinterpret_cast<sockaddr*>(&name), socklen_t(offsetof(sockaddr_un, sun_path) + 1 + text.size()));
    // Of the same user as a sandbox: only the pid namespace protects it.
    m_bystander = ::fork();
    if (m_bystander == 0) {
        if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0)
            ::_exit(1);
        for (;;)
            ::pause();
    }
}

Host::~Host()
{
    ::kill(m_bystander, SIGKILL);
    ::waitpid(m_bystander, nullptr, 0);
    for (const int each : { m_leak, m_socket, m_abstract, 100 })
        ::close(each);
}

std::string Host::filled(const char* code) const
{
    QString text = QString::fromUtf8(code);
    text.replace("$HOST", m_folder.path()).replace("$PORT", QString::number(m_port));
    return text.toStdString();
}

QString Host::changes() const
{
    QStringList found;
    if (m_leak < 0 || m_socket < 0 || m_abstract < 0 || m_bystander <= 0)
        found << "the host could not be prepared";
    for (const char* name : { "secret", ".ssh/id", "project.db" })
        if (contentOf(m_folder.filePath(name)) != kSecret)
            found << QString(name) + " is now " + contentOf(m_folder.filePath(name)).left(40);
    if (const QStringList names
        = QDir(m_folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
        names != QStringList { ".ssh", "project.db", "secret" })
        found << "the folder now has " + names.join(", ");
    for (const QString& path : kNewFiles)
        if (QFile::exists(path))
            found << path + " was made";
    for (const int socket : { m_socket, m_abstract })
        if (const int guest = ::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC); guest >= 0) {
            ::close(guest);
            found << "somebody called";
        }
    if (::kill(m_bystander, 0) != 0 || ::waitpid(m_bystander, nullptr, WNOHANG) != 0)
        found << "a process of the host is gone";
    return found.join("; ");
}

QString Host::survivors() const
{
    // Those of the dead that came to this process are buried first.
    siginfo_t dead {};
    while (
        ::waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT) == 0 && dead.si_pid > 0 && dead.si_pid != m_bystander) {
        ::waitpid(dead.si_pid, nullptr, 0);
        dead = {};
    }
    QStringList found;
    for (const pid_t each : aha::descendantsOf(::getpid()))
        if (each != m_bystander)
            found << QString::number(each) + " "
                    + contentOf("/proc/" + QString::number(each) + "/cmdline").replace('\0', ' ');
    return found.join("; ");
}

QString failureOf(const Attack& attack, const Host& host, aha::SandboxPool& pool)
{
    aha::ProgramTests tests;
    tests.function = attack.function;
    tests.tests.push_back({ "2\n", attack.expected[0] ? attack.expected : Host::kSecret });
    if (!tests.function.empty())
        tests.tests[0] = { "[2]", "\"" + std::string(Host::kSecret) + "\"" };
    const bool python = attack.language == aha::Language::Python;
    std::string code = (python ? kPrelude : "") + host.filled(attack.code);
    if (!tests.function.empty())
        code = aha::functionDriver(code, tests.function);
    const aha::PreparedProgram program = pool.prepare({ attack.language, code });
    if (!program.ok())
        return QString(attack.name) + ": it does not compile: " + QString::fromStdString(program.compilation.errors);
    QString failure;
    for (int attempt = 0; attempt < 4; ++attempt) {
        const std::vector<aha::SandboxRun> runs = pool.run(program, { tests.tests[0].input }, 0);
        const aha::SandboxRun& run = runs[0];
        const aha::Judgement judgement = aha::judgeRuns(tests, runs);
        QStringList wrong, unfinished;
        if ((run.output + run.errors).find(Host::kSecret) != std::string::npos)
            wrong << "saw a secret";
        if (run.output.size() > size_t(limits().outputKb) << 10)
            wrong << "wrote more than it may";
        if (judgement.verdict != aha::Verdict::Wrong)
            wrong << "was judged " + QString::fromStdString(aha::verdictName(judgement.verdict));
        if (const QString changes = host.changes(); !changes.isEmpty())
            wrong << changes;
        if (!QString(attack.mayEnd).split(' ').contains(aha::sandboxEndName(run.end)))
            unfinished << QString("ended as %1 instead of %2: %3")
                              .arg(aha::sandboxEndName(run.end), attack.mayEnd, QString::fromStdString(run.sentence()));
        if (run.output.find(attack.mustPrint) == std::string::npos)
            unfinished << "did not print " + QString(attack.mustPrint);
        if (run.seconds > limits().wall() + 1)
            unfinished << QString("took %1 s").arg(run.seconds);
        if (wrong.isEmpty() && unfinished.isEmpty())
            return {};
        failure
            = QString("%1: %2. Output: %3 Errors: %4")
                  .arg(attack.name, (wrong + unfinished).join("; "), QString::fromStdString(run.output.substr(0, 300)),
                      QString::fromStdString(run.errors.substr(0, 600)));
        // On a busy machine the two seconds may end before the attack has done its worst: then it gets another try.
        if (!wrong.isEmpty() || (run.end != aha::SandboxEnd::Wall && run.end != aha::SandboxEnd::Cpu))
            return failure;
    }
    return failure;
}

} // namespace attack
