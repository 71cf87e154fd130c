#pragma once
// What a value model says of every completion token before an update: no gradients.

#include "core/algo/packed_completions.h"
#include "core/algo/update_step.h"

#include <functional>

namespace aha {

/// Values of the packed completion tokens of some samples, by a worker with its copy of the weights. [N]
using CompletionValues
    = std::function<at::Tensor(size_t worker, const TransformerWeights&, const std::vector<const TrainingSample*>&)>;

/// [sample][completion token]; an empty completion has none.
std::vector<std::vector<float>> completionValues(UpdateStep& step, const std::vector<TrainingSample>& samples,
    const RunConfig& config, const CompletionValues& valuesOf);

} // namespace aha
