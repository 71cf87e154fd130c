// JSON: an array of rows, element by element without ever holding the array. A file that starts with '{' instead is
// read as values one after another: JSON Lines under the wrong name, pretty-printed rows, or a single row.

#include "core/data/text_reader.h"

namespace aha::data {

namespace {

class JsonReader final : public TextReader {
public:
    JsonReader(std::unique_ptr<ByteSource> source, const ReadOptions& options)
        : TextReader(std::move(source), options)
    {
    }

    Result<Step> next() override
    {
        if (m_ended)
            return Step::End;
        auto c = peek();
        if (!c)
            return c.error();
        if (!m_begun) {
            m_begun = true;
            if (*c == '[') {
                m_inArray = true;
                consume(1);
                if (c = peek(); !c)
                    return c.error();
                if (*c == ']')
                    return close();
            }
        } else if (m_inArray) {
            if (*c == ']')
                return close();
            if (*c != ',')
                return broken(
                    *c == kEnd ? "the file ends inside the array" : "',' or ']' should stand between two rows");
            consume(1);
            if (c = peek(); !c)
                return c.error();
        } else if (*c == ',') {
            return broken("two values are separated by ',' but no array is open");
        }
        if (*c == kEnd) {
            if (m_inArray)
                return broken("the file ends inside the array");
            m_ended = true;
            return Step::End;
        }
        if (*c == ',' || *c == ']' || *c == '}')
            return broken("a row should stand here");
        return element();
    }

private:
    static constexpr int kEnd = -1;

    /// The next character that is not white space, unconsumed.
    Result<int> peek()
    {
        while (true) {
            const std::string_view text = unread();
            for (size_t i = 0; i < text.size(); ++i) {
                if (text[i] == '\n')
                    ++m_line;
                else if (text[i] != ' ' && text[i] != '\r' && text[i] != '\t') {
                    consume(i);
                    return int(static_cast<unsigned char>(text[i]));
                }
            }
            consume(text.size());
            const auto grown = more();
            if (!grown)
                return grown.error();
            if (!*grown)
                return kEnd;
        }
    }

    /// One value. Its end is found by brackets and quotes alone; whether it is JSON is then checked as for any row.
    Result<Step> element()
    {
        const uint64_t line = m_line;
        size_t at = 0;
        uint64_t dropped = 0;
        int64_t depth = 0;
        bool inString = false, escaped = false, done = false;
        while (!done) {
            const std::string_view text = unread();
            for (; at < text.size() && !done; ++at) {
                const char c = text[at];
                if (c == '\n')
                    ++m_line;
                if (inString) {
                    if (escaped)
                        escaped = false;
                    else if (c == '\\')
                        escaped = true;
                    else if (c == '"') {
                        inString = false;
                        done = depth == 0;
                    }
                } else if (c == '"') {
                    inString = true;
                } else if (c == '{' || c == '[') {
                    ++depth;
                } else if (c == '}' || c == ']') {
                    if (depth == 0) // the end of the array, behind a number or word
                        break;
                    done = --depth == 0;
                } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
                    if (c == '\n')
                        --m_line; // peek() will count it
                    break;
                }
            }
            if (done || at < text.size())
                break;
            if (dropped > 0 || at > m_options.maxRowBytes) {
                dropped += at;
                consume(at);
                at = 0;
            }
            const auto grown = more();
            if (!grown)
                return grown.error();
            if (!*grown) {
                if (depth > 0 || inString)
                    return broken("the file ends inside the row that begins in line " + std::to_string(line));
                break;
            }
        }
        const std::string_view text = unread().substr(0, at);
        consume(at);
        if (dropped > 0 || at > m_options.maxRowBytes) {
            ++m_rows;
            return reject(line, "row_too_long",
                "the row has " + std::to_string(dropped + at) + " bytes, more than the "
                    + std::to_string(m_options.maxRowBytes) + " that a row may have.",
                "Is this an object of columns instead of an array of rows? Otherwise leave bad rows out.");
        }
        return take(text, line);
    }

    Result<Step> close()
    {
        consume(1);
        m_ended = true;
        const auto c = peek();
        if (!c)
            return c.error();
        if (*c != kEnd)
            return broken("there is more text after the end of the array");
        return Step::End;
    }

    /// Between rows nothing tells where the next one would begin: the file ends here.
    Error broken(const std::string& what)
    {
        m_ended = true;
        return { "json_broken",
            m_source->path().string() + ", line " + std::to_string(m_line) + " (after row " + std::to_string(m_rows)
                + "): " + what + ".",
            "Is the file complete? Fetch or write it again." };
    }

    bool m_begun = false, m_inArray = false, m_ended = false;
};

} // namespace

Result<std::unique_ptr<RowReader>> openJson(std::unique_ptr<ByteSource> source, const ReadOptions& options)
{
    return std::unique_ptr<RowReader>(new JsonReader(std::move(source), options));
}

} // namespace aha::data
