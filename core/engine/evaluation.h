#pragma once
// Accuracy on the fixed held-out problems: pass@1 with its interval, pass@k (unbiased), cons@k.

#include "core/engine/completion_scorer.h"
#include "core/engine/prompt_builder.h"
#include "core/rollout/rollout_backend.h"

#include <functional>

namespace aha {

/// The run's sampling settings, ending where the model ends a turn.
SamplingParams samplingParams(const RunConfig& config, const ModelConfig& model);
/// GenerateHooks::stopWatch for texts that end a completion; empty without any. The tokenizer must outlive it.
std::function<StopWatch()> stopWatchFor(std::vector<std::string> texts, const Tokenizer& tokenizer);

struct EvaluationRequest {
    int64_t step = 0, stageId = 1;
    int problems = 512, samples = 1;
    uint64_t seed = 0;
    SamplingParams sampling;
};

/// The row to store, problems included. Sampling uses streams keyed by (seed, Evaluation, problem, sample), the same at
/// every step, so that evaluations are paired. Interval: Wilson for one sample a problem, else clustered by problem.
/// What could not be judged counts neither as right nor as wrong: a problem's rate is of its judged completions, and a
/// problem without any is left out; `problems` counts the others, and may be 0.
EvaluationRow evaluate(RolloutBackend& engine, const CompletionScorer& scorer, const PromptBuilder& prompts,
    const RunConfig& config, const EvaluationRequest& request, const std::function<void(double)>& progress = {});

} // namespace aha
