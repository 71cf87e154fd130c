#include "core/data/parquet_reader.h"
#include "core/data/byte_source.h"

#ifdef AHASCOPE_HAS_ARROW

#include "core/data/arrow_json.h"
#include "core/data/json_check.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <algorithm>
#include <set>

namespace aha::data {

namespace {

constexpr int64_t kBatchBytes = int64_t(4) << 20; ///< of decoded rows at a time, as the row group's own sizes predict
constexpr int64_t kMaxBatchRows = 2048;

Error damaged(const std::filesystem::path& file, const std::string& why)
{
    if (why.find("ncrypt") != std::string::npos)
        return { "parquet_encrypted", file.string() + " is encrypted.", "Write it again without encryption." };
    if (why.find("cap exceeded") != std::string::npos || why.find("memory ran out") != std::string::npos)
        return { "parquet_too_large", file.string() + " needs more memory than a page of data should: " + why + ".",
            "Write it again with smaller pages and row groups." };
    return { "parquet_damaged", file.string() + " is not a whole Parquet file: " + why + ".",
        "The download or copy is incomplete or damaged: fetch the file again." };
}

/// Runs `job`; what Arrow or Parquet throw becomes the text of a failure, "" is success.
template <class Job> std::string guarded(Job&& job)
{
    try {
        const arrow::Status status = job();
        return status.ok() ? "" : status.message().empty() ? status.ToString() : status.message();
    } catch (const std::bad_alloc&) {
        return "the memory ran out";
    } catch (const std::exception& error) {
        return *error.what() ? error.what() : "unknown fault";
    }
}

struct OpenFile {
    // The pools outlive the reader that borrows them. The cap counts through the proxy: this file's bytes alone.
    std::unique_ptr<arrow::ProxyMemoryPool> counter;
    std::unique_ptr<arrow::CappedMemoryPool> pool;
    std::unique_ptr<parquet::arrow::FileReader> reader;
};

Result<OpenFile> openFile(const std::filesystem::path& path, const ReadOptions& options)
{
    OpenFile opened;
    opened.counter = std::make_unique<arrow::ProxyMemoryPool>(arrow::system_memory_pool());
    opened.pool = std::make_unique<arrow::CappedMemoryPool>(
        opened.counter.get(), int64_t(std::min<uint64_t>(options.arrowMemoryBytes, INT64_MAX)));
    const std::string why = guarded([&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path.string(), opened.pool.get()));
        parquet::ReaderProperties properties(opened.pool.get());
        properties.enable_buffered_stream(); // a column chunk is read page by page, not whole
        properties.set_buffer_size(64 << 10);
        properties.set_page_checksum_verification(true);
        parquet::ArrowReaderProperties arrowProperties(/*use_threads=*/false);
        arrowProperties.set_pre_buffer(false);
        parquet::arrow::FileReaderBuilder builder;
        ARROW_RETURN_NOT_OK(builder.Open(std::move(file), properties));
        builder.memory_pool(opened.pool.get())->properties(arrowProperties);
        ARROW_ASSIGN_OR_RAISE(opened.reader, builder.Build());
        return arrow::Status::OK();
    });
    if (!why.empty())
        return damaged(path, why);
    return opened;
}

class ParquetReader final : public RowReader {
public:
    ParquetReader(std::filesystem::path path, const ReadOptions& options, std::stop_token stop, OpenFile opened)
        : m_path(std::move(path))
        , m_options(options)
        , m_stop(std::move(stop))
        , m_opened(std::move(opened))
        , m_metadata(m_opened.reader->parquet_reader()->metadata())
    {
        std::error_code ignored;
        m_bytesTotal = std::filesystem::file_size(m_path, ignored);
    }

    Result<void> readSchema()
    {
        std::shared_ptr<arrow::Schema> schema;
        const std::string why = guarded([&] { return m_opened.reader->GetSchema(&schema); });
        if (!why.empty())
            return damaged(m_path, why);
        for (const auto& field : schema->fields()) {
            if (firstInvalidUtf8(field->name()) != std::string_view::npos)
                return damaged(m_path, "the name of a column is not UTF-8");
            if (std::find(m_names.begin(), m_names.end(), field->name()) != m_names.end())
                return Error { "parquet_columns", m_path.string() + " has two columns \"" + field->name() + "\".",
                    "Write it again with different names." };
            m_names.push_back(field->name());
        }
        for (size_t i = 0; i < m_names.size(); ++i) {
            m_keys.push_back(m_names[i]);
            std::string prefix = i == 0 ? "{" : ",";
            appendJsonString(prefix, m_names[i]);
            m_prefixes.push_back(prefix + ":");
        }
        return {};
    }

    Result<Step> next() override
    {
        while (true) {
            if (m_batch && m_batchRow < m_batch->num_rows())
                return rowOfBatch();
            if (m_stop.stop_requested())
                return cancelledError();
            m_batch.reset();
            if (!m_batches) {
                if (m_group == m_metadata->num_row_groups())
                    return Step::End;
                if (const std::string why = openGroup(); !why.empty())
                    return loseGroup(why);
            }
            const std::string why = guarded([&] { return m_batches->ReadNext(&m_batch); });
            if (!why.empty())
                return loseGroup(why);
            m_batchRow = 0;
            if (!m_batch) {
                m_batches.reset();
                const int64_t left = m_groupRows - m_groupRead;
                m_bytesRead += m_groupBytes;
                ++m_group;
                if (left > 0)
                    return lost(left, "the row group ends early");
            }
        }
    }

    std::string_view row() const override { return m_json; }
    const std::vector<std::string_view>& keys() const override { return m_keys; }
    uint64_t bytesTotal() const override { return m_bytesTotal; }
    uint64_t bytesRead() const override
    {
        const double part = m_groupRows > 0 ? double(m_groupRead) / double(m_groupRows) : 0;
        return std::min(m_bytesTotal, m_bytesRead + (m_batches ? uint64_t(part * double(m_groupBytes)) : 0));
    }

    /// Parquet is read by jumping, so the digest takes a pass of its own.
    Result<std::string> sha256() override
    {
        auto file = ByteSource::open(m_path, m_options, m_stop);
        if (!file)
            return file.error();
        std::string chunk(size_t(1) << 18, '\0');
        while (true) {
            const auto got = (*file)->read(chunk.data(), chunk.size());
            if (!got)
                return got.error();
            if (*got == 0)
                return (*file)->sha256();
        }
    }

private:
    std::string openGroup()
    {
        return guarded([&]() -> arrow::Status {
            const auto group = m_metadata->RowGroup(m_group);
            m_groupRows = group->num_rows();
            m_groupRead = 0;
            m_groupBytes = uint64_t(std::max<int64_t>(group->total_compressed_size(), 0));
            if (m_groupRows < 0)
                return arrow::Status::Invalid("a row group has a negative number of rows");
            const int64_t perRow = m_groupRows > 0 ? std::max<int64_t>(group->total_byte_size() / m_groupRows, 1) : 1;
            m_opened.reader->set_batch_size(std::clamp<int64_t>(kBatchBytes / perRow, 1, kMaxBatchRows));
            ARROW_ASSIGN_OR_RAISE(m_batches, m_opened.reader->GetRecordBatchReader({ m_group }));
            return arrow::Status::OK();
        });
    }

    Step rowOfBatch()
    {
        const int64_t index = m_batchRow++;
        ++m_groupRead;
        ++m_rows;
        if (m_batch->num_columns() != int(m_names.size()))
            return lostHere("row_damaged", "a column is missing.", "Fetch the file again.");
        m_json = m_names.empty() ? "{" : "";
        for (size_t i = 0; i < m_names.size(); ++i) {
            m_json += m_prefixes[i];
            try {
                appendArrowJson(m_json, *m_batch->column(int(i)), index, 2);
            } catch (const Failure& failure) {
                return lostHere(failure.error().code, "column \"" + m_names[i] + "\": " + failure.error().message,
                    failure.error().hint);
            }
            if (m_json.size() > m_options.maxRowBytes)
                return lostHere("row_too_long",
                    "the row has more than the " + std::to_string(m_options.maxRowBytes)
                        + " bytes that a row may have.",
                    "Leave the large column out of the file, or leave bad rows out.");
        }
        m_json += '}';
        return Step::Row;
    }

    Step lostHere(std::string code, std::string message, std::string hint)
    {
        m_bad = { m_path.string(), m_rows, 0, 1, std::move(code), std::move(message), std::move(hint) };
        return Step::Bad;
    }

    /// The rest of the current row group cannot be read; the next one may.
    Step loseGroup(const std::string& why)
    {
        m_batches.reset();
        m_batch.reset();
        m_bytesRead += m_groupBytes;
        ++m_group;
        return lost(std::max<int64_t>(m_groupRows - m_groupRead, 1), why);
    }

    Step lost(int64_t count, const std::string& why)
    {
        m_bad = { m_path.string(), m_rows + 1, 0, uint64_t(count), "row_damaged",
            "row group " + std::to_string(m_group) + " of " + std::to_string(m_metadata->num_row_groups())
                + " cannot be read: " + why + ".",
            "Fetch the file again, or leave bad rows out." };
        m_rows += uint64_t(count);
        return Step::Bad;
    }

    std::filesystem::path m_path;
    ReadOptions m_options;
    std::stop_token m_stop;
    OpenFile m_opened;
    std::shared_ptr<parquet::FileMetaData> m_metadata;
    std::unique_ptr<arrow::RecordBatchReader> m_batches;
    std::shared_ptr<arrow::RecordBatch> m_batch;
    std::vector<std::string> m_names, m_prefixes;
    std::vector<std::string_view> m_keys;
    std::string m_json;
    int m_group = 0;
    int64_t m_batchRow = 0, m_groupRows = 0, m_groupRead = 0;
    uint64_t m_rows = 0, m_bytesTotal = 0, m_bytesRead = 0, m_groupBytes = 0;
};

} // namespace

Result<ParquetInfo> parquetInfo(const std::filesystem::path& file)
{
    auto opened = openFile(file, {});
    if (!opened)
        return opened.error();
    ParquetInfo info;
    const std::string why = guarded([&]() -> arrow::Status {
        const auto metadata = opened->reader->parquet_reader()->metadata();
        info.rows = uint64_t(std::max<int64_t>(metadata->num_rows(), 0));
        info.rowGroups = metadata->num_row_groups();
        info.formatVersion = parquet::ParquetVersionToString(metadata->version());
        if (info.rowGroups > 0 && metadata->num_columns() > 0) {
            info.compression
                = arrow::util::Codec::GetCodecAsString(metadata->RowGroup(0)->ColumnChunk(0)->compression());
            std::transform(info.compression.begin(), info.compression.end(), info.compression.begin(),
                [](unsigned char c) { return char(std::toupper(c)); });
        }
        std::shared_ptr<arrow::Schema> schema;
        ARROW_RETURN_NOT_OK(opened->reader->GetSchema(&schema));
        for (const auto& field : schema->fields()) {
            info.columns.push_back(field->name());
            info.types.push_back(field->type()->ToString());
        }
        return arrow::Status::OK();
    });
    if (!why.empty())
        return damaged(file, why);
    return info;
}

Result<std::unique_ptr<RowReader>> openParquet(
    const std::filesystem::path& file, const ReadOptions& options, std::stop_token stop)
{
    auto opened = openFile(file, options);
    if (!opened)
        return opened.error();
    auto reader = std::make_unique<ParquetReader>(file, options, std::move(stop), std::move(*opened));
    if (auto schema = reader->readSchema(); !schema)
        return schema.error();
    return std::unique_ptr<RowReader>(std::move(reader));
}

} // namespace aha::data

#else

namespace aha::data {

namespace {

Error unavailable(const std::filesystem::path& file)
{
    return { "parquet_unavailable", file.string() + " is Parquet, and this build was made without it.",
        "Build with -DAHASCOPE_WITH_ARROW=ON." };
}

} // namespace

Result<ParquetInfo> parquetInfo(const std::filesystem::path& file) { return unavailable(file); }

Result<std::unique_ptr<RowReader>> openParquet(const std::filesystem::path& file, const ReadOptions&, std::stop_token)
{
    return unavailable(file);
}

} // namespace aha::data

#endif
