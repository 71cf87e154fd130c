#include "core/store/packed_text.h"

#include <new>

#include <zlib.h>

namespace aha {

namespace {
constexpr size_t kMostUnpacked = 256u << 20;
}

std::string packed(std::string_view text)
{
    uLongf size = ::compressBound(uLong(text.size()));
    std::string bytes(size, '\0');
    if (::compress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
            uLong(text.size()))
        != Z_OK) // the buffer is large enough: zlib had no memory
        throw std::bad_alloc();
    bytes.resize(size);
    return bytes;
}

std::optional<std::string> unpacked(std::string_view bytes)
{
    z_stream stream {};
    if (::inflateInit(&stream) != Z_OK)
        return std::nullopt;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = uInt(bytes.size());
    std::string text;
    int state = Z_OK;
    while (state == Z_OK && text.size() < kMostUnpacked) {
        char piece[16 << 10];
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        state = ::inflate(&stream, Z_NO_FLUSH);
        text.append(piece, sizeof piece - stream.avail_out);
    }
    ::inflateEnd(&stream);
    return state == Z_STREAM_END ? std::optional(std::move(text)) : std::nullopt;
}

} // namespace aha
