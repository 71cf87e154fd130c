#pragma once
// The verdict on an answer in tags, from a rule for the answer alone.

#include "core/tasks/puzzle.h"

#include <functional>

namespace aha {

/// Reads the tags and asks `check` about what stands between them. Reasons: those of readAnswerTags() and of `check`;
/// an error of `check` is InfraError, bad_item. The form is not asked for: see strict_verdict.h.
Judgement judgeTaggedAnswer(std::string_view completion, size_t maxCharacters,
    const std::function<Result<AnswerCheck>(std::string_view answer)>& check);

} // namespace aha
