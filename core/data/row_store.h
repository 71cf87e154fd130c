#pragma once
// Rows on disk in a form that any row is read from in one step. Two files in a folder:
//   rows.bin  the rows' JSON text, one after another
//   rows.idx  per row: offset (8 bytes), length (4), CRC-32 (4), little endian
// Read with pread, not mapped: a file that shrinks under the reader is an error, not a signal, and the page cache does
// the rest.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace aha::data {

/// Appends rows. Not thread-safe. Errors: disk_full, file_unwritable.
class RowStoreWriter {
public:
    static Result<std::unique_ptr<RowStoreWriter>> create(const std::filesystem::path& folder);
    ~RowStoreWriter();

    Result<void> add(std::string_view row);
    /// Writes what is buffered and waits for the disk. Nothing may be added after it.
    Result<void> finish();
    uint64_t rows() const { return m_rows; }
    uint64_t bytes() const { return m_bytes; }

private:
    RowStoreWriter() = default;
    Result<void> flush(int file, std::string& buffer, const char* name);

    std::filesystem::path m_folder;
    int m_rowsFile = -1, m_indexFile = -1;
    std::string m_rowsBuffer, m_indexBuffer;
    uint64_t m_rows = 0, m_bytes = 0;
};

/// Rows by number. Memory does not depend on their count. Every method is const and thread-safe.
class RowStore {
public:
    /// Errors: store_damaged, file_missing, file_unreadable.
    static Result<std::shared_ptr<const RowStore>> open(const std::filesystem::path& folder);
    ~RowStore();

    uint64_t size() const { return m_size; }
    /// JSON text of row `index` (0-based). Errors: row_missing, store_damaged.
    Result<std::string> text(uint64_t index) const;

private:
    RowStore() = default;

    std::filesystem::path m_folder;
    int m_rowsFile = -1, m_indexFile = -1;
    uint64_t m_size = 0, m_bytes = 0;
};

} // namespace aha::data
