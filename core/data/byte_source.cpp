#include "core/data/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

namespace aha::data {

namespace {

constexpr size_t kMostInputBytes = size_t(1) << 18;

Error unreadable(const std::filesystem::path& path, int error)
{
    if (error == ENOENT)
        return { "file_missing", "There is no file " + path.string() + ".", "Check the path." };
    return { "file_unreadable", path.string() + " cannot be read: " + std::strerror(error) + ".",
        "Check the permissions and the disk." };
}

} // namespace

struct ByteSource::Unpacker {
    z_stream gzip {};
    bool gzipReady = false;
    ZSTD_DStream* zstd = nullptr;
    ~Unpacker()
    {
        if (gzipReady)
            inflateEnd(&gzip);
        ZSTD_freeDStream(zstd);
    }
};

Packing packingOf(std::string_view firstBytes)
{
    if (firstBytes.size() >= 2 && firstBytes[0] == '\x1f' && firstBytes[1] == '\x8b')
        return Packing::Gzip;
    if (firstBytes.substr(0, 4) == "\x28\xb5\x2f\xfd")
        return Packing::Zstd;
    return Packing::None;
}

ByteSource::~ByteSource()
{
    if (m_file >= 0)
        ::close(m_file);
}

Result<std::unique_ptr<ByteSource>> ByteSource::open(
    const std::filesystem::path& path, const ReadOptions& options, std::stop_token stop)
{
    std::unique_ptr<ByteSource> source(new ByteSource);
    source->m_path = path;
    source->m_options = options;
    source->m_stop = std::move(stop);
    source->m_file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (source->m_file < 0)
        return unreadable(path, errno);
    struct stat info { };
    if (::fstat(source->m_file, &info) != 0)
        return unreadable(path, errno);
    if (!S_ISREG(info.st_mode))
        return Error { "file_unreadable", path.string() + " is not a file.", "Choose a data file." };
    source->m_diskBytes = uint64_t(info.st_size);
    ::posix_fadvise(source->m_file, 0, 0, POSIX_FADV_SEQUENTIAL);
    source->m_input.resize(std::clamp<size_t>(options.chunkBytes, 16, kMostInputBytes));
    if (auto filled = source->refill(); !filled)
        return filled.error();
    source->m_packing = packingOf(std::string_view(source->m_input.data(), source->m_inputEnd));
    source->m_unpacker = std::make_unique<Unpacker>();
    if (source->m_packing == Packing::Gzip) {
        // 16: expect a gzip header.
        if (inflateInit2(&source->m_unpacker->gzip, 15 + 16) != Z_OK)
            return Error { "out_of_memory", "zlib could not be started.", "" };
        source->m_unpacker->gzipReady = true;
    } else if (source->m_packing == Packing::Zstd) {
        source->m_unpacker->zstd = ZSTD_createDStream();
        // A frame may ask for a window of up to 2 GB; 2^27 is what `zstd --long` uses.
        ZSTD_DCtx_setParameter(source->m_unpacker->zstd, ZSTD_d_windowLogMax, 27);
    }
    return source;
}

Result<bool> ByteSource::refill()
{
    if (m_stop.stop_requested())
        return cancelledError();
    ssize_t got = 0;
    do
        got = ::read(m_file, m_input.data(), m_input.size());
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return unreadable(m_path, errno);
    m_inputAt = 0;
    m_inputEnd = size_t(got);
    m_diskBytesRead += uint64_t(got);
    m_hash.add(std::string_view(m_input.data(), m_inputEnd));
    return got > 0;
}

Result<size_t> ByteSource::read(char* to, size_t size)
{
    if (m_packing == Packing::Gzip)
        return inflateInto(to, size);
    if (m_packing == Packing::Zstd)
        return unzstdInto(to, size);
    if (m_inputAt == m_inputEnd) {
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more)
            return size_t(0);
    }
    const size_t take = std::min(size, m_inputEnd - m_inputAt);
    std::memcpy(to, m_input.data() + m_inputAt, take);
    m_inputAt += take;
    return take;
}

Result<void> ByteSource::countUnpacked(size_t bytes)
{
    m_unpackedBytes += bytes;
    if (m_unpackedBytes > m_options.inflationFreeBytes
        && m_unpackedBytes / m_options.maxInflation > std::max<uint64_t>(m_diskBytesRead, 1))
        return Error { "packed_bomb",
            m_path.string() + " unpacks to more than " + std::to_string(m_options.maxInflation)
                + " times its size; that is no data set.",
            "If it is, unpack it by hand and open the result." };
    return {};
}

Error ByteSource::truncated(const char* format) const
{
    return { "packed_truncated",
        m_path.string() + " ends in the middle of its " + format + " data (after " + std::to_string(m_diskBytesRead)
            + " bytes).",
        "The download or copy is incomplete: fetch the file again." };
}

Error ByteSource::damaged(const char* format, uint64_t at, const std::string& why) const
{
    return { "packed_damaged",
        m_path.string() + " is damaged near byte " + std::to_string(at) + " of its " + format + " data (" + why + ").",
        "Fetch the file again." };
}

Result<size_t> ByteSource::inflateInto(char* to, size_t size)
{
    z_stream& z = m_unpacker->gzip;
    z.next_out = reinterpret_cast<Bytef*>(to);
    z.avail_out = uInt(size);
    while (z.avail_out == size) {
        if (m_inputAt == m_inputEnd) {
            const auto more = refill();
            if (!more)
                return more.error();
            if (!*more) {
                if (!m_inMember)
                    return size_t(0);
                return truncated("gzip");
            }
        }
        if (!m_inMember) {
            // Padding of zeros after the last member is legal; anything else must be another member.
            if (m_input[m_inputAt] == '\0') {
                ++m_inputAt;
                continue;
            }
            inflateReset(&z);
            m_inMember = true;
        }
        z.next_in = reinterpret_cast<Bytef*>(m_input.data() + m_inputAt);
        z.avail_in = uInt(m_inputEnd - m_inputAt);
        const int status = inflate(&z, Z_NO_FLUSH);
        m_inputAt = m_inputEnd - z.avail_in;
        if (status == Z_STREAM_END)
            m_inMember = false;
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return damaged("gzip", m_diskBytesRead - z.avail_in, z.msg ? z.msg : "no details");
    }
    const size_t made = size - z.avail_out;
    if (auto counted = countUnpacked(made); !counted)
        return counted.error();
    return made;
}

Result<size_t> ByteSource::unzstdInto(char* to, size_t size)
{
    ZSTD_outBuffer out { to, size, 0 };
    while (out.pos == 0) {
        // A frame may still hold output although all input is used, so the decoder is asked before the file.
        ZSTD_inBuffer in { m_input.data(), m_inputEnd, m_inputAt };
        const size_t status = ZSTD_decompressStream(m_unpacker->zstd, &out, &in);
        const bool used = in.pos != m_inputAt;
        m_inputAt = in.pos;
        if (ZSTD_isError(status))
            return damaged("zstd", m_diskBytesRead - (m_inputEnd - m_inputAt), ZSTD_getErrorName(status));
        if (used || out.pos > 0)
            m_inMember = status != 0;
        if (out.pos > 0 || m_inputAt < m_inputEnd)
            continue;
        const auto more = refill();
        if (!more)
            return more.error();
        if (!*more) {
            if (!m_inMember)
                return size_t(0);
            return truncated("zstd");
        }
    }
    if (auto counted = countUnpacked(out.pos); !counted)
        return counted.error();
    return out.pos;
}

} // namespace aha::data
