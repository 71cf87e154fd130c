#pragma once
// A safetensors file, or a folder of shards with an index, as one model.

#include "core/weights/mapped_file.h"
#include "core/weights/safetensors.h"
#include "core/weights/weight_source.h"

#include <memory>

namespace aha {

class SafetensorsSource : public WeightSource {
public:
    /// One file. config() reads config.json beside it. Errors: those of MappedFile and parseSafetensors, with the path.
    static Result<std::unique_ptr<SafetensorsSource>> openFile(const std::filesystem::path& file);
    /// The shards of `index` (…/model.safetensors.index.json). Errors besides: those of parseSafetensorsIndex,
    /// shard_missing (names all of them), index_tensor_missing (not in its shard), index_tensor_twice (in two shards),
    /// index_tensor_unlisted (in a shard, not in the index).
    static Result<std::unique_ptr<SafetensorsSource>> openIndex(const std::filesystem::path& index);

    Result<nlohmann::ordered_json> config() const override;
    std::string format() const override { return "safetensors"; }

protected:
    Result<void> readEntry(size_t index, std::span<float> out, Workers* workers) const override;
    Result<std::string_view> rawEntry(size_t index) const override;

private:
    struct Place {
        size_t file;
        uint64_t begin, end; ///< bytes in the file
    };
    Result<void> add(const std::filesystem::path& path, std::vector<WeightEntry>& entries,
        std::map<std::string, std::string>& metadata);

    std::filesystem::path m_folder;
    std::vector<MappedFile> m_files;
    std::vector<Place> m_places; ///< parallel to entries()
};

} // namespace aha
