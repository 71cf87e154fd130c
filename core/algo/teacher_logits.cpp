#include "core/algo/teacher_logits.h"

#include "core/algo/logit_chunks.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/mm.h>

namespace aha {

using at::Tensor;

Tensor teacherLogits(const Tensor& teacherHidden_CE, const Tensor& teacherHead_VE, double clip)
{
    const Tensor logits_CV = at::mm(teacherHidden_CE, teacherHead_VE.t());
    return clip > 0 ? (logits_CV - logits_CV.mean(-1, /*keepdim=*/true)).clamp(-clip, clip) : logits_CV;
}

Tensor teacherLogProbsAt(
    const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE, const Tensor& ids_MS, double temperature, double clip)
{
    const at::NoGradGuard frozen;
    const int64_t rows = teacherHidden_ME.size(0);
    Tensor logp_MS = at::empty({ rows, ids_MS.size(1) }, teacherHidden_ME.options().requires_grad(false));
    forChunks(rows, logitChunk(teacherHidden_ME, teacherHead_VE.size(0), 2), [&](int64_t from, int64_t count) {
        const Tensor logits
            = teacherLogits(teacherHidden_ME.narrow(0, from, count), teacherHead_VE, clip) / temperature;
        logp_MS.narrow(0, from, count)
            .copy_(logits.gather(1, ids_MS.narrow(0, from, count)) - at::logsumexp(logits, { -1 }, /*keepdim=*/true));
    });
    return logp_MS;
}

} // namespace aha
