#pragma once
// dataset.json beside the rows: what was imported. Written last; a folder without it is no data set.

#include "core/data/dataset.h"

namespace aha::data {

inline constexpr const char* kManifestName = "dataset.json";

struct DatasetManifest {
    uint64_t rows = 0;
    std::vector<Column> columns;
    std::vector<SourceFile> sources;
    uint64_t badRowCount = 0;
    std::vector<RowError> badRows;
    std::string digest;
};

std::string manifestText(const DatasetManifest& manifest);
/// Errors: store_damaged, store_version.
Result<DatasetManifest> parseManifest(const std::string& text, const std::filesystem::path& folder);

} // namespace aha::data
