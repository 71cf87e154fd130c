#pragma once
// A model that learns beside the policy, as files of a checkpoint: its parameters and its optimizer's moments.

#include "core/engine/checkpoint.h"

namespace aha {

/// NAME.safetensors and NAME_optimizer.safetensors. Both are borrowed until the checkpoint is written.
void addTrainedFiles(StageFiles& files, const std::string& name, const Policy& model, const AdamW& optimizer);
/// The same back. Throws Failure checkpoint_invalid where they are not of this model.
void restoreTrainedFiles(
    const std::filesystem::path& checkpoint, const std::string& name, Policy& model, AdamW& optimizer);

} // namespace aha
