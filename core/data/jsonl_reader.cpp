// JSON Lines: a row per line. Lines end with LF or CRLF and with nothing else (U+2028 is an ordinary character); blank
// lines are no rows; the last line needs no end.

#include "core/data/text_reader.h"

#include <algorithm>
#include <cstring>

namespace aha::data {

namespace {

class JsonlReader final : public TextReader {
public:
    JsonlReader(std::unique_ptr<ByteSource> source, const ReadOptions& options)
        : TextReader(std::move(source), options)
    {
    }

    Result<Step> next() override
    {
        while (true) {
            size_t searched = 0;
            const char* end = nullptr;
            bool tooLong = false, atEnd = false;
            uint64_t length = 0; // of a line that is too long to be kept
            while (true) {
                const std::string_view text = unread();
                end = static_cast<const char*>(std::memchr(text.data() + searched, '\n', text.size() - searched));
                if (end)
                    break;
                searched = text.size();
                if (tooLong || searched > m_options.maxRowBytes) {
                    tooLong = true;
                    length += searched;
                    consume(searched);
                    searched = 0;
                }
                const auto grown = more();
                if (!grown)
                    return grown.error();
                if (!*grown) {
                    atEnd = true;
                    break;
                }
            }
            const std::string_view text = unread();
            const size_t size = end ? size_t(end - text.data()) : text.size();
            if (atEnd && size == 0 && !tooLong)
                return Step::End;
            const uint64_t line = m_line;
            consume(size + (end ? 1 : 0));
            ++m_line;
            length += size;
            if (tooLong || size > m_options.maxRowBytes) {
                ++m_rows;
                return reject(line, "row_too_long",
                    "the line has " + std::to_string(length) + " bytes, more than the "
                        + std::to_string(m_options.maxRowBytes) + " that a row may have.",
                    "Is this one JSON document without line ends? Then name it .json. Otherwise leave bad rows out.");
            }
            const std::string_view row = text.substr(0, size);
            if (std::all_of(row.begin(), row.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; }))
                continue;
            return take(row, line);
        }
    }
};

} // namespace

Result<std::unique_ptr<RowReader>> openJsonl(std::unique_ptr<ByteSource> source, const ReadOptions& options)
{
    return std::unique_ptr<RowReader>(new JsonlReader(std::move(source), options));
}

} // namespace aha::data
