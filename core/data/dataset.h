#pragma once
// A data set that was imported: rows by number, where they came from, what was left out.

#include "core/data/read_options.h"
#include "core/data/row_store.h"
#include "core/data/split_files.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <vector>

namespace aha::data {

using Row = nlohmann::ordered_json;

enum class BadRows { Skip, Fatal };

struct ImportOptions {
    ReadOptions read;
    BadRows badRows = BadRows::Fatal;
    uint64_t listedBadRows = 1000; ///< so many are kept with their reason; all are counted
};

struct ImportProgress {
    uint64_t bytes = 0, bytesTotal = 0; ///< of the files as they lie on disk
    uint64_t rows = 0, badRows = 0;
};

/// Where rows came from.
struct SourceFile {
    std::string path;
    uint64_t bytes = 0;
    int64_t modifiedNs = 0;
    std::string sha256;
    uint64_t rows = 0; ///< good ones
};

/// A column and in how many rows it stands.
struct Column {
    std::string name;
    uint64_t rows = 0;
};

/// Immutable; every method is const and thread-safe. Rows are parsed when they are asked for.
class Dataset {
public:
    /// Opens a folder that importFiles() made. Errors: store_damaged, file_missing, …
    static Result<std::shared_ptr<const Dataset>> open(const std::filesystem::path& folder);

    uint64_t size() const { return m_rows->size(); }
    Result<Row> row(uint64_t index) const;
    /// Rows [from, from + count), fewer at the end. Errors: cancelled, store_damaged.
    Result<std::vector<Row>> rows(uint64_t from, uint64_t count, std::stop_token stop = std::stop_token()) const;

    const std::vector<Column>& columns() const { return m_columns; } ///< in order of first appearance
    const std::vector<SourceFile>& sources() const { return m_sources; }
    /// What was left out: all of them counted, the first ones listed.
    uint64_t badRowCount() const { return m_badRowCount; }
    const std::vector<RowError>& badRows() const { return m_badRows; }
    /// SHA-256 over the sources' digests and the options that change rows: equal content, equal digest, wherever it
    /// lies.
    const std::string& digest() const { return m_digest; }
    const std::filesystem::path& folder() const { return m_folder; }

    /// Reads the sources again: do they still have the content that was imported? Errors: source_changed (names the
    /// file), file_missing, cancelled.
    Result<void> verifySources(std::stop_token stop = std::stop_token()) const;

private:
    Dataset() = default;

    std::filesystem::path m_folder;
    std::shared_ptr<const RowStore> m_rows;
    std::vector<Column> m_columns;
    std::vector<SourceFile> m_sources;
    uint64_t m_badRowCount = 0;
    std::vector<RowError> m_badRows;
    std::string m_digest;
};

/// Called now and then from the importing thread.
using OnProgress = std::function<void(const ImportProgress&)>;

/// Reads `files` in order into a folder below `cache`, or finds them there already (same paths, sizes, times, options).
/// The folder appears whole or not at all. Errors: those of openRows(); the first bad row if they are fatal;
/// dataset_empty (no good row at all); disk_full, file_unwritable; cancelled.
Result<std::shared_ptr<const Dataset>> importFiles(const std::vector<std::filesystem::path>& files,
    const std::filesystem::path& cache, const ImportOptions& options = ImportOptions(),
    std::stop_token stop = std::stop_token(), const OnProgress& onProgress = {});

/// A file, or a split of a folder: chooseSplit() and importFiles().
Result<std::shared_ptr<const Dataset>> importDataset(const std::filesystem::path& fileOrFolder,
    const std::filesystem::path& cache, const std::string& split = "", const ImportOptions& options = ImportOptions(),
    std::stop_token stop = std::stop_token(), const OnProgress& onProgress = {});

/// The first rows and what was bad among them, without an import.
struct Head {
    std::vector<Row> rows;
    std::vector<RowError> badRows;
};
Result<Head> readHead(const std::vector<std::filesystem::path>& files, uint64_t count,
    const ReadOptions& options = ReadOptions(), std::stop_token stop = std::stop_token());

/// $XDG_CACHE_HOME/ahascope/datasets, else ~/.cache/ahascope/datasets.
std::filesystem::path defaultDatasetCache();

} // namespace aha::data
