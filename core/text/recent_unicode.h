#pragma once
// Characters that Unicode assigned after the version that Debian's PCRE2 knows. The reference tokenizers know them: a new
// emoji is a symbol there and splits as one.

#include <string>
#include <string_view>

namespace aha {

/// The ranges of a general category ("L", "So") that PCRE2 10.42 lacks and Unicode 16 has, for use inside a PCRE2
/// character class; "" when there are none.
std::string recentlyAssigned(std::string_view category);

} // namespace aha
