#include "core/data/dataset.h"
#include "core/base/files.h"
#include "core/data/byte_source.h"
#include "core/data/dataset_manifest.h"
#include "core/data/row_reader.h"

#include <cstdlib>

namespace aha::data {

Result<std::shared_ptr<const Dataset>> Dataset::open(const std::filesystem::path& folder)
{
    const auto text = readFile(folder / kManifestName, uint64_t(64) << 20);
    if (!text)
        return text.error();
    auto manifest = parseManifest(*text, folder);
    if (!manifest)
        return manifest.error();
    auto rows = RowStore::open(folder);
    if (!rows)
        return rows.error();
    if ((*rows)->size() != manifest->rows)
        return Error { "store_damaged",
            folder.string() + " should hold " + std::to_string(manifest->rows) + " rows and holds "
                + std::to_string((*rows)->size()) + ".",
            "Delete the folder and import the data again." };
    std::shared_ptr<Dataset> dataset(new Dataset);
    dataset->m_folder = folder;
    dataset->m_rows = std::move(*rows);
    dataset->m_columns = std::move(manifest->columns);
    dataset->m_sources = std::move(manifest->sources);
    dataset->m_badRowCount = manifest->badRowCount;
    dataset->m_badRows = std::move(manifest->badRows);
    dataset->m_digest = std::move(manifest->digest);
    return std::shared_ptr<const Dataset>(std::move(dataset));
}

Result<Row> Dataset::row(uint64_t index) const
{
    const auto text = m_rows->text(index);
    if (!text)
        return text.error();
    Row row = Row::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (row.is_discarded())
        return Error { "store_damaged",
            "Row " + std::to_string(index + 1) + " in " + m_folder.string() + " is not JSON.",
            "Delete the folder and import the data again." };
    return row;
}

Result<std::vector<Row>> Dataset::rows(uint64_t from, uint64_t count, std::stop_token stop) const
{
    std::vector<Row> all;
    for (uint64_t i = from; i < size() && i - from < count; ++i) {
        if (stop.stop_requested())
            return cancelledError();
        auto one = row(i);
        if (!one)
            return one.error();
        all.push_back(std::move(*one));
    }
    return all;
}

Result<void> Dataset::verifySources(std::stop_token stop) const
{
    std::string chunk(size_t(1) << 18, '\0');
    for (const SourceFile& source : m_sources) {
        // The digest is of the bytes on disk; unpacking them again is the price of one code path.
        auto file = ByteSource::open(source.path, {}, stop);
        if (!file)
            return file.error();
        while (true) {
            const auto got = (*file)->read(chunk.data(), chunk.size());
            if (!got && got.error().code == "cancelled")
                return got.error();
            if (!got || *got == 0)
                break;
        }
        if ((*file)->sha256() != source.sha256)
            return Error { "source_changed",
                source.path + " is not the file that was imported: its content has changed.",
                "Import it again, or put the old file back." };
    }
    return {};
}

Result<Head> readHead(
    const std::vector<std::filesystem::path>& files, uint64_t count, const ReadOptions& options, std::stop_token stop)
{
    Head head;
    for (const auto& file : files) {
        if (head.rows.size() >= count)
            break;
        auto reader = openRows(file, options, stop);
        if (!reader)
            return reader.error();
        while (head.rows.size() < count) {
            const auto step = (*reader)->next();
            if (!step)
                return step.error();
            if (*step == RowReader::Step::End)
                break;
            if (*step == RowReader::Step::Row)
                head.rows.push_back(Row::parse((*reader)->row()));
            else if (head.badRows.push_back((*reader)->bad()); head.badRows.size() > 1000)
                return (*reader)->bad().toError(); // hardly a data set
        }
    }
    return head;
}

std::filesystem::path defaultDatasetCache()
{
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const std::filesystem::path base = cache && *cache ? std::filesystem::path(cache)
        : home && *home                                ? std::filesystem::path(home) / ".cache"
                                                       : std::filesystem::temp_directory_path();
    return base / "ahascope" / "datasets";
}

} // namespace aha::data
