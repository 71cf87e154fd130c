#pragma once
// What a run's own prompts (eval.probes) are answered at its evaluations: to be read, never judged.

#include "core/engine/example_sampler.h"
#include "core/engine/prompt_builder.h"

namespace aha {

/// Immutable.
class OwnPrompts {
public:
    /// They are put as problems are: in the model's chat template, behind the run's system message. Throws Failure:
    /// config_rule, prompt_too_long, prompt_empty, and those of PromptBuilder.
    OwnPrompts(const RunConfig& config, const std::filesystem::path& modelSource, const ModelConfig& model,
        std::shared_ptr<const Tokenizer> tokenizer);

    bool empty() const { return m_prompts.empty(); }
    size_t size() const { return m_prompts.size(); }
    /// One answer each, as a row to store (kProbesTask). Streams of their own, keyed by (seed, Probe, prompt) and the
    /// same at every step: neither training nor the held-out problems draw other numbers, and answers of two steps can
    /// be compared.
    EvaluationRow answer(int64_t step, const ExampleSampler::Generate& generate) const;

private:
    struct Prompt {
        std::string written;
        PromptBuilder::Prompt built;
    };
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::vector<Prompt> m_prompts;
    uint64_t m_seed;
};

} // namespace aha
