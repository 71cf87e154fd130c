#pragma once
// A file written in pieces that appears whole or not at all.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace aha {

/// Writes beside `path` and renames in commit(); until then, and when it is destroyed before, the old file stays.
/// Thread-safety: one thread.
class OutputFile {
public:
    /// Errors: disk_full, file_unwritable.
    static Result<OutputFile> create(const std::filesystem::path& path);
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&& other) = delete;

    Result<void> write(std::string_view bytes);
    uint64_t written() const { return m_written; }
    /// fsync, rename, fsync of the folder.
    Result<void> commit();

private:
    OutputFile() = default;
    Result<void> flush();

    std::filesystem::path m_path, m_temporary;
    int m_fd = -1;
    uint64_t m_written = 0;
    std::string m_buffer;
};

} // namespace aha
