#pragma once
// The form that R1 asks for, <think>…</think><answer>…</answer>, read strictly and in linear time.

#include <cstddef>
#include <string>
#include <string_view>

namespace aha {

struct AnswerTags {
    bool format = false; ///< the whole text is one <think> part (its opening tag may be the prompt's) and one answer
    std::string_view answer; ///< stripped text of the last answer after </think>; empty unless reason is ""
    std::string reason; ///< "", or why there is no answer: no_think_end, no_answer, empty_answer, too_long
    std::string explanation; ///< the reason in words
};
inline constexpr size_t kMaxAnswer = 200; ///< characters
/// `text`: the completion alone, never the prompt. Views point into it.
AnswerTags readAnswerTags(std::string_view text, size_t maxCharacters);
inline AnswerTags readAnswerTags(std::string_view text) { return readAnswerTags(text, kMaxAnswer); }

/// Share of the four tags that occur exactly once, in quarters: open-r1's tag_count without its line breaks. It pays
/// for part of the form, so a model that never writes all of it can still climb.
double tagShare(std::string_view text);

} // namespace aha
