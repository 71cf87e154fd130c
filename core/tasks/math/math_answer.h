#pragma once
// The verifier of mathematical answers: text in, verdict out. Total, pure, thread-safe, and bounded: at most 1 MiB of
// text, a fixed number of steps, no regular expressions, nothing is executed. README.md says what is understood and how
// answers are compared.

#include "core/tasks/math/comparison.h"
#include "core/tasks/math/extraction.h"
#include "core/tasks/task.h"

namespace aha {

/// `gold`: text that holds the answer as a completion does (a number, "$…$", "\boxed{…}"); for the bare LaTeX of a data
/// set's column see markedGold(). Reasons: ok, wrong_value, wrong_unit, undefined_value (wrong); no_answer, no_box,
/// box_not_closed, denied, hedged, too_long, too_deep, too_large, syntax, bad_character, bad_command, ambiguous_blank
/// (malformed); budget (timeout); gold_unreadable (infra_error).
Judgement judgeMath(std::string_view gold, std::string_view completion, Extraction extraction, const MathRules& rules);
Judgement judgeMath(std::string_view gold, std::string_view completion, Extraction extraction);

/// The answer's place and normal form alone; verdict Correct when it can be read, else Malformed.
Judgement extractMath(std::string_view completion, Extraction extraction);

/// Two answers in LaTeX, without the text around them.
Judgement compareMath(std::string_view gold, std::string_view answer, const MathRules& rules);
Judgement compareMath(std::string_view gold, std::string_view answer);

/// A data set's field as judgeMath() reads it: bare LaTeX ("\sqrt{2}", "(1, 2)", "A") is put between dollar signs;
/// plain numbers and text that marks its answer stay as they are.
std::string markedGold(std::string_view field);

} // namespace aha
