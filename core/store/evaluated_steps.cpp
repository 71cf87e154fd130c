#include "core/store/evaluated_steps.h"

#include "core/config/held_out.h"
#include "core/config/probe_prompts.h"

namespace aha {

Result<EvaluatedSteps> evaluatedSteps(const RunReader& reader, const RunConfig& config)
{
    EvaluatedSteps steps { solvesHeldOut(config), asksProbes(config), {}, {} };
    const Result<std::vector<EvaluationRow>> solved = reader.evaluations(), answered = reader.probes();
    if (!solved || !answered)
        return (solved ? answered : solved).error();
    for (const EvaluationRow& row : *solved)
        steps.solved.insert(row.step);
    for (const EvaluationRow& row : *answered)
        steps.answered.insert(row.step);
    return steps;
}

} // namespace aha
