#pragma once
// What a run will need, from its own first steps: for stages that keep several models, where no single update says it.

#include "core/engine/run_plan.h"

namespace aha {

/// Runs the first steps of `config` in a folder that is removed afterwards: without evaluations, with a checkpoint at
/// the end. Two steps, one when it takes long; times are of the last. Errors: those of the run.
Result<RunPlan> measureFirstSteps(RunConfig config);

} // namespace aha
