#include "core/text/stop_strings.h"

#include <algorithm>

namespace aha {

StopStrings::StopStrings(std::vector<std::string> texts)
    : m_texts(std::make_shared<const std::vector<std::string>>(std::move(texts)))
{
    for (const std::string& text : *m_texts)
        m_longest = std::max(m_longest, text.size());
}

int StopStrings::push(std::string_view bytes)
{
    if (m_longest == 0)
        return -1;
    m_tail += bytes;
    int found = -1;
    size_t foundEnd = std::string::npos;
    for (size_t i = 0; i < m_texts->size(); ++i) {
        const std::string& text = (*m_texts)[i];
        if (text.empty())
            continue;
        const size_t at = m_tail.find(text);
        if (at == std::string::npos)
            continue;
        const size_t end = at + text.size();
        if (end < foundEnd || (end == foundEnd && text.size() > (*m_texts)[size_t(found)].size())) {
            found = int(i);
            foundEnd = end;
        }
    }
    if (m_tail.size() >= m_longest)
        m_tail.erase(0, m_tail.size() - (m_longest - 1));
    return found;
}

} // namespace aha
