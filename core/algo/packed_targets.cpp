#include "core/algo/packed_targets.h"

#include <ATen/ops/tensor.h>

#include <algorithm>

namespace aha {

int64_t SftSequence::trainedTokens() const
{
    return trained.empty() ? 0 : std::count_if(trained.begin() + 1, trained.end(), [](uint8_t t) { return t != 0; });
}

PackedTargets::PackedTargets(const std::vector<const SftSequence*>& sequences, at::Device device)
{
    std::vector<const std::vector<int32_t>*> ids;
    std::vector<int64_t> before, target, row;
    int64_t at = 0;
    for (size_t i = 0; i < sequences.size(); ++i) {
        const SftSequence& sequence = *sequences[i];
        ids.push_back(&sequence.ids);
        for (size_t t = 1; t < sequence.ids.size(); ++t)
            if (sequence.trained[t]) {
                before.push_back(at + int64_t(t) - 1);
                target.push_back(sequence.ids[t]);
                row.push_back(int64_t(i));
            }
        at += int64_t(sequence.ids.size());
    }
    batch = packSequences(ids, device);
    before_M = at::tensor(before).to(device);
    target_M = at::tensor(target).to(device);
    row_M = at::tensor(row).to(device);
}

} // namespace aha
