#pragma once
// Which runs answer held-out problems. Reinforcement learning and distillation do; fine-tuning where data.verifier
// names how the answers are judged (auto and none: it measures loss and token accuracy alone).

#include "core/config/run_config.h"

namespace aha {

bool solvesHeldOut(const RunConfig& config);

/// Does the run store what it samples while it trains with verdicts and rewards?
bool judgesSamples(const RunConfig& config);

/// Why the run has no held-out answers that could be judged, in one sentence; "" where it answers problems.
std::string noHeldOutReason(const RunConfig& config);

/// What judges and rewards the run's answers: itself where it is of reinforcement learning; else GRPO's defaults with
/// the run's model, held-out problems, longest completion and rewards, which other kinds do not read.
RunConfig rewardedConfig(const RunConfig& config);

/// Whether a run of this configuration can read the field: as by its kind, but that fine-tuning reads what problems are
/// like, how they are put and how often they are answered only where it answers some.
bool readsField(const RunConfig& config, const FieldInfo& info);

} // namespace aha
