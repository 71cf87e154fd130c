#pragma once
// A puzzle as a task: problems by seed and number, the held-out split, answers in tags, verdicts.

#include "core/tasks/puzzle.h"

namespace aha {

/// Problem number `index` of a seed is the first draw of its own random stream that is not held out. The held-out set
/// of a level is the same for all seeds. Errors: task_level (the puzzle has fewer levels), task_impossible (no problem
/// came on one side of the split).
Result<std::unique_ptr<Task>> makeGeneratedTask(
    std::string name, const TaskConfig& config, std::unique_ptr<Puzzle> puzzle);

} // namespace aha
