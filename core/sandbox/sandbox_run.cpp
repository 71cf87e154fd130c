#include "core/sandbox/sandbox_run.h"

#include <cstring>

namespace aha {

const char* sandboxEndName(SandboxEnd end)
{
    static constexpr const char* names[] = { "exited", "signal", "cpu", "wall", "memory", "output", "not_started" };
    return names[size_t(end)];
}

std::string SandboxRun::sentence() const
{
    switch (end) {
    case SandboxEnd::Exited:
        return "It ended with exit status " + std::to_string(status) + ".";
    case SandboxEnd::Signal:
        return "It was ended by signal " + std::to_string(status) + " (" + ::strsignal(status) + ").";
    case SandboxEnd::Cpu:
        return "It used up its processor time.";
    case SandboxEnd::Wall:
        return "It used up its wall clock time.";
    case SandboxEnd::Memory:
        return "It used more memory than it may.";
    case SandboxEnd::Output:
        return "It wrote more than it may.";
    case SandboxEnd::NotStarted:
        return error;
    }
    return error;
}

} // namespace aha
