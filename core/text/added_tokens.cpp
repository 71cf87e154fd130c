#include "core/text/added_tokens.h"

#include "core/base/utf8.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace aha {

namespace {

CodePoint before(std::string_view text, size_t at)
{
    size_t from = at - 1;
    while (from > 0 && (uint8_t(text[from]) & 0xC0) == 0x80)
        --from;
    return decodeUtf8(text, from);
}

/// `\w` of UTS #18, which the reference uses here.
bool isWord(char32_t c)
{
    const UChar32 u = UChar32(c);
    return u_isUAlphabetic(u) || (U_MASK(u_charType(u)) & (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK))
        || u_hasBinaryProperty(u, UCHAR_JOIN_CONTROL);
}

bool isSpace(char32_t c) { return u_isUWhiteSpace(UChar32(c)); }

} // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<Entry> entries)
    : m_entries(std::move(entries))
    , m_entryOf { -1 }
{
    for (size_t e = 0; e < m_entries.size(); ++e) {
        uint32_t node = 0;
        for (const char c : m_entries[e].pattern) {
            uint32_t& edge = node == 0 ? m_first[uint8_t(c)] : m_edges[uint64_t(node) << 8 | uint8_t(c)];
            if (edge == 0) {
                edge = uint32_t(m_entryOf.size());
                m_entryOf.push_back(-1);
            }
            node = edge;
        }
        if (node != 0)
            m_entryOf[node] = int(e);
    }
}

size_t AddedTokenFinder::longestAt(std::string_view text, size_t at, int& entry) const
{
    uint32_t node = m_first[uint8_t(text[at])];
    size_t longest = 0;
    for (size_t i = at; node != 0;) {
        if (m_entryOf[node] >= 0) {
            entry = m_entryOf[node];
            longest = i + 1 - at;
        }
        if (++i >= text.size())
            break;
        const auto edge = m_edges.find(uint64_t(node) << 8 | uint8_t(text[i]));
        if (edge == m_edges.end())
            break;
        node = edge->second;
    }
    return longest;
}

std::vector<AddedTokenFinder::Part> AddedTokenFinder::split(std::string_view text, bool parseSpecial) const
{
    std::vector<Part> parts;
    size_t plain = 0;
    for (size_t at = 0; at < text.size() && !m_entries.empty();) {
        int entry = -1;
        const size_t length = m_first[uint8_t(text[at])] == 0 ? 0 : longestAt(text, at, entry);
        if (length == 0) {
            ++at;
            continue;
        }
        size_t begin = at, end = at + length;
        at = end;
        const AddedToken& token = m_entries[size_t(entry)].token;
        if (token.special && !parseSpecial)
            continue;
        if (token.singleWord
            && ((begin > 0 && isWord(before(text, begin).value))
                || (end < text.size() && isWord(decodeUtf8(text, end).value))))
            continue;
        if (token.leftStrip) {
            begin = std::clamp(plain, begin, end); // spaces that an earlier token swallowed stay there
            while (begin > plain) {
                const CodePoint point = before(text, begin);
                if (!isSpace(point.value))
                    break;
                begin -= point.bytes;
            }
        }
        if (token.rightStrip)
            while (end < text.size()) {
                const CodePoint point = decodeUtf8(text, end);
                if (!isSpace(point.value))
                    break;
                end += point.bytes;
            }
        if (plain < begin)
            parts.push_back({ plain, begin, nullptr });
        parts.push_back({ begin, end, &token });
        plain = end;
    }
    if (plain != text.size())
        parts.push_back({ plain, text.size(), nullptr });
    return parts;
}

} // namespace aha
