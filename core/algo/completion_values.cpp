#include "core/algo/completion_values.h"

#include <ATen/core/grad_mode.h>

namespace aha {

std::vector<std::vector<float>> completionValues(UpdateStep& step, const std::vector<TrainingSample>& samples,
    const RunConfig& config, const CompletionValues& valuesOf)
{
    std::vector<std::vector<float>> values(samples.size());
    std::vector<size_t> rows;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < samples.size(); ++i) {
        tokens.push_back(int64_t(samples[i].ids.size()));
        if (samples[i].completionLength() > 0)
            rows.push_back(i);
    }
    step.accumulate(
        rows, tokens, config,
        [&](size_t worker, const TransformerWeights& leaves, const UpdateStep::Pass& pass) {
            const at::NoGradGuard frozen;
            std::vector<const TrainingSample*> part;
            for (const size_t row : pass)
                part.push_back(&samples[row]);
            PackedCompletions::split(part, valuesOf(worker, leaves, part),
                [&](size_t i, std::vector<float> own) { values[pass[i]] = std::move(own); });
        },
        false);
    return values;
}

} // namespace aha
