#pragma once
// Who is a knight and who is a knave: the rule for answers, which rows of data sets need too.

#include "core/tasks/puzzle.h"

namespace aha {

/// `item`: "names" and either "statements" (what each says: {"op": "is", "who": 0, "role": "knave"}, not, and, or, if,
/// iff with "a", "b") or "solution" (each "knight" or "knave", or true for a knight). With both, they must agree.
/// `answer`: "(1) Zoey is a knight\n(2) …", everybody once, in any order, numbers optional. Reasons: syntax,
/// unknown_person, repeated_person, contradiction, missing_person, wrong_roles, ok. Error: task_item_invalid.
Result<AnswerCheck> checkKnightsKnaves(const nlohmann::ordered_json& item, std::string_view answer);
inline constexpr size_t kMaxKnightsAnswer = 1000; ///< characters

} // namespace aha
