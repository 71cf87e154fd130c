#pragma once
// A sandbox that nobody has checked: the preflight's own means. Everybody else opens a Sandbox.

#include "core/sandbox/command_line.h"
#include "core/sandbox/memory_file.h"
#include "core/sandbox/sandbox_run.h"

#include <string_view>

namespace aha {

/// Thread-safe.
class Jail {
public:
    /// Error: sandbox_filter, sandbox_memory_file.
    static Result<Jail> make(SandboxTools tools);

    struct Job {
        SandboxJob kind;
        const MemoryFile& content;
        std::string_view input;
        SandboxLimits limits;
        double wallSeconds;
    };
    SandboxRun run(const Job& job) const;
    const SandboxTools& tools() const { return m_tools; }

private:
    Jail(SandboxTools tools, MemoryFile filter)
        : m_tools(std::move(tools))
        , m_filter(std::move(filter))
    {
    }
    SandboxTools m_tools;
    MemoryFile m_filter;
};

} // namespace aha
