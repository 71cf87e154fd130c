#include "core/weights/output_file.h"

#include "core/base/fault.h"
#include "core/base/files.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace aha {

Result<OutputFile> OutputFile::create(const std::filesystem::path& path)
{
    OutputFile file;
    file.m_path = path;
    file.m_temporary = path.string() + ".tmp" + std::to_string(::getpid());
    faultKill("file");
    file.m_fd = ::open(file.m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file.m_fd < 0)
        return fileError("Creating", path, errno);
    return file;
}

OutputFile::~OutputFile()
{
    if (m_fd < 0)
        return;
    ::close(m_fd);
    ::unlink(m_temporary.c_str());
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : m_path(std::move(other.m_path))
    , m_temporary(std::move(other.m_temporary))
    , m_fd(std::exchange(other.m_fd, -1))
    , m_written(other.m_written)
    , m_buffer(std::move(other.m_buffer))
{
}

Result<void> OutputFile::write(std::string_view bytes)
{
    m_written += bytes.size();
    m_buffer.append(bytes); // small pieces are gathered
    return m_buffer.size() < (1 << 20) ? Result<void>() : flush();
}

Result<void> OutputFile::flush()
{
    for (size_t done = 0; done < m_buffer.size();) {
        faultKill("file");
        const ssize_t n = ::write(m_fd, m_buffer.data() + done, m_buffer.size() - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fileError("Writing", m_path, errno);
        done += size_t(n);
    }
    m_buffer.clear();
    return {};
}

Result<void> OutputFile::commit()
{
    if (Result<void> flushed = flush(); !flushed)
        return flushed.error();
    faultKill("file");
    if (::fsync(m_fd) != 0)
        return fileError("Flushing", m_path, errno);
    faultKill("file");
    if (::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        return fileError("Renaming", m_path, errno);
    ::close(std::exchange(m_fd, -1));
    return syncPath(m_path.has_parent_path() ? m_path.parent_path() : std::filesystem::path("."));
}

} // namespace aha
