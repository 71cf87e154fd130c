#pragma once
// Which scripts stand where in a trace. The words are those of language.h, so that what is marked is what the language
// metrics count; here the other scripts are told apart too.

#include "core/trace/language.h"

#include <bitset>

namespace aha {

enum class WritingSystem {
    Latin,
    Han,
    Kana,
    Hangul,
    Cyrillic,
    Arabic,
    Hebrew,
    Devanagari,
    Thai,
    Greek,
    Other, ///< of no script above
};
inline constexpr int kWritingSystems = int(WritingSystem::Other) + 1;

/// By Unicode's blocks; of letters alone, what is no letter is Other.
WritingSystem writingSystemOf(char32_t letter);

/// The scripts of a word of `text`; a word of Script::Other may hold several.
using ScriptSet = std::bitset<kWritingSystems>;
ScriptSet scriptsOf(std::string_view text, const WordSpan& word);

struct ScriptRun {
    size_t begin, end; ///< bytes of the text
    WritingSystem script;
};

/// Words of one script with at most three bytes (a space, a comma) between them are one run; in order, apart from each
/// other. A word of Script::Other is cut where its script changes. `words`: languageWords() of the text. Linear.
std::vector<ScriptRun> scriptRuns(std::string_view text, const std::vector<WordSpan>& words);

} // namespace aha
