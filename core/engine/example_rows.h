#pragma once
// Completions sampled to be read, as the groups of a step: one each, without verdict or reward.

#include "core/rollout/types.h"
#include "core/store/rows.h"
#include "core/text/tokenizer.h"
#include "core/trace/reflection.h"

namespace aha {

struct ExampleQuestion {
    std::vector<int32_t> ids; ///< what the model continues
    std::string text; ///< the same, for people
    std::string answer; ///< the data set's own, "" when there is none
};

/// `completions[i]` answers `questions[i]`.
std::vector<GroupRow> exampleRows(int64_t step, const std::vector<ExampleQuestion>& questions,
    const std::vector<SampledCompletion>& completions, const Tokenizer& tokenizer, const Lexicon& lexicon,
    const std::string& language);

} // namespace aha
