// CSV by RFC 4180: quotes hold delimiters, line ends and doubled quotes; the first record names the columns. Lines may
// end with LF, CRLF or CR. Every value is text as it stands (an empty field is ""): "007" stays "007".

#include "core/data/text_reader.h"

#include <algorithm>

namespace aha::data {

namespace {

class CsvReader final : public TextReader {
public:
    CsvReader(std::unique_ptr<ByteSource> source, const ReadOptions& options, char delimiter)
        : TextReader(std::move(source), options)
        , m_delimiter(delimiter)
    {
    }

    Result<void> readHeader()
    {
        const auto found = record();
        if (!found)
            return found.error();
        const std::string file = m_source->path().string();
        if (!*found)
            return Error { "csv_header", file + " is empty.", "The first line must name the columns." };
        if (!m_fault.empty())
            return Error { "csv_header", file + ", line 1: " + m_fault, "Mend the header." };
        for (size_t i = 0; i < m_fieldEnds.size(); ++i) {
            std::string name(field(i));
            if (firstInvalidUtf8(name) != std::string_view::npos)
                return Error { "csv_header", file + ": the name of column " + std::to_string(i + 1) + " is not UTF-8.",
                    "Save the file as UTF-8." };
            if (name.empty())
                name = "column_" + std::to_string(i + 1); // pandas writes its index without a name
            if (std::find(m_names.begin(), m_names.end(), name) != m_names.end())
                return Error { "csv_header", file + " names two columns \"" + name + "\".", "Rename one of them." };
            m_names.push_back(name);
            std::string key = i == 0 ? "{" : ",";
            appendJsonString(key, name);
            m_prefixes.push_back(key + ":");
        }
        return {};
    }

    Result<Step> next() override
    {
        while (true) {
            const uint64_t line = m_line;
            const auto found = record();
            if (!found)
                return found.error();
            if (!*found)
                return Step::End;
            if (m_fault.empty() && m_fieldEnds.size() == 1 && field(0).empty() && !m_quoted)
                continue; // a blank line, as pandas does it
            ++m_rows;
            if (!m_fault.empty())
                return reject(line, m_faultCode, m_fault, "Mend the row, or leave bad rows out.");
            if (m_fieldEnds.size() != m_names.size())
                return reject(line, "row_fields",
                    "the row has " + std::to_string(m_fieldEnds.size()) + " fields, the header "
                        + std::to_string(m_names.size()) + ".",
                    "Put values that hold the delimiter or line ends into double quotes, or leave bad rows out.");
            m_json.clear();
            for (size_t i = 0; i < m_names.size(); ++i) {
                const size_t at = firstInvalidUtf8(field(i));
                if (at != std::string_view::npos)
                    return reject(line, "row_encoding", "the value of \"" + m_names[i] + "\" is not UTF-8.",
                        "Save the file as UTF-8, or leave bad rows out.");
                m_json += m_prefixes[i];
                appendJsonString(m_json, field(i));
            }
            m_json += '}';
            --m_rows; // take() counts it
            return take(m_json, line);
        }
    }

private:
    std::string_view field(size_t i) const
    {
        const size_t begin = i == 0 ? 0 : m_fieldEnds[i - 1];
        return std::string_view(m_fields).substr(begin, m_fieldEnds[i] - begin);
    }

    /// Reads one record into m_fields / m_fieldEnds; m_fault says what is wrong with it. False at the end of the file.
    Result<bool> record()
    {
        enum class At { Start, Bare, Quoted, AfterQuote } state = At::Start;
        m_fields.clear();
        m_fieldEnds.clear();
        m_fault.clear();
        m_quoted = false;
        bool any = false, done = false;
        const auto fault = [&](const char* code, std::string text) {
            if (m_fault.empty()) {
                m_faultCode = code;
                m_fault = std::move(text);
            }
        };
        uint64_t bytes = 0;
        while (!done) {
            if (unread().empty()) {
                const auto grown = more();
                if (!grown)
                    return grown.error();
                if (!*grown)
                    break;
                continue;
            }
            const std::string_view text = unread();
            size_t i = 0;
            for (; i < text.size() && !done; ++i) {
                const char c = text[i];
                any = true;
                if (m_skipLineFeed) {
                    m_skipLineFeed = false;
                    if (c == '\n') {
                        any = i > 0 || bytes > 0;
                        continue;
                    }
                }
                if (++bytes > m_options.maxRowBytes) {
                    fault("row_too_long",
                        "the row has more than the " + std::to_string(m_options.maxRowBytes)
                            + " bytes that a row may have.");
                    m_fields.clear();
                    m_fieldEnds.clear();
                }
                const bool keep = m_fault.empty();
                if (state == At::Quoted) {
                    if (c == '"')
                        state = At::AfterQuote;
                    else {
                        if (c == '\n')
                            ++m_line;
                        if (keep)
                            m_fields += c;
                    }
                } else if (c == '"' && state == At::Start) {
                    state = At::Quoted;
                    m_quoted = true;
                } else if (c == '"' && state == At::AfterQuote) {
                    state = At::Quoted;
                    if (keep)
                        m_fields += c;
                } else if (c == m_delimiter) {
                    state = At::Start;
                    if (keep)
                        m_fieldEnds.push_back(m_fields.size());
                } else if (c == '\n' || c == '\r') {
                    done = true;
                    m_skipLineFeed = c == '\r';
                    ++m_line;
                } else if (state == At::AfterQuote) {
                    fault("row_quotes", "there is text behind a closing double quote.");
                } else {
                    state = At::Bare;
                    if (keep)
                        m_fields += c;
                }
            }
            consume(i);
        }
        if (!any)
            return false;
        if (state == At::Quoted)
            fault("row_quotes", "a double quote is opened and not closed before the end of the file.");
        m_fieldEnds.push_back(m_fields.size());
        return true;
    }

    char m_delimiter;
    bool m_quoted = false, m_skipLineFeed = false;
    std::vector<std::string> m_names, m_prefixes;
    std::string m_fields, m_json, m_fault, m_faultCode;
    std::vector<size_t> m_fieldEnds;
};

} // namespace

Result<std::unique_ptr<RowReader>> openCsv(std::unique_ptr<ByteSource> source, const ReadOptions& options)
{
    const char delimiter = options.delimiter                                   ? options.delimiter
        : source->path().filename().string().find(".tsv") != std::string::npos ? '\t'
                                                                               : ',';
    auto reader = std::make_unique<CsvReader>(std::move(source), options, delimiter);
    if (auto header = reader->readHeader(); !header)
        return header.error();
    return std::unique_ptr<RowReader>(std::move(reader));
}

} // namespace aha::data
