#pragma once
// Philox4x32-10 (Salmon et al. 2011) as plain functions: Rng and the CUDA kernels draw the same numbers from it.

#include <cstdint>

#ifdef __CUDACC__
#define AHA_HOST_DEVICE __host__ __device__
#else
#define AHA_HOST_DEVICE
#endif

namespace aha::philox {

struct Block {
    uint32_t word[4];
};

/// Block `counter` of the stream. Key and stream are fixed for the life of a generator.
AHA_HOST_DEVICE inline Block block(const uint32_t (&key)[2], const uint32_t (&stream)[2], uint64_t counter)
{
    uint32_t x0 = uint32_t(counter), x1 = uint32_t(counter >> 32), x2 = stream[0], x3 = stream[1], k0 = key[0],
             k1 = key[1];
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = uint64_t(0xD2511F53u) * x0, p1 = uint64_t(0xCD9E8D57u) * x2;
        x0 = uint32_t(p1 >> 32) ^ x1 ^ k0;
        x1 = uint32_t(p1);
        x2 = uint32_t(p0 >> 32) ^ x3 ^ k1;
        x3 = uint32_t(p0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return { { x0, x1, x2, x3 } };
}

/// Where a generator stands: the next word it gives is word `position` of its stream (four words a block).
struct State {
    uint32_t key[2];
    uint32_t stream[2];
    uint64_t position;
};

/// The number that Rng::uniform() gives after `skipped` earlier calls.
AHA_HOST_DEVICE inline double uniformAt(const State& state, uint64_t skipped)
{
    const uint64_t low = state.position + 2 * skipped, high = low + 1;
    const Block first = block(state.key, state.stream, low / 4),
                second = high / 4 == low / 4 ? first : block(state.key, state.stream, high / 4);
    const uint64_t bits = first.word[low % 4] | uint64_t(second.word[high % 4]) << 32;
    return double(bits >> 11) * 0x1p-53;
}

} // namespace aha::philox
