#pragma once
// What the texts of a list begin and end with alike: a column has no room for what does not tell its rows apart.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace aha {

class SharedEnds {
public:
    static constexpr size_t kSeen = 20; ///< bytes of a text that a narrow column shows at least

    /// One more text of the list. False: it was in it already, and differing() stays the same for all.
    bool add(std::string_view text);
    /// Of a text of the list, what tells it from the others. First, what all have at both ends is left out, cut at
    /// spaces, unless that would leave one without words: one alone, or all alike. Then, as long as others that are not
    /// the same go on alike for kSeen bytes, what these share is left out, too: a list of several kinds of problems has
    /// a beginning for each.
    std::string_view differing(std::string_view text) const;

private:
    std::pair<size_t, size_t> ends() const; ///< bytes at both ends that all share
    size_t sharedWith(std::string_view beginning) const; ///< bytes that all texts with this beginning begin with

    std::set<std::string, std::less<>> m_texts;
    size_t m_tail = 0, m_shortest = 0; ///< bytes
};

} // namespace aha
