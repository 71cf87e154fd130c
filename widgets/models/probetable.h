#pragma once
// What the page Probes reads: a run's own prompts before its held-out problems.

#include "core/store/rows.h"
#include "widgets/models/outcometable.h"

namespace aha {

struct ProbeTable : OutcomeTable {
    std::vector<std::string> own {}; ///< the run's own prompts as they were written: the first rows of the matrix
    std::vector<qint64> answers {}; ///< of each column, the evaluation that answered them; 0: none
};

/// What a person wrote of a prompt of kProbesTask; the text that the model read where a problem of the task has it,
/// too.
std::string writtenPrompt(const PromptRow& prompt);

/// readCourse() with the run's own prompts, and a column for each step at which either were answered. Nothing judges
/// own prompts: their cells are kUnjudged, and they are in no count. `problem` may also say what of it cannot be read.
ProbeTable readProbes(const RunName& run);

} // namespace aha
