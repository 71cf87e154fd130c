#pragma once
// Parquet through Arrow: pages are read as they are needed, so that memory does not depend on the size of a row group.

#include "core/data/row_reader.h"

namespace aha::data {

/// What a Parquet file says about itself.
struct ParquetInfo {
    uint64_t rows = 0;
    int rowGroups = 0;
    std::vector<std::string> columns;
    std::vector<std::string> types; ///< Arrow's names, as pyarrow prints them: "list<element: int64>"
    std::string compression; ///< of the first column chunk: SNAPPY, ZSTD, UNCOMPRESSED, …; "" without row groups
    std::string formatVersion; ///< "1.0", "2.4", "2.6"
};

/// Errors: parquet_damaged, parquet_encrypted, parquet_unavailable (built without Arrow), file_missing,
/// file_unreadable.
Result<ParquetInfo> parquetInfo(const std::filesystem::path& file);

/// Values become JSON as golden/expected/README.md has them: bytes as hexadecimal, times as ISO 8601, decimals and
/// non-finite floats as text, maps as lists of pairs. A row group that cannot be read is one RowError for its rows.
/// Errors: those of parquetInfo, parquet_columns (two columns of one name).
Result<std::unique_ptr<RowReader>> openParquet(
    const std::filesystem::path& file, const ReadOptions& options, std::stop_token stop);

} // namespace aha::data
