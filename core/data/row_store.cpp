#include "core/data/row_store.h"
#include "core/base/files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace aha::data {

namespace {

constexpr size_t kBufferBytes = size_t(1) << 20;
constexpr size_t kEntryBytes = 16;
constexpr uint64_t kMaxRowBytes = uint64_t(1) << 31; // no row is larger; a larger length is damage

struct Entry {
    uint64_t offset = 0;
    uint32_t length = 0, crc = 0;
};

uint32_t crcOf(std::string_view bytes)
{
    return uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// Exactly `size` bytes at `offset`; false otherwise.
bool readAt(int file, void* to, size_t size, uint64_t offset)
{
    auto* at = static_cast<char*>(to);
    while (size > 0) {
        const ssize_t got = ::pread(file, at, size, off_t(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= size_t(got);
        offset += uint64_t(got);
    }
    return true;
}

} // namespace

Result<std::unique_ptr<RowStoreWriter>> RowStoreWriter::create(const std::filesystem::path& folder)
{
    if (auto made = makeFolders(folder); !made)
        return made.error();
    std::unique_ptr<RowStoreWriter> writer(new RowStoreWriter);
    writer->m_folder = folder;
    const auto create = [&](const char* name, int& file) -> Result<void> {
        file = ::open((folder / name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        return file < 0 ? Result<void>(fileError("create", folder / name, errno)) : Result<void>();
    };
    if (auto made = create("rows.bin", writer->m_rowsFile); !made)
        return made.error();
    if (auto made = create("rows.idx", writer->m_indexFile); !made)
        return made.error();
    writer->m_rowsBuffer.reserve(kBufferBytes + (kBufferBytes >> 2));
    return writer;
}

RowStoreWriter::~RowStoreWriter()
{
    for (const int file : { m_rowsFile, m_indexFile })
        if (file >= 0)
            ::close(file);
}

Result<void> RowStoreWriter::flush(int file, std::string& buffer, const char* name)
{
    for (size_t at = 0; at < buffer.size();) {
        const ssize_t wrote = ::write(file, buffer.data() + at, buffer.size() - at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return fileError("write", m_folder / name, errno);
        at += size_t(wrote);
    }
    buffer.clear();
    return {};
}

Result<void> RowStoreWriter::add(std::string_view row)
{
    char entry[kEntryBytes];
    const uint32_t length = uint32_t(row.size()), crc = crcOf(row);
    std::memcpy(entry, &m_bytes, 8);
    std::memcpy(entry + 8, &length, 4);
    std::memcpy(entry + 12, &crc, 4);
    m_indexBuffer.append(entry, kEntryBytes);
    m_rowsBuffer.append(row);
    m_bytes += row.size();
    ++m_rows;
    if (m_rowsBuffer.size() >= kBufferBytes)
        if (auto done = flush(m_rowsFile, m_rowsBuffer, "rows.bin"); !done)
            return done;
    if (m_indexBuffer.size() >= kBufferBytes)
        return flush(m_indexFile, m_indexBuffer, "rows.idx");
    return {};
}

Result<void> RowStoreWriter::finish()
{
    if (auto done = flush(m_rowsFile, m_rowsBuffer, "rows.bin"); !done)
        return done;
    if (auto done = flush(m_indexFile, m_indexBuffer, "rows.idx"); !done)
        return done;
    for (const auto& [file, name] : { std::pair(m_rowsFile, "rows.bin"), std::pair(m_indexFile, "rows.idx") })
        if (::fsync(file) != 0)
            return fileError("write", m_folder / name, errno);
    return {};
}

Result<std::shared_ptr<const RowStore>> RowStore::open(const std::filesystem::path& folder)
{
    std::shared_ptr<RowStore> store(new RowStore);
    store->m_folder = folder;
    const auto open = [&](const char* name, int& file, uint64_t& size) -> Result<void> {
        const std::filesystem::path path = folder / name;
        file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat info { };
        if (file < 0 || ::fstat(file, &info) != 0)
            return Error { errno == ENOENT ? "file_missing" : "file_unreadable",
                path.string() + " cannot be opened: " + std::strerror(errno) + ".", "Import the data again." };
        size = uint64_t(info.st_size);
        return {};
    };
    uint64_t indexBytes = 0;
    if (auto done = open("rows.bin", store->m_rowsFile, store->m_bytes); !done)
        return done.error();
    if (auto done = open("rows.idx", store->m_indexFile, indexBytes); !done)
        return done.error();
    if (indexBytes % kEntryBytes != 0)
        return Error { "store_damaged", (folder / "rows.idx").string() + " ends in the middle of an entry.",
            "Delete the folder and import the data again." };
    store->m_size = indexBytes / kEntryBytes;
    return std::shared_ptr<const RowStore>(std::move(store));
}

RowStore::~RowStore()
{
    for (const int file : { m_rowsFile, m_indexFile })
        if (file >= 0)
            ::close(file);
}

Result<std::string> RowStore::text(uint64_t index) const
{
    if (index >= m_size)
        return Error { "row_missing",
            "Row " + std::to_string(index + 1) + " was asked for; there are " + std::to_string(m_size) + ".", "" };
    const auto damaged = [&](const char* why) {
        return Error { "store_damaged",
            "Row " + std::to_string(index + 1) + " in " + m_folder.string() + " " + why + ".",
            "Delete the folder and import the data again." };
    };
    char raw[kEntryBytes];
    Entry entry;
    if (!readAt(m_indexFile, raw, kEntryBytes, index * kEntryBytes))
        return damaged("has no entry in the index");
    std::memcpy(&entry.offset, raw, 8);
    std::memcpy(&entry.length, raw + 8, 4);
    std::memcpy(&entry.crc, raw + 12, 4);
    if (entry.length > kMaxRowBytes || entry.offset > m_bytes || entry.length > m_bytes - entry.offset)
        return damaged("lies outside of the file");
    std::string row(entry.length, '\0');
    if (!readAt(m_rowsFile, row.data(), row.size(), entry.offset))
        return damaged("cannot be read");
    if (crcOf(row) != entry.crc)
        return damaged("does not have the checksum that was stored with it");
    return row;
}

} // namespace aha::data
