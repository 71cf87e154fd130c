#pragma once
// Many tokens of many sequences through the decoder at once: prefill of prompts, teacher-forced scoring.

#include "core/cuda/decoder.cuh"

#include <functional>

namespace aha::cuda {

/// Keys and values of sequences, owned.
class CacheMemory {
public:
    /// Room for `sequences` of up to `capacity` positions. True when it moved or changed its shape.
    bool reserve(const ModelConfig& config, int64_t sequences, int64_t capacity);
    const Cache& view() const { return m_view; }
    size_t bytes() const { return (m_keys.size() + m_values.size()) * sizeof(float); }
    static size_t bytesFor(const ModelConfig& config, int64_t sequences, int64_t capacity);

private:
    DeviceArray<float> m_keys, m_values;
    Cache m_view {};
};

class Feeder {
public:
    /// Rows of one pass: as many as keep the logits below 256 MB, at most 2048.
    static int64_t rowsPerPass(const ModelConfig& config);

    /// The first lengths[i] tokens of each sequence, whose keys and values go to place i of the cache. After each pass
    /// `onPass` hears which rows it was, counted over all sequences: from, count; logits() are theirs when
    /// `wantLogits`.
    void run(Decoder& decoder, const std::vector<const std::vector<int32_t>*>& sequences,
        const std::vector<int64_t>& lengths, const Cache& cache, bool wantLogits, cudaStream_t stream,
        const std::function<void(int64_t from, int64_t count)>& onPass = {});

private:
    DeviceArray<int> m_count, m_sequence, m_token, m_position;
};

} // namespace aha::cuda
