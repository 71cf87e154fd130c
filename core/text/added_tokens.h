#pragma once
// Tokens that stand outside the vocabulary's rules: found in the text as they are, before anything is split.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace aha {

struct AddedToken {
    int32_t id = -1;
    std::string content;
    bool special = false;
    bool singleWord = false; ///< only between characters that are no word characters
    bool leftStrip = false, rightStrip = false; ///< swallows white space beside it
    bool normalized = false; ///< looked for in the normalised text
};

/// Finds added tokens, leftmost and longest first. Immutable after building; thread-safe.
class AddedTokenFinder {
public:
    struct Entry {
        std::string pattern;
        AddedToken token;
    };
    AddedTokenFinder() = default;
    explicit AddedTokenFinder(std::vector<Entry> entries);

    bool empty() const { return m_entries.empty(); }

    struct Part {
        size_t begin, end;
        const AddedToken* token; ///< null = plain text
    };
    /// Parts that cover `text`. `parseSpecial` false: special tokens are plain text (and still hide what they cover).
    std::vector<Part> split(std::string_view text, bool parseSpecial) const;

private:
    size_t longestAt(std::string_view text, size_t at, int& entry) const;

    std::vector<Entry> m_entries;
    std::vector<int> m_entryOf; ///< by trie node; -1 = none ends here
    std::unordered_map<uint64_t, uint32_t> m_edges; ///< (node << 8 | byte) -> node
    std::vector<uint32_t> m_first = std::vector<uint32_t>(256); ///< the root's edges; 0 = none
};

} // namespace aha
