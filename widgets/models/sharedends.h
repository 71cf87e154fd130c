#pragma once
// What the texts of a list begin and end with alike: a column has no room for what does not tell its rows apart.

#include <string>
#include <string_view>
#include <utility>

namespace aha {

class SharedEnds {
public:
    /// One more text of the list.
    void add(std::string_view text);
    /// Of a text of the list, what is not in all of them, cut at spaces. All of it where that would leave a text of the
    /// list without words: one alone, or all alike.
    std::string_view differing(std::string_view text) const;
    /// Bytes at both ends that differing() leaves out.
    std::pair<size_t, size_t> ends() const;

private:
    std::string m_first; ///< of the texts: all begin and end like it, so far
    size_t m_count = 0, m_head = 0, m_tail = 0, m_shortest = 0;
};

} // namespace aha
