#include "core/sandbox/memory_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace aha {

void Descriptor::close()
{
    if (m_number >= 0)
        ::close(std::exchange(m_number, -1));
}

Result<MemoryFile> MemoryFile::of(std::string_view bytes)
{
    Descriptor file(::memfd_create("sandbox", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    bool good = bool(file);
    while (good && !bytes.empty()) {
        const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
        if (written > 0)
            bytes.remove_prefix(size_t(written));
        else
            good = written < 0 && errno == EINTR;
    }
    // Whoever holds a descriptor of it must not change it for the next run.
    good = good && ::fcntl(file.number(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
    if (!good)
        return Error { "sandbox_memory_file",
            std::string("A program could not be put into memory: ") + std::strerror(errno) + ".", "" };
    return MemoryFile(std::move(file));
}

Descriptor MemoryFile::open() const
{
    const std::string path = "/proc/self/fd/" + std::to_string(m_file.number());
    return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

} // namespace aha
