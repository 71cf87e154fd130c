#pragma once
// What a verdict asks of the form, chosen once for every task whose answer stands in tags.

#include "core/tasks/task.h"

#include <string_view>

namespace aha {

/// Correct and Wrong stand only for a completion that is, as a whole: white space, an optional <think> (the prompt may
/// have it), a thought that is not blank, </think>, white space, one <answer>…</answer>, white space; each tag once.
/// Another one is Malformed. Its reason, its accuracy (the answer's value, whatever stands around it) and its format
/// stay; `rewards.strict` decides whether accuracy pays without format.
Judgement strictVerdict(Judgement judgement, std::string_view completion);

} // namespace aha
