#pragma once
// Completions with their prompts end to end, and where in the hidden states each completion token is predicted.

#include "core/algo/training_sample.h"
#include "core/nn/packed_batch.h"

#include <functional>

namespace aha {

struct PackedCompletions {
    PackedCompletions(const std::vector<const TrainingSample*>& samples, at::Device device);

    PackedBatch batch; ///< prompts and completions
    at::Tensor before_N; ///< N completion tokens: where the token before stands, whose hidden state predicts it
    at::Tensor target_N; ///< ids
    at::Tensor row_N; ///< index of the sample
    int64_t tokens = 0; ///< N

    /// One number for every completion token, from those of each sample; undefined when no sample has any.
    static at::Tensor gather(const std::vector<const TrainingSample*>& samples,
        std::vector<float> TrainingSample::*values, at::Device device);
    /// Gives each sample its part of `values_N`.
    static void split(const std::vector<const TrainingSample*>& samples, const at::Tensor& values_N,
        const std::function<void(size_t sample, std::vector<float> values)>& give);
};

} // namespace aha
