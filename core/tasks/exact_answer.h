#pragma once
// A known answer, compared exactly: numbers as numbers, everything else as text. For rows of data sets.

#include "core/tasks/task.h"

namespace aha {

/// What the comparison sees: white space at the ends, a full stop, dollar signs around it and commas between thousands
/// are taken off; "42.0", "84/2" and "\frac{84}{2}" become the number 42, other text its lower-case words.
std::string normalAnswer(std::string_view answer);

/// Where a row's answer stands: in <answer>…</answer> after </think>, else in the last \boxed{…} there.
struct FoundAnswer {
    std::string_view answer; ///< of the completion; empty: `reason` says why
    bool tagged = false; ///< in the tags
    double format = 0;
    std::string reason, explanation;
};
FoundAnswer findAnswer(std::string_view completion);
/// Judgement about it with everything but the verdict.
Judgement foundJudgement(const FoundAnswer& found, std::string_view completion);

/// Content of the last \boxed{…}, or of the one at `at`, with balanced braces, stripped; empty when there is none.
std::string_view lastBoxed(std::string_view text);
std::string_view boxedAt(std::string_view text, size_t at);

/// The answer stands in <answer>…</answer>, or in the last \boxed{…} after </think>. Reasons: those of
/// readAnswerTags(), wrong_value, ok. An answer in tags has a strict verdict (strict_verdict.h).
Judgement judgeExact(std::string_view gold, std::string_view completion);

} // namespace aha
