#include "core/engine/held_out_problems.h"

#include "core/config/held_out.h"
#include "core/engine/data_task.h"
#include "core/engine/engine_context.h"

namespace aha {

EvaluationRequest evaluationAt(int64_t step, const RunConfig& config, const ModelConfig& model)
{
    const EvalConfig& e = config.eval;
    const bool full = step == 0 || step == config.general.maxSteps;
    return { step, 1, int(full ? e.finalProblems : e.problems), int(full ? e.finalSamples : e.samples),
        uint64_t(config.general.seed), samplingParams(config, model) };
}

HeldOutProblems::HeldOutProblems(const RunConfig& config, const std::filesystem::path& modelSource,
    const std::shared_ptr<const Tokenizer>& tokenizer)
    : m_task(orThrow(makeRunTask(rewardedConfig(config))))
    , m_prompts(orThrow(PromptBuilder::open(config.prompt, modelSource, tokenizer)))
    , m_scorer(tokenizer, *m_task, orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt")))
{
}

EvaluationRow HeldOutProblems::solve(RolloutBackend& rollout, const RunConfig& config, const ModelConfig& model,
    int64_t step, const std::function<void(double)>& progress) const
{
    return evaluate(rollout, m_scorer, m_prompts, config, evaluationAt(step, config, model), progress);
}

} // namespace aha
