#pragma once
// Where programs that a model wrote may run. Opening one proves that it holds; there is no other way to get one.

#include "core/base/result.h"
#include "core/sandbox/limits.h"
#include "core/sandbox/sandbox_run.h"
#include "core/sandbox/tools.h"

#include <memory>
#include <string_view>

namespace aha {

class Jail;

/// Thread-safe; copies share one filter. A run blocks its thread, which must not be killed meanwhile.
class Sandbox {
public:
    /// Runs the ten checks of preflight.h. Error: sandbox_unavailable, with the check that failed, what that means and
    /// what can be done.
    static Result<Sandbox> open(const SandboxLimits& limits, const SandboxTools& tools);
    static Result<Sandbox> open(const SandboxLimits& limits) { return open(limits, findSandboxTools()); }

    const SandboxLimits& limits() const { return m_limits; }
    bool hasCompiler() const;

    /// C++ is compiled here, once, inside the sandbox.
    PreparedProgram prepare(const SandboxProgram& program) const;
    /// One process in a sandbox of its own, `input` on its standard input.
    SandboxRun run(const PreparedProgram& program, std::string_view input) const;
    /// Both; a program that does not compile gives the compiler's run.
    SandboxRun run(const SandboxProgram& program, std::string_view input) const;

private:
    Sandbox(std::shared_ptr<const Jail> jail, const SandboxLimits& limits)
        : m_jail(std::move(jail))
        , m_limits(limits)
    {
    }
    std::shared_ptr<const Jail> m_jail;
    SandboxLimits m_limits;
};

} // namespace aha
