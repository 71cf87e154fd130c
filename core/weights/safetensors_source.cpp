#include "core/weights/safetensors_source.h"

#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/weights/element_format.h"
#include "core/weights/safetensors_index.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace fs = std::filesystem;

Result<void> SafetensorsSource::add(
    const fs::path& path, std::vector<WeightEntry>& entries, std::map<std::string, std::string>& metadata)
{
    Result<MappedFile> file = MappedFile::open(path);
    if (!file)
        return file.error();
    Result<SafetensorsHeader> header = parseSafetensors(file->bytes());
    if (!header)
        return Error { header.error().code, path.string() + ": " + header.error().message, header.error().hint };
    std::vector<std::pair<uint64_t, const std::string*>> order; // as they lie in the file
    for (const auto& [name, tensor] : header->tensors)
        order.emplace_back(tensor.begin, &name);
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [begin, name] : order) {
        SafetensorsEntry& tensor = header->tensors.at(*name);
        const uint64_t bytes = tensor.end - tensor.begin;
        const uint64_t elements = bytes / safetensorsElementBytes(tensor.dtype);
        entries.push_back({ *name, std::move(tensor.dtype), std::move(tensor.shape), elements, bytes });
        m_places.push_back({ m_files.size(), header->dataOffset + tensor.begin, header->dataOffset + tensor.end });
    }
    metadata.merge(header->metadata);
    m_files.push_back(std::move(file).value());
    return {};
}

Result<std::unique_ptr<SafetensorsSource>> SafetensorsSource::openFile(const fs::path& file)
{
    auto source = std::make_unique<SafetensorsSource>();
    source->m_folder = file.parent_path();
    std::vector<WeightEntry> entries;
    std::map<std::string, std::string> metadata;
    if (Result<void> added = source->add(file, entries, metadata); !added)
        return added.error();
    source->setEntries(std::move(entries), std::move(metadata));
    return source;
}

Result<std::unique_ptr<SafetensorsSource>> SafetensorsSource::openIndex(const fs::path& path)
{
    Result<std::string> text = readFile(path, 100'000'000);
    if (!text)
        return text.error();
    const auto inIndex = [&](const Error& error) {
        return Error { error.code, path.string() + ": " + error.message, error.hint };
    };
    Result<SafetensorsIndex> index = parseSafetensorsIndex(*text);
    if (!index)
        return inIndex(index.error());
    auto source = std::make_unique<SafetensorsSource>();
    source->m_folder = path.parent_path();
    std::string missing;
    for (const std::string& shard : index->shards) {
        std::error_code ignored;
        if (!fs::exists(source->m_folder / shard, ignored))
            missing += (missing.empty() ? "" : ", ") + shard;
    }
    if (!missing.empty())
        return inIndex({ "shard_missing", "These files are not in the folder: " + missing + ".",
            "Download the missing files, or the whole model again." });
    std::vector<WeightEntry> entries;
    std::map<std::string, std::string> metadata;
    std::map<std::string, std::string> foundIn;
    for (const std::string& shard : index->shards) {
        const size_t before = entries.size();
        if (Result<void> added = source->add(source->m_folder / shard, entries, metadata); !added)
            return added.error();
        if (entries.size() > 200'000)
            return inIndex({ "index_too_many", "Its shards hold more than 200000 tensors.", "" });
        for (size_t i = before; i < entries.size(); ++i) {
            const std::string& name = entries[i].name;
            if (const auto [other, isNew] = foundIn.emplace(name, shard); !isNew)
                return inIndex(
                    { "index_tensor_twice", "Tensor " + name + " is in " + other->second + " and in " + shard + ".",
                        "Export the model again; which of the two counts cannot be known." });
        }
    }
    for (const auto& [name, shard] : index->shardOf)
        if (const auto found = foundIn.find(name); found == foundIn.end() || found->second != shard)
            return inIndex({ "index_tensor_missing",
                "Tensor " + name + " should be in " + shard + ", but is "
                    + (found == foundIn.end() ? "nowhere." : "in " + found->second + "."),
                "Download or export the model again." });
    for (const auto& [name, shard] : foundIn)
        if (!index->shardOf.count(name))
            return inIndex({ "index_tensor_unlisted", shard + " holds the tensor " + name + ", which is not listed.",
                "Shards of different models may be mixed; download or export the model again." });
    source->setEntries(std::move(entries), std::move(metadata));
    return source;
}

Result<nlohmann::ordered_json> SafetensorsSource::config() const
{
    const fs::path path = m_folder / "config.json";
    const Result<std::string> text = readFile(path, 1 << 20);
    if (!text)
        return Error { "model_config_missing",
            "There is no readable config.json beside the weights: " + text.error().message,
            "Point at a folder with config.json and the weights." };
    nlohmann::ordered_json json;
    if (jsonDepthWithin(*text))
        json = nlohmann::ordered_json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        return Error { "model_config_invalid", path.string() + " is not a JSON object.", "Correct config.json." };
    return json;
}

Result<std::string_view> SafetensorsSource::rawEntry(size_t index) const
{
    const Place& place = m_places[index];
    const MappedFile& file = m_files[place.file];
    if (Result<void> same = file.unchanged(); !same)
        return same.error();
    return file.bytes().substr(place.begin, place.end - place.begin);
}

Result<void> SafetensorsSource::readEntry(size_t index, std::span<float> out, Workers* workers) const
{
    const Result<std::string_view> bytes = rawEntry(index);
    if (!bytes)
        return bytes.error();
    const ElementFormat* format = findFormat(entries()[index].dtype);
    Result<void> done = toFloat(*format, *bytes, out, workers);
    m_files[m_places[index].file].forget(*bytes);
    return done;
}

} // namespace aha
