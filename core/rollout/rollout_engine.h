#pragma once
// Samples completions: KV-cached decoding in small tiles per worker, one prefill per prompt, refill as sequences finish.

#include "core/base/workers.h"
#include "core/rollout/decoder_weights.h"
#include "core/rollout/types.h"

#include <atomic>
#include <functional>
#include <memory>

namespace aha {

/// Float32 CPU engine with run-time dispatch (AVX-512, AVX2, portable). A row's arithmetic does not depend on which
/// other rows share its tile, so completions depend only on weights, prompt, parameters and stream; never on thread
/// count or batch layout. Not thread-safe; uses the workers it was given.
class RolloutEngine {
public:
    RolloutEngine(const ModelConfig& config, Workers& workers);
    ~RolloutEngine();

    /// Packs the weights (copies). Call after every optimizer update that rollouts should see.
    void setWeights(const DecoderWeights& weights);

    /// completions[i][j] answers prompts[i].streams[j]. `progress` (may be empty) gets the share of finished
    /// completions, from worker 0 only. When `cancel` becomes true, returns early with what is finished (rest empty).
    /// Throws Failure: prompt_too_long (prompt + new tokens exceed max_position_embeddings), token_out_of_range.
    std::vector<std::vector<SampledCompletion>> generate(const std::vector<PromptRequest>& prompts,
        const SamplingParams& params, const std::function<void(double)>& progress = {},
        const std::atomic<bool>* cancel = nullptr);

    RolloutStats lastStats() const;
    /// Instruction set in use: "AVX3_ZEN4", "AVX2", …
    static std::string instructionSet();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace aha
