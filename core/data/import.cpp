// importFiles(): source files into a row store. The folder is built beside its final place and renamed when it is
// whole, so that a kill at any moment leaves no half data set.

#include "core/base/files.h"
#include "core/base/process.h"
#include "core/data/byte_source.h"
#include "core/data/dataset_manifest.h"
#include "core/data/row_reader.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_map>

namespace aha::data {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kProgressEvery = uint64_t(4) << 20; ///< bytes between two reports

/// Columns in order of first appearance. Rows mostly have the keys of the row before.
class ColumnCounter {
public:
    void add(const std::vector<std::string_view>& keys)
    {
        bool same = keys.size() == m_last.size();
        for (size_t i = 0; same && i < keys.size(); ++i)
            same = keys[i] == m_columns[m_last[i]].name;
        if (!same) {
            m_last.clear();
            for (const std::string_view key : keys) {
                const auto [at, fresh] = m_index.try_emplace(std::string(key), m_columns.size());
                if (fresh)
                    m_columns.push_back({ std::string(key), 0 });
                m_last.push_back(at->second);
            }
        }
        for (const size_t column : m_last)
            ++m_columns[column].rows;
    }
    bool tooMany() const { return m_columns.size() > kMaxColumns; }
    std::vector<Column> take() { return std::move(m_columns); }

    static constexpr size_t kMaxColumns = 10000; ///< keys that are data would otherwise take the memory

private:
    std::vector<Column> m_columns;
    std::unordered_map<std::string, size_t> m_index;
    std::vector<size_t> m_last;
};

/// Options that change which rows come out.
std::string optionText(const ImportOptions& options)
{
    return "1 " + std::to_string(options.read.maxRowBytes) + " " + std::to_string(int(options.read.delimiter)) + " "
        + (options.badRows == BadRows::Skip ? "skip" : "fatal") + " " + std::to_string(options.listedBadRows);
}

Result<SourceFile> describe(const fs::path& file)
{
    struct stat info { };
    if (::stat(file.c_str(), &info) != 0)
        return Error { errno == ENOENT ? "file_missing" : "file_unreadable",
            file.string() + " cannot be read: " + std::strerror(errno) + ".", "Check the path." };
    SourceFile source;
    source.path = file.string();
    source.bytes = uint64_t(info.st_size);
    source.modifiedNs = int64_t(info.st_mtim.tv_sec) * 1000000000 + info.st_mtim.tv_nsec;
    return source;
}

/// Removes what killed imports left behind: NAME.part-PID whose process is gone.
void removeOrphans(const fs::path& cache)
{
    std::error_code error;
    for (fs::directory_iterator at(cache, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const size_t mark = name.find(".part-");
        if (mark == std::string::npos)
            continue;
        const long pid = std::strtol(name.c_str() + mark + 6, nullptr, 10);
        std::error_code ignored;
        if (pid > 0 && !processRuns(pid))
            fs::remove_all(at->path(), ignored);
    }
}

/// The folder under construction; gone unless keep() was called.
class PartFolder {
public:
    PartFolder(const fs::path& target)
        : m_path(target)
    {
        std::string pattern = target.string() + ".part-" + std::to_string(::getpid()) + "-XXXXXX";
        if (const char* made = ::mkdtemp(pattern.data()))
            m_path = made;
        else
            m_error = errno;
        ::chmod(m_path.c_str(), 0755);
    }
    ~PartFolder()
    {
        std::error_code ignored;
        if (!m_kept && m_error == 0)
            fs::remove_all(m_path, ignored);
    }
    const fs::path& path() const { return m_path; }
    int error() const { return m_error; }
    void keep() { m_kept = true; }

private:
    fs::path m_path;
    int m_error = 0;
    bool m_kept = false;
};

class Import {
public:
    Import(const ImportOptions& options, std::stop_token stop, const OnProgress& onProgress)
        : m_options(options)
        , m_stop(std::move(stop))
        , m_onProgress(onProgress)
    {
    }

    Result<DatasetManifest> run(std::vector<SourceFile> sources, RowStoreWriter& writer)
    {
        for (const SourceFile& source : sources)
            m_progress.bytesTotal += source.bytes;
        for (SourceFile& source : sources)
            if (auto done = readFileInto(source, writer); !done)
                return done.error();
        if (auto done = writer.finish(); !done)
            return done.error();
        report(m_doneBytes);
        m_manifest.rows = writer.rows();
        m_manifest.columns = m_columns.take();
        std::string content = optionText(m_options);
        for (const SourceFile& source : sources)
            content += " " + source.sha256;
        m_manifest.digest = sha256Hex(content);
        m_manifest.sources = std::move(sources);
        return std::move(m_manifest);
    }

private:
    Result<void> readFileInto(SourceFile& source, RowStoreWriter& writer)
    {
        auto reader = openRows(source.path, m_options.read, m_stop);
        if (!reader)
            return reader.error();
        uint64_t reported = 0;
        while (true) {
            const auto step = (*reader)->next();
            if (!step)
                return step.error();
            if (*step == RowReader::Step::End)
                break;
            if (*step == RowReader::Step::Bad) {
                const RowError& bad = (*reader)->bad();
                if (m_options.badRows == BadRows::Fatal)
                    return bad.toError();
                m_manifest.badRowCount += bad.count;
                if (m_manifest.badRows.size() < m_options.listedBadRows)
                    m_manifest.badRows.push_back(bad);
            } else {
                if (auto added = writer.add((*reader)->row()); !added)
                    return added;
                m_columns.add((*reader)->keys());
                ++source.rows;
                if (m_columns.tooMany())
                    return Error { "dataset_columns",
                        source.path + " has more than " + std::to_string(ColumnCounter::kMaxColumns)
                            + " different columns in its rows.",
                        "Are the keys data? Put them into a list of {name, value} instead." };
            }
            if (m_stop.stop_requested())
                return cancelledError();
            if (const uint64_t bytes = (*reader)->bytesRead(); bytes >= reported + kProgressEvery) {
                reported = bytes;
                m_progress.rows = writer.rows();
                report(m_doneBytes + bytes);
            }
        }
        auto digest = (*reader)->sha256();
        if (!digest)
            return digest.error();
        source.sha256 = std::move(*digest);
        m_doneBytes += source.bytes;
        m_progress.rows = writer.rows();
        return {};
    }

    void report(uint64_t bytes)
    {
        m_progress.bytes = bytes;
        m_progress.badRows = m_manifest.badRowCount;
        if (m_onProgress)
            m_onProgress(m_progress);
    }

    const ImportOptions& m_options;
    std::stop_token m_stop;
    const OnProgress& m_onProgress;
    ImportProgress m_progress;
    DatasetManifest m_manifest;
    ColumnCounter m_columns;
    uint64_t m_doneBytes = 0;
};

} // namespace

Result<std::shared_ptr<const Dataset>> importFiles(const std::vector<fs::path>& files, const fs::path& cache,
    const ImportOptions& options, std::stop_token stop, const OnProgress& onProgress)
{
    std::vector<SourceFile> sources;
    std::string key = optionText(options);
    for (const fs::path& file : files) {
        auto source = describe(file);
        if (!source)
            return source.error();
        std::error_code ignored;
        key += "\n" + fs::weakly_canonical(file, ignored).string() + " " + std::to_string(source->bytes) + " "
            + std::to_string(source->modifiedNs);
        sources.push_back(std::move(*source));
    }
    const fs::path folder = cache / sha256Hex(key).substr(0, 24);
    if (std::error_code ignored; fs::exists(folder / kManifestName, ignored)) {
        auto found = Dataset::open(folder);
        if (found)
            return found;
        fs::remove_all(folder, ignored); // damaged: make it again
    }
    if (auto made = makeFolders(cache); !made)
        return made.error();
    removeOrphans(cache);
    PartFolder part(folder);
    if (part.error() != 0)
        return fileError("create", folder, part.error());
    auto writer = RowStoreWriter::create(part.path());
    if (!writer)
        return writer.error();
    Import import(options, stop, onProgress);
    auto manifest = import.run(std::move(sources), **writer);
    if (!manifest)
        return manifest.error();
    if (manifest->rows == 0) {
        if (!manifest->badRows.empty())
            return Error { "dataset_empty",
                "No row could be read (" + std::to_string(manifest->badRowCount) + " bad ones). The first: "
                    + manifest->badRows.front().place() + ": " + manifest->badRows.front().message,
                manifest->badRows.front().hint };
        return Error { "dataset_empty",
            (files.empty() ? "No file was given" : files.front().string() + " has no rows") + ".",
            "Choose another file." };
    }
    if (auto written = writeFileAtomically(part.path() / kManifestName, manifestText(*manifest)); !written)
        return written.error();
    std::error_code error;
    fs::rename(part.path(), folder, error);
    if (error && !fs::exists(folder / kManifestName)) // another import of the same files may have been first
        return Error { "file_unwritable", folder.string() + " cannot be made: " + error.message() + ".",
            "Remove what stands in its place." };
    if (!error)
        part.keep();
    if (auto synced = syncPath(cache); !synced)
        return synced.error();
    return Dataset::open(folder);
}

Result<std::shared_ptr<const Dataset>> importDataset(const fs::path& fileOrFolder, const fs::path& cache,
    const std::string& split, const ImportOptions& options, std::stop_token stop, const OnProgress& onProgress)
{
    const auto chosen = chooseSplit(fileOrFolder, split);
    if (!chosen)
        return chosen.error();
    return importFiles(chosen->files, cache, options, std::move(stop), onProgress);
}

} // namespace aha::data
