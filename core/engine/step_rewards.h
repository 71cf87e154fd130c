#pragma once
// The reward parts that need more than one completion: Kimi's length within a group, and what a user adds, a program
// that is asked for a batch at once and an expression over all other parts.

#include "core/engine/completion_scorer.h"
#include "core/rewards/expression.h"
#include "core/rewards/reward_program.h"

#include <functional>
#include <optional>

namespace aha {

/// One thread at a time.
class StepRewards {
public:
    using Log = std::function<void(const std::string& level, const std::string& message)>;

    /// Parses the expression and finds out how a program can be confined, which the log says. Throws Failure
    /// (expression_invalid): checkRewards() finds it before a run starts.
    StepRewards(const RewardConfig& rewards, Log log);

    /// Fills in what is missing of `scored`, group by group, and completes their rows. What a program did not score is
    /// said in the log, once a call.
    void complete(const std::vector<TaskItem>& items, size_t groupSize, std::vector<CompletionScorer::Scored>& scored,
        const RunConfig& config);

private:
    void askProgram(const std::vector<TaskItem>& items, size_t groupSize, std::vector<CompletionScorer::Scored>& scored,
        const RewardConfig& rewards);

    Log m_log;
    std::optional<RewardExpression> m_expression;
    std::optional<RewardProgram> m_program;
};

/// Can the user's expression be read? Errors: expression_invalid; program_missing and reward_model_missing where it
/// uses a program or model that is not there.
Result<void> checkRewards(const RewardConfig& rewards);

} // namespace aha
