#include "core/nn/safetensors.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace aha {

namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr size_t kMaxTensors = 200'000;

Error bad(const char* code, const std::string& message)
{
    return { code, "The safetensors file is not valid: " + message, "Download or export the file again." };
}

/// JSON that refuses duplicate keys, which nlohmann's default parser would silently merge.
Result<nlohmann::json> parseStrict(std::string_view text)
{
    std::vector<std::vector<std::string>> keys; // of the objects that are open
    bool tooDeep = false;
    std::string duplicate;
    const auto noteDuplicates = [&](std::vector<std::string>& names) {
        std::sort(names.begin(), names.end());
        if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
            duplicate = *twice;
    };
    const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
        using Event = nlohmann::json::parse_event_t;
        tooDeep = tooDeep || depth > 8 || (!keys.empty() && keys.back().size() > kMaxTensors + 1);
        if (event == Event::object_start) {
            keys.emplace_back();
        } else if (event == Event::key) {
            keys.back().push_back(parsed.get<std::string>());
        } else if (event == Event::object_end) {
            noteDuplicates(keys.back());
            keys.pop_back();
        }
        return !tooDeep;
    };
    const nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
    if (tooDeep)
        return bad("TooManyTensors", "its header is nested too deeply or lists more than 200000 tensors.");
    if (json.is_discarded())
        return bad("InvalidHeaderDeserialization", "its header is not JSON.");
    if (!duplicate.empty())
        return bad("InvalidHeaderDeserialization", "its header has the key \"" + duplicate + "\" twice.");
    return json;
}

Result<SafetensorsEntry> parseEntry(const std::string& name, const nlohmann::json& json)
{
    SafetensorsEntry entry;
    if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape")
        || !json.contains("data_offsets"))
        return bad("InvalidHeaderDeserialization",
            "tensor " + name + " needs dtype, shape and data_offsets and nothing else.");
    const auto natural = [](const nlohmann::json& value) { return value.is_number_unsigned(); };
    const nlohmann::json &shape = json["shape"], &offsets = json["data_offsets"];
    if (!json["dtype"].is_string() || !shape.is_array() || !std::all_of(shape.begin(), shape.end(), natural)
        || !offsets.is_array() || offsets.size() != 2 || !std::all_of(offsets.begin(), offsets.end(), natural))
        return bad("InvalidHeaderDeserialization", "tensor " + name + " has a field of the wrong type.");
    entry.dtype = json["dtype"].get<std::string>();
    entry.begin = offsets[0].get<uint64_t>();
    entry.end = offsets[1].get<uint64_t>();
    uint64_t bytes = safetensorsElementBytes(entry.dtype);
    if (bytes == 0)
        return bad("InvalidHeaderDeserialization", "tensor " + name + " has the unknown dtype " + entry.dtype + ".");
    for (const nlohmann::json& dimension : shape) {
        const uint64_t size = dimension.get<uint64_t>();
        if (size > uint64_t(INT64_MAX) || __builtin_mul_overflow(bytes, size, &bytes))
            return bad("ValidationOverflow", "the shape of tensor " + name + " overflows.");
        entry.shape.push_back(int64_t(size));
    }
    if (entry.end < entry.begin)
        return bad("InvalidOffset", "tensor " + name + " ends before it begins.");
    if (entry.end - entry.begin != bytes)
        return bad("TensorInvalidInfo",
            "tensor " + name + " has " + std::to_string(entry.end - entry.begin) + " bytes, but its shape needs "
                + std::to_string(bytes) + ".");
    return entry;
}

} // namespace

uint64_t safetensorsElementBytes(const std::string& dtype)
{
    static const std::pair<const char*, uint64_t> sizes[] = { { "F64", 8 }, { "F32", 4 }, { "F16", 2 }, { "BF16", 2 },
        { "F8_E4M3", 1 }, { "F8_E5M2", 1 }, { "I64", 8 }, { "I32", 4 }, { "I16", 2 }, { "I8", 1 }, { "U64", 8 },
        { "U32", 4 }, { "U16", 2 }, { "U8", 1 }, { "BOOL", 1 } };
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
    Result<nlohmann::json> json = parseStrict(file.substr(8, headerBytes));
    if (!json)
        return json.error();
    if (!json->is_object())
        return bad("InvalidHeaderDeserialization", "its header is not a JSON object.");
    SafetensorsHeader header;
    header.dataOffset = 8 + headerBytes;
    std::vector<std::pair<SafetensorsEntry, std::string>> ordered;
    for (const auto& [name, value] : json->items()) {
        if (name == "__metadata__") {
            if (!value.is_object())
                return bad("InvalidHeaderDeserialization", "__metadata__ is not an object.");
            for (const auto& [key, text] : value.items()) {
                if (!text.is_string())
                    return bad("InvalidHeaderDeserialization", "__metadata__ holds something that is not text.");
                header.metadata[key] = text.get<std::string>();
            }
            continue;
        }
        Result<SafetensorsEntry> entry = parseEntry(name, value);
        if (!entry)
            return entry.error();
        ordered.emplace_back(*entry, name);
        header.tensors.emplace(name, std::move(entry).value());
    }
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
