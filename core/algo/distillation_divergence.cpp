#include "core/algo/distillation_divergence.h"

#include "core/algo/logit_chunks.h"
#include "core/algo/teacher_logits.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

namespace aha {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

constexpr int64_t kCopies = 5; // logits, both log-probs, mixture, a product of two

Tensor mixture(const Tensor& student_MV, const Tensor& teacher_MV, double beta)
{
    return at::logaddexp(student_MV + std::log1p(-beta), teacher_MV + std::log(beta));
}

Tensor logProbs(const Tensor& logits_MV, const DivergenceConfig& config)
{
    return at::log_softmax(logits_MV / config.temperature, -1);
}

/// dD/dlog S up to a multiple of S, which the softmax cancels.
Tensor slope(const Tensor& student_MV, const Tensor& teacher_MV, double beta)
{
    if (beta == 0)
        return -teacher_MV.exp();
    const Tensor against_MV = beta == 1 ? teacher_MV : mixture(student_MV, teacher_MV, beta);
    return (beta == 1 ? 1 : 1 - beta) * student_MV.exp() * (student_MV - against_MV);
}

struct DivergenceFunction : Function<DivergenceFunction> {
    static variable_list forward(AutogradContext* context, const Variable& hidden_MD, const Variable& head_VD,
        const Tensor& teacherHidden_ME, const Tensor& teacherHead_VE, const DivergenceConfig& config)
    {
        const int64_t rows = hidden_MD.size(0);
        Tensor divergence_M = at::empty({ rows }, hidden_MD.options()), entropy_M = at::empty_like(divergence_M);
        forChunks(rows, logitChunk(hidden_MD, head_VD.size(0), kCopies), [&](int64_t from, int64_t count) {
            const Tensor student = logProbs(at::mm(hidden_MD.narrow(0, from, count), head_VD.t()), config);
            const Tensor teacher = logProbs(
                teacherLogits(teacherHidden_ME.narrow(0, from, count), teacherHead_VE, config.logitClip), config);
            divergence_M.narrow(0, from, count).copy_(generalizedDivergence(student, teacher, config.beta));
            entropy_M.narrow(0, from, count).copy_(-(student.exp() * student).sum(-1));
        });
        context->save_for_backward({ hidden_MD, head_VD, teacherHidden_ME, teacherHead_VE });
        context->saved_data["config"] = std::vector<double> { config.beta, config.temperature, config.logitClip };
        context->mark_non_differentiable({ entropy_M });
        return { divergence_M, entropy_M };
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor &hidden_MD = saved[0], &head_VD = saved[1], &teacherHidden_ME = saved[2],
                     &teacherHead_VE = saved[3];
        const auto numbers = context->saved_data["config"].toDoubleVector();
        const DivergenceConfig config { numbers[0], numbers[1], numbers[2] };
        const bool trainsHead = context->needs_input_grad(1); // not beside an adapter: V x D is the largest gradient
        Tensor dHidden_MD = at::empty_like(hidden_MD), dHead_VD = trainsHead ? at::zeros_like(head_VD) : Tensor();
        const Tensor scale_M1 = (gradients[0] / config.temperature).unsqueeze(1);
        const int64_t chunk = logitChunk(hidden_MD, head_VD.size(0), kCopies);
        forChunks(hidden_MD.size(0), chunk, [&](int64_t from, int64_t count) {
            const Tensor rows = hidden_MD.narrow(0, from, count);
            const Tensor student = logProbs(at::mm(rows, head_VD.t()), config);
            const Tensor teacher = logProbs(
                teacherLogits(teacherHidden_ME.narrow(0, from, count), teacherHead_VE, config.logitClip), config);
            Tensor gradient = slope(student, teacher, config.beta);
            gradient.sub_(student.exp().mul_(gradient.sum(-1, /*keepdim=*/true)));
            gradient.mul_(scale_M1.narrow(0, from, count));
            Tensor part = dHidden_MD.narrow(0, from, count);
            at::mm_out(part, gradient, head_VD);
            if (trainsHead)
                at::addmm_out(dHead_VD, dHead_VD, gradient.t(), rows);
        });
        return { dHidden_MD, dHead_VD, Variable(), Variable(), Variable() };
    }
};

} // namespace

Result<void> checkSameVocabulary(int64_t studentTokens, int64_t teacherTokens)
{
    if (studentTokens == teacherTokens)
        return {};
    return Error { "other_vocabulary",
        "The teacher knows " + std::to_string(teacherTokens) + " tokens and the student "
            + std::to_string(studentTokens) + ": their distributions cannot be compared token by token.",
        "Take a teacher with the student's tokenizer, or train on the teacher's texts (sequence-level distillation)." };
}

Tensor generalizedDivergence(const Tensor& student_MV, const Tensor& teacher_MV, double beta)
{
    if (beta == 0)
        return (teacher_MV.exp() * (teacher_MV - student_MV)).sum(-1);
    if (beta == 1)
        return (student_MV.exp() * (student_MV - teacher_MV)).sum(-1);
    const Tensor mixture_MV = mixture(student_MV, teacher_MV, beta);
    return beta * (teacher_MV.exp() * (teacher_MV - mixture_MV)).sum(-1)
        + (1 - beta) * (student_MV.exp() * (student_MV - mixture_MV)).sum(-1);
}

TokenDivergence distillationDivergence(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& teacherHidden_ME,
    const Tensor& teacherHead_VE, const DivergenceConfig& config)
{
    orThrow(checkSameVocabulary(head_VD.size(0), teacherHead_VE.size(0)));
    const variable_list results
        = DivergenceFunction::apply(hidden_MD, head_VD, teacherHidden_ME.detach(), teacherHead_VE.detach(), config);
    return { results[0], results[1] };
}

} // namespace aha
