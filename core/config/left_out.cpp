#include "core/config/left_out.h"

namespace aha {

bool masksTruncated(const AlgorithmConfig& algorithm, bool truncated)
{
    return algorithm.maskTruncatedCompletions && truncated;
}

bool policyLearns(const RunConfig& config, int64_t step)
{
    const bool ownCritic = config.general.kind == "ppo" && config.critic.backbone == "own";
    return !ownCritic || step > config.critic.warmupSteps;
}

LeftOut leftOut(const RunConfig& config, const StoredFate& completion)
{
    if (stageOf(config.general.kind) != Stage::Online || completion.updatedTokens.value_or(0) > 0)
        return LeftOut::No;
    if (!policyLearns(config, completion.step))
        return LeftOut::Warmup;
    if (masksTruncated(config.algorithm, completion.truncated))
        return LeftOut::Truncated;
    if (!completion.updatedTokens)
        return LeftOut::No;
    return !completion.judged       ? LeftOut::Unjudged
        : completion.advantage == 0 ? LeftOut::NoAdvantage
                                    : LeftOut::NoGradient;
}

} // namespace aha
