#pragma once
// What a teacher says of next tokens, from its hidden states: log-probs, with its logits clipped where that is asked
// for (re-distillation with clipped logits, Mobius Labs 2025, who clip so that training stays stable).
//
//   clip c:  z'_v = clamp(z_v - mean_v(z), -c, c)         over the vocabulary, before the temperature; 0 switches it
//   off
// Distance from the mean, because a softmax does not see a constant added to all logits; the teacher's alone, because
// the student's must keep a gradient. Deviation: the source does not print its rule; this one is ours.

#include <ATen/core/Tensor.h>

namespace aha {

/// Logits of some rows. C rows, E width, V tokens.
at::Tensor teacherLogits(const at::Tensor& teacherHidden_CE, const at::Tensor& teacherHead_VE, double clip);

/// Log-probs at ids_MS. No gradient. Logits exist for a chunk of rows at a time.
at::Tensor teacherLogProbsAt(const at::Tensor& teacherHidden_ME, const at::Tensor& teacherHead_VE,
    const at::Tensor& ids_MS, double temperature, double clip);

} // namespace aha
