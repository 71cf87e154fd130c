#pragma once
// Sequences laid end to end, without padding.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace aha {

/// S sequences of together N tokens. Token n of sequence s stands at offsets[s] + its position.
struct PackedBatch {
    at::Tensor ids_N; ///< int64
    at::Tensor positions_N; ///< int64, from 0 in each sequence
    std::vector<int64_t> offsets; ///< S + 1

    int64_t tokens() const { return offsets.empty() ? 0 : offsets.back(); }
    /// Tokens of the longest sequence.
    int64_t longest() const;
    int64_t sequences() const { return int64_t(offsets.size()) - 1; }
};

/// On `device`. Sequences must not be empty.
PackedBatch packSequences(const std::vector<const std::vector<int32_t>*>& sequences, at::Device device);

} // namespace aha
