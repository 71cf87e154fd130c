#pragma once
// The lists of the configuration group "data", source by source.

#include "core/config/run_config.h"

#include <filesystem>

namespace aha {

struct DataSource {
    std::string path, split, slice;
    double weight = 0; ///< 0 = by its size
};

/// One per path of `data.path`. Split and slice are one for all or one each, weights one each; parts are separated by
/// semicolons, white space around them does not count. Errors: config_rule (names the field).
Result<std::vector<DataSource>> dataSources(const DataConfig& data);

/// The configuration as it is meant where it was read: relative paths of the model and the rows (data.path,
/// data.eval_path) that are there beside its file (in `folder`) and not in the working folder become absolute, as the
/// engine takes them. Whoever holds a configuration without its file needs no folder then. Other paths stay.
RunConfig withPathsFrom(RunConfig config, const std::filesystem::path& folder);

/// The other way round, for a file that is written into `folder`: absolute paths below it become relative, so that
/// folder and file can be moved together.
RunConfig withPathsBelow(RunConfig config, const std::filesystem::path& folder);

/// One part of a row, named by hand in `data.mapping`: "prompt=question".
struct ColumnChoice {
    std::string part, column;
};
/// The pairs of a `data.mapping` such as "prompt=question, gold=answer"; empty where it is no list of pairs (nothing,
/// a layout's name, or JSON).
std::vector<ColumnChoice> columnChoices(const std::string& mapping);

} // namespace aha
