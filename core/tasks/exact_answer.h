#pragma once
// A known answer, compared exactly: numbers as numbers, everything else as text. For rows of data sets.

#include "core/tasks/task.h"

namespace aha {

/// What the comparison sees: white space at the ends, a full stop, dollar signs around it and commas between thousands
/// are taken off; "42.0", "84/2" and "\frac{84}{2}" become the number 42, other text its lower-case words.
std::string normalAnswer(std::string_view answer);

/// The answer stands in <answer>…</answer>, or in the last \boxed{…} after </think>. Reasons: those of
/// readAnswerTags(), wrong_value, ok.
Judgement judgeExact(std::string_view gold, std::string_view completion);

} // namespace aha
