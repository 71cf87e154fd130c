#include "core/algo/topk_teacher.h"

#include "core/algo/distillation_divergence.h"
#include "core/algo/logit_chunks.h"
#include "core/algo/teacher_logits.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace aha {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

constexpr int64_t kCopies = 2; // logits and their probabilities
constexpr double kAbsent = -1e4; // log-prob of an unused place: its probability is exactly 0
constexpr double kFullest = -1e-7; // TRL's bound on the log of the support's mass: some is left for the tail

struct LogProbsAtFunction : Function<LogProbsAtFunction> {
    static Variable forward(AutogradContext* context, const Variable& hidden_MD, const Variable& head_VD,
        const Tensor& ids_MS, double temperature)
    {
        const int64_t rows = hidden_MD.size(0);
        Tensor logp_MS = at::empty({ rows, ids_MS.size(1) }, hidden_MD.options()),
               logSum_M = at::empty({ rows, 1 }, hidden_MD.options());
        forChunks(rows, logitChunk(hidden_MD, head_VD.size(0), kCopies), [&](int64_t from, int64_t count) {
            const Tensor logits = at::mm(hidden_MD.narrow(0, from, count), head_VD.t()) / temperature;
            const Tensor logSum = at::logsumexp(logits, { -1 }, /*keepdim=*/true);
            logp_MS.narrow(0, from, count).copy_(logits.gather(1, ids_MS.narrow(0, from, count)) - logSum);
            logSum_M.narrow(0, from, count).copy_(logSum);
        });
        context->save_for_backward({ hidden_MD, head_VD, ids_MS, logSum_M });
        context->saved_data["temperature"] = temperature;
        return logp_MS;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor &hidden_MD = saved[0], &head_VD = saved[1], &ids_MS = saved[2], &logSum_M = saved[3];
        const double temperature = context->saved_data["temperature"].toDouble();
        const bool trainsHead = context->needs_input_grad(1);
        Tensor dHidden_MD = at::empty_like(hidden_MD), dHead_VD = trainsHead ? at::zeros_like(head_VD) : Tensor();
        const int64_t chunk = logitChunk(hidden_MD, head_VD.size(0), kCopies);
        forChunks(hidden_MD.size(0), chunk, [&](int64_t from, int64_t count) {
            const Tensor rows = hidden_MD.narrow(0, from, count), upper = gradients[0].narrow(0, from, count);
            Tensor dLogits = (at::mm(rows, head_VD.t()) / temperature).sub_(logSum_M.narrow(0, from, count)).exp_();
            dLogits.mul_(-upper.sum(-1, /*keepdim=*/true));
            dLogits.scatter_add_(1, ids_MS.narrow(0, from, count), upper);
            dLogits.div_(temperature);
            Tensor part = dHidden_MD.narrow(0, from, count);
            at::mm_out(part, dLogits, head_VD);
            if (trainsHead)
                at::addmm_out(dHead_VD, dHead_VD, dLogits.t(), rows);
        });
        return { dHidden_MD, dHead_VD, Variable(), Variable() };
    }
};

/// Ids of the k largest logits.
Tensor topIds(const Tensor& hidden_MD, const Tensor& head_VD, int64_t k)
{
    const at::NoGradGuard noGrad;
    std::vector<Tensor> parts;
    forChunks(hidden_MD.size(0), logitChunk(hidden_MD, head_VD.size(0), kCopies), [&](int64_t from, int64_t count) {
        parts.push_back(std::get<1>(at::topk(at::mm(hidden_MD.narrow(0, from, count), head_VD.t()), k)));
    });
    return parts.empty() ? at::empty({ 0, k }, hidden_MD.options().dtype(at::kLong)) : at::cat(parts);
}

/// Log-probs over the support, made whole.
Tensor completed(const Tensor& logp_MS, const Tensor& valid_MS, bool tail)
{
    const Tensor present = at::where(valid_MS, logp_MS, at::full_like(logp_MS, kAbsent));
    const Tensor mass = at::logsumexp(present, { -1 }, /*keepdim=*/true);
    return tail ? at::cat({ present, (-mass.clamp_max(kFullest).expm1()).log() }, -1) : present - mass;
}

} // namespace

TeacherSupport teacherTopK(
    const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE, int64_t k, double temperature, double clip)
{
    const int64_t vocab = teacherHead_VE.size(0);
    const Tensor ids_MK = topIds(teacherHidden_ME, teacherHead_VE, std::min(k, vocab));
    return { ids_MK, teacherLogProbsAt(teacherHidden_ME, teacherHead_VE, ids_MK, temperature, clip), {}, k >= vocab };
}

TeacherSupport sharedSupport(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& teacherHidden_ME,
    const Tensor& teacherHead_VE, int64_t k, const SupportDivergenceConfig& config)
{
    const int64_t vocab = head_VD.size(0);
    if (config.beta == 0 || k >= vocab)
        return teacherTopK(teacherHidden_ME, teacherHead_VE, k, config.temperature);
    const at::NoGradGuard noGrad;
    Tensor ids_MS = topIds(hidden_MD, head_VD, k), valid_MS;
    if (config.beta != 1) {
        const Tensor teacher_MK = topIds(teacherHidden_ME, teacherHead_VE, k);
        const Tensor isNew_MK = ids_MS.unsqueeze(2).ne(teacher_MK.unsqueeze(1)).all(-1);
        ids_MS = at::cat({ teacher_MK, ids_MS }, 1);
        valid_MS = at::cat({ at::ones_like(isNew_MK), isNew_MK }, 1);
    }
    return { ids_MS, logProbsAt(teacherHidden_ME, teacherHead_VE, ids_MS, config.temperature), valid_MS, false };
}

Tensor logProbsAt(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& ids_MS, double temperature)
{
    return LogProbsAtFunction::apply(hidden_MD, head_VD, ids_MS, temperature);
}

Tensor supportDivergence(const Tensor& hidden_MD, const Tensor& head_VD, const TeacherSupport& teacher,
    const SupportDivergenceConfig& config)
{
    const Tensor valid_MS = teacher.valid_MS.defined() ? teacher.valid_MS : at::ones_like(teacher.ids_MS, at::kBool);
    const bool tail = config.addTail && !teacher.whole;
    const Tensor student
        = completed(logProbsAt(hidden_MD, head_VD, teacher.ids_MS, config.temperature), valid_MS, tail);
    const Tensor known = completed(teacher.logp_MS.detach(), valid_MS, tail);
    return generalizedDivergence(student, known, config.beta);
}

} // namespace aha
