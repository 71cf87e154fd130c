#include "core/weights/gguf_writer.h"

#include "core/weights/element_format.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

namespace aha {

namespace {

Error refused(const std::string& message)
{
    return { "gguf_write", "The GGUF file cannot be written: " + message, "" };
}

template <class T> void put(std::string& out, T value)
{
    out.append(reinterpret_cast<const char*>(&value), sizeof value); // little-endian, as every machine this runs on
}

void putText(std::string& out, std::string_view text)
{
    put(out, uint64_t(text.size()));
    out.append(text);
}

/// A number of the alternative that holds it, in the width that `type` has in the file.
template <class T> void putNumber(std::string& out, GgufType type, T value)
{
    switch (type) {
    case GgufType::U8:
    case GgufType::Bool:
        return put(out, uint8_t(value));
    case GgufType::I8:
        return put(out, int8_t(value));
    case GgufType::U16:
        return put(out, uint16_t(value));
    case GgufType::I16:
        return put(out, int16_t(value));
    case GgufType::U32:
        return put(out, uint32_t(value));
    case GgufType::I32:
        return put(out, int32_t(value));
    case GgufType::U64:
        return put(out, uint64_t(value));
    case GgufType::I64:
        return put(out, int64_t(value));
    case GgufType::F32:
        return put(out, float(value));
    case GgufType::F64:
        return put(out, double(value));
    case GgufType::String:
    case GgufType::Array:
        break; // have alternatives of their own
    }
}

void putValue(std::string& out, const GgufValue& value)
{
    std::visit(
        [&](const auto& held) {
            using T = std::decay_t<decltype(held)>;
            if constexpr (std::is_arithmetic_v<T>) {
                putNumber(out, value.type, held);
            } else if constexpr (std::is_same_v<T, std::string>) {
                putText(out, held);
            } else {
                put(out, uint32_t(value.elementType));
                put(out, uint64_t(held.size()));
                for (const auto& item : held) {
                    using Item = std::decay_t<decltype(item)>;
                    if constexpr (std::is_arithmetic_v<Item>)
                        putNumber(out, value.elementType, item);
                    else if constexpr (std::is_same_v<Item, std::string>)
                        putText(out, item);
                    else
                        putValue(out, item);
                }
            }
        },
        value.value);
}

uint64_t rounded(uint64_t bytes, uint64_t alignment) { return (bytes + alignment - 1) / alignment * alignment; }

} // namespace

Result<GgufWriter> GgufWriter::create(const std::filesystem::path& path,
    std::vector<std::pair<std::string, GgufValue>> metadata, std::vector<GgufTensorPlan> tensors, uint32_t alignment)
{
    if (alignment == 0 || (alignment & (alignment - 1)) != 0)
        return refused("the alignment " + std::to_string(alignment) + " is no power of two.");
    if (alignment != 32)
        metadata.emplace_back("general.alignment", GgufValue::u32(alignment));
    std::string head = "GGUF";
    put(head, uint32_t(3));
    put(head, uint64_t(tensors.size()));
    put(head, uint64_t(metadata.size()));
    std::unordered_set<std::string> seen;
    for (const auto& [key, value] : metadata) {
        if (key.empty() || !seen.insert(key).second)
            return refused("the key \"" + key + "\" is empty or comes twice.");
        putText(head, key);
        put(head, uint32_t(value.type));
        putValue(head, value);
    }
    seen.clear();
    std::vector<uint64_t> sizes;
    uint64_t offset = 0;
    for (const GgufTensorPlan& tensor : tensors) {
        if (tensor.name.empty() || !seen.insert(tensor.name).second)
            return refused("the tensor \"" + tensor.name + "\" has no name or comes twice.");
        const int type = ggmlType(tensor.dtype);
        const ElementFormat* format = type < 0 ? nullptr : ggmlFormat(uint32_t(type));
        if (!format)
            return refused("tensor " + tensor.name + " is " + tensor.dtype + ", which GGUF does not have.");
        if (tensor.shape.size() > 4)
            return refused("tensor " + tensor.name + " has more than 4 dimensions.");
        uint64_t elements = 1;
        for (const int64_t size : tensor.shape)
            if (size < 1 || __builtin_mul_overflow(elements, uint64_t(size), &elements)
                || elements > uint64_t(INT64_MAX) / 8)
                return refused("the shape of tensor " + tensor.name + " is empty or overflows.");
        if ((tensor.shape.empty() ? 1 : uint64_t(tensor.shape.back())) % format->blockElements != 0)
            return refused("a row of tensor " + tensor.name + " is no whole number of " + tensor.dtype + " blocks.");
        putText(head, tensor.name);
        put(head, uint32_t(tensor.shape.size()));
        for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size)
            put(head, uint64_t(*size));
        put(head, uint32_t(type));
        put(head, offset);
        sizes.push_back(elements / format->blockElements * format->blockBytes);
        offset += rounded(sizes.back(), alignment);
    }
    Result<OutputFile> out = OutputFile::create(path);
    if (!out)
        return out.error();
    GgufWriter writer(std::move(out).value(), std::move(tensors), alignment);
    writer.m_bytes = std::move(sizes);
    if (Result<void> written = writer.m_out.write(head); !written)
        return written.error();
    if (Result<void> padded = writer.pad(); !padded)
        return padded.error();
    return writer;
}

Result<void> GgufWriter::pad()
{
    return m_out.write(std::string(rounded(m_out.written(), m_alignment) - m_out.written(), '\0'));
}

Result<void> GgufWriter::expect(uint64_t bytes)
{
    if (m_next == m_tensors.size())
        return refused("it has all its " + std::to_string(m_tensors.size()) + " tensors.");
    if (bytes != m_bytes[m_next])
        return refused("tensor " + m_tensors[m_next].name + " needs " + std::to_string(m_bytes[m_next]) + " bytes, not "
            + std::to_string(bytes) + ".");
    ++m_next;
    return {};
}

Result<void> GgufWriter::addRaw(std::string_view bytes)
{
    if (Result<void> fits = expect(bytes.size()); !fits)
        return fits.error();
    constexpr size_t kPiece = 1 << 20;
    for (size_t at = 0; at < bytes.size(); at += kPiece)
        if (Result<void> written = m_out.write(bytes.substr(at, kPiece)); !written)
            return written.error();
    return pad();
}

Result<void> GgufWriter::add(std::span<const float> values)
{
    if (m_next == m_tensors.size())
        return expect(0);
    const ElementFormat& format = *findFormat(m_tensors[m_next].dtype);
    if (Result<void> fits = expect(values.size() / format.blockElements * format.blockBytes); !fits)
        return fits.error();
    constexpr size_t kPiece = 1 << 18; // whole blocks of every format
    std::string bytes;
    for (size_t at = 0; at < values.size(); at += kPiece) {
        bytes.clear();
        if (Result<void> made = appendEncoded(bytes, format, values.subspan(at, std::min(kPiece, values.size() - at)));
            !made)
            return made.error();
        if (Result<void> written = m_out.write(bytes); !written)
            return written.error();
    }
    return pad();
}

Result<void> GgufWriter::finish()
{
    if (m_next != m_tensors.size())
        return refused("tensor " + m_tensors[m_next].name + " is missing.");
    return m_out.commit();
}

} // namespace aha
