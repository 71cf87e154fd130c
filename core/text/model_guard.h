#pragma once
// Looks at a sentencepiece file before the library does. The library (0.1.97) trusts some of what it reads; a hostile
// file makes it recurse without end or read outside its arrays.

#include "core/text/tokenizer.h"

#include <string>
#include <string_view>

namespace aha {

struct ModelGuard {
    std::string problem; ///< "" = safe to load; else a sentence part: "piece 3 is empty."
    LeadingSpaces leadingSpaces = LeadingSpaces::DropOne;
};

/// Bounds the pieces (length, NUL, user-defined symbols that are prefixes of one another) and walks the character map's
/// double array, so that no lookup can leave it. Linear in the file. Total.
ModelGuard inspectModel(std::string_view bytes);

} // namespace aha
