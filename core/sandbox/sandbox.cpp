#include "core/sandbox/sandbox.h"

#include "core/sandbox/jail.h"
#include "core/sandbox/preflight.h"

namespace aha {

Result<Sandbox> Sandbox::open(const SandboxLimits& limits, const SandboxTools& tools)
{
    Result<Jail> jail = Jail::make(tools);
    if (!jail)
        return jail.error();
    auto shared = std::make_shared<const Jail>(std::move(*jail));
    if (const Result<void> checked = preflight(*shared); !checked)
        return checked.error();
    return Sandbox(std::move(shared), limits);
}

bool Sandbox::hasCompiler() const { return isExecutable(m_jail->tools().compiler); }

PreparedProgram Sandbox::prepare(const SandboxProgram& program) const
{
    PreparedProgram prepared { program.language };
    Result<MemoryFile> source = MemoryFile::of(program.source);
    const auto refuse = [&prepared](std::string sentence) {
        prepared.compilation = SandboxRun {};
        prepared.compilation.error = std::move(sentence);
        return prepared;
    };
    if (!source)
        return refuse(source.error().message);
    if (program.language == Language::Python) {
        prepared.content = std::make_shared<const MemoryFile>(std::move(*source));
        return prepared;
    }
    if (!hasCompiler())
        return refuse("C++ programs cannot be judged here: g++ is not installed.");
    const SandboxLimits limits = compilerLimits();
    prepared.compilation = m_jail->run({ SandboxJob::Compile, *source, {}, limits, limits.wall() });
    if (!prepared.compilation.ok())
        return prepared;
    Result<MemoryFile> binary = MemoryFile::of(prepared.compilation.output);
    prepared.compilation.output.clear();
    if (!binary)
        return refuse(binary.error().message);
    prepared.content = std::make_shared<const MemoryFile>(std::move(*binary));
    return prepared;
}

SandboxRun Sandbox::run(const PreparedProgram& program, std::string_view input) const
{
    if (!program.ok())
        return program.compilation;
    return m_jail->run({ program.language == Language::Python ? SandboxJob::Python : SandboxJob::Binary,
        *program.content, input, m_limits, m_limits.wall() });
}

SandboxRun Sandbox::run(const SandboxProgram& program, std::string_view input) const
{
    return run(prepare(program), input);
}

} // namespace aha
