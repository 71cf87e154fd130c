#pragma once
// Regular expressions of tokenizer.json are Oniguruma's (Ruby syntax); this project matches with PCRE2. The two read
// the same text differently in places (nested classes, `\s`, `\w`, `\h`, `{2}+`, `$`), so a pattern is parsed and
// written anew.

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace aha {

/// The PCRE2 pattern (UTF, UCP, newline LF) that matches what Oniguruma would. What has no certain equal there is
/// refused: back references, named groups, absent operators, class intersections, case folding beyond ASCII letters, …
/// Captures become plain groups. Errors: tokenizer_unsupported, with the construct.
Result<std::string> translatePattern(std::string_view oniguruma);

/// A PCRE2 pattern that matches `text` itself.
std::string literalPattern(std::string_view text);

} // namespace aha
