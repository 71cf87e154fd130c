#pragma once
// What a client asks of the weights of a live run (Command::Kind::SampleNow), and the answer as it is given.

#include "core/config/model_config.h"
#include "core/protocol/messages.h"
#include "core/rollout/types.h"
#include "core/store/live_answer.h"
#include "core/tasks/task.h"
#include "core/text/tokenizer.h"

namespace aha {

/// The prompt; or the conversation that ends with it, where Command::completion holds one: a JSON list of turns with
/// role and content ("messages" on the wire). A model without a chat template reads their texts one under the other.
/// Throws Failure question_malformed for what is no conversation that ends with a user's turn.
TaskItem liveQuestion(const Command& command);

/// Tokens that the model's context leaves for an answer. Throws Failure prompt_too_long.
int64_t roomForAnswer(size_t promptTokens, const ModelConfig& model);

/// Without the token that ends it.
std::string answerText(const Tokenizer& tokenizer, std::vector<int32_t> ids);

/// One answer to a question that is no problem of the task: it has no verdict.
CompletionRow unjudgedAnswer(const Tokenizer& tokenizer, const SampledCompletion& completion);

/// Random numbers of the answers to one question, another stream each; the first is the one that a question for one
/// answer gets.
std::vector<Rng> answerStreams(const Command& command, int64_t seed, int64_t step);

} // namespace aha
