#include "core/tasks/task.h"

#include "core/tasks/arithmetic.h"
#include "core/tasks/countdown.h"
#include "core/tasks/generated_task.h"
#include "core/tasks/programs/programming.h"

namespace aha {

std::string verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Correct:
        return "correct";
    case Verdict::Wrong:
        return "wrong";
    case Verdict::Malformed:
        return "malformed";
    case Verdict::InfraError:
        return "infra_error";
    case Verdict::Timeout:
        return "timeout";
    case Verdict::Unjudged:
        return "unjudged";
    }
    return "infra_error";
}

bool isJudged(Verdict verdict)
{
    return verdict == Verdict::Correct || verdict == Verdict::Wrong || verdict == Verdict::Malformed;
}

bool isFailedName(std::string_view verdict)
{
    return verdict == verdictName(Verdict::InfraError) || verdict == verdictName(Verdict::Timeout);
}

bool isUnjudgedName(std::string_view verdict)
{
    return isFailedName(verdict) || verdict == verdictName(Verdict::Unjudged);
}

std::optional<bool> judgedCorrect(std::string_view verdict, bool correct)
{
    return isUnjudgedName(verdict) || verdict == "unchecked" ? std::nullopt : std::optional(correct);
}

Result<std::unique_ptr<Task>> makeTask(const TaskConfig& config) { return makeTask(config, SandboxConfig {}); }

Result<std::unique_ptr<Task>> makeTask(const TaskConfig& config, const SandboxConfig& sandbox)
{
    if (config.name == "programming")
        return makeProgramming(config, sandbox);
    using Maker = Result<std::unique_ptr<Task>> (*)(const TaskConfig&);
    static constexpr std::pair<const char*, Maker> makers[]
        = { { "countdown", makeCountdown }, { "arithmetic", makeArithmetic } };
    std::string names;
    for (const auto& [name, make] : makers) {
        if (config.name == name)
            return make(config);
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    for (const PuzzleEntry& entry : allPuzzles()) {
        if (config.name == entry.name)
            return makeGeneratedTask(entry.name, config, entry.make(config));
        names += ", " + std::string(entry.name);
    }
    names += ", programming";
    return Error { "task_unknown", "There is no task called \"" + config.name + "\".", "There are: " + names + "." };
}

} // namespace aha
