#pragma once
// The bytes of a file from front to back, unpacked on the way, hashed as they lie on disk.

#include "core/base/sha256.h"
#include "core/data/read_options.h"

#include <filesystem>
#include <memory>
#include <string>

namespace aha::data {

enum class Packing { None, Gzip, Zstd };

/// First bytes decide, not the name.
Packing packingOf(std::string_view firstBytes);

/// Sequential reader of one file: plain, gzip (also several members in a row) or zstd (also several frames). Memory
/// does not depend on the file. Not thread-safe.
class ByteSource {
public:
    /// Errors: file_missing, file_unreadable.
    static Result<std::unique_ptr<ByteSource>> open(
        const std::filesystem::path& path, const ReadOptions& options, std::stop_token stop);
    ~ByteSource();

    /// Up to `size` bytes; 0 only at the end. Errors: file_unreadable, packed_damaged (with the byte where it broke),
    /// packed_truncated, packed_bomb, cancelled.
    Result<size_t> read(char* to, size_t size);

    uint64_t diskBytes() const { return m_diskBytes; } ///< size of the file
    uint64_t diskBytesRead() const { return m_diskBytesRead; }
    /// SHA-256 of the file as it lies on disk. Only after read() has returned 0.
    std::string sha256() const { return m_hash.hex(); }
    const std::filesystem::path& path() const { return m_path; }

private:
    ByteSource() = default;
    Result<bool> refill(); ///< false at the end of the file
    Result<size_t> inflateInto(char* to, size_t size);
    Error truncated(const char* format) const;
    Error damaged(const char* format, uint64_t at, const std::string& why) const;
    Result<size_t> unzstdInto(char* to, size_t size);
    Result<void> countUnpacked(size_t bytes);

    struct Unpacker;
    std::filesystem::path m_path;
    ReadOptions m_options;
    std::stop_token m_stop;
    int m_file = -1;
    Packing m_packing = Packing::None;
    uint64_t m_diskBytes = 0, m_diskBytesRead = 0, m_unpackedBytes = 0;
    Sha256 m_hash;
    std::string m_input; ///< bytes from disk; [m_inputAt, m_inputEnd) are not used yet
    size_t m_inputAt = 0, m_inputEnd = 0;
    bool m_inMember = false; ///< inside a gzip member or zstd frame: the end of the file here is a truncation
    std::unique_ptr<Unpacker> m_unpacker;
};

} // namespace aha::data
