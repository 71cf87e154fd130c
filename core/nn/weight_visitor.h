#pragma once
// How a block tells the model what weights it has.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace aha {

/// Called for every weight, in the order of the flat buffer, with its sizes and the place of its view.
using WeightVisitor = std::function<void(const std::vector<int64_t>& sizes, at::Tensor& slot)>;

/// Views under the names of checkpoints.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

} // namespace aha
