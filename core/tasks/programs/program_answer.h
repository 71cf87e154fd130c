#pragma once
// Where a program stands in a completion.

#include "core/sandbox/sandbox_run.h"

#include <optional>
#include <string>
#include <string_view>

namespace aha {

struct ProgramAnswer {
    bool format = false; ///< as AnswerTags::format
    std::string_view code; ///< empty unless reason is ""; points into the completion
    std::optional<Language> language; ///< what its fence says; none: bare, or a fence without a name
    std::string reason; ///< "", or those of readAnswerTags(), no_code, language
    std::string explanation;
};

/// The last fenced block (```python, ```py, ```cpp, ```c++ or without a name) of the answer in <answer>…</answer> after
/// </think>, or all of that answer when it has none; without the tags, the last fenced block after </think>. A block of
/// another language is no answer. Linear; `completion` is the completion alone.
ProgramAnswer readProgramAnswer(std::string_view completion);

/// C++ when it looks like it, else Python. For code whose fence does not say.
Language guessLanguage(std::string_view code);

} // namespace aha
