#pragma once
// Just enough of protobuf's wire format to read a sentencepiece file without its library.

#include <cstdint>
#include <string_view>

namespace aha {

/// A protobuf varint at `at`; false at the end of the data.
inline bool readVarint(std::string_view bytes, size_t& at, uint64_t& value)
{
    value = 0;
    for (int shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
        const uint8_t byte = uint8_t(bytes[at++]);
        value |= uint64_t(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

/// Walks the fields of one protobuf message: visit(field, bytes, number), with the bytes of length-delimited fields and
/// the number of varints. False when malformed or when visit() says so.
template <class Visit> bool walkMessage(std::string_view bytes, Visit&& visit)
{
    for (size_t at = 0; at < bytes.size();) {
        uint64_t tag = 0, number = 0;
        if (!readVarint(bytes, at, tag))
            return false;
        std::string_view content;
        switch (tag & 7) {
        case 0:
            if (!readVarint(bytes, at, number))
                return false;
            break;
        case 1:
        case 2:
        case 5: {
            uint64_t size = (tag & 7) == 1 ? 8 : 4;
            if ((tag & 7) == 2 && !readVarint(bytes, at, size))
                return false;
            if (size > bytes.size() - at)
                return false;
            content = bytes.substr(at, size);
            at += size;
            break;
        }
        default:
            return false;
        }
        if (!visit(tag >> 3, content, number))
            return false;
    }
    return true;
}

} // namespace aha
