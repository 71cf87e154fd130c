#include "core/base/process.h"

#include "core/base/files.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
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

} // namespace aha
