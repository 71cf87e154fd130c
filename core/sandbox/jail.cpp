#include "core/sandbox/jail.h"

#include "core/sandbox/supervisor.h"
#include "core/sandbox/syscall_filter.h"

namespace aha {

Result<Jail> Jail::make(SandboxTools tools)
{
    Result<std::string> program = makeSyscallFilter();
    if (!program)
        return program.error();
    Result<MemoryFile> filter = MemoryFile::of(*program);
    if (!filter)
        return filter.error();
    return Jail(std::move(tools), std::move(*filter));
}

SandboxRun Jail::run(const Job& job) const
{
    SandboxRun notStarted;
    const Result<MemoryFile> input = MemoryFile::of(job.input);
    // Descriptors of this run alone: a place in a file is shared by all who hold the same one.
    const Descriptor filter = m_filter.open(), content = job.content.open(),
                     read = input ? input->open() : Descriptor();
    if (!filter || !content || !read) {
        notStarted.error = "A program could not be handed to its sandbox: no descriptor is left, or no memory.";
        return notStarted;
    }
    Launch launch { sandboxCommand(m_tools, job.kind, job.limits), read.number(), { filter.number(), content.number() },
        /*reportsStatus=*/true, job.limits, job.wallSeconds };
    Supervised result = supervise(launch);
    // Bubblewrap that ends without a word on its child never had one: the words on its error stream say why.
    const bool ended = result.run.end == SandboxEnd::Exited || result.run.end == SandboxEnd::Signal;
    if (ended && !result.reported) {
        result.run.end = SandboxEnd::NotStarted;
        const std::string words = result.run.errors.substr(0, result.run.errors.find('\n')).substr(0, 300);
        result.run.error = words.empty()
            ? "The sandbox ended before its program began (status " + std::to_string(result.run.status) + ")."
            : "The sandbox could not be set up: " + words + ".";
    }
    return std::move(result.run);
}

} // namespace aha
