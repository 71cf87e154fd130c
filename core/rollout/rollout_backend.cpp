#include "core/rollout/rollout_backend.h"

#include "core/base/result.h"

namespace aha {

namespace {

void checkTokens(const ModelConfig& config, const std::vector<int32_t>& ids, const char* hint)
{
    for (const int32_t id : ids)
        if (id < 0 || id >= config.vocabSize)
            throw Failure({ "token_out_of_range",
                "Token " + std::to_string(id) + " is outside the vocabulary of " + std::to_string(config.vocabSize)
                    + ".",
                hint });
}

} // namespace

void cutAtStop(SampledCompletion& completion, const GenerateHooks& hooks)
{
    if (!hooks.stopWatch)
        return;
    const StopWatch watch = hooks.stopWatch();
    for (size_t t = 0; t < completion.ids.size(); ++t)
        if (const int text = watch(completion.ids[t]); text >= 0) {
            completion.ids.resize(t + 1);
            completion.logprob.resize(t + 1);
            completion.entropy.resize(t + 1);
            completion.finish = FinishReason::Stop;
            completion.stopText = text;
        }
}

void checkRequests(const ModelConfig& config, const std::vector<PromptRequest>& prompts, const SamplingParams& params)
{
    for (const PromptRequest& prompt : prompts) {
        if (prompt.promptIds.empty())
            throw Failure({ "prompt_empty", "A prompt has no tokens.", "" });
        if (int64_t(prompt.promptIds.size()) + params.maxNewTokens > config.maxPositionEmbeddings)
            throw Failure({ "prompt_too_long",
                "A prompt of " + std::to_string(prompt.promptIds.size()) + " tokens and "
                    + std::to_string(params.maxNewTokens) + " new tokens exceed the model's "
                    + std::to_string(config.maxPositionEmbeddings) + " positions.",
                "Lower rollout.max_completion_length or shorten the prompt." });
        checkTokens(config, prompt.promptIds, "The tokenizer does not belong to this model.");
    }
}

void checkSequences(const ModelConfig& config, const std::vector<std::vector<int32_t>>& sequences)
{
    for (const std::vector<int32_t>& ids : sequences) {
        if (ids.empty() || int64_t(ids.size()) > config.maxPositionEmbeddings)
            throw Failure({ "prompt_too_long",
                "A sequence of " + std::to_string(ids.size()) + " tokens cannot be scored; the model has "
                    + std::to_string(config.maxPositionEmbeddings) + " positions.",
                "" });
        checkTokens(config, ids, "");
    }
}

} // namespace aha
