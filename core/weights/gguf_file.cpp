#include "core/weights/gguf_file.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

namespace aha {

namespace {

constexpr uint64_t kMaxKeyBytes = 65535, kMaxTensorNameBytes = 1024, kMaxDimensions = 4;
constexpr size_t kTypeCount = 13;
/// Least bytes of a value, by type: a string is at least its length, an array its element type and count.
constexpr uint64_t kLeastBytes[kTypeCount] = { 1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8 };
constexpr const char* kTypeNames[kTypeCount] = { "UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32", "FLOAT32",
    "BOOL", "STRING", "ARRAY", "UINT64", "INT64", "FLOAT64" };

[[noreturn]] void fail(const char* code, const std::string& message)
{
    throw Failure({ code, "The GGUF file is not valid: " + message, "Download or convert the file again." });
}

/// Reads forward and never past the end.
class Cursor {
public:
    explicit Cursor(std::string_view file)
        : m_file(file)
    {
    }

    uint64_t at() const { return m_at; }
    uint64_t left() const { return m_file.size() - m_at; }

    template <class T> T number(const char* what)
    {
        if (left() < sizeof(T))
            fail("gguf_truncated", "it ends at byte " + std::to_string(m_file.size()) + ", within " + what + ".");
        T value;
        std::memcpy(&value, m_file.data() + m_at, sizeof(T)); // little-endian, as every machine this runs on
        m_at += sizeof(T);
        return value;
    }

    std::string string(const char* what, uint64_t limit = UINT64_MAX, const char* code = "gguf_string")
    {
        const uint64_t bytes = number<uint64_t>(what);
        if (bytes > limit)
            fail(code,
                std::string(what) + " has " + std::to_string(bytes) + " bytes; the limit is " + std::to_string(limit)
                    + ".");
        if (bytes > left())
            fail(code,
                std::string(what) + " has " + std::to_string(bytes) + " bytes, but only " + std::to_string(left())
                    + " follow.");
        std::string text(m_file.substr(m_at, bytes));
        m_at += bytes;
        return text;
    }

private:
    std::string_view m_file;
    uint64_t m_at = 0;
};

class Parser {
public:
    explicit Parser(std::string_view file)
        : m_file(file)
        , m_in(file)
    {
    }

    GgufFile parse()
    {
        uint64_t tensors = 0, keys = 0;
        header(tensors, keys);
        std::unordered_set<std::string> seen;
        for (uint64_t i = 0; i < keys; ++i) {
            std::string key = m_in.string("a key", kMaxKeyBytes, "gguf_key");
            if (key.empty())
                fail("gguf_key", "key " + std::to_string(i) + " is empty.");
            if (!seen.insert(key).second)
                fail("gguf_key_twice", "it has the key \"" + key + "\" twice.");
            m_key = key;
            GgufValue read = value(type("the type of a value"), 0);
            m_result.metadata.emplace_back(std::move(key), std::move(read));
        }
        alignment();
        seen.clear();
        for (uint64_t i = 0; i < tensors; ++i) {
            tensor();
            if (!seen.insert(m_result.tensors.back().name).second)
                fail("gguf_tensor_twice", "it has the tensor " + m_result.tensors.back().name + " twice.");
        }
        place();
        return std::move(m_result);
    }

private:
    void header(uint64_t& tensors, uint64_t& keys)
    {
        if (m_file.size() < 4 || m_file.substr(0, 4) != "GGUF")
            fail("gguf_magic", "it does not begin with the letters GGUF.");
        m_in.number<uint32_t>("its first bytes");
        m_result.version = m_in.number<uint32_t>("the version");
        if (m_result.version != 0 && (m_result.version & 0xffff) == 0)
            throw Failure({ "gguf_big_endian", "The GGUF file is big-endian, made for another kind of processor.",
                "Convert the model again on, or for, a little-endian machine." });
        if (m_result.version != 2 && m_result.version != 3)
            throw Failure({ "gguf_version",
                "The GGUF file has version " + std::to_string(m_result.version) + "; versions 2 and 3 can be read.",
                "Convert the model again with a current llama.cpp." });
        tensors = m_in.number<uint64_t>("the number of tensors");
        keys = m_in.number<uint64_t>("the number of keys");
        // The shortest key takes 14 bytes with its value, the shortest tensor 24.
        if (tensors > kGgufMaxTensors || tensors > m_in.left() / 24)
            fail("gguf_too_many_tensors",
                "it claims " + std::to_string(tensors) + " tensors, more than the file or the limit of "
                    + std::to_string(kGgufMaxTensors) + " can hold.");
        if (keys > kGgufMaxKeys || keys > m_in.left() / 14)
            fail("gguf_too_many_keys",
                "it claims " + std::to_string(keys) + " keys, more than the file or the limit of "
                    + std::to_string(kGgufMaxKeys) + " can hold.");
    }

    GgufType type(const char* what)
    {
        const uint32_t number = m_in.number<uint32_t>(what);
        if (number >= kTypeCount)
            fail("gguf_value_type", "key \"" + m_key + "\" has the unknown type " + std::to_string(number) + ".");
        return GgufType(number);
    }

    bool boolean()
    {
        const uint8_t byte = m_in.number<uint8_t>("a value");
        if (byte > 1)
            fail("gguf_bool", "key \"" + m_key + "\" is neither true nor false but " + std::to_string(byte) + ".");
        return byte == 1;
    }

    uint64_t natural(GgufType of)
    {
        switch (of) {
        case GgufType::U8:
            return m_in.number<uint8_t>("a value");
        case GgufType::U16:
            return m_in.number<uint16_t>("a value");
        case GgufType::U32:
            return m_in.number<uint32_t>("a value");
        default:
            return m_in.number<uint64_t>("a value");
        }
    }
    int64_t whole(GgufType of)
    {
        switch (of) {
        case GgufType::I8:
            return m_in.number<int8_t>("a value");
        case GgufType::I16:
            return m_in.number<int16_t>("a value");
        case GgufType::I32:
            return m_in.number<int32_t>("a value");
        default:
            return m_in.number<int64_t>("a value");
        }
    }
    double real(GgufType of)
    {
        return of == GgufType::F32 ? double(m_in.number<float>("a value")) : m_in.number<double>("a value");
    }

    GgufValue value(GgufType of, int depth)
    {
        GgufValue out;
        out.type = of;
        switch (of) {
        case GgufType::U8:
        case GgufType::U16:
        case GgufType::U32:
        case GgufType::U64:
            out.value = natural(of);
            break;
        case GgufType::I8:
        case GgufType::I16:
        case GgufType::I32:
        case GgufType::I64:
            out.value = whole(of);
            break;
        case GgufType::F32:
        case GgufType::F64:
            out.value = real(of);
            break;
        case GgufType::Bool:
            out.value = boolean();
            break;
        case GgufType::String:
            out.value = m_in.string("a text");
            break;
        case GgufType::Array:
            array(out, depth);
            break;
        }
        return out;
    }

    void array(GgufValue& out, int depth)
    {
        if (depth >= kGgufMaxArrayDepth)
            fail("gguf_array_depth",
                "the list of key \"" + m_key + "\" is nested deeper than " + std::to_string(kGgufMaxArrayDepth) + ".");
        const GgufType of = out.elementType = type("the type of a list");
        const uint64_t count = m_in.number<uint64_t>("the length of a list");
        if (count > m_in.left() / kLeastBytes[size_t(of)])
            fail("gguf_array",
                "the list of key \"" + m_key + "\" claims " + std::to_string(count)
                    + " entries, more than the file holds.");
        m_elements += count; // cannot overflow: both are bounded by the file's size
        if (m_elements > kGgufMaxElements)
            fail("gguf_array", "its lists hold more than " + std::to_string(kGgufMaxElements) + " entries together.");
        const auto fill = [&](auto list, const auto& next) {
            list.reserve(count);
            for (uint64_t i = 0; i < count; ++i)
                list.push_back(next());
            out.value = std::move(list);
        };
        switch (of) {
        case GgufType::U8:
        case GgufType::U16:
        case GgufType::U32:
        case GgufType::U64:
            return fill(std::vector<uint64_t>(), [&] { return natural(of); });
        case GgufType::I8:
        case GgufType::I16:
        case GgufType::I32:
        case GgufType::I64:
            return fill(std::vector<int64_t>(), [&] { return whole(of); });
        case GgufType::F32:
        case GgufType::F64:
            return fill(std::vector<double>(), [&] { return real(of); });
        case GgufType::Bool:
            return fill(std::vector<uint64_t>(), [&] { return uint64_t(boolean()); });
        case GgufType::String:
            return fill(std::vector<std::string>(), [&] { return m_in.string("a text of a list"); });
        case GgufType::Array:
            return fill(std::vector<GgufValue>(), [&] { return value(GgufType::Array, depth + 1); });
        }
    }

    void alignment()
    {
        const GgufValue* set = m_result.find("general.alignment");
        if (!set)
            return;
        const std::optional<int64_t> number = set->integer();
        if (set->type != GgufType::U32 || !number || *number < 1 || (*number & (*number - 1)) != 0)
            fail("gguf_alignment", "general.alignment is not a power of two.");
        m_result.alignment = uint64_t(*number);
    }

    void tensor()
    {
        GgufTensor out;
        out.name = m_in.string("the name of a tensor", kMaxTensorNameBytes, "gguf_tensor_name");
        if (out.name.empty())
            fail("gguf_tensor_name", "tensor " + std::to_string(m_result.tensors.size()) + " has no name.");
        const uint32_t rank = m_in.number<uint32_t>("the dimensions of a tensor");
        if (rank > kMaxDimensions)
            fail("gguf_dimensions",
                "tensor " + out.name + " has " + std::to_string(rank) + " dimensions; 4 are possible.");
        out.elements = 1;
        for (uint32_t i = 0; i < rank; ++i) {
            const uint64_t size = m_in.number<uint64_t>("the dimensions of a tensor");
            if (size == 0 || size > uint64_t(INT64_MAX) || __builtin_mul_overflow(out.elements, size, &out.elements)
                || out.elements > uint64_t(INT64_MAX))
                fail("gguf_shape", "the shape of tensor " + out.name + " is empty or overflows.");
            out.shape.push_back(int64_t(size));
        }
        const uint32_t number = m_in.number<uint32_t>("the type of a tensor");
        out.format = ggmlFormat(number);
        if (!out.format)
            fail("gguf_tensor_type", "tensor " + out.name + " has the unknown type " + std::to_string(number) + ".");
        const uint64_t row = rank ? uint64_t(out.shape[0]) : 1;
        if (row % out.format->blockElements != 0)
            fail("gguf_block",
                "a row of tensor " + out.name + " has " + std::to_string(row)
                    + " numbers, which are no whole blocks of " + out.format->name + ".");
        uint64_t bytes = 0;
        if (__builtin_mul_overflow(out.elements / out.format->blockElements, uint64_t(out.format->blockBytes), &bytes))
            fail("gguf_shape", "the size of tensor " + out.name + " overflows.");
        std::reverse(out.shape.begin(), out.shape.end());
        out.begin = m_in.number<uint64_t>("the offset of a tensor");
        if (out.begin % m_result.alignment != 0)
            fail("gguf_offset",
                "tensor " + out.name + " begins at " + std::to_string(out.begin) + ", which is no multiple of "
                    + std::to_string(m_result.alignment) + ".");
        if (__builtin_add_overflow(out.begin, bytes, &out.end))
            fail("gguf_range", "tensor " + out.name + " ends beyond the file.");
        m_result.tensors.push_back(std::move(out));
    }

    /// From offsets within the data to offsets in the file.
    void place()
    {
        if (m_result.tensors.empty()) {
            m_result.dataOffset = m_in.at();
            return;
        }
        const uint64_t padding = (m_result.alignment - m_in.at() % m_result.alignment) % m_result.alignment;
        if (padding > m_in.left())
            fail("gguf_truncated", "it ends before the tensors' data.");
        m_result.dataOffset = m_in.at() + padding;
        const uint64_t data = m_file.size() - m_result.dataOffset;
        std::vector<const GgufTensor*> order;
        for (GgufTensor& tensor : m_result.tensors) {
            if (tensor.end > data)
                fail("gguf_range",
                    "tensor " + tensor.name + " ends at byte " + std::to_string(tensor.end) + " of the data, which has "
                        + std::to_string(data) + ".");
            tensor.begin += m_result.dataOffset;
            tensor.end += m_result.dataOffset;
            order.push_back(&tensor);
        }
        std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->begin < b->begin; });
        for (size_t i = 1; i < order.size(); ++i)
            if (order[i]->begin < order[i - 1]->end)
                fail("gguf_overlap", "the tensors " + order[i - 1]->name + " and " + order[i]->name + " overlap.");
    }

    std::string_view m_file;
    Cursor m_in;
    GgufFile m_result;
    std::string m_key;
    uint64_t m_elements = 0;
};

} // namespace

const char* ggufTypeName(GgufType type) { return size_t(type) < kTypeCount ? kTypeNames[size_t(type)] : "?"; }

const GgufValue* GgufFile::find(std::string_view key) const
{
    for (const auto& [name, value] : metadata)
        if (name == key)
            return &value;
    return nullptr;
}

Result<GgufFile> parseGguf(std::string_view file)
{
    try {
        return Parser(file).parse();
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
