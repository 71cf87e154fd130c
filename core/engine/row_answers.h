#pragma once
// What the weights of a live run that learns from rows answer to a question (Command::Kind::SampleNow).

#include "core/engine/example_sampler.h"
#include "core/engine/training_session.h"
#include "core/protocol/messages.h"
#include "core/store/live_answer.h"

namespace aha {

/// What the run knows; all borrowed.
struct RowAnswers {
    const RunConfig& config;
    const std::filesystem::path& modelSource;
    const ModelConfig& model;
    const std::shared_ptr<const Tokenizer>& tokenizer;
    const ExampleSampler& examples;
    const ExampleSampler::Generate& generate;
};

/// As many answers as were asked for, none judged. The reply's text is the first: to a conversation alone, else behind
/// the prompt, which is a held-out row's where none is given. Throws
/// Failure: protocol_unknown_kind for another command; prompt_missing where nothing is held out and no prompt is given;
/// those of liveQuestion(), roomForAnswer() and PromptBuilder.
LiveAnswer answerFromRows(const RowAnswers& run, const Command& command, int64_t step);

} // namespace aha
