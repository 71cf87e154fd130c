#include "core/weights/safetensors_index.h"

#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace aha {

namespace {

constexpr size_t kMaxTensors = 200'000, kMaxShards = 10'000;

Error bad(const char* code, const std::string& message)
{
    return { code, "The index of the shards is not valid: " + message, "Download or export the model again." };
}

/// A file directly in the folder of the index: a name with a path in it could reach any file of this machine.
bool isPlainShardName(const std::string& name)
{
    const std::string_view ending = ".safetensors";
    return name.size() > ending.size() && name.size() <= 255 && name[0] != '.'
        && name.compare(name.size() - ending.size(), ending.size(), ending) == 0
        && std::none_of(name.begin(), name.end(),
            [](char c) { return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 32; });
}

/// Takes the index as it is parsed and stops at the first fault; of other keys than weight_map nothing is kept.
class IndexReader : public nlohmann::json_sax<nlohmann::json> {
public:
    SafetensorsIndex index;
    std::set<std::string> shards;
    std::optional<Error> error;
    bool hasMap = false;

    bool null() override { return other(); }
    bool boolean(bool) override { return other(); }
    bool number_integer(number_integer_t) override { return other(); }
    bool number_unsigned(number_unsigned_t) override { return other(); }
    bool number_float(number_float_t, const string_t&) override { return other(); }
    bool binary(binary_t&) override { return other(); }
    bool string(string_t& shard) override
    {
        if (!inMap())
            return other();
        if (!isPlainShardName(shard))
            return stop(bad("index_shard_name",
                "tensor " + m_key + " is said to be in \"" + shard
                    + "\", which is not the plain name of a .safetensors file in the same folder."));
        if (shards.insert(shard).second && shards.size() > kMaxShards)
            return stop(bad("index_too_many", "it names more than 10000 shards."));
        if (!index.shardOf.emplace(m_key, std::move(shard)).second)
            return invalid("it has the tensor " + m_key + " twice.");
        return index.shardOf.size() <= kMaxTensors || stop(bad("index_too_many", "it lists more than 200000 tensors."));
    }
    bool start_object(size_t) override
    {
        if (inMap())
            return other();
        if (m_depth == 1 && m_key == "weight_map") {
            if (std::exchange(hasMap, true))
                return invalid("it has weight_map twice.");
            m_inMap = true;
        }
        ++m_depth;
        return true;
    }
    bool key(string_t& name) override
    {
        m_key = std::move(name);
        return true;
    }
    bool end_object() override
    {
        m_inMap = false; // nothing opens within the map
        --m_depth;
        return true;
    }
    bool start_array(size_t) override
    {
        if (!other())
            return false;
        ++m_depth;
        return true;
    }
    bool end_array() override
    {
        --m_depth;
        return true;
    }
    bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override
    {
        return invalid("it is not JSON.");
    }

private:
    bool inMap() const { return m_inMap; }
    bool stop(Error reason)
    {
        error = std::move(reason);
        return false;
    }
    bool invalid(const std::string& message) { return stop(bad("index_invalid", message)); }
    /// A value that is no shard's name.
    bool other()
    {
        if (m_depth == 0)
            return invalid("it is not a JSON object.");
        if (m_inMap)
            return invalid("the file of tensor " + m_key + " is not text.");
        if (m_depth == 1 && m_key == "weight_map")
            return invalid("its weight_map is not an object.");
        return true;
    }

    std::string m_key;
    int m_depth = 0;
    bool m_inMap = false;
};

} // namespace

Result<SafetensorsIndex> parseSafetensorsIndex(std::string_view text)
{
    if (!jsonDepthWithin(text, 8))
        return bad("index_invalid", "it is nested too deeply.");
    IndexReader reader;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader))
        return *reader.error;
    if (reader.index.shardOf.empty())
        return bad("index_invalid", "it has no weight_map with tensors in it.");
    reader.index.shards.assign(reader.shards.begin(), reader.shards.end());
    return std::move(reader.index);
}

} // namespace aha
