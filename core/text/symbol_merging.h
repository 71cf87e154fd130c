#pragma once
// The merge loop of byte-pair encoding: the best pair of neighbours becomes one symbol until no pair can. Ties go to
// the leftmost. O(n log n): a heap over a linked list (Sennrich et al. 2016; the order is Hugging Face's and
// sentencepiece's).

#include <cstdint>
#include <queue>
#include <vector>

namespace aha {

struct MergeSymbol {
    int32_t id; ///< -1 = not in the vocabulary
    uint32_t begin, end; ///< bytes of the word
};

template <class Rank> struct MergeCandidate {
    Rank rank; ///< smaller merges first
    int32_t id; ///< of the merged symbol
};

/// Merges in place. `find(left, right, candidate)` says whether two neighbours merge, into what, and when.
template <class Rank, class Find> void mergeSymbols(std::vector<MergeSymbol>& symbols, Find&& find)
{
    if (symbols.size() < 2)
        return;
    constexpr size_t kFew = 24;
    MergeCandidate<Rank> candidate;
    if (symbols.size() <= kFew) { // words: looking at every pair is quicker than a heap
        MergeCandidate<Rank> pairs[kFew] = {};
        bool merges[kFew] = {};
        size_t n = symbols.size();
        for (size_t i = 0; i + 1 < n; ++i)
            merges[i] = find(symbols[i], symbols[i + 1], pairs[i]);
        while (true) {
            size_t best = n;
            for (size_t i = 0; i + 1 < n; ++i)
                if (merges[i] && (best == n || pairs[i].rank < pairs[best].rank))
                    best = i;
            if (best == n)
                break;
            symbols[best] = { pairs[best].id, symbols[best].begin, symbols[best + 1].end };
            for (size_t i = best + 1; i + 1 < n; ++i) {
                symbols[i] = symbols[i + 1];
                pairs[i] = pairs[i + 1];
                merges[i] = merges[i + 1];
            }
            --n;
            if (best > 0)
                merges[best - 1] = find(symbols[best - 1], symbols[best], pairs[best - 1]);
            if (best + 1 < n)
                merges[best] = find(symbols[best], symbols[best + 1], pairs[best]);
        }
        symbols.resize(n);
        return;
    }

    struct Entry {
        Rank rank;
        uint32_t left, right;
        uint32_t begin, end; ///< as they were: an entry whose symbols have changed is stale
        int32_t id;
        bool operator<(const Entry& other) const { return rank != other.rank ? other.rank < rank : other.left < left; }
    };
    constexpr uint32_t kNone = UINT32_MAX;
    std::vector<uint32_t> previous(symbols.size()), next(symbols.size());
    std::vector<Entry> storage;
    storage.reserve(symbols.size());
    std::priority_queue<Entry> queue(std::less<Entry>(), std::move(storage));
    const auto propose = [&](uint32_t left, uint32_t right) {
        if (left != kNone && right != kNone && find(symbols[left], symbols[right], candidate))
            queue.push({ candidate.rank, left, right, symbols[left].begin, symbols[right].end, candidate.id });
    };
    for (uint32_t i = 0; i < symbols.size(); ++i) {
        previous[i] = i == 0 ? kNone : i - 1;
        next[i] = i + 1 < symbols.size() ? i + 1 : kNone;
    }
    for (uint32_t i = 0; i + 1 < symbols.size(); ++i)
        propose(i, i + 1);
    std::vector<bool> gone(symbols.size());
    while (!queue.empty()) {
        const Entry top = queue.top();
        queue.pop();
        if (gone[top.left] || gone[top.right] || next[top.left] != top.right || symbols[top.left].begin != top.begin
            || symbols[top.right].end != top.end)
            continue;
        symbols[top.left] = { top.id, top.begin, top.end };
        gone[top.right] = true;
        next[top.left] = next[top.right];
        if (next[top.left] != kNone)
            previous[next[top.left]] = top.left;
        propose(previous[top.left], top.left);
        propose(top.left, next[top.left]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < symbols.size(); ++i)
        if (!gone[i])
            symbols[kept++] = symbols[i];
    symbols.resize(kept);
}

} // namespace aha
