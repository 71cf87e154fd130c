#include "core/base/rng.h"

#include <cmath>

namespace aha {

namespace {

/// SplitMix64's finaliser: turns structured keys (0, 1, 2, …) into unrelated ones.
uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

} // namespace

Rng::Rng(uint64_t seed, Purpose purpose, uint64_t a, uint64_t b)
{
    const uint64_t key = mix(seed ^ mix(uint64_t(purpose)));
    const uint64_t stream = mix(mix(a) + 0x632BE59BD9B4E019ull * b);
    m_key = { uint32_t(key), uint32_t(key >> 32) };
    m_counter = { 0, 0, uint32_t(stream), uint32_t(stream >> 32) };
}

void Rng::refill()
{
    const uint32_t key[2] { m_key[0], m_key[1] }, stream[2] { m_counter[2], m_counter[3] };
    const philox::Block block = philox::block(key, stream, m_counter[0] | uint64_t(m_counter[1]) << 32);
    m_block = { block.word[0], block.word[1], block.word[2], block.word[3] };
    m_used = 0;
    if (++m_counter[0] == 0)
        ++m_counter[1];
}

philox::State Rng::state() const
{
    const uint64_t next = m_counter[0] | uint64_t(m_counter[1]) << 32; // the block after the one in use
    return { { m_key[0], m_key[1] }, { m_counter[2], m_counter[3] }, 4 * (next - 1) + uint64_t(m_used) };
}

uint32_t Rng::next32()
{
    if (m_used == 4)
        refill();
    return m_block[size_t(m_used++)];
}

uint64_t Rng::next64()
{
    const uint64_t low = next32();
    return low | uint64_t(next32()) << 32;
}

double Rng::uniform() { return double(next64() >> 11) * 0x1p-53; }

double Rng::openUniform() { return (double(next64() >> 12) + 0.5) * 0x1p-52; }

uint64_t Rng::below(uint64_t n)
{
    const uint64_t threshold = (0 - n) % n;
    for (;;) {
        const unsigned __int128 product = (unsigned __int128)next64() * n;
        if (uint64_t(product) >= threshold)
            return uint64_t(product >> 64);
    }
}

double Rng::normal()
{
    const double radius = std::sqrt(-2.0 * std::log(openUniform()));
    return radius * std::cos(2.0 * M_PI * uniform());
}

} // namespace aha
