#include "widgets/models/sharedends.h"

#include <algorithm>

namespace aha {

void SharedEnds::add(std::string_view text)
{
    if (m_count++ == 0) {
        m_first = text;
        m_head = m_tail = m_shortest = text.size();
        return;
    }
    m_shortest = std::min(m_shortest, text.size());
    const auto alike
        = [](auto from, auto to, auto other) { return size_t(std::mismatch(from, to, other).first - from); };
    m_head = alike(m_first.begin(), m_first.begin() + long(std::min(m_head, text.size())), text.begin());
    m_tail = alike(m_first.rbegin(), m_first.rbegin() + long(std::min(m_tail, text.size())), text.rbegin());
}

std::pair<size_t, size_t> SharedEnds::ends() const
{
    if (m_count < 2)
        return { 0, 0 };
    const size_t space = m_head == 0 ? std::string::npos : m_first.rfind(' ', m_head - 1);
    const size_t head = space == std::string::npos ? 0 : space + 1;
    const size_t behind = m_tail == 0 ? std::string::npos : m_first.find(' ', m_first.size() - m_tail);
    const size_t tail = behind == std::string::npos ? 0 : m_first.size() - behind;
    return head + tail < m_shortest ? std::pair(head, tail) : std::pair<size_t, size_t>(0, 0);
}

std::string_view SharedEnds::differing(std::string_view text) const
{
    const auto [head, tail] = ends();
    text.remove_prefix(head);
    text.remove_suffix(tail);
    return text;
}

} // namespace aha
