#include "core/foreign/tensorboard_events.h"

#include "core/base/utf8.h"

#include <array>
#include <bit>
#include <cstring>

namespace aha::foreign {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr uint64_t kMaxRecord = uint64_t(256) << 20;
constexpr size_t kMaxTag = 1024; // a name that a person can read; longer ones are left out

template <class T> T readAt(std::string_view bytes, uint64_t at)
{
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

uint32_t masked(uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; }

/// Fields of one protobuf message, one after the other. `ok` is false after bytes that are none.
class Fields {
public:
    explicit Fields(std::string_view bytes)
        : m_rest(bytes)
    {
    }
    uint64_t number = 0, wire = 0, varint = 0; ///< of the field; varint also holds fixed32 and fixed64 bits
    std::string_view bytes; ///< of wire type 2
    bool ok = true;

    bool next()
    {
        if (m_rest.empty() || !ok)
            return false;
        uint64_t key = 0;
        if (!takeVarint(key))
            return ok = false;
        number = key >> 3;
        wire = key & 7;
        if (wire == 0)
            return ok = takeVarint(varint);
        if (wire == 1 || wire == 5) {
            const size_t size = wire == 1 ? 8 : 4;
            if (m_rest.size() < size)
                return ok = false;
            varint = 0;
            std::memcpy(&varint, m_rest.data(), size);
            m_rest.remove_prefix(size);
            return true;
        }
        uint64_t size = 0;
        if (wire != 2 || !takeVarint(size) || size > m_rest.size())
            return ok = false;
        bytes = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return true;
    }

private:
    bool takeVarint(uint64_t& value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
            const auto byte = uint8_t(m_rest.front());
            m_rest.remove_prefix(1);
            value |= uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80)
                return true;
        }
        return false;
    }
    std::string_view m_rest;
};

/// TensorProto of one number: 1 dtype (1 float, 2 double), 4 tensor_content, 5 float_val, 6 double_val.
std::optional<double> scalarOf(std::string_view tensor)
{
    uint64_t type = 0;
    std::string_view content, floats, doubles;
    std::optional<double> plain;
    Fields field(tensor);
    while (field.next()) {
        if (field.number == 1 && field.wire == 0)
            type = field.varint;
        else if (field.number == 4 && field.wire == 2)
            content = field.bytes;
        else if (field.number == 5 && field.wire == 2)
            floats = field.bytes;
        else if (field.number == 5 && field.wire == 5)
            plain = std::bit_cast<float>(uint32_t(field.varint));
        else if (field.number == 6 && field.wire == 2)
            doubles = field.bytes;
        else if (field.number == 6 && field.wire == 1)
            plain = std::bit_cast<double>(field.varint);
    }
    if (!field.ok)
        return std::nullopt;
    if (type == 1 && content.size() == 4)
        return readAt<float>(content, 0);
    if (type == 2 && content.size() == 8)
        return readAt<double>(content, 0);
    if (type == 1 && floats.size() == 4)
        return readAt<float>(floats, 0);
    if (type == 2 && doubles.size() == 8)
        return readAt<double>(doubles, 0);
    return type == 1 || type == 2 ? plain : std::nullopt;
}

/// False when the bytes are no Event.
bool readEvent(std::string_view bytes, EventScan& scan)
{
    double wallTime = 0;
    int64_t step = 0;
    std::vector<EventScalar> found;
    Fields event(bytes);
    while (event.next()) {
        if (event.number == 1 && event.wire == 1)
            wallTime = std::bit_cast<double>(event.varint);
        else if (event.number == 2 && event.wire == 0)
            step = int64_t(event.varint);
        else if (event.number == 5 && event.wire == 2) {
            Fields summary(event.bytes);
            while (summary.next()) {
                if (summary.number != 1 || summary.wire != 2)
                    continue;
                EventScalar scalar;
                std::optional<double> number;
                Fields value(summary.bytes);
                while (value.next()) {
                    if (value.number == 1 && value.wire == 2)
                        scalar.tag = value.bytes.size() <= kMaxTag ? validUtf8(value.bytes) : std::string();
                    else if (value.number == 2 && value.wire == 5)
                        number = std::bit_cast<float>(uint32_t(value.varint));
                    else if (value.number == 8 && value.wire == 2)
                        number = scalarOf(value.bytes);
                }
                if (!value.ok)
                    return false;
                if (!number || scalar.tag.empty()) {
                    ++scan.otherValues;
                    continue;
                }
                scalar.value = *number;
                found.push_back(std::move(scalar));
            }
            if (!summary.ok)
                return false;
        }
    }
    if (!event.ok)
        return false;
    for (EventScalar& scalar : found) { // step and time may stand behind the summary
        scalar.step = step;
        scalar.wallTime = wallTime;
        scan.scalars.push_back(std::move(scalar));
    }
    return true;
}

} // namespace

uint32_t crc32c(std::string_view bytes)
{
    static constexpr std::array<uint32_t, 256> kTable = [] { // Castagnoli, reflected
        std::array<uint32_t, 256> table {};
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = value & 1 ? (value >> 1) ^ 0x82f63b78u : value >> 1;
            table[i] = value;
        }
        return table;
    }();
    uint32_t crc = 0xffffffffu;
    for (const char c : bytes)
        crc = kTable[(crc ^ uint8_t(c)) & 0xff] ^ (crc >> 8);
    return ~crc;
}

EventScan scanEvents(std::string_view bytes)
{
    constexpr uint64_t kHead = 12, kTail = 4;
    EventScan scan;
    const auto damaged = [&](const std::string& what) {
        scan.damage = Error { "event_damaged",
            "Record " + std::to_string(scan.records + 1) + " (byte " + std::to_string(scan.consumed) + ") " + what
                + ".",
            "What stands before it was read." };
        return scan;
    };
    while (bytes.size() - scan.consumed >= kHead) {
        const std::string_view rest = bytes.substr(scan.consumed);
        const auto length = readAt<uint64_t>(rest, 0);
        if (masked(crc32c(rest.substr(0, 8))) != readAt<uint32_t>(rest, 8))
            return damaged("has a length whose checksum is wrong");
        if (length > kMaxRecord)
            return damaged(
                "has " + std::to_string(length) + " bytes; at most " + std::to_string(kMaxRecord) + " are read");
        if (rest.size() - kHead < length + kTail)
            break; // not all there yet
        const std::string_view body = rest.substr(kHead, length);
        if (masked(crc32c(body)) != readAt<uint32_t>(rest, kHead + length))
            return damaged("has a wrong checksum");
        if (!readEvent(body, scan))
            return damaged("is no event");
        scan.consumed += kHead + length + kTail;
        ++scan.records;
    }
    return scan;
}

} // namespace aha::foreign
