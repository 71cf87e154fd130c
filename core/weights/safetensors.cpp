#include "core/weights/safetensors.h"

#include "core/base/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace aha {

namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr size_t kMaxTensors = 200'000;
constexpr size_t kMaxDimensions = 32;

Error bad(const char* code, const std::string& message)
{
    return { code, "The safetensors file is not valid: " + message, "Download or export the file again." };
}

bool isUtf8(std::string_view text)
{
    for (size_t at = 0; at < text.size();) {
        const CodePoint point = decodeUtf8(text, at);
        if (!point.valid)
            return false;
        at += point.bytes;
    }
    return true;
}

/// Takes the header as it is parsed and stops at the first fault. A tree of the whole header is never built: its memory
/// would be a multiple of the header's, and nlohmann's callback parser takes quadratic time for many tensors.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
    SafetensorsHeader header;
    std::optional<Error> error;

    bool null() override { return wrongType(); }
    bool boolean(bool) override { return wrongType(); }
    bool number_integer(number_integer_t) override { return wrongType(); } // negative
    bool number_float(number_float_t, const string_t&) override { return wrongType(); }
    bool binary(binary_t&) override { return wrongType(); }
    bool number_unsigned(number_unsigned_t value) override
    {
        if (m_where != Where::List)
            return wrongType();
        if (m_list->size() == kMaxDimensions)
            return invalid("a list of tensor " + m_name + " has more than 32 numbers.");
        m_list->push_back(value);
        return true;
    }
    bool string(string_t& value) override
    {
        if (m_where == Where::Metadata) {
            header.metadata[m_field] = std::move(value);
            return true;
        }
        if (m_where != Where::Tensor || m_field != "dtype")
            return wrongType();
        m_dtype = std::move(value);
        return true;
    }
    bool start_object(size_t) override
    {
        if (m_where == Where::Outside) {
            m_where = Where::Top;
        } else if (m_where == Where::Top) {
            m_where = m_name == "__metadata__" ? Where::Metadata : Where::Tensor;
            m_dtype.reset();
            m_shape.reset();
            m_offsets.reset();
        } else {
            return wrongType();
        }
        return true;
    }
    bool key(string_t& name) override
    {
        if (m_where == Where::Top) {
            const bool twice
                = name == "__metadata__" ? std::exchange(m_hasMetadata, true) : header.tensors.count(name) > 0;
            if (twice)
                return invalid("its header has the key \"" + name + "\" twice.");
            if (header.tensors.size() == kMaxTensors && name != "__metadata__")
                return stop(bad("TooManyTensors", "its header lists more than 200000 tensors."));
            m_name = std::move(name);
            return true;
        }
        if (m_where == Where::Metadata) {
            if (header.metadata.count(name))
                return invalid("its header has the key \"" + name + "\" twice.");
            if (header.metadata.size() == kMaxTensors)
                return stop(bad("TooManyTensors", "its header lists more than 200000 remarks."));
        } else if ((name == "dtype" && m_dtype) || (name == "shape" && m_shape)
            || (name == "data_offsets" && m_offsets)) {
            return invalid("tensor " + m_name + " has the field " + name + " twice.");
        }
        m_field = std::move(name);
        return true;
    }
    bool end_object() override
    {
        if (m_where == Where::Tensor && !finishTensor())
            return false;
        m_where = m_where == Where::Top ? Where::Outside : Where::Top;
        return true;
    }
    bool start_array(size_t) override
    {
        if (m_where != Where::Tensor || (m_field != "shape" && m_field != "data_offsets"))
            return wrongType();
        m_where = Where::List;
        m_list = &(m_field == "shape" ? m_shape : m_offsets).emplace();
        return true;
    }
    bool end_array() override
    {
        m_where = Where::Tensor;
        return true;
    }
    bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override
    {
        return invalid("its header is not JSON.");
    }

private:
    enum class Where { Outside, Top, Metadata, Tensor, List };

    bool stop(Error reason)
    {
        error = std::move(reason);
        return false;
    }
    bool invalid(const std::string& message) { return stop(bad("InvalidHeaderDeserialization", message)); }
    bool wrongType()
    {
        return invalid(m_where == Where::Outside ? "its header is not a JSON object."
                : m_where == Where::Metadata     ? "__metadata__ holds something that is not text."
                                                 : "tensor " + m_name + " has a field of the wrong type.");
    }
    bool finishTensor()
    {
        if (!m_dtype || !m_shape || !m_offsets)
            return invalid("tensor " + m_name + " needs dtype, shape and data_offsets and nothing else.");
        if (m_offsets->size() != 2)
            return invalid("tensor " + m_name + " has not two data_offsets.");
        SafetensorsEntry entry;
        entry.dtype = *m_dtype;
        entry.begin = (*m_offsets)[0];
        entry.end = (*m_offsets)[1];
        uint64_t bytes = safetensorsElementBytes(entry.dtype);
        if (bytes == 0)
            return invalid("tensor " + m_name + " has the unknown dtype " + entry.dtype + ".");
        for (const uint64_t size : *m_shape) {
            if (size > uint64_t(INT64_MAX) || __builtin_mul_overflow(bytes, size, &bytes))
                return stop(bad("ValidationOverflow", "the shape of tensor " + m_name + " overflows."));
            entry.shape.push_back(int64_t(size));
        }
        if (entry.end < entry.begin)
            return stop(bad("InvalidOffset", "tensor " + m_name + " ends before it begins."));
        if (entry.end - entry.begin != bytes)
            return stop(bad("TensorInvalidInfo",
                "tensor " + m_name + " has " + std::to_string(entry.end - entry.begin) + " bytes, but its shape needs "
                    + std::to_string(bytes) + "."));
        header.tensors.emplace(m_name, std::move(entry));
        return true;
    }

    Where m_where = Where::Outside;
    bool m_hasMetadata = false;
    std::string m_name, m_field;
    std::optional<std::string> m_dtype;
    std::optional<std::vector<uint64_t>> m_shape, m_offsets;
    std::vector<uint64_t>* m_list = nullptr;
};

} // namespace

uint64_t safetensorsElementBytes(const std::string& dtype)
{
    static const std::pair<const char*, uint64_t> sizes[] = { { "F64", 8 }, { "F32", 4 }, { "F16", 2 }, { "BF16", 2 },
        { "F8_E4M3", 1 }, { "F8_E5M2", 1 }, { "F8_E8M0", 1 }, { "C64", 8 }, { "I64", 8 }, { "I32", 4 }, { "I16", 2 },
        { "I8", 1 }, { "U64", 8 }, { "U32", 4 }, { "U16", 2 }, { "U8", 1 }, { "BOOL", 1 } };
    for (const auto& [name, size] : sizes)
        if (dtype == name)
            return size;
    return 0;
}

Result<SafetensorsHeader> parseSafetensors(std::string_view file)
{
    if (file.size() < 8)
        return bad("HeaderTooSmall", "it has only " + std::to_string(file.size()) + " bytes.");
    uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, file.data(), 8); // little-endian, as every machine this runs on
    if (headerBytes > kMaxHeaderBytes)
        return bad(
            "HeaderTooLarge", "its header claims " + std::to_string(headerBytes) + " bytes; the limit is 100000000.");
    if (headerBytes > file.size() - 8)
        return bad("InvalidHeaderLength",
            "its header claims " + std::to_string(headerBytes) + " bytes, but the file ends before.");
    const std::string_view text = file.substr(8, headerBytes);
    HeaderReader reader;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) {
        const Error& error = *reader.error;
        return error.code == "InvalidHeaderDeserialization" && !isUtf8(text)
            ? bad("InvalidHeader", "its header is not UTF-8.")
            : error;
    }
    SafetensorsHeader header = std::move(reader.header);
    header.dataOffset = 8 + headerBytes;
    std::vector<std::pair<SafetensorsEntry, std::string>> ordered;
    for (const auto& [name, entry] : header.tensors)
        ordered.emplace_back(entry, name);
    std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first.begin, a.first.end) < std::pair(b.first.begin, b.first.end);
    });
    uint64_t expected = 0;
    for (const auto& [entry, name] : ordered) {
        if (entry.begin != expected)
            return bad("InvalidOffset",
                "tensor " + name + " begins at byte " + std::to_string(entry.begin) + " instead of "
                    + std::to_string(expected) + " (hole or overlap).");
        expected = entry.end;
    }
    if (header.dataOffset + expected != file.size())
        return bad("MetadataIncompleteBuffer",
            "the tensors need " + std::to_string(expected) + " bytes of data, the file has "
                + std::to_string(file.size() - header.dataOffset) + ".");
    return header;
}

std::string writeSafetensors(std::vector<SafetensorsTensor> tensors, const std::map<std::string, std::string>& metadata)
{
    std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    uint64_t offset = 0;
    for (const SafetensorsTensor& tensor : tensors) {
        header[tensor.name] = { { "dtype", tensor.dtype }, { "shape", tensor.shape },
            { "data_offsets", { offset, offset + tensor.bytes.size() } } };
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    std::string file(8, '\0');
    const uint64_t size = text.size();
    std::memcpy(file.data(), &size, 8);
    file += text;
    file.reserve(file.size() + offset);
    for (const SafetensorsTensor& tensor : tensors)
        file.append(tensor.bytes);
    return file;
}

} // namespace aha
