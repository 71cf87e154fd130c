#pragma once
// Do two models read the same text as the same tokens?

#include "core/text/tokenizer.h"

namespace aha {

/// By their sizes and a probe of prose, tags, arithmetic and other scripts.
inline bool sameTokenizer(const Tokenizer& a, const Tokenizer& b)
{
    const std::string probe = "The answer is 42: <think> 3 * (4 + 5) = 27, 等等 </think> <answer> x² </answer>\n";
    return a.vocabSize() == b.vocabSize() && a.encode(probe) == b.encode(probe);
}

} // namespace aha
