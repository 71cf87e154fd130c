#include "core/base/fault.h"

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace aha {

namespace {
constexpr const char* kVariable = "AHASCOPE_FAULT";
} // namespace

bool faultDue(const char* point)
{
    const char* wanted = std::getenv(kVariable);
    if (!wanted)
        return false;
    const std::string_view text(wanted), name(point);
    if (text.size() <= name.size() + 1 || text.substr(0, name.size()) != name || text[name.size()] != ':')
        return false;
    const long left = std::strtol(wanted + name.size() + 1, nullptr, 10);
    if (left > 0)
        ::setenv(kVariable, (std::string(name) + ":" + std::to_string(left - 1)).c_str(), 1);
    return left == 1;
}

void faultKill(const char* point)
{
    if (faultDue(point))
        std::raise(SIGKILL);
}

} // namespace aha
