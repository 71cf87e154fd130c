#include "core/engine/bench_peer.h"

#include <csignal>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace aha {

BenchPeer::BenchPeer(const std::vector<std::string>& command)
    : m_name(command.front())
{
    int sockets[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        throw Failure({ "bench_peer", "No connection to " + m_name + " could be made.", "" });
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, sockets[1], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, sockets[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int status = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(sockets[1]);
    if (status != 0) {
        ::close(sockets[0]);
        throw Failure({ "bench_peer", m_name + " could not be started.", "Give the path of a Python with --python." });
    }
    m_pid = pid;
    m_socket = sockets[0];
}

BenchPeer::~BenchPeer()
{
    ::close(m_socket); // its input ends, and so does it
    ::kill(m_pid, SIGTERM);
    ::waitpid(m_pid, nullptr, 0);
}

std::string BenchPeer::ask(const std::string& line)
{
    const Failure gone({ "bench_peer", m_name + " ended without an answer.", "What it wrote above says why." });
    const std::string text = line + "\n";
    for (size_t sent = 0; sent < text.size();) {
        const ssize_t n = ::send(m_socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n <= 0)
            throw gone;
        sent += size_t(n);
    }
    for (;;) {
        if (const size_t end = m_buffer.find('\n'); end != std::string::npos) {
            const std::string answer = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            return answer;
        }
        char part[4096];
        const ssize_t n = ::read(m_socket, part, sizeof part);
        if (n <= 0)
            throw gone;
        m_buffer.append(part, size_t(n));
    }
}

} // namespace aha
