// Advice on rewards: what invites being paid without the work.

#include "core/config/advice_rules.h"
#include "core/config/weight_schedule.h"

#include <algorithm>

namespace aha {

void adviseRewards(const RunConfig& c, const GiveAdvice& give)
{
    if (stageOf(c.general.kind) != Stage::Online)
        return;
    const RewardConfig& w = c.rewards;
    const auto weighed = [&](double RewardConfig::*weight) { return isWeighed(w, weight); };
    const bool answers = weighed(&RewardConfig::accuracy) || weighed(&RewardConfig::boxed)
        || weighed(&RewardConfig::tinyZero) || weighed(&RewardConfig::logicRl) || weighed(&RewardConfig::code)
        || weighed(&RewardConfig::cosine) || weighed(&RewardConfig::model) || weighed(&RewardConfig::program)
        || weighed(&RewardConfig::expression);
    const bool forms = weighed(&RewardConfig::format) || weighed(&RewardConfig::tags);
    if (!answers && forms)
        give("rewards.accuracy",
            "Only the form is paid for: the policy learns the tags and nothing else. Give rewards.accuracy a weight, "
            "unless that is what you want to show.",
            Severity::Warning);
    else if (answers && w.weightSchedule.empty() && w.accuracy > 0 && w.format + w.tags > w.accuracy)
        give("rewards.format",
            "The form pays " + adviceNumber(w.format + w.tags) + ", a right answer " + adviceNumber(w.accuracy)
                + ": wrong answers in good form earn more than half. TinyZero pays 0.1 for it.",
            Severity::Warning);
    if (weighed(&RewardConfig::reflection))
        give("rewards.reflection",
            "Words are paid for, whether anything is checked or not: expect more of them and no better answers.",
            Severity::Hint);
    if (weighed(&RewardConfig::length) && !answers)
        give("rewards.length",
            "Kimi's length reward compares right answers with each other and is made to stand beside accuracy, which "
            "has no weight.",
            Severity::Warning);
    if (weighed(&RewardConfig::length) && w.weightSchedule.find("length") == std::string::npos
        && c.general.maxSteps >= 100)
        give("rewards.length",
            "Kimi k1.5 pays for brevity only after a warm-up, since it hinders learning at first: schedule it in "
            "rewards.weight_schedule, such as length: 0@"
                + std::to_string(c.general.maxSteps / 4) + " " + adviceNumber(w.length) + "@"
                + std::to_string(c.general.maxSteps / 2) + ".",
            Severity::Hint);
    if (weighed(&RewardConfig::overlong) && w.overlongCache >= c.rollout.maxCompletionLength)
        give("rewards.overlong_cache",
            "The penalty grows over the last " + std::to_string(w.overlongCache) + " of "
                + std::to_string(c.rollout.maxCompletionLength)
                + " tokens: every completion is punished for its length. DAPO takes a fifth.",
            Severity::Warning);
    if (c.algorithm.maskTruncatedCompletions && weighed(&RewardConfig::overlong))
        give("rewards.overlong",
            "Completions that are cut do not train, so the largest penalty reaches nobody. DAPO uses either the mask "
            "or the penalty.",
            Severity::Hint);
    const auto curves = parseWeightSchedule(w.weightSchedule);
    if (curves)
        for (const WeightCurve& curve : *curves)
            if (curve.points.front().first > c.general.maxSteps)
                give("rewards.weight_schedule",
                    std::string("The schedule of ") + curve.part.name + " begins at step "
                        + std::to_string(curve.points.front().first) + ", and the run ends at "
                        + std::to_string(c.general.maxSteps) + ".",
                    Severity::Warning);
}

} // namespace aha
