#include "core/nn/grouped_linear.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/custom_function.h>

namespace aha::ops {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// Calls each(group, first row, rows) for groups that have rows.
template <class Each> void forGroups(const std::vector<int64_t>& counts, const Each& each)
{
    int64_t row = 0;
    for (size_t e = 0; e < counts.size(); ++e) {
        if (counts[e] > 0)
            each(int64_t(e), row, counts[e]);
        row += counts[e];
    }
}

struct GroupedLinearFunction : Function<GroupedLinearFunction> {
    static Variable forward(
        AutogradContext* context, const Variable& x, const Variable& weight_EOI, const std::vector<int64_t>& counts)
    {
        const Tensor x_MI = x.contiguous();
        Tensor y_MO = at::empty({ x_MI.size(0), weight_EOI.size(1) }, x_MI.options());
        forGroups(counts, [&](int64_t e, int64_t row, int64_t rows) {
            Tensor part = y_MO.narrow(0, row, rows);
            at::mm_out(part, x_MI.narrow(0, row, rows), weight_EOI.select(0, e).t());
        });
        context->save_for_backward({ x_MI, weight_EOI });
        context->saved_data["counts"] = counts;
        return y_MO;
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const variable_list saved = context->get_saved_variables();
        const Tensor &x_MI = saved[0], &weight_EOI = saved[1], dy_MO = gradients[0].contiguous();
        const std::vector<int64_t> counts = context->saved_data["counts"].toIntVector();
        const bool trainsWeight = context->needs_input_grad(1); // not beside an adapter
        Tensor dx_MI = at::empty_like(x_MI), dWeight_EOI = trainsWeight ? at::zeros_like(weight_EOI) : Tensor();
        forGroups(counts, [&](int64_t e, int64_t row, int64_t rows) {
            const Tensor dy = dy_MO.narrow(0, row, rows);
            Tensor dx = dx_MI.narrow(0, row, rows);
            at::mm_out(dx, dy, weight_EOI.select(0, e));
            if (trainsWeight) {
                Tensor dWeight = dWeight_EOI.select(0, e);
                at::mm_out(dWeight, dy.t(), x_MI.narrow(0, row, rows));
            }
        });
        return { dx_MI, dWeight_EOI, Variable() };
    }
};

} // namespace

Tensor groupedLinear(const Tensor& x_MI, const Tensor& weight_EOI, const std::vector<int64_t>& counts)
{
    return GroupedLinearFunction::apply(x_MI, weight_EOI, counts);
}

} // namespace aha::ops
