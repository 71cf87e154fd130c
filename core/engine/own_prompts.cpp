#include "core/engine/own_prompts.h"

#include "core/base/utf8.h"
#include "core/config/probe_prompts.h"
#include "core/engine/live_question.h"
#include "core/engine/model_source.h"

#include <nlohmann/json.hpp>

namespace aha {

namespace {

/// Where rows train, the system message is the data's; a model without a template has no place for one.
PromptConfig styleOf(const RunConfig& config, const std::filesystem::path& modelSource)
{
    PromptConfig style = config.prompt;
    if (learnsFromRows(config) && style.system.empty() && style.style != "text" && loadChatTemplate(modelSource))
        style.system = config.data.systemPrompt;
    return style;
}

} // namespace

OwnPrompts::OwnPrompts(const RunConfig& config, const std::filesystem::path& modelSource, const ModelConfig& model,
    std::shared_ptr<const Tokenizer> tokenizer)
    : m_tokenizer(std::move(tokenizer))
    , m_seed(uint64_t(config.general.seed))
{
    if (!asksProbes(config))
        return;
    const PromptBuilder builder = orThrow(PromptBuilder::open(styleOf(config, modelSource), modelSource, m_tokenizer));
    for (const std::string& written : orThrow(probePrompts(config.eval))) {
        Prompt prompt { written, builder.build({ written, "", "" }) };
        const std::string which = "Prompt " + std::to_string(m_prompts.size() + 1) + " of eval.probes";
        const int64_t tokens = int64_t(prompt.built.ids.size()), answer = config.rollout.maxCompletionLength;
        if (tokens == 0)
            throw Failure({ "prompt_empty", which + " has no tokens.", "Leave it out." });
        if (tokens + answer > model.maxPositionEmbeddings)
            throw Failure({ "prompt_too_long",
                which + " has " + std::to_string(tokens) + " tokens, its answer up to " + std::to_string(answer)
                    + ", and the model's context is " + std::to_string(model.maxPositionEmbeddings) + ".",
                "Shorten it, or lower rollout.max_completion_length." });
        m_prompts.push_back(std::move(prompt));
    }
}

EvaluationRow OwnPrompts::answer(int64_t step, const ExampleSampler::Generate& generate) const
{
    std::vector<PromptRequest> requests;
    for (size_t i = 0; i < m_prompts.size(); ++i)
        requests.push_back({ m_prompts[i].built.ids, { Rng(m_seed, Purpose::Probe, i) } });
    const std::vector<std::vector<SampledCompletion>> answers = generate(requests);
    EvaluationRow row;
    row.step = step;
    row.task = kProbesTask;
    row.samples = 1;
    for (size_t i = 0; i < m_prompts.size(); ++i) {
        EvaluationProblemRow asked;
        asked.prompt = { 0, validUtf8(m_prompts[i].built.text), kProbesTask,
            nlohmann::ordered_json { { "prompt", m_prompts[i].written } }.dump() };
        asked.samples = { unjudgedAnswer(*m_tokenizer, answers[i].front()) };
        asked.example = asked.samples.front().text;
        row.rows.push_back(std::move(asked));
    }
    return row;
}

} // namespace aha
