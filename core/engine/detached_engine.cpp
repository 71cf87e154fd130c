#include "core/engine/detached_engine.h"

#include "core/protocol/start_note.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char** environ;

namespace aha {

namespace fs = std::filesystem;

Result<int64_t> spawnDetached(const std::vector<std::string>& command, const fs::path& log)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal : { SIGTERM, SIGINT, SIGPIPE, SIGXFSZ })
        sigaddset(&defaults, signal);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, short(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF));
    std::vector<char*> words;
    for (const std::string& word : command)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    pid_t pid = 0;
    noteStart(log);
    const int failed = posix_spawn(&pid, words[0], &files, &attributes, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0)
        return Error { "engine_not_started", command[0] + " could not be started: " + std::strerror(failed) + ".", "" };
    noteStarted(log, pid);
    return int64_t(pid);
}

} // namespace aha
