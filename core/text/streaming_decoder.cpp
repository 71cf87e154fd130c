#include "core/text/streaming_decoder.h"

#include "core/text/token_decoder.h"

#include <algorithm>
#include <utility>

namespace aha {

const std::string& StreamingDecoder::push(int32_t id)
{
    std::string bytes = m_tokenizer->tokenBytes(id);
    const LeadingSpaces leading = m_tokenizer->leadingSpaces();
    const bool first = std::exchange(m_first, false);
    if (leading == LeadingSpaces::DropFromFirst && first)
        bytes.erase(std::remove(bytes.begin(), bytes.end(), ' '), bytes.end());
    if (leading == LeadingSpaces::DropOne || leading == LeadingSpaces::DropAll) {
        size_t dropped = 0;
        while (!m_begun && dropped < bytes.size()) {
            m_begun = bytes[dropped] != ' ' || leading == LeadingSpaces::DropOne;
            dropped += bytes[dropped] == ' ';
        }
        bytes.erase(0, dropped);
    }
    m_waiting += bytes;
    const size_t complete = completeUtf8(m_waiting);
    std::vector<int32_t> none;
    m_text += replaceInvalid(std::string_view(m_waiting).substr(0, complete), none);
    m_waiting.erase(0, complete);
    return m_text;
}

const std::string& StreamingDecoder::finish()
{
    std::vector<int32_t> none;
    m_text += replaceInvalid(m_waiting, none);
    m_waiting.clear();
    return m_text;
}

} // namespace aha
