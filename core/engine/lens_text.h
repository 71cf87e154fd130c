#pragma once
// A stored text as models read it once more, token by token: its tokens behind its prompt's, and the checkpoint of its
// run that reads it. What the lenses share.

#include "core/config/run_config.h"
#include "core/store/rows.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aha {

class RunReader;

/// A token that might have been drawn.
struct LensAlternative {
    int32_t id = 0;
    std::string text; ///< its bytes
    float probability = 0;
};

struct LensText {
    RunConfig config;
    int64_t step = 0; ///< of the text
    std::string prompt, text;
    std::vector<int32_t> textIds;
    CheckpointRow checkpoint;
    std::filesystem::path source; ///< folder of the checkpoint
    std::shared_ptr<const Tokenizer> tokenizer; ///< the checkpoint's
    std::vector<int32_t> ids; ///< of the prompt and the text
    size_t promptTokens = 0; ///< at least 1 where there is text
};

/// A completion's tokens as they were drawn. `policyStep`: the checkpoint; none: the newest before the completion's
/// step. Throws Failure: those of reader and tokenizer; checkpoint_missing; prompt_empty.
LensText lensOfCompletion(const std::filesystem::path& run, const RunReader& reader, const CompletionRow& row,
    std::optional<int64_t> policyStep);
/// What the checkpoint of an evaluation answered to a held-out problem. The run keeps the text and not its tokens, so
/// these are the text's; `policyStep` none: the newest checkpoint that is not after the evaluation. `given`: another
/// answer to the problem in place of the stored one.
LensText lensOfAnswer(const std::filesystem::path& run, const RunReader& reader, int64_t evaluationId, int64_t position,
    std::optional<int64_t> policyStep, const std::optional<std::string>& given = {});

/// Throws Failure trace_too_large, when two models' probabilities of all tokens would need more than 4 GB.
void checkLensSize(size_t tokens, size_t vocabulary);
/// One row of logits to log-probabilities at the temperature, in place.
void toLogProbs(float* row, size_t vocabulary, double temperature);
/// Of rows of log-probabilities, in nats: the entropy of p, and KL(p || q).
double entropyOf(const float* p, size_t vocabulary);
double klOf(const float* p, const float* q, size_t vocabulary);
/// The most likely tokens, most likely first; of equal ones the smaller id.
std::vector<LensAlternative> likeliest(
    const float* logProbs, size_t vocabulary, size_t count, const Tokenizer& tokenizer);

} // namespace aha
