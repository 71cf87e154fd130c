#pragma once
// Cutting a text at the matches of a pattern, as Hugging Face's tokenizers cut (NormalizedString::split).

#include "core/text/text_regex.h"

#include <functional>

namespace aha {

/// What becomes of a match: dropped, a piece of its own, joined to a neighbour, or joined to matches beside it.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

/// Calls `piece(begin, end)` for each piece of `text`, in order, none of them empty. `invert`: what lies between the
/// matches counts as match. Linear beside the matching.
void splitText(std::string_view text, TextRegex::Matcher& matcher, SplitBehavior behavior, bool invert,
    const std::function<void(size_t, size_t)>& piece);

} // namespace aha
