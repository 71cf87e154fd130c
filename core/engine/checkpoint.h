#pragma once
// A checkpoint is a folder: a Hugging Face style model (config.json, model.safetensors), or an adapter in PEFT's
// layout, with the tokenizer, the optimizer's moments, and a manifest with sizes and SHA-256 that is written last.
// Without a valid manifest it is no checkpoint.

#include "core/algo/adamw.h"
#include "core/engine/companion_files.h"
#include "core/engine/tensor_file.h"
#include "core/nn/policy.h"
#include "core/store/rows.h"

#include <filesystem>
#include <functional>
#include <string>

namespace aha {

/// Moments as a file, and back. Error: checkpoint_invalid, when they are not of so many parameters.
TensorFile optimizerFile(const AdamWState& state);
Result<AdamWState> optimizerState(const TensorFile& file, int64_t parameters);

/// What a stage keeps beside the policy: names in the checkpoint's folder, and what writes their bytes.
using StageFiles = std::vector<std::pair<std::string, std::function<std::string()>>>;

/// checkpoints/step_<N> of a run, whether it is there or not.
std::filesystem::path checkpointFolder(const std::filesystem::path& run, int64_t step);

/// Writes checkpoints/step_<N> atomically: everything into a temporary folder, each file flushed, the manifest last,
/// rename, flush of the parent. Errors: disk_full, file_unwritable; nothing is left behind.
Result<CheckpointRow> saveCheckpoint(const std::filesystem::path& run, int64_t step, const Policy& policy,
    const AdamWState& optimizer, const StageFiles& stage, const CompanionFiles& companions,
    const std::string& configHash);

struct LoadedCheckpoint {
    int64_t step = 0;
    Policy policy;
    AdamWState optimizer;
};
/// Verifies every file against the manifest first. `base`: the model folder beside which an adapter was trained.
/// Errors: checkpoint_invalid (names the file and what is wrong), and those of the base.
Result<LoadedCheckpoint> loadCheckpoint(const std::filesystem::path& folder, const std::filesystem::path& base);

/// Reads every file and holds it against the manifest. Error: checkpoint_invalid (names the file and what is wrong).
Result<void> checkCheckpoint(const std::filesystem::path& folder);

/// Newest valid checkpoint of a run; invalid or unfinished ones are skipped and reported in `notes`.
Result<std::filesystem::path> newestCheckpoint(const std::filesystem::path& run, std::vector<std::string>& notes);

/// The row that saveCheckpoint() returned for `folder`, from its manifest. Error: checkpoint_invalid.
Result<CheckpointRow> describeCheckpoint(const std::filesystem::path& run, const std::filesystem::path& folder);

/// Takes a checkpoint away; interrupted at any point it is either whole or no checkpoint.
void removeCheckpoint(const std::filesystem::path& folder);

/// Removes temporary folders that an interrupted save left behind.
void sweepCheckpoints(const std::filesystem::path& run);

} // namespace aha
