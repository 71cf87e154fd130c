#include "core/base/rng.h"

#include <cmath>

namespace aha {

namespace {

constexpr uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;

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
    std::array<uint32_t, 4> x = m_counter;
    std::array<uint32_t, 2> k = m_key;
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = uint64_t(kMultiplier0) * x[0];
        const uint64_t p1 = uint64_t(kMultiplier1) * x[2];
        x = { uint32_t(p1 >> 32) ^ x[1] ^ k[0], uint32_t(p1), uint32_t(p0 >> 32) ^ x[3] ^ k[1], uint32_t(p0) };
        k[0] += kWeyl0;
        k[1] += kWeyl1;
    }
    m_block = x;
    m_used = 0;
    if (++m_counter[0] == 0)
        ++m_counter[1];
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
