#pragma once
// A permutation of 0 … n-1 that is computed, not stored: any position of a shuffled epoch in one step, without memory.

#include "core/base/philox.h"
#include "core/base/rng.h"

namespace aha::data {

/// Feistel network over the smallest even number of bits that holds n, keyed by a stream of Rng; values outside are
/// sent through again until they fall inside (Black and Rogaway 2002, cycle walking). Equal keys, equal permutation, on
/// every machine. Cheap to make and to copy.
class IndexShuffle {
public:
    /// n >= 1.
    IndexShuffle(uint64_t n, const Rng& key)
        : m_size(n)
        , m_key(key.state())
    {
        while (m_halfBits < 32 && (uint64_t(1) << (2 * m_halfBits)) < n)
            ++m_halfBits;
    }

    uint64_t operator()(uint64_t position) const
    {
        do
            position = once(position);
        while (position >= m_size);
        return position;
    }

private:
    static constexpr uint32_t kRounds = 8;

    uint64_t once(uint64_t value) const
    {
        const uint32_t mask = m_halfBits == 32 ? ~uint32_t(0) : (uint32_t(1) << m_halfBits) - 1;
        uint32_t left = uint32_t(value >> m_halfBits) & mask, right = uint32_t(value) & mask;
        for (uint32_t round = 0; round < kRounds; ++round) {
            const uint32_t mixed = philox::block(m_key.key, m_key.stream, uint64_t(round) << 32 | right).word[0];
            const uint32_t next = left ^ (mixed & mask);
            left = right;
            right = next;
        }
        return uint64_t(left) << m_halfBits | right;
    }

    uint64_t m_size;
    philox::State m_key;
    uint32_t m_halfBits = 1;
};

} // namespace aha::data
