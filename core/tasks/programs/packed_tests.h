#pragma once
// LiveCodeBench's private tests: base64 of zlib of a pickled text of JSON.

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace aha {

/// The text inside, read without running anything: of a pickle only a lone text is understood. At most 256 MB come out.
/// Error: task_item_invalid.
Result<std::string> unpackTests(std::string_view base64);

} // namespace aha
