#pragma once
// Rows of one file, front to back, whatever the format. A row is the text of a JSON object whose keys keep their order.

#include "core/data/read_options.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace aha::data {

/// Sequential, O(1) in memory. Not thread-safe; cancel through the stop token that it was opened with.
class RowReader {
public:
    enum class Step { Row, Bad, End };

    virtual ~RowReader() = default;

    /// Moves on. Row: row() and keys() are set; Bad: bad() says what was left out; End: there is no more. An Error
    /// means that the file cannot be read any further.
    virtual Result<Step> next() = 0;

    /// The row as JSON text, checked by JsonCheck's rules. Valid until the next next().
    virtual std::string_view row() const = 0;
    /// Its keys in order. Valid as long as row().
    virtual const std::vector<std::string_view>& keys() const = 0;
    const RowError& bad() const { return m_bad; }

    virtual uint64_t bytesTotal() const = 0;
    virtual uint64_t bytesRead() const = 0; ///< of bytesTotal(), for progress
    /// SHA-256 of the file on disk; after End. Errors: file_unreadable, cancelled.
    virtual Result<std::string> sha256() = 0;

protected:
    RowError m_bad;
};

enum class FileFormat { Jsonl, Json, Csv, Parquet };

/// By content first (Parquet's magic), then by name (.jsonl .ndjson .json .csv .tsv .parquet, each also with .gz or
/// .zst), then by the first character. Errors: file_missing, file_unreadable, format_unknown (also for a Git LFS
/// pointer, an HTML page and UTF-16, with what to do).
Result<FileFormat> formatOf(const std::filesystem::path& file);

/// Opens `file`. Errors: those of formatOf and of the format's first bytes: csv_header, parquet_damaged,
/// parquet_encrypted, parquet_unavailable (a build without Arrow), …
Result<std::unique_ptr<RowReader>> openRows(const std::filesystem::path& file,
    const ReadOptions& options = ReadOptions(), std::stop_token stop = std::stop_token());

} // namespace aha::data
