#include "core/text/pattern_translation.h"

#include "core/base/utf8.h"
#include "core/text/recent_unicode.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace aha {

namespace {

constexpr size_t kMaxPatternBytes = 16 << 10;
constexpr int kMaxNesting = 32, kMaxRepeat = 1000;

// White_Space. PCRE2's own \s has U+180E too.
constexpr const char* kSpaces
    = R"(\t-\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";

/// What \w means to Oniguruma, for use inside a class.
std::string wordSet()
{
    return R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})" + recentlyAssigned("L") + recentlyAssigned("M")
        + recentlyAssigned("Nd");
}

[[noreturn]] void refuse(const std::string& what)
{
    throw Failure({ "tokenizer_unsupported", "The regular expression has " + what + ", which is not supported.", "" });
}

std::string literal(char32_t c)
{
    char text[16];
    std::snprintf(text, sizeof text, "\\x{%X}", unsigned(c));
    return text;
}

bool isAsciiLetter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char32_t c) { return char(c >= 'A' && c <= 'Z' ? c + 32 : c); }

class Translator {
public:
    explicit Translator(std::string_view pattern)
        : m_in(pattern)
    {
    }

    std::string whole()
    {
        std::string out;
        if (eatText("(?i)")) { // at the very start both read it the same way
            m_foldsCase = true;
            out = "(?i)";
        }
        out += alternatives(0);
        if (!atEnd())
            refuse("a closing bracket without an opening one");
        return out;
    }

private:
    bool atEnd() const { return m_at >= m_in.size(); }
    char32_t peek() const { return atEnd() ? 0 : decodeUtf8(m_in, m_at).value; }
    char32_t next()
    {
        if (atEnd())
            refuse("an unfinished end");
        const CodePoint point = decodeUtf8(m_in, m_at);
        if (!point.valid)
            refuse("invalid UTF-8");
        m_at += point.bytes;
        return point.value;
    }
    bool eat(char c)
    {
        if (atEnd() || m_in[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    bool eatText(std::string_view text)
    {
        if (m_in.substr(m_at, text.size()) != text)
            return false;
        m_at += text.size();
        return true;
    }

    std::string alternatives(int depth)
    {
        if (depth > kMaxNesting)
            refuse("groups nested deeper than 32");
        std::string out;
        while (true) {
            out += sequence(depth);
            if (!eat('|'))
                return out;
            out += '|';
        }
    }

    std::string sequence(int depth)
    {
        std::string out;
        m_lastFolded = 0;
        while (!atEnd() && m_in[m_at] != '|' && m_in[m_at] != ')') {
            bool repeatable = true;
            const std::string item = atom(depth, repeatable);
            out += repeated(item, repeatable);
        }
        m_lastFolded = 0;
        return out;
    }

    std::string atom(int depth, bool& repeatable)
    {
        const char32_t c = next();
        if (c != '\\' && !isAsciiLetter(c))
            m_lastFolded = 0;
        switch (c) {
        case '(':
            return group(depth, repeatable);
        case '[':
            return "[" + charClass(1) + "]";
        case '.':
            return "[^\\n]";
        case '^':
            repeatable = false;
            return "(?m:^)";
        case '$':
            repeatable = false;
            return "(?m:$)";
        case '\\':
            return escape(repeatable);
        case '*':
        case '+':
        case '?':
            refuse("a repetition of nothing");
        case '{':
            refuse("a brace outside a repetition");
        default:
            return plain(c);
        }
    }

    /// One literal character outside a class.
    std::string plain(char32_t c)
    {
        if (m_foldsCase) {
            if (c >= 0x80)
                refuse("a character beyond ASCII in a case-insensitive part");
            // Oniguruma folds these pairs to one character (ß, ﬁ, ﬆ, …) and back.
            static constexpr std::array<const char*, 5> kFolded { "ss", "st", "ff", "fi", "fl" };
            const char pair[3] = { m_lastFolded, lower(c), 0 };
            if (m_lastFolded
                && std::any_of(kFolded.begin(), kFolded.end(), [&](std::string_view p) { return p == pair; }))
                refuse("a case-insensitive \"" + std::string(pair) + "\"");
            m_lastFolded = isAsciiLetter(c) ? lower(c) : 0;
        }
        return literal(c);
    }

    std::string group(int depth, bool& repeatable)
    {
        std::string open = "(?:";
        bool folds = m_foldsCase;
        if (eat('?')) {
            if (eatText(":"))
                open = "(?:";
            else if (eatText("i:")) {
                open = "(?i:";
                folds = true;
            } else if (eatText("=") || eatText("!")) {
                open = std::string("(?") + m_in[m_at - 1];
                repeatable = false;
            } else if (eatText("<=") || eatText("<!")) {
                open = std::string("(?<") + m_in[m_at - 1];
                repeatable = false;
            } else if (eatText(">"))
                open = "(?>";
            else
                refuse("the group (?" + std::string(m_in.substr(m_at, 8)) + "…");
        }
        const bool before = std::exchange(m_foldsCase, folds);
        const std::string inside = alternatives(depth + 1);
        m_foldsCase = before;
        if (!eat(')'))
            refuse("a bracket that is not closed");
        return open + inside + ")";
    }

    /// \p{..}, \P{..}, \p{^..}; general categories and scripts.
    std::string property(bool negated, bool inClass)
    {
        if (m_foldsCase)
            refuse("a property in a case-insensitive part");
        if (!eat('{'))
            refuse("\\p without braces");
        if (eat('^'))
            negated = !negated;
        const size_t end = m_in.find('}', m_at);
        if (end == std::string_view::npos)
            refuse("\\p{ that is not closed");
        const std::string name(m_in.substr(m_at, end - m_at));
        m_at = end + 1;
        static constexpr std::string_view kCategories = " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf "
                                                        "Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cn Co Cs ";
        static constexpr std::string_view kScripts = " Han Hiragana Katakana Hangul Latin Cyrillic Greek Arabic Hebrew "
                                                     "Thai Devanagari Bengali Tamil Telugu Georgian"
                                                     " Armenian Khmer Lao Myanmar Ethiopic Tibetan Mongolian Bopomofo "
                                                     "Malayalam Kannada Gujarati Gurmukhi Sinhala Oriya ";
        const char* head = negated ? "\\P{" : "\\p{";
        if (kCategories.find(" " + name + " ") != std::string_view::npos) {
            const std::string recent = recentlyAssigned(name);
            if (recent.empty())
                return head + name + "}";
            if (inClass) // a complement in a class keeps what it has too much: characters newer than Unicode 14
                return head + name + "}" + (negated ? "" : recent);
            return (negated ? "[^\\p{" : "[\\p{") + name + "}" + recent + "]";
        }
        if (kScripts.find(" " + name + " ") != std::string_view::npos)
            return head + ("sc:" + name) + "}";
        refuse("the property \\p{" + name + "}");
    }

    char32_t hexadecimal(size_t most, bool braces)
    {
        char32_t value = 0;
        size_t digits = 0;
        while (!atEnd() && digits < most && std::isxdigit(uint8_t(m_in[m_at]))) {
            const char c = m_in[m_at++];
            value = value * 16 + char32_t(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
            ++digits;
        }
        if (digits == 0 || (braces && !eat('}')) || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
            refuse("a malformed character number");
        return value;
    }

    /// After a backslash that stands for one character; 0 = it does not.
    char32_t escapedCharacter(char32_t c)
    {
        switch (c) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        case 'a':
            return '\a';
        case 'e':
            return 0x1B;
        case 'x': {
            if (eat('{'))
                return hexadecimal(8, true);
            const char32_t value = hexadecimal(2, false);
            if (value >= 0x80)
                refuse("\\x above 7F without braces, a byte,");
            return value;
        }
        case 'u':
            return hexadecimal(4, false);
        default:
            return c < 0x80 && !isAsciiLetter(c) && !(c >= '0' && c <= '9') ? c : 0;
        }
    }

    std::string escape(bool& repeatable)
    {
        const char32_t c = next();
        if (c != 'x' && c != 'u' && isAsciiLetter(c))
            m_lastFolded = 0;
        switch (c) {
        case 's':
            return std::string("[") + kSpaces + "]";
        case 'S':
            return std::string("[^") + kSpaces + "]";
        case 'd':
            return "\\p{Nd}";
        case 'D':
            return "\\P{Nd}";
        case 'w':
            return "[" + wordSet() + "]";
        case 'W':
            return "[^" + wordSet() + "]";
        case 'p':
        case 'P':
            return property(c == 'P', /*inClass=*/false);
        case 'A':
        case 'z':
            repeatable = false;
            return std::string("\\") + char(c);
        default:
            break;
        }
        const size_t before = m_at;
        if (const char32_t one = escapedCharacter(c); one != 0 || (c == 'x' || c == 'u'))
            return plain(one);
        m_at = before;
        std::string name = "\\";
        appendUtf8(name, c);
        refuse("the escape " + name);
    }

    /// The inside of a character class up to its bracket, without the brackets.
    std::string charClass(int depth)
    {
        if (depth > 4)
            refuse("classes nested deeper than 4");
        std::string out;
        const bool negated = eat('^');
        if (negated) {
            if (depth > 1)
                refuse("a negated class in a class");
            out = "^";
        }
        bool any = false;
        while (true) {
            if (atEnd())
                refuse("a class that is not closed");
            if (m_in[m_at] == ']') {
                if (!any)
                    refuse("an empty class");
                ++m_at;
                return out;
            }
            if (eatText("&&"))
                refuse("a class intersection");
            if (eat('[')) {
                if (!atEnd() && m_in[m_at] == ':')
                    refuse("a POSIX class");
                out += charClass(depth + 1);
                any = true;
                continue;
            }
            std::string set;
            const char32_t low = classItem(set);
            any = true;
            if (!set.empty()) {
                out += set;
                if (m_in.substr(m_at, 1) == "-" && m_in.substr(m_at + 1, 1) != "]")
                    refuse("a range that starts with a set");
                continue;
            }
            if (m_foldsCase && low >= 0x80)
                refuse("a character beyond ASCII in a case-insensitive part");
            out += literal(low);
            if (m_in.substr(m_at, 1) == "-" && m_in.substr(m_at + 1, 1) != "]" && m_at + 1 < m_in.size()) {
                ++m_at;
                if (m_in[m_at] == '[')
                    refuse("a range that ends with a class");
                std::string ignored;
                const char32_t high = classItem(ignored);
                if (!ignored.empty() || high < low)
                    refuse("a range that is the wrong way round");
                if (m_foldsCase && high >= 0x80)
                    refuse("a character beyond ASCII in a case-insensitive part");
                out += "-" + literal(high);
            }
        }
    }

    /// One member of a class: a character, or a set that goes to `set`.
    char32_t classItem(std::string& set)
    {
        const char32_t c = next();
        if (c != '\\')
            return c;
        const char32_t e = next();
        switch (e) {
        case 's':
            set = kSpaces;
            return 0;
        case 'S':
            set = "\\S\\x{180E}";
            return 0;
        case 'd':
            set = "\\p{Nd}";
            return 0;
        case 'D':
            set = "\\P{Nd}";
            return 0;
        case 'w':
            set = wordSet();
            return 0;
        case 'p':
        case 'P':
            set = property(e == 'P', /*inClass=*/true);
            return 0;
        default:
            break;
        }
        if (const char32_t one = escapedCharacter(e); one != 0 || e == 'x' || e == 'u')
            return one;
        std::string name = "\\";
        appendUtf8(name, e);
        refuse("the escape " + name + " in a class");
    }

    int number()
    {
        if (atEnd() || m_in[m_at] < '0' || m_in[m_at] > '9')
            return -1;
        int value = 0;
        while (!atEnd() && m_in[m_at] >= '0' && m_in[m_at] <= '9') {
            value = value * 10 + (m_in[m_at++] - '0');
            if (value > kMaxRepeat)
                refuse("a repetition above 1000");
        }
        return value;
    }

    /// `item` with the quantifier that follows it.
    std::string repeated(const std::string& item, bool repeatable)
    {
        if (atEnd())
            return item;
        const char c = m_in[m_at];
        std::string out;
        if (c == '*' || c == '+' || c == '?') {
            ++m_at;
            out = item + c;
            if (eat('?'))
                out += '?';
            else if (eat('+'))
                out += '+';
        } else if (c == '{') {
            ++m_at;
            const int low = number();
            const bool comma = eat(',');
            const int high = comma ? number() : low;
            if (!eat('}') || (low < 0 && high < 0) || (high >= 0 && low > high))
                refuse("a malformed repetition in braces");
            out = item + "{" + std::to_string(std::max(low, 0)) + (comma ? "," : "")
                + (comma && high >= 0 ? std::to_string(high) : "") + "}";
            if (eat('?')) {
                if (!comma)
                    refuse("{n}?");
                out += '?';
            } else if (eat('+')) { // Ruby: no possessive form, but a repetition of the repetition
                out = "(?:" + out + ")+";
            }
        } else {
            return item;
        }
        if (!repeatable)
            refuse("a repeated assertion");
        if (!atEnd() && std::string_view("*+?{").find(m_in[m_at]) != std::string_view::npos)
            refuse("a repetition of a repetition");
        m_lastFolded = 0;
        return out;
    }

    std::string_view m_in;
    size_t m_at = 0;
    bool m_foldsCase = false;
    char m_lastFolded = 0; ///< the ASCII letter just before, in a case-insensitive part
};

} // namespace

Result<std::string> translatePattern(std::string_view oniguruma)
{
    try {
        if (oniguruma.size() > kMaxPatternBytes)
            refuse("more than 16 KB");
        // DeepSeek-LLM's. Tried at every space of a long run it would take quadratic time; a match that begins inside a
        // run is never the first, and the first takes all that the run has.
        if (oniguruma == R"(\s+$)")
            return std::string("(?<![") + kSpaces + "])[" + kSpaces + "]+(?m:$)";
        return Translator(oniguruma).whole();
    } catch (const Failure& failure) {
        return failure.error();
    }
}

std::string literalPattern(std::string_view text)
{
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const CodePoint point = decodeUtf8(text, at);
        out += literal(point.value);
        at += point.bytes;
    }
    return out;
}

} // namespace aha
