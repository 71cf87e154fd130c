#include "core/sandbox/tools.h"

#include <cstdlib>
#include <unistd.h>

namespace aha {

bool isExecutable(const std::string& path) { return !path.empty() && ::access(path.c_str(), X_OK) == 0; }

SandboxTools findSandboxTools()
{
    SandboxTools tools;
    const char* path = std::getenv("PATH");
    const auto installed = [path](const std::string& program) -> std::string {
        for (std::string rest = path && *path ? path : "/usr/bin:/bin"; !rest.empty();) {
            const size_t colon = rest.find(':');
            const std::string file = rest.substr(0, colon) + "/" + program;
            if (file[0] == '/' && isExecutable(file))
                return file;
            rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
        }
        return {};
    };
    tools.bubblewrap = installed("bwrap");
    tools.setpriv = installed("setpriv");
    return tools;
}

} // namespace aha
