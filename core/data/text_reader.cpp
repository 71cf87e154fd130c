#include "core/data/text_reader.h"

#include <algorithm>
#include <cstring>

namespace aha::data {

TextReader::TextReader(std::unique_ptr<ByteSource> source, const ReadOptions& options)
    : m_source(std::move(source))
    , m_options(options)
{
}

Result<bool> TextReader::more()
{
    if (m_at > 0) {
        std::memmove(m_buffer.data(), m_buffer.data() + m_at, m_end - m_at);
        m_end -= m_at;
        m_at = 0;
    }
    // A long row grows the buffer by half, a short one leaves it alone.
    const size_t chunk = std::max<size_t>(m_options.chunkBytes, 16); // a byte order mark must fit
    if (m_buffer.size() < m_end + chunk)
        m_buffer.resize(std::max(m_end + chunk, m_buffer.size() + m_buffer.size() / 2));
    const auto got = m_source->read(m_buffer.data() + m_end, m_buffer.size() - m_end);
    if (!got)
        return got.error();
    m_end += *got;
    if (!m_started && *got > 0) {
        // The mark may come in pieces from an unpacker: wait for all of it.
        while (m_end < 3) {
            const auto rest = m_source->read(m_buffer.data() + m_end, m_buffer.size() - m_end);
            if (!rest)
                return rest.error();
            if (*rest == 0)
                break;
            m_end += *rest;
        }
        m_started = true;
        if (m_end >= 3 && std::memcmp(m_buffer.data(), "\xEF\xBB\xBF", 3) == 0)
            m_at = 3;
    }
    return *got > 0;
}

RowReader::Step TextReader::reject(uint64_t line, std::string code, std::string message, std::string hint)
{
    m_bad = { m_source->path().string(), m_rows, line, 1, std::move(code), std::move(message), std::move(hint) };
    return Step::Bad;
}

RowReader::Step TextReader::take(std::string_view text, uint64_t line)
{
    ++m_rows;
    const JsonCheck::Verdict verdict = m_check.check(text);
    if (!verdict.ok) {
        const std::string code = verdict.code;
        std::string hint = "Mend the row, or leave bad rows out.";
        if (code == "row_encoding")
            hint = "Save the file as UTF-8, or leave bad rows out.";
        else if (verdict.message.find("NaN") != std::string::npos)
            hint = "Write null instead, or leave bad rows out.";
        const std::string at
            = code == "row_encoding" ? "" : " (at byte " + std::to_string(verdict.offset + 1) + " of the row)";
        return reject(line, code, verdict.message + at + ".", hint);
    }
    if (!m_check.isObject())
        return reject(line, "row_not_object", "the row is not an object with named columns.",
            "Every row must be {\"column\": value, …}; mend it, or leave bad rows out.");
    m_row = text;
    return Step::Row;
}

} // namespace aha::data
