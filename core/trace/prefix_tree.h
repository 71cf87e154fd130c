#pragma once
// Where the completions of one group part ways: the tree of their common beginnings.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace aha {

/// One completion as the tree sees it.
struct PrefixInput {
    std::span<const int32_t> tokens;
    std::span<const float> entropy; ///< nats, one per token: of the distribution it was drawn from; empty: not stored
    std::optional<double> reward; ///< nothing: could not be judged
};

/// Tokens that all members share and that no one else has, after what the parent holds.
struct PrefixBranch {
    int parent = -1;
    int depth = 0; ///< divergences before it
    size_t begin = 0, end = 0; ///< positions of its tokens in the completion of each member
    std::vector<int> members; ///< indices of completions, ascending
    std::vector<int> children; ///< in order of size, largest first; empty: one completion, or several that are equal
    int judged = 0; ///< members with a reward
    double meanReward = 0; ///< of these; 0 where there is none
    std::optional<double>
        entropy; ///< of the policy at `end`, where the members part; nothing: not stored, or no parting
};

/// The root is first and holds what all share (possibly nothing); a parent comes before its children. A completion that
/// ends where others go on is a child without tokens. Empty for no completions. Time linear in all tokens.
std::vector<PrefixBranch> prefixTree(std::span<const PrefixInput> completions);

} // namespace aha
