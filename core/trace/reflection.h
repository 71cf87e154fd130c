#pragma once
// Reflection words: R1's ten and their Chinese counterparts, from an editable lexicon.

#include "core/base/result.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

struct WordHit {
    size_t begin, end; ///< bytes of the text
    int word; ///< index into the lexicon
};

/// Lines of a text file: "word" or "word<TAB>language"; '#' starts a comment. Latin words match in any ASCII case where
/// the neighbours are not ASCII letters, digits or '_'. Han words match anywhere, longest first, without overlap.
class Lexicon {
public:
    struct Entry {
        std::string word, language;
    };
    /// Errors: lexicon_missing, lexicon_invalid (names the line).
    static Result<Lexicon> load(const std::filesystem::path& file);
    static Result<Lexicon> parse(std::string_view text);
    const std::vector<Entry>& entries() const { return m_entries; }
    /// Hits in order of position. Linear in the text for a lexicon of fixed size.
    std::vector<WordHit> find(std::string_view text) const;

private:
    std::vector<Entry> m_entries;
    std::array<std::vector<int>, 256> m_byFirst; ///< entries by their first byte in lower case: most bytes start none
};

} // namespace aha
