#include "core/nn/block_checkpoint.h"

#include <ATen/core/grad_mode.h>
#include <ATen/core/ivalue.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace aha {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

struct Block : torch::CustomClassHolder {
    explicit Block(std::function<Tensor(const Tensor&)> f)
        : run(std::move(f))
    {
    }
    std::function<Tensor(const Tensor&)> run;
};

struct CheckpointFunction : Function<CheckpointFunction> {
    static Variable forward(AutogradContext* context, const Variable& x, const c10::intrusive_ptr<Block>& block)
    {
        context->save_for_backward({ x });
        context->saved_data["block"] = c10::IValue::make_capsule(block);
        return block->run(x); // grad mode is off here: nothing of the block is kept
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const Tensor x = context->get_saved_variables()[0].detach().requires_grad_();
        const auto block = c10::static_intrusive_pointer_cast<Block>(context->saved_data["block"].toCapsule());
        const at::AutoGradMode again(true);
        torch::autograd::backward({ block->run(x) }, { gradients[0] });
        return { x.grad(), Variable() };
    }
};

} // namespace

Tensor checkpointed(std::function<Tensor(const Tensor&)> block, const Tensor& x)
{
    // Beside a frozen embedding x needs no gradient, but the block's own parameters do.
    const Tensor input = x.requires_grad() ? x : x.detach().requires_grad_();
    return CheckpointFunction::apply(input, c10::make_intrusive<Block>(std::move(block)));
}

} // namespace aha
