#include "core/nn/packed_batch.h"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace aha {

int64_t PackedBatch::longest() const
{
    int64_t length = 0;
    for (size_t i = 0; i + 1 < offsets.size(); ++i)
        length = std::max(length, offsets[i + 1] - offsets[i]);
    return length;
}

PackedBatch packSequences(const std::vector<const std::vector<int32_t>*>& sequences, at::Device device)
{
    PackedBatch batch;
    batch.offsets.push_back(0);
    for (const auto* sequence : sequences)
        batch.offsets.push_back(batch.offsets.back() + int64_t(sequence->size()));
    batch.ids_N = at::empty({ batch.tokens() }, at::kLong);
    batch.positions_N = at::empty({ batch.tokens() }, at::kLong);
    int64_t* id = batch.ids_N.data_ptr<int64_t>();
    int64_t* position = batch.positions_N.data_ptr<int64_t>();
    for (const auto* sequence : sequences)
        for (size_t t = 0; t < sequence->size(); ++t) {
            *id++ = (*sequence)[t];
            *position++ = int64_t(t);
        }
    batch.ids_N = batch.ids_N.to(device);
    batch.positions_N = batch.positions_N.to(device);
    return batch;
}

} // namespace aha
