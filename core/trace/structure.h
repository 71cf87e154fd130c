#pragma once
// Tags of an R1 completion and simple repetition measures.

#include <cstddef>
#include <string_view>
#include <vector>

namespace aha {

struct TagSpan {
    size_t begin, end; ///< bytes of the tag itself
    enum Kind { ThinkOpen, ThinkClose, AnswerOpen, AnswerClose } kind;
};
std::vector<TagSpan> findTags(std::string_view text);

/// Text between the first <think> (or the start) and the first </think> (or the end).
std::string_view reasoningOf(std::string_view text);

/// Share of word n-grams that occurred before in the text, 0 … 1; 0 for fewer than n words.
double repeatedNgramShare(std::string_view text, int n = 4);

} // namespace aha
