#pragma once
// Texts that end a completion, found by bytes across the borders of tokens.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// Watches one completion. Copyable; not thread-safe.
class StopStrings {
public:
    /// Empty texts never match.
    explicit StopStrings(std::vector<std::string> texts);

    /// Takes the next token's bytes: which text they complete, or -1. The one that ends first, among those the longest.
    /// A text may begin in one token and end in another, or lie inside one.
    int push(std::string_view bytes);

private:
    std::shared_ptr<const std::vector<std::string>> m_texts;
    size_t m_longest = 0;
    std::string m_tail; ///< as much of the past as a text may begin in
};

} // namespace aha
