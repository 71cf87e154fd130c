#include "core/sandbox/process_tree.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

namespace aha {

namespace {

constexpr size_t kMost = 4096; // far more than a sandbox may hold

std::string contentOf(const std::string& path)
{
    std::string text;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return text;
    char bytes[4096];
    for (ssize_t read = 0; (read = ::read(file, bytes, sizeof bytes)) > 0;)
        text.append(bytes, size_t(read));
    ::close(file);
    return text;
}

void addChildren(pid_t process, std::vector<pid_t>& to)
{
    // Each thread has its own children.
    const std::string folder = "/proc/" + std::to_string(process) + "/task";
    DIR* threads = ::opendir(folder.c_str());
    if (!threads)
        return;
    while (const dirent* thread = ::readdir(threads)) {
        if (thread->d_name[0] == '.')
            continue;
        const std::string children = contentOf(folder + "/" + thread->d_name + "/children");
        for (const char* at = children.c_str(); *at;) {
            char* end = nullptr;
            const long child = std::strtol(at, &end, 10);
            if (end == at)
                break;
            to.push_back(pid_t(child));
            at = *end ? end + 1 : end;
        }
    }
    ::closedir(threads);
}

} // namespace

std::vector<pid_t> descendantsOf(pid_t root)
{
    std::vector<pid_t> all;
    addChildren(root, all);
    for (size_t next = 0; next < all.size() && all.size() < kMost; ++next)
        addChildren(all[next], all);
    return all;
}

ProcessUse useOf(const std::vector<pid_t>& processes)
{
    static const double ticks = double(::sysconf(_SC_CLK_TCK)), pageMb = double(::sysconf(_SC_PAGESIZE)) / (1 << 20);
    ProcessUse use;
    for (const pid_t process : processes) {
        const std::string stat = contentOf("/proc/" + std::to_string(process) + "/stat");
        const size_t name = stat.rfind(')'); // a process may call itself anything
        if (name == std::string::npos)
            continue;
        // proc(5): state is field 3, utime 14 to cstime 17 (its own and those of children it waited for), rss 24.
        double user = 0, system = 0, childUser = 0, childSystem = 0, pages = 0;
        if (std::sscanf(stat.c_str() + name + 1,
                " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lf %lf %lf %lf %*d %*d %*d %*d %*u %*u %lf", &user,
                &system, &childUser, &childSystem, &pages)
            == 5) {
            use.cpuSeconds += (user + system + childUser + childSystem) / ticks;
            use.residentMb += std::max(0.0, pages) * pageMb;
        }
    }
    return use;
}

} // namespace aha
