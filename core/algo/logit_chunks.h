#pragma once
// How many rows of logits exist at once in the losses that need a whole vocabulary, so that memory does not grow with
// the tokens of a batch.

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>

namespace aha {

/// Rows of one chunk when `copies` matrices of [rows, vocab] exist together: 64 MB of float on a CPU, 256 MB on a GPU.
inline int64_t logitChunk(const at::Tensor& hidden_MD, int64_t vocab, int64_t copies)
{
    const int64_t elements = hidden_MD.device().is_cpu() ? int64_t(1) << 24 : int64_t(1) << 26;
    return std::clamp<int64_t>(elements / (vocab * copies), 16, 4096);
}

/// Calls visit(from, count) for consecutive ranges of `rows`.
template <class Visit> void forChunks(int64_t rows, int64_t chunk, Visit&& visit)
{
    for (int64_t from = 0; from < rows; from += chunk)
        visit(from, std::min(chunk, rows - from));
}

} // namespace aha
