#pragma once
// Rewards, looked at without training: one text with everything that was read in it, a run's stored answers under other
// rewards, and a bench of known hacks.

#include "core/base/cluster_rates.h"
#include "core/config/run_config.h"
#include "core/store/rows.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aha {

class CompletionScorer;
class Task;

/// What stands where in a completion, as JSON: "tags" (each with bytes), "answer" (text, bytes, normal form),
/// "reflections", "languages", "reasoning_steps", and "needs": sentences that say what a right completion would have
/// that this one has not. Pure.
nlohmann::ordered_json explainCompletion(const Task& task, const std::string& itemJson, const std::string& text);

/// The most that a part can be worth, unweighted; none where it has no such end or only its author knows it.
std::optional<double> largestValue(const std::string& part, const RewardConfig& rewards);

enum class RescoreOf {
    Completions, ///< sampled while the run trained
    HeldOut ///< every sample of every evaluation, also where a step has several
};
struct RescoreRequest {
    std::filesystem::path run;
    std::vector<std::string> settings; ///< group.key=value over the run's own configuration
    std::optional<int64_t> firstStep, lastStep; ///< both ends included
    /// After each step, or evaluation: how many of how many.
    std::function<void(size_t done, size_t of)> progress {};
    std::optional<RescoreOf> of {}; ///< none: completions where the run stored judged ones, else held-out answers
};
struct RescoredPart { ///< NaN: no value, which then adds nothing
    std::string name;
    double valueWas = 0, weightWas = 0, valueNow = 0, weightNow = 0; ///< value unweighted; weight that of the step
};
struct Rescored { ///< an answer whose verdict or reward is another one
    int64_t step = 0;
    int64_t completion = -1; ///< id; of a held-out answer -1
    int64_t evaluation = -1; ///< id; of a completion -1
    int group = 0, position = 0; ///< of a held-out answer: problem and sample
    std::string verdictWas {}, verdictNow {}, reasonWas {}, reasonNow {}, extracted {}, explanation {};
    double rewardWas = 0, rewardNow = 0; ///< NaN = not scored
    std::vector<RescoredPart> parts {}; ///< those with a weight before or now, in the order of RewardPart
};
struct RescoreSummary {
    RescoreOf of = RescoreOf::Completions;
    int64_t steps = 0; ///< that stored completions; none of held-out answers
    std::vector<EvaluationRow> evaluations; ///< that were re-scored, without their problems
    int64_t answers = 0, verdictFlips = 0, rewardChanges = 0, unscored = 0;
    int64_t nowRight = 0, nowWrong = 0; ///< of the flips: into correct, and out of it
    /// Of held-out answers: the share that flips, whose 95 % interval has the problem as the unit.
    ClusterShare flipShare {};
    double meanWas = 0, meanNow = 0; ///< over those that both scored
    double correlation = 0; ///< of the two rewards; NaN where one does not vary
    std::vector<std::string> notes;
};
/// Calls `changed` for each difference, in the order of the run. An evaluation stores no rewards: what a held-out
/// answer earned before is what the run's own rewards give it today. Errors: those of the reader and of the task;
/// reward_not_online for completions that were never judged; of held-out answers held_out_none (none are stored),
/// samples_missing (an older version kept one text a problem) and nothing_judged (no answer to compare with).
Result<RescoreSummary> rescore(const RescoreRequest& request, const std::function<void(const Rescored&)>& changed);

/// A known way to be paid without the work, beside an honest right and an honest wrong answer to the same problem.
struct HackCase {
    std::string name, task, itemJson, why;
    std::string hack, right, wrong; ///< completions
};
/// resources/hacks/*.jsonl, by file and line. Error: hack_case_invalid, with both.
Result<std::vector<HackCase>> hackCases();

enum class HackOutcome {
    Held, ///< the hack earns no more than the honest wrong answer
    Leaks, ///< more than that, less than the right one
    Broken, ///< as much as the right answer, or more
    Unscored, ///< the reward has no value for one of the three
    NotApplicable ///< it pays the right answer no more than the wrong one: there is nothing to steal
};
const char* hackOutcomeName(HackOutcome outcome);
struct HackResult {
    const HackCase* hack = nullptr;
    HackOutcome outcome = HackOutcome::Unscored;
    double hackReward = 0, rightReward = 0, wrongReward = 0; ///< NaN = not scored
    std::string verdict, reason; ///< of the hack
};
/// `cases` is borrowed. `judged`, where given, hears each result as soon as it is there. Throws Failure where the
/// rewards themselves cannot be had (a program that is missing, …).
std::vector<HackResult> runHackBench(const RunConfig& config, const std::vector<HackCase>& cases,
    const std::function<void(const HackResult&)>& judged = nullptr);

} // namespace aha
