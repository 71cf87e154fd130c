#pragma once
// One cell of an Arrow array as JSON text.

#include "core/base/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace aha::data {

/// Appends the value at `index`. bytes: hexadecimal; dates and times: ISO 8601 as Python's isoformat(); durations: the
/// integer; decimals, infinities and NaN: text; maps: a list of [key, value]; dictionaries: the value. Throws Failure
/// (row_encoding) for text that is not UTF-8, (row_too_deep) beyond kMaxJsonDepth, (row_type) for a type that has no
/// JSON.
void appendArrowJson(std::string& out, const arrow::Array& array, int64_t index, int depth = 1);

} // namespace aha::data
