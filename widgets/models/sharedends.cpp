#include "widgets/models/sharedends.h"

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

constexpr size_t kLongestWord = 12; // bytes: a language without spaces is cut within its sentence

/// Where to begin so that the word at `at` is whole, or the character where there are no words.
size_t beginOfWord(std::string_view text, size_t at)
{
    const size_t space = at == 0 ? std::string_view::npos : text.rfind(' ', at - 1);
    const size_t word = space == std::string_view::npos ? 0 : space + 1;
    if (at - word <= kLongestWord)
        return word;
    while (at > word && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return at;
}

template <class Iterator> size_t alike(Iterator from, Iterator to, Iterator other, Iterator otherEnd)
{
    return size_t(std::mismatch(from, to, other, otherEnd).first - from);
}

} // namespace

bool SharedEnds::add(std::string_view text)
{
    if (!m_texts.emplace(text).second)
        return false;
    const std::string_view first = *m_texts.begin();
    const size_t tail = m_texts.size() == 1 ? text.size() : m_tail;
    m_shortest = m_texts.size() == 1 ? text.size() : std::min(m_shortest, text.size());
    // Those before all end with the last m_tail bytes of any of them.
    const std::string_view one
        = first == text && m_texts.size() > 1 ? std::string_view(*std::next(m_texts.begin())) : first;
    m_tail = std::min(tail, alike(one.rbegin(), one.rend(), text.rbegin(), text.rend()));
    return true;
}

std::pair<size_t, size_t> SharedEnds::ends() const
{
    if (m_texts.size() < 2)
        return { 0, 0 };
    const std::string_view first = *m_texts.begin();
    const size_t head = beginOfWord(first, sharedWith({}));
    const size_t behind = m_tail == 0 ? std::string_view::npos : first.find(' ', first.size() - m_tail);
    const size_t tail = behind == std::string_view::npos ? 0 : first.size() - behind;
    return head + tail < m_shortest ? std::pair(head, tail) : std::pair<size_t, size_t>(0, 0);
}

/// In order, the first and the last of them differ soonest.
size_t SharedEnds::sharedWith(std::string_view beginning) const
{
    std::string behind(beginning);
    while (!behind.empty() && static_cast<unsigned char>(behind.back()) == 0xFF)
        behind.pop_back();
    if (!behind.empty())
        behind.back() = char(static_cast<unsigned char>(behind.back()) + 1);
    const auto begin = m_texts.lower_bound(beginning);
    const auto end = behind.empty() ? m_texts.end() : m_texts.lower_bound(behind);
    if (begin == end)
        return 0;
    const std::string_view first = *begin, last = *std::prev(end);
    return alike(first.begin(), first.end(), last.begin(), last.end());
}

std::string_view SharedEnds::differing(std::string_view text) const
{
    auto [from, tail] = ends();
    for (size_t seen = from + kSeen; seen < text.size(); seen = from + kSeen) {
        const size_t shared = sharedWith(text.substr(0, seen));
        const size_t next = shared >= text.size() ? from : beginOfWord(text, shared); // alone, or others go on after it
        if (next <= from)
            break;
        from = next;
    }
    text.remove_prefix(from);
    return text.substr(0, text.size() - (tail < text.size() ? tail : 0));
}

} // namespace aha
