#pragma once
// Reflection words: R1's ten and their Chinese counterparts, from an editable lexicon.

#include "core/base/result.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// What a reflection word does in a line of thought. The ten words of DeepSeek-R1 (arXiv 2501.12948 v2, C.2) come
/// without classes; these are ours, after the behaviours of Gandhi et al. 2025 (arXiv 2503.01307).
enum class ReflectionKind {
    Hesitation, ///< wait
    Contrast, ///< but, however
    Mistake, ///< a mistake is named: error, wrong
    Check, ///< verify, check
    Restart, ///< retry
    Conclusion, ///< aha
    Unsorted, ///< the lexicon does not say
};
inline constexpr int kReflectionKinds = int(ReflectionKind::Unsorted) + 1;
/// As in a lexicon's third column: "hesitation", …; "" for Unsorted.
const char* reflectionKindName(ReflectionKind kind);

struct WordHit {
    size_t begin, end; ///< bytes of the text
    int word; ///< index into the lexicon
};

/// Lines of a text file: "word", "word<TAB>language" or "word<TAB>language<TAB>kind"; '#' starts a comment. Latin words match in any ASCII case where
/// the neighbours are not ASCII letters, digits or '_'. Han words match anywhere, longest first, without overlap.
class Lexicon {
public:
    struct Entry {
        std::string word, language;
        ReflectionKind kind = ReflectionKind::Unsorted;
        bool operator==(const Entry&) const = default;
    };
    /// Errors: lexicon_missing, lexicon_invalid (names the line).
    static Result<Lexicon> load(const std::filesystem::path& file);
    static Result<Lexicon> parse(std::string_view text);
    /// The good lines of a text, and an error of parse() for each of the others.
    static Lexicon readLines(std::string_view text, std::vector<Error>& bad);
    static constexpr size_t kMostWords = 2000; ///< that add() takes: each is looked for in every trace
    /// What keeps a word out of this lexicon: lexicon_invalid (empty, more than one word, '#', known already, too many).
    Result<void> add(Entry entry);
    std::string toText() const; ///< as parse() reads it
    const std::vector<Entry>& entries() const { return m_entries; }
    /// Hits in order of position. Linear in the text for a lexicon of fixed size.
    std::vector<WordHit> find(std::string_view text) const;

private:
    void append(Entry entry);
    std::vector<Entry> m_entries;
    std::array<std::vector<int>, 256> m_byFirst; ///< entries by their first byte in lower case: most bytes start none
};

} // namespace aha
