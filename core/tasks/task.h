#pragma once
// Problems with answers that a rule can check. A task is pure and thread-safe; text in, verdict out.

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/config/run_config.h"

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aha {

struct TaskItem {
    std::string prompt; ///< text that the model continues
    std::string itemJson; ///< the task's own fields, e.g. {"numbers":[5,9,6],"target":39}
    std::string messagesJson; ///< the turns of a conversation, where the problem is one; else empty
};

/// Unjudged: there is nothing to compare with, or data.verifier is none.
enum class Verdict { Correct, Wrong, Malformed, InfraError, Timeout, Unjudged };
std::string verdictName(Verdict verdict);
/// Says something about the answer: correct, wrong or malformed. All others count neither as right nor as wrong.
bool isJudged(Verdict verdict);
/// Likewise of a stored verdict's name: nobody could judge the answer, so it counts neither as right nor as wrong.
/// False for names that are no Verdict's ("unchecked": examples to read, rows from elsewhere).
bool isUnjudgedName(std::string_view verdict);
/// Of these, the names that say that judging failed (infra_error, timeout): had it not, there would be a verdict.
bool isFailedName(std::string_view verdict);
/// What a stored verdict and `correct` say of an answer: nullopt where nobody judged it, examples to read included.
std::optional<bool> judgedCorrect(std::string_view verdict, bool correct);

struct Judgement {
    Verdict verdict = Verdict::Malformed;
    double accuracy = 0; ///< 1 when the answer is right, be its form strict (strict_verdict.h) or not; else 0
    double format = 0; ///< 1 when the whole completion has the required shape
    std::string reason; ///< the verifier's code ("ok", "wrong_value", …)
    std::string explanation; ///< the same in words, with values
    std::string extracted; ///< the answer as found, "" when none
    size_t begin = 0, end = 0; ///< bytes of the completion where it stands; equal when there is none
    std::string normalForm {}; ///< the answer as it is compared: "1/2" for "0.50"
    double share = std::numeric_limits<double>::quiet_NaN(); ///< of a program's tests that pass; NaN elsewhere
};

/// Task-specific numbers about one completion, summed over a batch and reported as ratios or means.
struct TaskStatistic {
    std::string name; ///< metric name, e.g. countdown/false_equation_share
    double numerator = 0, denominator = 0;
};

class Task {
public:
    virtual ~Task() = default;
    virtual std::string name() const = 0;
    /// Levels of difficulty, from 1; a task whose ranges are configured has one.
    virtual int levels() const { return 1; }
    /// The same as trainItem(), on a level that the configuration does not name. 1 <= level <= levels().
    virtual TaskItem trainItemAt(int level, uint64_t seed, uint64_t index) const
    {
        (void)level;
        return trainItem(seed, index);
    }
    /// Training problem number `index` of a seed: the same (seed, index) is the same problem. Never held out.
    virtual TaskItem trainItem(uint64_t seed, uint64_t index) const = 0;
    /// The first `count` problems of the fixed held-out set (independent of any seed), all different.
    /// Fewer when the task has no more.
    virtual std::vector<TaskItem> heldOut(int count) const = 0;
    /// Judges completion text only (never searches the prompt). What it could not find out is InfraError or Timeout,
    /// and never Wrong.
    virtual Judgement judge(const std::string& itemJson, const std::string& completion) const = 0;
    /// Always the same names in the same order.
    virtual std::vector<TaskStatistic> statistics(const std::string& itemJson, const std::string& completion) const = 0;
};

/// The task that `config` names; answers that are programs run within `sandbox`. Errors: task_unknown, task_level,
/// task_impossible (no solvable problem in these ranges), sandbox_unavailable (programming alone).
Result<std::unique_ptr<Task>> makeTask(const TaskConfig& config, const SandboxConfig& sandbox);
Result<std::unique_ptr<Task>> makeTask(const TaskConfig& config);

} // namespace aha
