#pragma once
// model.safetensors.index.json: which shard of a folder holds which tensor.

#include "core/base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct SafetensorsIndex {
    std::map<std::string, std::string> shardOf; ///< tensor -> file name, a plain name within the folder
    std::vector<std::string> shards; ///< sorted, each once
};

/// Parses the text of an index. Errors: index_invalid (not JSON, no weight_map, a key twice, no tensors),
/// index_shard_name (a path, a hidden or non-safetensors file), index_too_many.
Result<SafetensorsIndex> parseSafetensorsIndex(std::string_view text);

} // namespace aha
