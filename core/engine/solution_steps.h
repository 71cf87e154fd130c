#pragma once
// A solution cut into steps, and the tokens that a process reward model reads of it: the same for rows that it learns
// from and for completions that it judges (TRL's PRMTrainer.tokenize_row).

#include "core/algo/process_reward.h"
#include "core/text/tokenizer.h"

#include <string>
#include <string_view>

namespace aha {

/// The text between separators; a text behind the last one is a step too, an empty step is none.
std::vector<std::string> solutionSteps(std::string_view text, const std::string& separator);

/// Steps of sampled tokens.
struct SampledSteps {
    std::vector<std::string> texts;
    std::vector<int64_t> ends; ///< the token with which each ends, its separator included
};
/// `ids`: without an end token. A token that ends one step and begins the next belongs to the first; where it ends
/// several, they end together.
SampledSteps sampledSteps(const Tokenizer& tokenizer, const std::vector<int32_t>& ids, const std::string& separator);

struct StepRowConfig {
    std::string separator;
    bool lastStepOnly = false;
    int64_t maxLength = 0; ///< tokens; what is beyond is cut off with its label. 0 = any
};
/// Prompt, then each step and the separator, tokens apart; the label stands on a separator's last token.
ProcessRow stepRow(const Tokenizer& tokenizer, const std::vector<int32_t>& prompt,
    const std::vector<std::string>& steps, const std::vector<bool>& good, const StepRowConfig& config);

} // namespace aha
