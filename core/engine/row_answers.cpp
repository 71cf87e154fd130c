#include "core/engine/row_answers.h"

#include "core/engine/live_question.h"
#include "core/engine/prompt_builder.h"

namespace aha {

LiveAnswer answerFromRows(const RowAnswers& run, const Command& command, int64_t step)
{
    if (command.kind != Command::Kind::SampleNow)
        throw Failure({ "protocol_unknown_kind",
            "A run of the kind " + run.config.general.kind + " has no verifier that could score a text.", "" });
    LiveAnswer answer;
    const auto ask = [&](const std::vector<int32_t>& ids) {
        roomForAnswer(ids.size(), run.model);
        const auto group = run.generate({ { ids, answerStreams(command, run.config.general.seed, step) } })[0];
        for (const SampledCompletion& one : group)
            answer.samples.push_back(unjudgedAnswer(*run.tokenizer, one));
        return group.front().ids;
    };
    if (!command.completion.empty()) {
        PromptConfig style = run.config.prompt;
        style.exampleQuestion.clear(); // the data's own conversations have none
        const PromptBuilder prompts = orThrow(PromptBuilder::open(style, run.modelSource, run.tokenizer));
        answer.text = answerText(*run.tokenizer, ask(prompts.build(liveQuestion(command)).ids));
        return answer;
    }
    ExampleQuestion question { promptIds(*run.tokenizer, command.prompt), command.prompt, "" };
    const std::vector<ExampleQuestion>& held = run.examples.questions();
    if (command.prompt.empty() && !held.empty())
        question = held[size_t(step) % held.size()];
    if (command.prompt.empty() && held.empty())
        throw Failure({ "prompt_missing", "There is no held-out prompt to sample from.", "Give one." });
    if (command.prompt.empty())
        answer.question = question.text;
    answer.text = question.text + " " + run.tokenizer->decode(ask(question.ids));
    return answer;
}

} // namespace aha
