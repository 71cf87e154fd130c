#pragma once
// The programs of this machine that a sandbox is made of.

#include <string>

namespace aha {

/// Absolute paths; empty where it is not installed. Those of the sandbox's inside lie below /usr/bin, which is all that
/// a program sees of the machine.
struct SandboxTools {
    std::string bubblewrap; ///< bwrap, from PATH
    std::string setpriv; ///< only root needs it: a sandbox never runs as root, whom no limit of processes holds
    std::string prlimit = "/usr/bin/prlimit", python = "/usr/bin/python3", compiler = "/usr/bin/g++";
};
SandboxTools findSandboxTools();

/// May the file be executed?
bool isExecutable(const std::string& path);

} // namespace aha
