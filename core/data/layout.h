#pragma once
// What kind of data set is this, and what does each row say?

#include "core/data/mapping.h"

namespace aha::data {

/// Mappings that fit the sample (100 rows are plenty), best first; a mapping's confidence is that of its signs times
/// the share of rows that it can read. Pure.
std::vector<Mapping> recogniseAll(const std::vector<Row>& sample);
/// The best of them. Errors: layout_unknown (names the columns), dataset_empty.
Result<Mapping> recognise(const std::vector<Row>& sample);

/// One row through the mapping. Pure and thread-safe. Errors: row_part (which part, which column, what was found),
/// row_no_prompt.
Result<Example> toExample(const Mapping& mapping, const Row& row);

} // namespace aha::data
