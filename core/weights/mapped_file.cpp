#include "core/weights/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace aha {

namespace {

Error unreadable(const std::filesystem::path& path, const std::string& why)
{
    return { "file_unreadable", "Cannot read " + path.string() + ": " + why + ".", "" };
}

} // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    MappedFile file;
    file.m_path = path;
    file.m_fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe must not block
    struct stat info { };
    if (file.m_fd < 0 || ::fstat(file.m_fd, &info) != 0) {
        if (errno == ENOENT)
            return Error { "file_missing", "There is no file " + path.string() + ".", "Check the path." };
        return unreadable(path, std::strerror(errno));
    }
    if (S_ISDIR(info.st_mode))
        return unreadable(path, "it is a folder");
    if (!S_ISREG(info.st_mode))
        return unreadable(path, "it is not a regular file");
    file.m_size = size_t(info.st_size);
    if (file.m_size == 0)
        return file; // the system maps no empty file
    void* data = ::mmap(nullptr, file.m_size, PROT_READ, MAP_PRIVATE, file.m_fd, 0);
    if (data == MAP_FAILED)
        return unreadable(path, std::string("mapping it failed (") + std::strerror(errno) + ")");
    file.m_data = static_cast<const char*>(data);
    return file;
}

MappedFile::~MappedFile() { close(); }

MappedFile::MappedFile(MappedFile&& other) noexcept { *this = std::move(other); }

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    if (this != &other) {
        close();
        m_path = std::move(other.m_path);
        m_fd = std::exchange(other.m_fd, -1);
        m_data = std::exchange(other.m_data, nullptr);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

void MappedFile::close()
{
    if (m_data)
        ::munmap(const_cast<char*>(m_data), m_size);
    if (m_fd >= 0)
        ::close(m_fd);
    m_data = nullptr;
    m_fd = -1;
}

Result<void> MappedFile::unchanged() const
{
    struct stat info { };
    if (::fstat(m_fd, &info) != 0)
        return unreadable(m_path, std::strerror(errno));
    if (size_t(info.st_size) != m_size)
        return Error { "weights_file_changed",
            m_path.string() + " had " + std::to_string(m_size) + " bytes when it was opened and has "
                + std::to_string(info.st_size) + " now.",
            "Another program writes to it; wait until that is done and open it again." };
    return {};
}

void MappedFile::forget(std::string_view part) const
{
    const size_t page = size_t(::sysconf(_SC_PAGESIZE));
    const size_t begin = size_t(part.data() - m_data), end = begin + part.size();
    const size_t first = (begin + page - 1) / page * page, last = end / page * page; // whole pages within
    if (last > first)
        ::madvise(const_cast<char*>(m_data) + first, last - first, MADV_DONTNEED);
}

} // namespace aha
