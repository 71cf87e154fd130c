#include "core/base/process.h"

#include "core/base/files.h"

#include <cerrno>
#include <csignal>
#include <string>

namespace aha {

bool processRuns(int64_t pid)
{
    if (pid < 1 || (::kill(pid_t(pid), 0) != 0 && errno == ESRCH))
        return false;
    const Result<std::string> stat = readFile("/proc/" + std::to_string(pid) + "/stat", 1 << 16);
    if (!stat)
        return true; // no /proc here: its number is all that is known
    const size_t name = stat->rfind(')'); // may hold spaces and brackets itself
    const char state = name == std::string::npos || name + 2 >= stat->size() ? '?' : (*stat)[name + 2];
    return state != 'Z' && state != 'X';
}

} // namespace aha
