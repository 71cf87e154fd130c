#include "core/algo/squared_probability.h"

#include "core/algo/logit_chunks.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/mm.h>

namespace aha {

using at::Tensor;

Tensor logSquaredProbability(const Tensor& hidden_MD, const Tensor& head_VD)
{
    const at::NoGradGuard noGrad;
    Tensor log_M = at::empty({ hidden_MD.size(0) }, hidden_MD.options());
    forChunks(hidden_MD.size(0), logitChunk(hidden_MD, head_VD.size(0), 2), [&](int64_t from, int64_t count) {
        const Tensor logits = at::mm(hidden_MD.narrow(0, from, count), head_VD.t());
        log_M.narrow(0, from, count).copy_(at::logsumexp(2 * logits, { -1 }) - 2 * at::logsumexp(logits, { -1 }));
    });
    return log_M;
}

} // namespace aha
