#pragma once
// What a reader may do, how it says what is wrong with a row, and how it is told to stop.

#include "core/base/result.h"

#include <cstdint>
#include <stop_token>
#include <string>

namespace aha::data {

/// Bounds and choices of reading. The bounds keep hostile files from taking the memory; every one of them ends in an
/// error that names it.
struct ReadOptions {
    uint64_t maxRowBytes = uint64_t(64) << 20; ///< a longer row (line, array element, record) is a bad row
    uint64_t maxInflation = 200; ///< an unpacked file may be this many times the packed one …
    uint64_t inflationFreeBytes = uint64_t(256) << 20; ///< … once it is past this size (bombs)
    uint64_t arrowMemoryBytes = uint64_t(224) << 20; ///< most that Parquet pages and batches may take at once
    uint64_t chunkBytes = uint64_t(1) << 20; ///< read at a time; small ones are for tests and fuzzers
    char delimiter = 0; ///< of CSV; 0: comma, or tab for .tsv
};

/// One row (or a run of rows) that could not be read. Nothing is skipped without one of these.
struct RowError {
    std::string file; ///< as the user gave it
    uint64_t row = 0; ///< 1-based position among the file's rows, bad ones counted
    uint64_t line = 0; ///< 1-based line in the file where the row starts; 0 where there are no lines (Parquet)
    uint64_t count = 1; ///< rows lost: more than 1 only for a damaged Parquet row group
    std::string code; ///< row_not_json, row_not_object, row_too_long, row_encoding, row_fields, row_damaged, …
    std::string message; ///< what is wrong, without the place
    std::string hint; ///< what to do

    /// "train.jsonl, line 7 (row 5): … what to do".
    std::string sentence() const;
    Error toError() const { return { code, place() + ": " + message, hint }; }
    std::string place() const;
};

/// The error that every cancelled call returns.
inline Error cancelledError() { return { "cancelled", "Reading was cancelled.", "" }; }

} // namespace aha::data
