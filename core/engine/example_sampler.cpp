#include "core/engine/example_sampler.h"

namespace aha {

namespace {

/// A preference as prompt and chosen answer; else the row itself.
data::Example answerable(data::Example example)
{
    if (example.kind == data::Kind::Preference || example.kind == data::Kind::UnpairedPreference) {
        if (example.kind == data::Kind::Preference)
            example.completion = example.chosen;
        example.kind = example.prompt.empty() ? data::Kind::LanguageModeling : data::Kind::PromptCompletion;
    }
    return example;
}

} // namespace

ExampleSampler::ExampleSampler(const TrainingData& data, const SftEncoder& encoder, const Tokenizer& tokenizer,
    Lexicon lexicon, const RunConfig& config)
    : m_tokenizer(tokenizer)
    , m_lexicon(std::move(lexicon))
    , m_seed(uint64_t(config.general.seed))
    , m_language(config.rewards.targetLanguage)
{
    for (uint64_t row = 0; row < data.heldOutRows(); ++row) {
        if (int64_t(m_questions.size()) >= config.sft.evalCompletions)
            break;
        const Result<data::Example> example = data.heldOut(row);
        if (!example)
            continue; // a bad row that was skipped and counted
        if (auto question = orThrow(encoder.question(answerable(*example))))
            m_questions.push_back({ question->ids, tokenizer.decode(question->ids), question->answer });
    }
}

std::vector<GroupRow> ExampleSampler::rows(int64_t step, const Generate& generate) const
{
    if (m_questions.empty())
        return {};
    std::vector<PromptRequest> prompts;
    for (size_t i = 0; i < m_questions.size(); ++i)
        prompts.push_back({ m_questions[i].ids, { Rng(m_seed, Purpose::Evaluation, i, 0) } });
    std::vector<SampledCompletion> completions;
    for (auto& group : generate(prompts))
        completions.push_back(std::move(group[0]));
    return exampleRows(step, m_questions, completions, m_tokenizer, m_lexicon, m_language);
}

} // namespace aha
