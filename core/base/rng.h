#pragma once
// Random numbers that depend on what they are for, not on who draws them first.

#include "core/base/philox.h"

#include <array>
#include <cstdint>

namespace aha {

/// What a stream of random numbers is used for. The value is part of the key: never renumber.
enum class Purpose : uint32_t {
    Sampling = 1, ///< tokens of a rollout
    Prompt = 2, ///< which problems a step trains on
    Shuffle = 3, ///< order of completions within a step's mini-batches
    Evaluation = 4, ///< tokens of an evaluation
    Initialize = 5, ///< weights
    Corpus = 6, ///< pretraining traces
    Problem = 7, ///< problem generation
    HeldOut = 8, ///< the held-out problem set
    Mixture = 9, ///< order of the rows of data sets
    Dropout = 10, ///< inputs that an adapter does not see while it trains
    Probe = 11, ///< tokens of the answers to a run's own prompts
};

/// Counter-based generator (Philox4x32-10, Salmon et al. 2011) keyed by (seed, purpose, a, b). Streams with different
/// keys are independent; a stream's numbers do not depend on threads or batch layout. Not thread-safe; cheap to copy.
/// Convention for rollouts: a = step, b = prompt index * 2^20 + sample index.
class Rng {
public:
    Rng(uint64_t seed, Purpose purpose, uint64_t a = 0, uint64_t b = 0);

    uint32_t next32();
    uint64_t next64();
    /// Uniform in [0, 1) with 53 bits.
    double uniform();
    /// Uniform in (0, 1), never 0 or 1: safe for logarithms.
    double openUniform();
    /// Uniform integer in [0, n). n > 0. Unbiased (Lemire's rejection).
    uint64_t below(uint64_t n);
    /// Uniform integer in [lo, hi], both included.
    int64_t between(int64_t lo, int64_t hi) { return lo + int64_t(below(uint64_t(hi - lo) + 1)); }
    /// Standard normal (Box-Muller).
    double normal();
    /// For continuing the stream elsewhere (on a GPU).
    philox::State state() const;

private:
    void refill();

    std::array<uint32_t, 2> m_key;
    std::array<uint32_t, 4> m_counter;
    std::array<uint32_t, 4> m_block {};
    int m_used = 4;
};

} // namespace aha
