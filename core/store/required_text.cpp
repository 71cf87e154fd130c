#include "core/store/required_text.h"

#include <algorithm>
#include <cctype>

namespace aha {

namespace {

using Texts = std::vector<std::string>;

constexpr size_t kMostTexts = 4; ///< each is a pass over the text
constexpr size_t kMostCopies = 8; ///< of a repeated character

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The longer the shortest of them, the better; one text is better than several.
long worth(const Texts& texts)
{
    if (texts.empty())
        return 0;
    size_t shortest = texts.front().size();
    for (const std::string& text : texts)
        shortest = std::min(shortest, text.size());
    return shortest == 0 ? 0 : std::max(1L, long(shortest) - long(texts.size() - 1));
}

/// Does any "(?…)" set the flag i? Where it holds does not matter: what is required without regard to case is required.
bool mayIgnoreCase(std::string_view pattern)
{
    for (size_t at = pattern.find("(?"); at != pattern.npos; at = pattern.find("(?", at + 2))
        for (size_t i = at + 2; i < pattern.size() && (isLetter(pattern[i]) || pattern[i] == '-'); ++i)
            if (pattern[i] == 'i')
                return true;
    return false;
}

/// Is A to Z all that TextMatch needs to fold of this character? k and s have relatives outside (U+212A, U+017F), and
/// so has much that is not Han or Kana.
bool foldsAsAscii(std::string_view character)
{
    if (character.size() == 1)
        return std::string_view("kKsS").find(character[0]) == std::string_view::npos;
    return character.size() == 3 && character >= "\u2E80" && character <= "\u9FFF";
}

class Syntax {
public:
    explicit Syntax(std::string_view pattern)
        : m_pattern(pattern)
        , m_ignoresCase(mayIgnoreCase(pattern))
    {
    }

    Texts required()
    {
        Texts texts = alternatives();
        return m_known && m_at == m_pattern.size() ? texts : Texts {};
    }

private:
    /// One piece of a branch, before its repetition: a character, or what is required inside a group, or neither.
    struct Item {
        std::string character;
        Texts inside;
    };
    struct Repetition {
        size_t least = 1;
        bool exact = true;
    };

    char peek(size_t ahead = 0) const { return m_at + ahead < m_pattern.size() ? m_pattern[m_at + ahead] : '\0'; }
    bool atEnd() const { return !m_known || m_at >= m_pattern.size(); }
    bool takes(std::string_view next)
    {
        if (!m_pattern.substr(m_at).starts_with(next))
            return false;
        m_at += next.size();
        return true;
    }
    void skipBehind(char end)
    {
        const size_t found = m_pattern.find(end, m_at);
        m_known = m_known && found != m_pattern.npos;
        m_at = m_known ? found + 1 : m_pattern.size();
    }
    Item unknown()
    {
        m_known = false;
        return {};
    }

    Texts alternatives()
    {
        Texts all;
        bool each = true;
        do {
            Texts one = branch();
            each = each && !one.empty();
            all.insert(all.end(), one.begin(), one.end());
        } while (takes("|"));
        return each && all.size() <= kMostTexts ? all : Texts {};
    }

    Texts branch()
    {
        Texts best;
        std::string run; // characters that follow one another in any match
        const auto offer = [&](Texts texts) {
            if (worth(texts) > worth(best))
                best = std::move(texts);
        };
        const auto endRun = [&] {
            offer({ run });
            run.clear();
        };
        while (!atEnd() && peek() != '|' && peek() != ')') {
            const Item item = next();
            const Repetition times = repetition();
            if (item.character.empty()) {
                endRun();
                if (times.least > 0)
                    offer(item.inside);
                continue;
            }
            for (size_t i = 0; i < std::min(times.least, kMostCopies); ++i)
                run += item.character;
            if (!times.exact || times.least > kMostCopies)
                endRun();
        }
        endRun();
        return best;
    }

    Item next()
    {
        switch (peek()) {
        case '\\':
            return escape();
        case '[':
            return characterClass();
        case '(':
            return group();
        case '.':
        case '^':
        case '$':
            ++m_at;
            return {};
        case '*':
        case '+':
        case '?':
        case '{':
            return unknown();
        default: {
            size_t size = 1;
            while ((static_cast<unsigned char>(peek(size)) & 0xC0) == 0x80)
                ++size;
            return literal(size);
        }
        }
    }

    Item literal(size_t size)
    {
        std::string character(m_pattern.substr(m_at, size));
        m_at += size;
        if (m_ignoresCase && !foldsAsAscii(character))
            return {};
        return { std::move(character), {} };
    }

    Item escape()
    {
        const char c = peek(1);
        ++m_at;
        if (m_at >= m_pattern.size() || static_cast<unsigned char>(c) >= 0x80)
            return unknown();
        if (isDigit(c)) { // a group's text again, or a character by its number
            while (isDigit(peek()))
                ++m_at;
            return {};
        }
        if (!isLetter(c))
            return literal(1);
        ++m_at;
        if (c == 'p' || c == 'P' || c == 'x') {
            if (peek() == '{')
                skipBehind('}');
            else if (c != 'x')
                ++m_at;
            else
                for (int i = 0; i < 2 && std::isxdigit(static_cast<unsigned char>(peek())); ++i)
                    ++m_at;
            return {};
        }
        if (std::string_view("dDwWsShHvVRXNbBAZzGKntrfae").find(c) == std::string_view::npos
            || (c == 'N' && peek() == '{')) // \N{U+7B49}
            return unknown();
        return {};
    }

    Item characterClass()
    {
        ++m_at;
        takes("^");
        if (peek() == ']')
            return unknown();
        while (!atEnd() && peek() != ']') {
            const char c = peek(), then = peek(1);
            if ((c == '\\' && (then == 'c' || then == 'Q' || then == 'E'))
                || (c == '[' && (then == ':' || then == '.' || then == '=')))
                return unknown();
            m_at += c == '\\' ? 2 : 1;
        }
        if (!takes("]"))
            return unknown();
        return {};
    }

    Item group()
    {
        ++m_at;
        bool consumes = true;
        if (peek() == '*')
            return unknown();
        if (takes("?")) {
            if (takes("=") || takes("!") || takes("<=") || takes("<!"))
                consumes = false;
            else if (takes("<") || takes("P<"))
                skipBehind('>');
            else if (!takes(":") && !takes(">")) {
                while (std::string_view("imsU-").find(peek()) != std::string_view::npos && !atEnd())
                    ++m_at;
                if (takes(")"))
                    return {};
                if (!takes(":"))
                    return unknown();
            }
        }
        Texts inside = alternatives();
        if (!takes(")"))
            return unknown();
        return { {}, consumes ? std::move(inside) : Texts {} };
    }

    Repetition repetition()
    {
        Repetition times;
        if (takes("?") || takes("*"))
            times = { 0, false };
        else if (takes("+"))
            times.exact = false;
        else if (takes("{")) {
            times = number();
            if (takes(",")) {
                times.exact = false;
                if (isDigit(peek()))
                    number();
            }
            m_known = m_known && takes("}"); // else versions differ on whether it is one
        } else {
            return times;
        }
        takes("?") || takes("+"); // lazy, possessive
        m_known = m_known && (atEnd() || std::string_view("?*+{").find(peek()) == std::string_view::npos);
        return times;
    }

    Repetition number()
    {
        Repetition times { 0, true };
        m_known = m_known && isDigit(peek());
        for (; isDigit(peek()); ++m_at)
            times.least = std::min<size_t>(times.least * 10 + size_t(peek() - '0'), 1 << 20);
        return times;
    }

    std::string_view m_pattern;
    size_t m_at = 0;
    bool m_ignoresCase, m_known = true;
};

} // namespace

std::vector<std::string> requiredTexts(std::string_view pattern) { return Syntax(pattern).required(); }

} // namespace aha
