#pragma once
// Which runs answer held-out problems. Reinforcement learning and distillation do; fine-tuning where data.verifier
// names how the answers are judged (auto and none: it measures loss and token accuracy alone).

#include "core/config/run_config.h"

namespace aha {

bool solvesHeldOut(const RunConfig& config);

/// Whether a run of this configuration can read the field: as by its kind, but that fine-tuning reads what problems are
/// like, how they are put and how often they are answered only where it answers some.
bool readsField(const RunConfig& config, const FieldInfo& info);

} // namespace aha
