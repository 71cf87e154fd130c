#pragma once
// Have these texts been seen? Words and word 8-grams, as open-r1's decontamination compares them.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace aha::data {

/// Lower-case words between white space (Unicode's). Beyond the reference, every Chinese or Japanese character is a
/// word of its own: without spaces a whole sentence would be one.
std::vector<std::string> normalisedWords(std::string_view text);

/// The words with one space between them.
std::string normalisedText(std::string_view text);

/// n-grams of evaluation texts. Building is not thread-safe, asking is.
class GramSet {
public:
    explicit GramSet(size_t n = 8)
        : m_n(n)
    {
    }
    void add(std::string_view text);
    /// Words of the first shared n-gram, "" if there is none.
    std::string firstShared(std::string_view text) const;
    size_t size() const { return m_grams.size(); }

private:
    size_t m_n;
    std::unordered_set<uint64_t> m_grams; ///< hashes; 10^8 questions to 10^6 grams: one false hit in 10^5 runs
};

} // namespace aha::data
