#include "core/tasks/task.h"

#include "core/tasks/countdown.h"

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
    }
    return "infra_error";
}

Result<std::unique_ptr<Task>> makeTask(const TaskConfig& config)
{
    if (config.name == "countdown")
        return makeCountdown(config);
    return Error { "task_unknown", "There is no task called \"" + config.name + "\".", "Use countdown." };
}

} // namespace aha
