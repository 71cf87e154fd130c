#pragma once
// Several data sets as one, with weights and a seed. Every position of every epoch is computed on its own: the order
// does not depend on threads, nothing is held in memory, and a resumed run goes on where it was.

#include "core/base/result.h"

#include <cstdint>
#include <vector>

namespace aha::data {

struct MixtureSource {
    uint64_t size = 0; ///< rows that may be taken (a selection's size)
    double weight = 1; ///< share of the mixture, relative to the others
};

/// When an epoch ends.
enum class MixtureEnd {
    FirstExhausted, ///< before any source would repeat a row (the others are cut, by chance, each epoch anew)
    AllExhausted, ///< when every row of every source has come (small sources repeat)
};

/// Immutable, thread-safe.
class Mixture {
public:
    struct Pick {
        size_t source = 0;
        uint64_t row = 0; ///< position in the source
        bool operator==(const Pick&) const = default;
    };

    /// Errors: mixture_empty (no source, or an empty one with weight), mixture_weight (negative, not finite, all zero).
    static Result<Mixture> make(
        std::vector<MixtureSource> sources, uint64_t seed, MixtureEnd end = MixtureEnd::FirstExhausted);

    uint64_t size() const { return m_size; } ///< rows an epoch
    const std::vector<uint64_t>& counts() const { return m_counts; } ///< of them, from each source
    /// `position` < size(). Shuffled anew each epoch.
    Pick at(uint64_t epoch, uint64_t position) const;

private:
    Mixture() = default;

    std::vector<MixtureSource> m_sources;
    std::vector<uint64_t> m_counts;
    uint64_t m_seed = 0, m_size = 0;
};

} // namespace aha::data
