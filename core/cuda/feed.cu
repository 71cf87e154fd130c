#include "core/cuda/feed.cuh"

#include <algorithm>

namespace aha::cuda {

size_t CacheMemory::bytesFor(const ModelConfig& c, int64_t sequences, int64_t capacity)
{
    return 2 * sizeof(float) * size_t(sequences * c.numHiddenLayers * c.numKeyValueHeads * capacity * c.headDim);
}

bool CacheMemory::reserve(const ModelConfig& c, int64_t sequences, int64_t capacity)
{
    const size_t elements = bytesFor(c, sequences, capacity) / 2 / sizeof(float);
    bool moved = m_keys.reserve(elements);
    moved |= m_values.reserve(elements);
    moved |= m_view.capacity != capacity;
    m_view = { m_keys.data(), m_values.data(), c.numHiddenLayers, c.numKeyValueHeads, capacity, c.headDim };
    return moved;
}

int64_t Feeder::rowsPerPass(const ModelConfig& config)
{
    return std::clamp<int64_t>((int64_t(1) << 26) / config.vocabSize, 64, 2048);
}

void Feeder::run(Decoder& decoder, const std::vector<const std::vector<int32_t>*>& sequences,
    const std::vector<int64_t>& lengths, const Cache& cache, bool wantLogits, cudaStream_t stream,
    const std::function<void(int64_t, int64_t)>& onPass)
{
    std::vector<int> sequence, token, position;
    int64_t longest = 1;
    for (size_t i = 0; i < sequences.size(); ++i) {
        longest = std::max(longest, lengths[i]);
        for (int64_t t = 0; t < lengths[i]; ++t) {
            sequence.push_back(int(i));
            token.push_back((*sequences[i])[size_t(t)]);
            position.push_back(int(t));
        }
    }
    const int64_t pass = rowsPerPass(decoder.config()), total = int64_t(token.size());
    decoder.reserve(pass, wantLogits ? pass : 0, longest, stream);
    m_count.reserve(1);
    for (DeviceArray<int>* array : { &m_sequence, &m_token, &m_position })
        array->reserve(size_t(pass));
    for (int64_t from = 0; from < total; from += pass) {
        const int count = int(std::min(pass, total - from));
        m_count.copyFrom(&count, 1, stream);
        m_sequence.copyFrom(sequence.data() + from, size_t(count), stream);
        m_token.copyFrom(token.data() + from, size_t(count), stream);
        m_position.copyFrom(position.data() + from, size_t(count), stream);
        decoder.forward(
            { m_count.data(), m_sequence.data(), m_token.data(), m_position.data() }, count, cache, wantLogits, stream);
        if (onPass)
            onPass(from, count);
        check(cudaStreamSynchronize(stream), "Reading the prompts"); // the copies above read this function's memory
    }
}

} // namespace aha::cuda
