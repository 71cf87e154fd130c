#pragma once
// Text on its way through a tokenizer, and where each of its bytes came from.

#include "core/base/utf8.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aha {

/// [begin, end) in code points of the text that was given to the tokenizer.
using TextSpan = std::pair<int32_t, int32_t>;

/// A part of the text or of its normal form, valid UTF-8. `origin` has one span a byte; null when nobody asks for
/// offsets. Points into the caller's text or into a TextBuffers, which outlive it.
struct TextSlice {
    std::string_view text;
    const TextSpan* origin = nullptr;

    TextSlice part(size_t begin, size_t end) const
    {
        return { text.substr(begin, end - begin), origin ? origin + begin : nullptr };
    }
};

/// Texts that a step made new; they live as long as one call of encode.
class TextBuffers {
public:
    struct Buffer {
        std::string text;
        std::vector<TextSpan> origin;
    };
    Buffer& make() { return m_buffers.emplace_back(); }

private:
    std::deque<Buffer> m_buffers; // a deque does not move what it holds
};

/// Writes the changed form of a slice into a buffer, carrying the spans along.
class TextRewriter {
public:
    TextRewriter(TextSlice from, TextBuffers& buffers)
        : m_from(from)
        , m_out(buffers.make())
    {
        m_out.text.reserve(from.text.size() + from.text.size() / 8 + 8);
    }

    void keep(size_t begin, size_t end)
    {
        m_out.text.append(m_from.text.substr(begin, end - begin));
        if (m_from.origin)
            m_out.origin.insert(m_out.origin.end(), m_from.origin + begin, m_from.origin + end);
    }
    /// `text` with the span of the byte at `like`; a place outside the slice means the empty span at the beginning.
    void insert(std::string_view text, size_t like)
    {
        m_out.text.append(text);
        if (m_from.origin)
            m_out.origin.insert(
                m_out.origin.end(), text.size(), like < m_from.text.size() ? m_from.origin[like] : TextSpan());
    }
    TextSlice done() const { return { m_out.text, m_from.origin ? m_out.origin.data() : nullptr }; }

private:
    TextSlice m_from;
    TextBuffers::Buffer& m_out;
};

} // namespace aha
