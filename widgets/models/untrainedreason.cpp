#include "widgets/models/untrainedreason.h"

#include "core/config/left_out.h"
#include "widgets/language/translation.h"

namespace aha {

QString untrainedReason(const RunConfig& config, const CompletionRow& row, const std::optional<UpdateRow>& update)
{
    const StoredFate fate { row.step, row.finishReason == "length", row.reward.has_value(), row.advantage,
        update ? std::optional(update->tokens) : std::nullopt };
    switch (leftOut(config, fate)) {
    case LeftOut::No:
        return {};
    case LeftOut::Truncated:
        return tr("cut off at %1 tokens, and the run keeps such completions out of the loss "
                  "(algorithm.mask_truncated_completions)")
            .arg(row.tokens);
    case LeftOut::Unjudged:
        return tr("it has no reward, so it trained nothing");
    case LeftOut::NoAdvantage:
        return config.general.kind == "rft" ? tr("rejection sampling imitates right completions only")
                                            : tr("its advantage is 0, so no token has a gradient");
    case LeftOut::NoGradient:
        return tr("the step's updates left it out");
    case LeftOut::Warmup:
        return tr("up to step %1 only the critic learned (critic.warmup_steps)").arg(config.critic.warmupSteps);
    }
    return {};
}

} // namespace aha
