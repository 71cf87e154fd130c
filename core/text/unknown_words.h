#pragma once
// Which words of a text a tokenizer has no tokens for: a small vocabulary drops them, and the model never sees them.

#include "core/text/tokenizer.h"

namespace aha {

struct UnknownWords {
    int64_t words = 0, unknown = 0;
    std::vector<std::string> first; ///< of the unknown ones, each once, at most kMost
    static constexpr size_t kMost = 5;
};

/// Words are what stands between spaces; one is unknown when a character of it has no token, or only the unknown one.
/// Long texts are not looked at: none of their words is counted.
UnknownWords unknownWords(const Tokenizer& tokenizer, const std::string& text);

} // namespace aha
