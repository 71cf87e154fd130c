// jinja2's lexer (lexer.py of 3.1.6) as a hand-written scanner: default delimiters, trim_blocks, lstrip_blocks, no line
// statements. One newline at the very end of the template is dropped; "\r\n" and "\r" are "\n".

#include "core/base/ascii.h"
#include "core/base/utf8.h"
#include "core/template/jinja_strings.h"
#include "core/template/jinja_token.h"

#include <charconv>

namespace aha::jinja {

namespace {

std::string withUnixNewlines(std::string_view source)
{
    std::string out;
    out.reserve(source.size());
    for (size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            out += '\n';
            if (i + 1 < source.size() && source[i + 1] == '\n')
                ++i;
        } else {
            out += source[i];
        }
    }
    return out;
}

class Lexer {
public:
    explicit Lexer(std::string source)
        : m_source(std::move(source))
    {
    }

    std::vector<Token> run()
    {
        while (m_at < m_source.size())
            text();
        push(TokenType::End, "");
        return std::move(m_tokens);
    }

private:
    char peek(size_t ahead = 0) const { return m_at + ahead < m_source.size() ? m_source[m_at + ahead] : '\0'; }
    bool startsWith(std::string_view what) const { return m_source.compare(m_at, what.size(), what) == 0; }

    Position position(size_t offset)
    {
        for (; m_countedTo < offset; ++m_countedTo)
            if (m_source[m_countedTo] == '\n') {
                ++m_line;
                m_lineStart = m_countedTo + 1;
            }
        return { m_line, int(offset - m_lineStart) + 1 };
    }
    void push(TokenType type, std::string text, Value number = {})
    {
        m_tokens.push_back({ type, std::move(text), std::move(number), position(m_at) });
    }
    [[noreturn]] void problem(std::string what) { fail(kSyntax, std::move(what), position(m_at)); }

    size_t skipSpace(size_t at) const
    {
        while (at < m_source.size()) {
            const CodePoint c = decodeUtf8(m_source, at);
            if (!isPythonSpace(c.value))
                break;
            at += c.bytes;
        }
        return at;
    }
    /// Moves behind a tag's end; what was eaten decides whether a line starts here.
    void leave(size_t to)
    {
        m_lineStarts = to > 0 && m_source[to - 1] == '\n';
        m_at = to;
    }
    size_t afterOneNewline(size_t at) const { return at < m_source.size() && m_source[at] == '\n' ? at + 1 : at; }

    /// Data up to the next tag, then the tag.
    void text()
    {
        size_t open = m_at;
        while ((open = m_source.find('{', open)) != std::string::npos) {
            const char next = open + 1 < m_source.size() ? m_source[open + 1] : '\0';
            if (next == '%' || next == '#' || next == '{')
                break;
            ++open;
        }
        if (open == std::string::npos) {
            data(m_source.substr(m_at));
            m_at = m_source.size();
            return;
        }
        std::string before = m_source.substr(m_at, open - m_at);
        const char kind = m_source[open + 1];
        const char sign = open + 2 < m_source.size() ? m_source[open + 2] : '\0';
        const bool hasSign = sign == '-' || sign == '+';
        trimBefore(before, sign, kind == '{');
        data(std::move(before));
        m_at = open;
        if (kind == '%' && raw(open + 2 + hasSign))
            return;
        if (kind == '#') {
            comment(open + 2 + hasSign);
        } else {
            push(kind == '%' ? TokenType::BlockBegin : TokenType::VariableBegin, "");
            m_at = open + 2 + hasSign;
            inside(kind == '%');
        }
    }
    void trimBefore(std::string& before, char sign, bool variable) const
    {
        if (sign == '-') {
            before.resize(strip(before, nullptr, false, true).size());
        } else if (sign != '+' && !variable) {
            const size_t newline = before.rfind('\n');
            const size_t line = newline == std::string::npos ? 0 : newline + 1;
            if ((line > 0 || m_lineStarts) && strip(std::string_view(before).substr(line), nullptr, true, true).empty())
                before.resize(line);
        }
    }
    void data(std::string text)
    {
        if (!text.empty())
            push(TokenType::Data, std::move(text));
    }

    void comment(size_t from)
    {
        const size_t end = from < m_source.size() ? m_source.find("#}", from) : from - 2; // jinja2 lets the last one be
        if (end == std::string::npos)
            problem("a comment {# is never closed");
        const char sign = end > from ? m_source[end - 1] : '\0';
        if (sign == '-')
            leave(skipSpace(end + 2));
        else
            leave(sign == '+' ? end + 2 : afterOneNewline(end + 2));
    }

    /// {% raw %} … {% endraw %}; false when this tag is another.
    bool raw(size_t from)
    {
        size_t at = skipSpace(from);
        if (m_source.compare(at, 3, "raw") != 0)
            return false;
        at = skipSpace(at + 3);
        if (m_source.compare(at, 3, "-%}") == 0)
            at = skipSpace(at + 3);
        else if (m_source.compare(at, 2, "%}") == 0)
            at += 2;
        else
            return false;
        m_lineStarts = m_source[at - 1] == '\n';
        for (size_t open = at; (open = m_source.find("{%", open)) != std::string::npos; ++open) {
            const char sign = open + 2 < m_source.size() ? m_source[open + 2] : '\0';
            size_t end = skipSpace(open + 2 + (sign == '-' || sign == '+'));
            if (m_source.compare(end, 6, "endraw") != 0)
                continue;
            end = skipSpace(end + 6);
            size_t next;
            if (m_source.compare(end, 3, "-%}") == 0)
                next = skipSpace(end + 3);
            else if (m_source.compare(end, 3, "+%}") == 0)
                next = end + 3;
            else if (m_source.compare(end, 2, "%}") == 0)
                next = afterOneNewline(end + 2);
            else
                continue;
            std::string body = m_source.substr(at, open - at);
            trimBefore(body, sign, false);
            data(std::move(body));
            leave(next);
            return true;
        }
        if (at < m_source.size()) // jinja2 lets one at the very end be
            problem("{% raw %} is never closed by {% endraw %}");
        m_at = at;
        return true;
    }

    void inside(bool block)
    {
        std::string brackets; // the closing ones that are due
        for (;;) {
            if (m_at >= m_source.size())
                problem(block ? "a tag {% is never closed" : "an expression {{ is never closed");
            if (brackets.empty() && end(block))
                return;
            const CodePoint c = decodeUtf8(m_source, m_at);
            if (isPythonSpace(c.value))
                m_at += c.bytes;
            else if (isDigit(peek()))
                number();
            else if (peek() == '\'' || peek() == '"')
                string();
            else if (!name(c))
                operation(brackets);
        }
    }
    bool end(bool block)
    {
        const std::string_view close = block ? "%}" : "}}";
        const TokenType type = block ? TokenType::BlockEnd : TokenType::VariableEnd;
        if (startsWith(close)) {
            push(type, "");
            leave(block ? afterOneNewline(m_at + 2) : m_at + 2);
        } else if (peek() == '-' && m_source.compare(m_at + 1, 2, close) == 0) {
            push(type, "");
            leave(skipSpace(m_at + 3));
        } else if (block && peek() == '+' && m_source.compare(m_at + 1, 2, close) == 0) {
            push(type, "");
            leave(m_at + 3);
        } else {
            return false;
        }
        return true;
    }

    /// End of digits with single underscores between them, or `at` when there are none.
    size_t digits(size_t at) const
    {
        size_t last = at;
        while (at < m_source.size() && isDigit(m_source[at])) {
            last = ++at;
            if (at + 1 < m_source.size() && m_source[at] == '_' && isDigit(m_source[at + 1]))
                ++at;
        }
        return last;
    }
    void number()
    {
        const size_t whole = digits(m_at);
        size_t end = whole;
        if (m_at == 0 || m_source[m_at - 1] != '.') {
            const size_t fraction = end < m_source.size() && m_source[end] == '.' ? digits(end + 1) : 0;
            if (fraction > end + 1)
                end = fraction;
            if (end < m_source.size() && (m_source[end] == 'e' || m_source[end] == 'E')) {
                size_t from = end + 1;
                if (from < m_source.size() && (m_source[from] == '+' || m_source[from] == '-'))
                    ++from;
                if (const size_t exponent = digits(from); exponent > from)
                    end = exponent;
            }
        }
        if (end > whole)
            numberToken(TokenType::Float, end, 10);
        else if (peek() != '0')
            numberToken(TokenType::Integer, whole, 10);
        else
            zeroNumber();
    }
    /// 0, 00, 0x…, 0o…, 0b….
    void zeroNumber()
    {
        const char kind = char(peek(1) | 0x20);
        const int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;
        const auto fits = [base](char c) {
            const int digit = isDigit(c)                 ? c - '0'
                : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                         : 99;
            return base == 10 ? c == '0' : digit < base;
        };
        size_t end = base == 10 ? m_at + 1 : m_at + 2;
        for (;;) {
            const bool underscore = end < m_source.size() && m_source[end] == '_';
            if (end + underscore >= m_source.size() || !fits(m_source[end + underscore]))
                break;
            end += 1 + underscore;
        }
        if (base != 10 && end == m_at + 2)
            numberToken(TokenType::Integer, m_at + 1, 10);
        else
            numberToken(TokenType::Integer, end, base);
    }
    void numberToken(TokenType type, size_t end, int base)
    {
        std::string text;
        for (size_t i = m_at + (base == 10 ? 0 : 2); i < end; ++i)
            if (m_source[i] != '_')
                text += m_source[i];
        Value value;
        if (type == TokenType::Float) {
            double number = 0;
            const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
            if (read.ec != std::errc())
                fail(kUnsupported, "the number " + text + " does not fit a double", position(m_at));
            value = Value(number);
        } else {
            int64_t number = 0;
            const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
            if (read.ec != std::errc())
                fail(kUnsupported, "the number " + text + " does not fit 64 bits", position(m_at));
            value = Value(number);
        }
        push(type, std::move(text), std::move(value));
        m_at = end;
    }

    bool name(CodePoint first)
    {
        if (!isNamePart(first.value))
            return false;
        if (!isNameStart(first.value))
            problem("a name cannot begin with this character");
        size_t end = m_at;
        while (end < m_source.size()) {
            const CodePoint c = decodeUtf8(m_source, end);
            if (!isNamePart(c.value))
                break;
            end += c.bytes;
        }
        push(TokenType::Name, m_source.substr(m_at, end - m_at));
        m_at = end;
        return true;
    }

    void operation(std::string& brackets)
    {
        static constexpr const char* kTwo[] = { "//", "**", "==", "!=", ">=", "<=" };
        std::string op(1, peek());
        for (const char* two : kTwo)
            if (startsWith(two))
                op = two;
        if (op.size() == 1 && std::string_view("+-/*%~[](){}><=.:|,;").find(op[0]) == std::string_view::npos)
            problem("unexpected character '" + m_source.substr(m_at, decodeUtf8(m_source, m_at).bytes) + "'");
        if (op == "(" || op == "[" || op == "{") {
            brackets += op == "(" ? ')' : op == "[" ? ']' : '}';
        } else if (op == ")" || op == "]" || op == "}") {
            if (brackets.empty())
                problem("unexpected '" + op + "'");
            if (brackets.back() != op[0])
                problem("unexpected '" + op + "', expected '" + brackets.back() + "'");
            brackets.pop_back();
        }
        const size_t size = op.size();
        push(TokenType::Operator, std::move(op));
        m_at += size;
    }

    void string()
    {
        const char quote = peek();
        size_t end = m_at + 1;
        while (end < m_source.size() && m_source[end] != quote)
            end += m_source[end] == '\\' ? 2 : 1;
        if (end >= m_source.size())
            problem("a text is never closed by its quote");
        std::string value;
        for (size_t i = m_at + 1; i < end;) {
            if (m_source[i] != '\\')
                value += m_source[i++];
            else
                i = escape(i + 1, end, value);
        }
        push(TokenType::String, std::move(value));
        m_at = end + 1;
    }
    /// Appends what the escape at `at` (behind the backslash) means; returns where it ends.
    size_t escape(size_t at, size_t end, std::string& value)
    {
        const char c = m_source[at];
        static constexpr std::string_view kNames = "ntrabfv\\'\"", kMeans = "\n\t\r\a\b\f\v\\'\"";
        if (const size_t simple = kNames.find(c); simple != std::string_view::npos) {
            value += kMeans[simple];
            return at + 1;
        }
        if (c == '\n')
            return at + 1;
        if (c >= '0' && c <= '7') {
            char32_t code = 0;
            size_t i = at;
            for (; i < end && i < at + 3 && m_source[i] >= '0' && m_source[i] <= '7'; ++i)
                code = code * 8 + char32_t(m_source[i] - '0');
            appendUtf8(value, code);
            return i;
        }
        if (c == 'x' || c == 'u' || c == 'U') {
            const size_t size = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            uint32_t code = 0;
            const char* first = m_source.data() + at + 1;
            const auto read = std::from_chars(first, m_source.data() + std::min(end, at + 1 + size), code, 16);
            if (read.ptr != first + size || code > 0x10FFFF)
                problem(std::string("the escape \\") + c + " in a text is not complete");
            if (code >= 0xD800 && code < 0xE000)
                fail(kUnsupported, "half of a surrogate pair in a text", position(at));
            appendUtf8(value, code);
            return at + 1 + size;
        }
        if (c == 'N')
            fail(kUnsupported, "a character by its name (\\N{…})", position(at));
        value += '\\';
        if (uint8_t(c) < 0x80) {
            value += c;
            return at + 1;
        }
        // Python writes the character as an escape first, whose backslash then pairs with this one.
        const CodePoint wide = decodeUtf8(m_source, at);
        char hex[16];
        std::snprintf(hex, sizeof hex,
            wide.value < 0x100         ? "x%02x"
                : wide.value < 0x10000 ? "u%04x"
                                       : "U%08x",
            unsigned(wide.value));
        value += hex;
        return at + wide.bytes;
    }

    const std::string m_source;
    size_t m_at = 0;
    bool m_lineStarts = true;
    std::vector<Token> m_tokens;
    size_t m_countedTo = 0, m_lineStart = 0;
    int m_line = 1;
};

} // namespace

std::vector<Token> tokenize(std::string_view source)
{
    if (source.size() > kMaxTemplateBytes)
        fail(kLimit,
            "the template has " + std::to_string(source.size()) + " bytes; at most " + std::to_string(kMaxTemplateBytes)
                + " are read");
    for (size_t i = 0; i < source.size();) {
        const CodePoint c = decodeUtf8(source, i);
        if (!c.valid)
            fail(kSyntax, "the template is not valid UTF-8 at byte " + std::to_string(i));
        i += c.bytes;
    }
    std::string text = withUnixNewlines(source);
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    return Lexer(std::move(text)).run();
}

} // namespace aha::jinja
