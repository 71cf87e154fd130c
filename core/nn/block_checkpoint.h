#pragma once
// Activation checkpointing (Chen et al. 2016, arXiv 1604.06174): memory for a second forward pass.

#include <ATen/core/Tensor.h>

#include <functional>

namespace aha {

/// block(x), of which only x is kept: the backward pass computes the block again and gets the same bits, since blocks
/// hold nothing random. `block` owns what it uses (it runs again long after this call). Gradients of parameters go
/// straight to the leaves that it names, so those must be leaves with a gradient buffer, as Policy::leaves() gives
/// them.
at::Tensor checkpointed(std::function<at::Tensor(const at::Tensor&)> block, const at::Tensor& x);

} // namespace aha
