#include "core/engine/row_answers.h"

#include "core/engine/live_question.h"
#include "core/engine/prompt_builder.h"

namespace aha {

std::string answerFromRows(const RowAnswers& run, const Command& command, int64_t step)
{
    if (command.kind != Command::Kind::SampleNow)
        throw Failure({ "protocol_unknown_kind",
            "A run of the kind " + run.config.general.kind + " has no verifier that could score a text.", "" });
    const auto answer = [&](const std::vector<int32_t>& ids) {
        roomForAnswer(ids.size(), run.model);
        const Rng stream(uint64_t(run.config.general.seed), Purpose::Evaluation, 1u << 30, uint64_t(step));
        return run.generate({ { ids, { stream } } })[0][0].ids;
    };
    if (!command.completion.empty()) {
        PromptConfig style = run.config.prompt;
        style.exampleQuestion.clear(); // the data's own conversations have none
        const PromptBuilder prompts = orThrow(PromptBuilder::open(style, run.modelSource, run.tokenizer));
        return answerText(*run.tokenizer, answer(prompts.build(liveQuestion(command)).ids));
    }
    ExampleQuestion question { promptIds(*run.tokenizer, command.prompt), command.prompt, "" };
    const std::vector<ExampleQuestion>& held = run.examples.questions();
    if (command.prompt.empty() && !held.empty())
        question = held[size_t(step) % held.size()];
    if (command.prompt.empty() && held.empty())
        throw Failure({ "prompt_missing", "There is no held-out prompt to sample from.", "Give one." });
    return question.text + " " + run.tokenizer->decode(answer(question.ids));
}

} // namespace aha
