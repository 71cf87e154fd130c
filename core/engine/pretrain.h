#pragma once
// Makes a miniature base model: tokenizer, next-token pretraining on made texts, measurement, model card.

#include "core/config/model_config.h"
#include "core/engine/pretrain_loss.h"
#include "core/engine/search_traces.h"
#include "core/engine/worked_traces.h"

#include <filesystem>
#include <functional>

namespace aha {

struct PretrainRecipe {
    uint64_t seed = 0;
    TaskConfig task; ///< with traces: search traces of countdown …
    TraceConfig traces;
    WorkedTraceConfig worked; ///< … or, where it names tasks, texts about those
    /// Vocabulary and special tokens are filled in from the tokenizer. In the file a Llama by its sizes, or, with
    /// `architectures`, the fields of a config.json.
    ModelConfig model;
    std::filesystem::path from; ///< model folder whose weights are trained on; empty: new ones, drawn by the seed
    int64_t steps = 4000;
    int64_t batchTokens = 4096; ///< tokens of one optimizer update
    double learningRate = 2e-3; ///< peak; cosine to 3 %
    int64_t warmupSteps = 100;
    double weightDecay = 0.1;
    PretrainObjective objective;
    int64_t threads = 0;
    int64_t evalProblems = 512, evalSamples = 16;
};

/// Errors: recipe_invalid (names the field), file errors.
Result<PretrainRecipe> readRecipe(const std::filesystem::path& file);

/// Writes config.json, model.safetensors, tokenizer.model and README.md (the model card, with measured figures) to
/// `out`. Deterministic for a machine and thread count. `progress(step, steps, loss, tokensPerSecond)`.
Result<void> pretrain(const PretrainRecipe& recipe, const std::filesystem::path& recipeFile,
    const std::filesystem::path& out, const std::function<void(int64_t, int64_t, double, double)>& progress);

} // namespace aha
