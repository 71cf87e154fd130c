#include "core/base/files.h"

#include "core/base/fault.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aha {

namespace fs = std::filesystem;

namespace {

/// Closes on every path out of a function.
class Descriptor {
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    bool valid() const { return m_fd >= 0; }

private:
    int m_fd;
};

} // namespace

Error fileError(const std::string& what, const fs::path& path, int errnoValue)
{
    const std::string reason = std::strerror(errnoValue);
    if (errnoValue == ENOSPC || errnoValue == EDQUOT || errnoValue == EFBIG)
        return { "disk_full", what + " " + path.string() + " failed: " + reason + ".",
            "Free some space on that disk; nothing that was written before is lost." };
    return { "file_unwritable", what + " " + path.string() + " failed: " + reason + ".",
        "Check that the folder exists and that you may write to it." };
}

Result<std::string> readFile(const fs::path& path, uint64_t limitBytes)
{
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info { };
    if (!file.valid() || ::fstat(file.get(), &info) != 0) {
        if (errno == ENOENT)
            return Error { "file_missing", "There is no file " + path.string() + ".", "Check the path." };
        return Error { "file_unreadable", "Cannot read " + path.string() + ": " + std::strerror(errno) + ".", "" };
    }
    if (S_ISDIR(info.st_mode))
        return Error { "file_unreadable", path.string() + " is a folder, not a file.", "" };
    std::string bytes;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return Error { "file_unreadable", "Cannot read " + path.string() + ": " + std::strerror(errno) + ".", "" };
        if (n == 0)
            return bytes;
        if (bytes.size() + size_t(n) > limitBytes)
            return Error { "file_too_large",
                path.string() + " is larger than the limit of " + std::to_string(limitBytes) + " bytes.", "" };
        bytes.append(buffer, size_t(n));
    }
}

Result<void> syncPath(const fs::path& path)
{
    faultKill("file");
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::fsync(file.get()) != 0)
        return fileError("Flushing", path, errno);
    return {};
}

Result<void> writeFileAtomically(const fs::path& path, std::string_view bytes)
{
    const fs::path temporary = path.string() + ".tmp" + std::to_string(::getpid());
    const auto fail = [&](const char* what) {
        const int reason = errno;
        ::unlink(temporary.c_str());
        return fileError(what, path, reason);
    };
    faultKill("file");
    {
        const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (!file.valid())
            return fail("Creating");
        for (size_t done = 0; done < bytes.size();) {
            faultKill("file");
            const ssize_t n = ::write(file.get(), bytes.data() + done, bytes.size() - done);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return fail("Writing");
            done += size_t(n);
        }
        faultKill("file");
        if (::fsync(file.get()) != 0)
            return fail("Flushing");
    }
    faultKill("file");
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return fail("Renaming");
    return syncPath(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Result<void> makeFolders(const fs::path& path)
{
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        return fileError("Creating the folder", path, error.value());
    return {};
}

} // namespace aha
