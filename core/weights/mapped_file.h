#pragma once
// A whole file as read-only memory.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace aha {

/// Owns a private, read-only mapping of a regular file; the bytes live as long as the object (moving keeps them).
/// Thread-safety: const members from any thread.
///
/// A mapping of a file that another program truncates cannot be read beyond its new end: the kernel answers with
/// SIGBUS. `unchanged()` asks for the size again and is called before every tensor is read, so a file that was cut
/// between two reads is an error. What remains is a truncation during one read; replacing a file by rename, as every
/// writer of this project and the download tools do, never has that effect.
class MappedFile {
public:
    /// An empty file gives empty bytes. Errors: file_missing, file_unreadable (permission, folder, device, pipe).
    static Result<MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;

    std::string_view bytes() const { return { m_data, m_size }; }
    const std::filesystem::path& path() const { return m_path; }

    /// Error weights_file_changed when the file has another size than when it was opened.
    Result<void> unchanged() const;
    /// The pages of `part` of bytes() need not stay in memory; reading them again brings them back.
    void forget(std::string_view part) const;

private:
    MappedFile() = default;
    void close();

    std::filesystem::path m_path;
    int m_fd = -1;
    const char* m_data = nullptr;
    size_t m_size = 0;
};

} // namespace aha
