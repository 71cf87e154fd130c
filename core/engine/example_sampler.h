#pragma once
// Completions of held-out prompts, sampled at each evaluation of a run that trains on rows, to be read.

#include "core/engine/example_rows.h"
#include "core/engine/sft_encoder.h"
#include "core/engine/training_data.h"

#include <functional>

namespace aha {

class ExampleSampler {
public:
    using Generate
        = std::function<std::vector<std::vector<SampledCompletion>>(const std::vector<PromptRequest>& prompts)>;

    /// The first `sft.eval_completions` held-out rows that have a prompt. Data, encoder and tokenizer are borrowed.
    /// Throws Failure.
    ExampleSampler(const TrainingData& data, const SftEncoder& encoder, const Tokenizer& tokenizer, Lexicon lexicon,
        const RunConfig& config);

    const std::vector<ExampleQuestion>& questions() const { return m_questions; }
    /// Groups of one completion each; none without prompts. The same random numbers at every step, so that evaluations
    /// can be compared.
    std::vector<GroupRow> rows(int64_t step, const Generate& generate) const;

private:
    const Tokenizer& m_tokenizer;
    Lexicon m_lexicon;
    std::vector<ExampleQuestion> m_questions;
    uint64_t m_seed;
    std::string m_language;
};

} // namespace aha
