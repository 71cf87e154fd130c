#include "core/engine/detached_engine.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char** environ;

namespace aha {

namespace fs = std::filesystem;

uint64_t startTimeOf(int64_t pid)
{
    const Result<std::string> stat = readFile("/proc/" + std::to_string(pid) + "/stat", 1 << 16);
    if (!stat)
        return 0;
    size_t at = stat->rfind(')'); // the program name may hold spaces
    if (at == std::string::npos || stat->compare(at, 3, ") Z") == 0 || stat->compare(at, 3, ") X") == 0)
        return 0;
    for (int field = 2; field < 22 && at != std::string::npos; ++field)
        at = stat->find(' ', at + 1);
    return at == std::string::npos ? 0 : std::strtoull(stat->c_str() + at + 1, nullptr, 10);
}

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
    const int failed = posix_spawn(&pid, words[0], &files, &attributes, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0)
        return Error { "engine_not_started", command[0] + " could not be started: " + std::strerror(failed) + ".", "" };
    return int64_t(pid);
}

std::string lastWords(const fs::path& run)
{
    const Result<std::string> log = readFile(run / run_folder::kLog, 64 << 20);
    for (size_t end = log ? log->size() : 0; end > 0;) {
        const size_t start = log->rfind('\n', end - 1);
        const size_t from = start == std::string::npos ? 0 : start + 1;
        const nlohmann::json json = nlohmann::json::parse(log->substr(from, end - from), nullptr, false);
        if (json.is_object() && json.contains("message") && json["message"].is_string())
            return json["message"].get<std::string>()
                + (json.contains("hint") && json["hint"].is_string() && json["hint"] != ""
                        ? " " + json["hint"].get<std::string>()
                        : "");
        end = start == std::string::npos ? 0 : start;
    }
    return {};
}

} // namespace aha
