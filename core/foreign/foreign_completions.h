#pragma once
// Completions as other trainers write them down.
//
//   TRL    completions_<step>.parquet (GRPOTrainer.log, log_completions; TRL 1.16): step, prompt, completion (text, or
//   a
//          list of messages), one column per reward function, advantage; further columns of the user's
//   verl   <step>.jsonl (RayPPOTrainer._dump_generations, rollout_data_dir): input, output, gts, score, step; further
//          fields of the reward function

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aha::foreign {

struct ForeignCompletion {
    int64_t step = 0;
    std::string prompt, completion, gold; ///< gold: JSON, or empty
    std::vector<std::pair<std::string, double>> parts; ///< rewards, in the file's order; NaN = none
    std::optional<double> reward; ///< the total, where the file has it
    std::optional<double> advantage;
};

struct ForeignFile {
    std::vector<ForeignCompletion> completions;
    std::vector<std::string> leftOut; ///< names of fields that were not taken
};

/// Errors: those of data::openRows(); foreign_layout when a row is not of the layout (named with its place).
Result<ForeignFile> readTrlCompletions(const std::filesystem::path& file);
Result<ForeignFile> readVerlRollouts(const std::filesystem::path& file);

} // namespace aha::foreign
