#pragma once
// Samples completions: KV-cached decoding, one prefill per prompt, refill as sequences finish. Small models: tiles of
// sequences, each thread its own. Large models, or few sequences: all threads share every pass.

#include "core/base/workers.h"
#include "core/rollout/packed_matrix.h"
#include "core/rollout/rollout_backend.h"

#include <memory>

namespace aha {

/// CPU engine with run-time dispatch (AVX-512, AVX2, portable) and weights in float32, bfloat16 or int8. A row's
/// arithmetic does not depend on which other rows share its pass, so completions depend only on weights, prompt,
/// parameters and stream; never on thread count or batch layout. Not thread-safe; uses the workers it was given.
/// Weights must lie in the host's memory.
class RolloutEngine : public RolloutBackend {
public:
    RolloutEngine(const ModelConfig& config, Workers& workers, WeightFormat format = WeightFormat::Float32);
    ~RolloutEngine() override;

    void setWeights(const DecoderWeights& weights) override;
    /// `progress` counts what worker 0 sees finish; `onToken` is called by whichever worker drew the token.
    std::vector<std::vector<SampledCompletion>> generate(const std::vector<PromptRequest>& prompts,
        const SamplingParams& params, const GenerateHooks& hooks = {}) override;
    std::vector<ScoredSequence> score(
        const DecoderWeights& weights, const std::vector<std::vector<int32_t>>& sequences, double temperature) override;
    RolloutStats lastStats() const override;
    std::string description() const override { return instructionSet(); }

    /// Instruction set in use: "AVX3_ZEN4", "AVX2", …
    static std::string instructionSet();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace aha
