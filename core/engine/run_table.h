#pragma once
// Runs side by side at equal samples: what each reached, how long its answers became, how far it went from where it
// began, what it cost.

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace aha {

struct RunTableRow {
    std::string name, kind;
    int64_t seed = 0, steps = 0;
    int problems = 0, samples = 0; ///< of the last evaluation: n = problems x samples
    double first = 0; ///< held-out pass@1 at step 0
    double pass1 = 0, low = 0, high = 0; ///< at the last evaluation, 95 %
    double meanLength = 0; ///< tokens of a held-out completion, at the last evaluation
    std::optional<double>
        kl; ///< nats a completion: Σ log p - log p_start, mean over klCompletions, under the run's end
    int64_t klCompletions = 0;
    int64_t sampled = 0; ///< completions, also those that did not train
    /// Steps and completions to the first evaluation that had 80 % of the whole rise; unset when there was no rise.
    std::optional<int64_t> stepsTo80, sampledTo80;
    double trainingSeconds = 0; ///< wall time of all steps, without evaluations
};

/// Of a run that has evaluations. `klCompletions`: held-out completions to sample for the KL from the start; 0 leaves
/// it out. Errors: table_no_evaluation, and those of reader and models.
Result<RunTableRow> tableRow(const std::filesystem::path& run, int64_t klCompletions);

/// The rows as a table in Markdown.
std::string tableMarkdown(const std::vector<RunTableRow>& rows);

} // namespace aha
