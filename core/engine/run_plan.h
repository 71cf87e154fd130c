#pragma once
// What a run will need, from its configuration and a short measurement: the model is loaded, a few tokens and a small
// batch of whole completions are sampled, one update is computed, nothing is kept. Where a run keeps several models, its
// own first steps are what is measured (first_steps.h).

#include "core/config/run_config.h"

namespace aha {

struct RunPlan {
    // Measured.
    double measuredMb = 0; ///< the most that the measuring process held
    double sampledTokensPerSecond = 0; ///< at measuredRows sequences at once; 0 when the stage does not sample
    double trainedTokensPerSecond = 0; ///< prompt and completion tokens through forward and backward
    double promptTokens = 0; ///< mean over the first problems; 0 when the stage has none
    int64_t measuredRows = 0;
    int64_t sampledCompletions = 0; ///< whole ones, of the run's own prompts; 0 when the stage does not sample
    double completionTokens = 0; ///< their mean length
    int64_t cutCompletions = 0; ///< of them ended by the limit
    int64_t measuredSteps = 0; ///< of the run itself; 0: a part of one
    double seconds = 0; ///< that measuring took
    // Computed from it. Times assume completions as long as the sampled ones; fine-tuning: rows of the full length.
    double peakMb = 0; ///< of the run, in the host: the measurement, and what longer sequences and checkpoints add
    double stepSeconds = 0, rolloutSeconds = 0, trainingSeconds = 0;
};

/// The most memory that this process ever held.
double mostResidentMb();

/// `config` must be valid and its paths resolved. Errors: those of loading the model, the task and the data.
Result<RunPlan> measurePlan(const RunConfig& config);

} // namespace aha
