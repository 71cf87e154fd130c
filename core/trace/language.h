#pragma once
// Words by script: what the language-consistency reward counts and what the trace view colours.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

enum class Script { English, Chinese, Other };

struct WordSpan {
    size_t begin, end; ///< bytes of the text
    Script script;
};

struct LanguageCount {
    int64_t english = 0, chinese = 0, other = 0;
    int64_t total() const { return english + chinese + other; }
    /// Share of `target` ("en" | "zh") among all words; 0 without words.
    double share(std::string_view target) const;
    /// Words of at least two scripts.
    bool mixes() const { return (english > 0) + (chinese > 0) + (other > 0) >= 2; }
};

/// Words of `text` after the tags <think> </think> <answer> </answer> and mathematics ($…$, $$…$$, \(…\), \[…\]) are
/// taken out. A Han ideograph is one Chinese word; a run of Latin letters one English word, unless it touches a digit,
/// '_' or a backslash, or is a single letter other than a, A, I; runs of other letters are other words.
std::vector<WordSpan> languageWords(std::string_view text);
LanguageCount countLanguages(std::string_view text);

} // namespace aha
