#include "core/algo/packed_completions.h"

#include <ATen/ops/tensor.h>

namespace aha {

using at::Tensor;

PackedCompletions::PackedCompletions(const std::vector<const TrainingSample*>& samples, at::Device device)
{
    std::vector<const std::vector<int32_t>*> sequences;
    std::vector<int64_t> before, target, row;
    int64_t at = 0;
    for (size_t i = 0; i < samples.size(); ++i) {
        const TrainingSample& sample = *samples[i];
        sequences.push_back(&sample.ids);
        for (int64_t t = sample.promptLength; t < int64_t(sample.ids.size()); ++t) {
            before.push_back(at + t - 1);
            target.push_back(sample.ids[size_t(t)]);
            row.push_back(int64_t(i));
        }
        at += int64_t(sample.ids.size());
    }
    batch = packSequences(sequences, device);
    before_N = at::tensor(before).to(device);
    target_N = at::tensor(target).to(device);
    row_N = at::tensor(row).to(device);
    tokens = int64_t(target.size());
}

Tensor PackedCompletions::gather(
    const std::vector<const TrainingSample*>& samples, std::vector<float> TrainingSample::*values, at::Device device)
{
    std::vector<float> all;
    for (const TrainingSample* sample : samples)
        all.insert(all.end(), (sample->*values).begin(), (sample->*values).end());
    return all.empty() ? Tensor() : at::tensor(all).to(device);
}

void PackedCompletions::split(const std::vector<const TrainingSample*>& samples, const Tensor& values_N,
    const std::function<void(size_t sample, std::vector<float> values)>& give)
{
    const Tensor host_N = values_N.detach().cpu().contiguous();
    const float* from = host_N.const_data_ptr<float>();
    for (size_t i = 0; i < samples.size(); ++i) {
        give(i, { from, from + samples[i]->completionLength() });
        from += samples[i]->completionLength();
    }
}

} // namespace aha
