#include "core/nn/ops.h"

#include "core/nn/device_ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace aha::ops {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// Rows of logits that exist at once. Bounded by elements, so that a vocabulary of 150,000 costs 64 MB a worker and not
/// 300; a GPU wants large products (256 MB).
constexpr int64_t kLogitRows = 512, kFewestLogitRows = 64, kLogits = int64_t(1) << 24, kDeviceLogits = int64_t(1) << 26;

int64_t logitRows(const Tensor& hidden_MD, int64_t vocab)
{
    return hidden_MD.device().is_cpu() ? std::clamp(kLogits / vocab, kFewestLogitRows, kLogitRows)
                                       : std::max(kLogitRows, kDeviceLogits / vocab);
}

/// The fused loops for this tensor; null where there are none.
const DeviceOps* fusedOps(const Tensor& tensor, const DeviceOps* device)
{
    if (tensor.scalar_type() != at::kFloat)
        return nullptr;
    return device ? device : tensor.device().is_cpu() ? &cpuOps() : nullptr;
}

const float* data(const Tensor& tensor) { return tensor.const_data_ptr<float>(); }
float* mutableData(Tensor& tensor) { return tensor.mutable_data_ptr<float>(); }

/// The ops that a node's forward used, kept for its backward.
void keepOps(AutogradContext* context, const DeviceOps* ops)
{
    context->saved_data["ops"] = int64_t(reinterpret_cast<intptr_t>(ops));
}
const DeviceOps& keptOps(AutogradContext* context)
{
    return *reinterpret_cast<const DeviceOps*>(intptr_t(context->saved_data["ops"].toInt()));
}

struct RmsNormFunction : Function<RmsNormFunction> {
    static Variable forward(
        AutogradContext* context, const Variable& x, const Variable& weight, double eps, const DeviceOps* ops)
    {
        const Tensor x_ND = x.contiguous();
        Tensor y_ND = at::empty_like(x_ND), inverse_N = at::empty({ x_ND.size(0) }, x_ND.options());
        ops->rmsNormForward(data(x_ND), data(weight), float(eps), x_ND.size(0), x_ND.size(1), mutableData(y_ND),
            mutableData(inverse_N));
        context->save_for_backward({ x_ND, weight, inverse_N });
        keepOps(context, ops);
        return y_ND;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor dy_ND = gradients[0].contiguous();
        Tensor dx_ND = at::empty_like(saved[0]), dWeight_D = at::zeros_like(saved[1]);
        keptOps(context).rmsNormBackward(data(saved[0]), data(saved[1]), data(saved[2]), data(dy_ND), dy_ND.size(0),
            dy_ND.size(1), mutableData(dx_ND), mutableData(dWeight_D));
        return { dx_ND, dWeight_D, Variable(), Variable() };
    }
};

struct SwiGluFunction : Function<SwiGluFunction> {
    static Variable forward(AutogradContext* context, const Variable& gateUp, const DeviceOps* ops)
    {
        const Tensor gateUp_N2F = gateUp.contiguous();
        const int64_t rows = gateUp_N2F.size(0), width = gateUp_N2F.size(1) / 2;
        Tensor y_NF = at::empty({ rows, width }, gateUp_N2F.options());
        ops->swiGluForward(data(gateUp_N2F), rows, width, mutableData(y_NF));
        context->save_for_backward({ gateUp_N2F });
        keepOps(context, ops);
        return y_NF;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const Tensor gateUp_N2F = context->get_saved_variables()[0], dy_NF = gradients[0].contiguous();
        Tensor result = at::empty_like(gateUp_N2F);
        keptOps(context).swiGluBackward(
            data(gateUp_N2F), data(dy_NF), dy_NF.size(0), dy_NF.size(1), mutableData(result));
        return { result, Variable() };
    }
};

struct AttentionFunction : Function<AttentionFunction> {
    static Variable forward(AutogradContext* context, const Variable& qkv, const PackedBatch& batch,
        const AttentionShape& s, const DeviceOps* ops)
    {
        const DeviceOps::Attention shape { s.heads, s.keyValueHeads, s.headDim, s.window };
        const DeviceOps::Sequences sequences { batch.offsets, batch.positions_N.const_data_ptr<int64_t>() };
        const Tensor& tables = s.tables_2TR;
        const float *cosines = data(tables), *sines = cosines + tables.size(1) * tables.size(2);
        Tensor rotated_NE = qkv.detach().clone().contiguous();
        ops->rope(shape, sequences, cosines, sines, 1, mutableData(rotated_NE));
        Tensor out_NC = at::empty({ qkv.size(0), s.heads * s.headDim }, qkv.options());
        Tensor logSum_HN = at::empty({ s.heads * qkv.size(0) }, qkv.options());
        ops->attentionForward(shape, sequences, data(rotated_NE), mutableData(out_NC), mutableData(logSum_HN));
        context->save_for_backward({ rotated_NE, out_NC, logSum_HN, tables, batch.positions_N });
        context->saved_data["offsets"] = batch.offsets;
        context->saved_data["shape"] = std::vector<int64_t> { s.heads, s.keyValueHeads, s.headDim, s.window };
        keepOps(context, ops);
        return out_NC;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const auto offsets = context->saved_data["offsets"].toIntVector(),
                   sizes = context->saved_data["shape"].toIntVector();
        const DeviceOps::Attention shape { sizes[0], sizes[1], sizes[2], sizes[3] };
        const DeviceOps::Sequences sequences { offsets, saved[4].const_data_ptr<int64_t>() };
        const DeviceOps& ops = keptOps(context);
        const Tensor &rotated_NE = saved[0], &tables = saved[3], dOut_NC = gradients[0].contiguous();
        Tensor result_NE = at::empty_like(rotated_NE), scratch_HN = at::empty_like(saved[2]);
        ops.attentionBackward(shape, sequences, data(rotated_NE), data(saved[1]), data(saved[2]), data(dOut_NC),
            mutableData(result_NE), mutableData(scratch_HN));
        ops.rope(
            shape, sequences, data(tables), data(tables) + tables.size(1) * tables.size(2), -1, mutableData(result_NE));
        return { result_NE, Variable(), Variable(), Variable() };
    }
};

/// Of each row, whether no logit is above the target's.
Tensor isTop(const Tensor& logits_MV, const Tensor& targets_M)
{
    return logits_MV.gather(1, targets_M.unsqueeze(1)).squeeze(1) >= logits_MV.amax({ 1 });
}

struct LogProbFunction : Function<LogProbFunction> {
    static variable_list forward(AutogradContext* context, const Variable& hidden, const Variable& head,
        const Tensor& targets, double temperature, const DeviceOps* ops, bool wantTop, bool entropyGradient)
    {
        context->set_materialize_grads(false); // an entropy that nothing used has none
        const Tensor hidden_MD = hidden.contiguous(), targets_M = targets.contiguous();
        const int64_t rows = hidden_MD.size(0), vocab = head.size(0), chunk = logitRows(hidden_MD, vocab);
        Tensor logprob_M = at::empty({ rows }, hidden_MD.options()), entropy_M = at::empty_like(logprob_M),
               logSum_M = at::empty_like(logprob_M);
        Tensor top_M = wantTop ? at::empty({ rows }, hidden_MD.options().dtype(at::kBool)) : Tensor();
        for (int64_t at = 0; at < rows; at += chunk) {
            const int64_t count = std::min(chunk, rows - at);
            const Tensor logits = at::mm(hidden_MD.narrow(0, at, count), head.t());
            ops->softmaxStatistics(data(logits), targets_M.const_data_ptr<int64_t>() + at, float(1.0 / temperature),
                count, vocab, mutableData(logSum_M) + at, mutableData(logprob_M) + at, mutableData(entropy_M) + at);
            if (wantTop)
                top_M.narrow(0, at, count).copy_(isTop(logits, targets_M.narrow(0, at, count)));
        }
        context->save_for_backward({ hidden_MD, head, targets_M, logSum_M, entropyGradient ? entropy_M : Tensor() });
        context->saved_data["temperature"] = temperature;
        keepOps(context, ops);
        variable_list fixed, results { logprob_M, entropy_M };
        if (!entropyGradient)
            fixed.push_back(entropy_M);
        if (wantTop) {
            fixed.push_back(top_M);
            results.push_back(top_M);
        }
        context->mark_non_differentiable(fixed);
        return results;
    }
    /// logits become d(loss)/d(logits): 1/temperature · (g (1[target] - p) - g_H p (log p + H)), g and g_H the
    /// gradients of log-prob and entropy. ATen's operators, so that every device has it.
    static void backwardWithEntropy(Tensor& logits, const Tensor& targets_M, const Tensor& logSum_M,
        const Tensor& entropy_M, const Tensor& dLogprob_M, const Tensor& dEntropy_M, double inverseTemperature)
    {
        logits.mul_(inverseTemperature).sub_(logSum_M.unsqueeze(1)); // log p
        const Tensor p = logits.exp();
        logits.add_(entropy_M.unsqueeze(1)).mul_(dEntropy_M.unsqueeze(1)).add_(dLogprob_M.unsqueeze(1));
        logits.mul_(p).neg_().scatter_add_(1, targets_M.unsqueeze(1), dLogprob_M.unsqueeze(1));
        logits.mul_(inverseTemperature);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor &hidden_MD = saved[0], &head_VD = saved[1], &targets_M = saved[2], &logSum_M = saved[3];
        const double temperature = context->saved_data["temperature"].toDouble();
        const bool withEntropy = saved[4].defined() && gradients[1].defined();
        const Tensor gradient_M = gradients[0].defined() ? gradients[0].contiguous() : at::zeros_like(logSum_M);
        const int64_t rows = hidden_MD.size(0), vocab = head_VD.size(0), step = logitRows(hidden_MD, vocab);
        const bool trainsHead = context->needs_input_grad(1); // not beside an adapter: V x D is the largest gradient
        Tensor dHidden_MD = at::empty_like(hidden_MD), dHead_VD = trainsHead ? at::zeros_like(head_VD) : Tensor();
        for (int64_t at = 0; at < rows; at += step) {
            const int64_t count = std::min(step, rows - at);
            const Tensor chunk = hidden_MD.narrow(0, at, count);
            Tensor logits = at::mm(chunk, head_VD.t());
            if (withEntropy)
                backwardWithEntropy(logits, targets_M.narrow(0, at, count), logSum_M.narrow(0, at, count),
                    saved[4].narrow(0, at, count), gradient_M.narrow(0, at, count), gradients[1].narrow(0, at, count),
                    1.0 / temperature);
            else
                keptOps(context).softmaxBackward(mutableData(logits), targets_M.const_data_ptr<int64_t>() + at,
                    data(logSum_M) + at, data(gradient_M) + at, float(1.0 / temperature), count, vocab);
            Tensor part = dHidden_MD.narrow(0, at, count);
            at::mm_out(part, logits, head_VD);
            if (trainsHead)
                at::addmm_out(dHead_VD, dHead_VD, logits.t(), chunk);
        }
        return { dHidden_MD, dHead_VD, Variable(), Variable(), Variable(), Variable(), Variable() };
    }
};

} // namespace

Tensor rmsNorm(const Tensor& x_ND, const Tensor& weight_D, double eps, const DeviceOps* device)
{
    const DeviceOps* ops = fusedOps(x_ND, device);
    return ops ? RmsNormFunction::apply(x_ND, weight_D, eps, ops) : reference::rmsNorm(x_ND, weight_D, eps);
}

Tensor causalAttention(
    const Tensor& qkv_NE, const PackedBatch& batch, const AttentionShape& shape, const DeviceOps* device)
{
    const DeviceOps* ops = fusedOps(qkv_NE, device);
    return ops ? AttentionFunction::apply(qkv_NE, batch, shape, ops) : reference::causalAttention(qkv_NE, batch, shape);
}

Tensor normHeads(const Tensor& qkv_NE, const Tensor& queryNorm_A, const Tensor& keyNorm_A, double eps,
    const AttentionShape& s, const DeviceOps* device)
{
    const int64_t queries = s.heads * s.headDim, keys = s.keyValueHeads * s.headDim;
    const auto normed = [&](int64_t from, int64_t width, const Tensor& weight_A) {
        return rmsNorm(qkv_NE.narrow(1, from, width).reshape({ -1, s.headDim }), weight_A, eps, device)
            .view({ -1, width });
    };
    return at::cat(
        { normed(0, queries, queryNorm_A), normed(queries, keys, keyNorm_A), qkv_NE.narrow(1, queries + keys, keys) },
        1);
}

Tensor swiGlu(const Tensor& gateUp_N2F, const DeviceOps* device)
{
    const DeviceOps* ops = fusedOps(gateUp_N2F, device);
    return ops ? SwiGluFunction::apply(gateUp_N2F, ops) : reference::swiGlu(gateUp_N2F);
}

TokenLogProbs tokenLogProbs(const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& targets_M, double temperature,
    const DeviceOps* device, bool wantTop, bool entropyGradient)
{
    const DeviceOps* ops = fusedOps(hidden_MD, device);
    if (!ops)
        return reference::tokenLogProbs(hidden_MD, head_VD, targets_M, temperature, entropyGradient);
    const variable_list results
        = LogProbFunction::apply(hidden_MD, head_VD, targets_M, temperature, ops, wantTop, entropyGradient);
    return { results[0], results[1], wantTop ? results[2] : Tensor() };
}

namespace reference {

Tensor rmsNorm(const Tensor& x_ND, const Tensor& weight_D, double eps)
{
    return x_ND * at::rsqrt(at::pow(x_ND, 2).mean(-1, /*keepdim=*/true) + eps) * weight_D;
}

Tensor causalAttention(const Tensor& qkv_NE, const PackedBatch& batch, const AttentionShape& s)
{
    const int64_t half = s.headDim / 2;
    const Tensor tables_2NR = s.tables_2TR.to(qkv_NE.scalar_type()).index_select(1, batch.positions_N);
    const Tensor cosines = tables_2NR.select(0, 0).unsqueeze(1),
                 sines = tables_2NR.select(0, 1).unsqueeze(1); // [N, 1, R]
    const Tensor heads = qkv_NE.view({ qkv_NE.size(0), s.heads + 2 * s.keyValueHeads, s.headDim });
    const Tensor turned = heads.narrow(1, 0, s.heads + s.keyValueHeads);
    const Tensor first = turned.narrow(2, 0, half), second = turned.narrow(2, half, half);
    const Tensor rotated = at::cat({ first * cosines - second * sines, second * cosines + first * sines }, 2);
    std::vector<Tensor> outs;
    for (size_t i = 0; i + 1 < batch.offsets.size(); ++i) {
        const int64_t at = batch.offsets[i], length = batch.offsets[i + 1] - at;
        const auto part = [&](const Tensor& source, int64_t from, int64_t count) {
            return source.narrow(0, at, length).narrow(1, from, count).transpose(0, 1).unsqueeze(0); // [1, heads, T, A]
        };
        const int64_t sharing = s.heads / s.keyValueHeads;
        const Tensor query = part(rotated, 0, s.heads);
        const Tensor key = part(rotated, s.heads, s.keyValueHeads).repeat_interleave(sharing, 1);
        const Tensor value = part(heads, s.heads + s.keyValueHeads, s.keyValueHeads).repeat_interleave(sharing, 1);
        c10::optional<Tensor> visible; // [T, T]
        if (s.window > 0) {
            const Tensor distance = at::arange(length, batch.positions_N.options()).unsqueeze(1)
                - at::arange(length, batch.positions_N.options()).unsqueeze(0);
            visible = distance.ge(0).logical_and(distance.lt(s.window));
        }
        outs.push_back(at::scaled_dot_product_attention(query, key, value, visible, 0.0, /*is_causal=*/!visible)
                           .squeeze(0)
                           .transpose(0, 1)
                           .reshape({ length, s.heads * s.headDim }));
    }
    return at::cat(outs, 0);
}

Tensor swiGlu(const Tensor& gateUp_N2F)
{
    const int64_t width = gateUp_N2F.size(1) / 2;
    return at::silu(gateUp_N2F.narrow(1, 0, width)) * gateUp_N2F.narrow(1, width, width);
}

TokenLogProbs tokenLogProbs(
    const Tensor& hidden_MD, const Tensor& head_VD, const Tensor& targets_M, double temperature, bool entropyGradient)
{
    const Tensor logp_MV = at::log_softmax(at::matmul(hidden_MD, head_VD.t()) / temperature, -1);
    const Tensor source_MV = entropyGradient ? logp_MV : logp_MV.detach();
    const Tensor entropy_M = -(source_MV.exp() * source_MV).sum(-1);
    return { logp_MV.gather(1, targets_M.unsqueeze(1)).squeeze(1), entropy_M, isTop(logp_MV.detach(), targets_M) };
}

} // namespace reference

} // namespace aha::ops
