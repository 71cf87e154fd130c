#include "core/tasks/math/math_lexer.h"

#include "core/base/ascii.h"
#include "core/tasks/math/math_words.h"

#include <algorithm>

namespace aha::math {

namespace {

class Lexer {
public:
    Lexer(std::string_view text, Notation notation)
        : m_text(text)
        , m_latex(notation == Notation::Latex)
        , m_hasRows(text.find("\\begin") != std::string_view::npos)
    {
    }

    Result<std::vector<Token>> run()
    {
        if (m_text.size() > kMaxExpression)
            return Error { "too_long",
                "The answer is " + std::to_string(m_text.size()) + " bytes long; at most "
                    + std::to_string(kMaxExpression) + " are read.",
                "" };
        scan(m_text, 0);
        if (!m_error.code.empty())
            return m_error;
        m_tokens.push_back({});
        return std::move(m_tokens);
    }

private:
    void fail(const char* code, const std::string& message)
    {
        if (m_error.code.empty())
            m_error = { code, message, "" };
    }
    bool failed() const { return !m_error.code.empty(); }

    void push(TokenKind kind, std::string_view text)
    {
        Token token;
        token.kind = kind;
        token.text = std::string(text);
        m_tokens.push_back(std::move(token));
        m_blank = false;
    }
    void sign(std::string_view text)
    {
        if (text == "(" || text == "[" || text == "\\{")
            ++m_brackets;
        if (text == ")" || text == "]" || text == "\\}")
            --m_brackets;
        push(TokenKind::Sign, text);
    }
    void push(const Spelling& spelling)
    {
        if (spelling.kind == TokenKind::Sign)
            sign(spelling.text);
        else
            push(spelling.kind, spelling.text);
    }

    /// `level`: how many \text{…} this stands in.
    void scan(std::string_view text, int level)
    {
        for (size_t at = 0; at < text.size() && !failed();)
            at = one(text, at, level);
    }

    size_t one(std::string_view text, size_t at, int level)
    {
        const char c = text[at];
        if (isSpace(c) || c == '~') {
            m_blank = true;
            return at + 1;
        }
        if (isDigit(c) || (c == '.' && at + 1 < text.size() && isDigit(text[at + 1])))
            return number(text, at);
        if (isLetter(c))
            return letters(text, at);
        if (c == '\\')
            return command(text, at, level);
        if (c == '$' || c == '"')
            return at + 1;
        if (c == '.') {
            if (text.find_first_not_of(" \t\r\n.$", at) == std::string_view::npos)
                return text.size();
            fail("bad_character", "There is a full stop inside the answer.");
            return at;
        }
        if (c == '<' || c == '>' || c == '!') {
            const bool pair = at + 1 < text.size() && text[at + 1] == '=';
            sign(pair ? std::string { c, '=' } : std::string(1, c));
            return at + (pair ? 2 : 1);
        }
        if (std::string_view("+-*/^_%=,;:|&()[]{}").find(c) != std::string_view::npos) {
            sign(std::string(1, c));
            return at + 1;
        }
        if (const auto [spelling, length] = findSymbol(text.substr(at)); spelling) {
            if (spelling->text.empty())
                m_blank = true;
            else
                push(*spelling);
            return at + length;
        }
        if (const size_t length = greekLetter(text.substr(at))) {
            letter(text.substr(at, length), {});
            return at + length;
        }
        fail("bad_character",
            static_cast<unsigned char>(c) < 0x20 || c == 0x7f
                ? "The answer holds a control character."
                : "The answer holds a character that is not read: \"" + firstCharacter(text.substr(at)) + "\".");
        return at;
    }

    static std::string firstCharacter(std::string_view text)
    {
        size_t length = 1;
        while (length < text.size() && length < 4 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
            ++length;
        return std::string(text.substr(0, length));
    }

    void letter(std::string_view text, std::string_view run)
    {
        push(TokenKind::Letter, text);
        m_tokens.back().run = std::string(run);
    }

    size_t letters(std::string_view text, size_t at)
    {
        size_t stop = at;
        while (stop < text.size() && isLetter(text[stop]))
            ++stop;
        const std::string_view run = text.substr(at, stop - at);
        size_t next = stop;
        while (next < text.size() && isSpace(text[next]))
            ++next;
        const bool called = next < text.size() && (text[next] == '(' || text[next] == '{');
        if (const Spelling* word = findWord(run, !m_latex, called))
            push(*word);
        else if (!m_latex && run.size() > 1)
            push(TokenKind::Text, run); // prose: no product of letters
        else
            for (size_t i = 0; i < run.size(); ++i)
                letter(run.substr(i, 1), i == 0 ? run : std::string_view());
        return stop;
    }

    /// Digits from `at` on, thousands separators taken out.
    size_t digits(std::string_view text, size_t at, std::string& out) const
    {
        const size_t first = at;
        while (at < text.size() && isDigit(text[at]))
            out += text[at++];
        const auto threeAt = [&](size_t i) {
            return i + 3 <= text.size() && isDigit(text[i]) && isDigit(text[i + 1]) && isDigit(text[i + 2])
                && (i + 3 == text.size() || !isDigit(text[i + 3]));
        };
        const bool leads = at > first && at - first <= 3 && text[first] != '0';
        while (at < text.size()) {
            size_t skip = 0;
            if (text.substr(at, 3) == "{,}")
                skip = 3;
            else if (text.substr(at, 2) == "\\!")
                for (skip = 2; at + skip < text.size() && isSpace(text[at + skip]);)
                    ++skip;
            if (skip > 0 && at + skip < text.size() && isDigit(text[at + skip])) {
                at += skip;
                while (at < text.size() && isDigit(text[at]))
                    out += text[at++];
            } else if (leads && threeAt(at + 1)
                && ((text[at] == ',' && m_brackets <= 0) || (text[at] == ' ' && !m_latex))) {
                out += text.substr(at + 1, 3);
                at += 4;
            } else {
                break;
            }
        }
        return at;
    }

    size_t number(std::string_view text, size_t at)
    {
        const bool afterIndex = m_tokens.size() > 1 && m_tokens[m_tokens.size() - 2].isSign("_"); // \log_2 8
        if (m_blank && m_latex && !m_tokens.empty() && m_tokens.back().kind == TokenKind::Number && !afterIndex) {
            fail("ambiguous_blank",
                "Digits are parted by a blank, which LaTeX does not show: write 1234567 or 1{,}234{,}567.");
            return at;
        }
        std::string whole, places;
        at = digits(text, at, whole);
        size_t next = at + 1;
        const bool afterComma = !m_tokens.empty() && m_tokens.back().isSign(","); // "1,2,3"
        const bool comma = at < text.size() && text[at] == ',' && m_brackets <= 0 && !afterComma
            && decimalComma(text, at, m_latex && whole == "0");
        if (at + 1 < text.size() && isDigit(text[at + 1])
            && (text[at] == '.' || (comma && (!m_latex || whole == "0")))) {
            while (next < text.size() && isDigit(text[next]))
                places += text[next++];
            at = next;
        }
        const std::string period = repeating(text, at, places.empty());
        if (whole.size() + places.size() + period.size() > kMaxDigits) {
            fail("too_long", "A number has more than " + std::to_string(kMaxDigits) + " digits.");
            return at;
        }
        push(TokenKind::Number, whole + (places.empty() ? "" : "." + places));
        mpz_class scale;
        mpz_ui_pow_ui(scale.get_mpz_t(), 10, places.size());
        Token& token = m_tokens.back();
        token.value = mpq_class(mpz_class("0" + whole + places, 10), scale);
        token.value.canonicalize();
        if (!period.empty()) {
            mpz_class nines;
            mpz_ui_pow_ui(nines.get_mpz_t(), 10, period.size());
            mpq_class rest(mpz_class(period, 10), mpz_class(scale * (nines - 1)));
            rest.canonicalize();
            token.value += rest;
            token.text += "~"; // no digits for \frac to part
            return at;
        }
        token.places = int(places.size());
        return m_latex ? at : exponent(text, at, token);
    }

    /// The digits of ".\overline{3}" or "\overline{6}" (after places) at `at`, which is moved behind them.
    static std::string repeating(std::string_view text, size_t& at, bool point)
    {
        const std::string_view open = point ? ".\\overline{" : "\\overline{";
        if (text.substr(at, open.size()) != open)
            return {};
        size_t end = at + open.size();
        while (end < text.size() && isDigit(text[end]))
            ++end;
        if (end == at + open.size() || end == text.size() || text[end] != '}')
            return {};
        const std::string digits(text.substr(at + open.size(), end - at - open.size()));
        at = end + 1;
        return digits;
    }

    /// "1,22" has one; "1,2,3" is a list. In LaTeX only "0,125" has (`three` digits), which is no thousand.
    static bool decimalComma(std::string_view text, size_t comma, bool three)
    {
        size_t next = comma + 1;
        while (next < text.size() && isDigit(text[next]))
            ++next;
        return (next >= text.size() || text[next] != ',') && (!three || next == comma + 4);
    }

    /// The "e6" of "1.2e6".
    static size_t exponent(std::string_view text, size_t at, Token& token)
    {
        if (at >= text.size() || (text[at] != 'e' && text[at] != 'E'))
            return at;
        size_t next = at + 1;
        const bool negative = next < text.size() && text[next] == '-';
        if (next < text.size() && (text[next] == '-' || text[next] == '+'))
            ++next;
        const size_t first = next;
        long power = 0;
        while (next < text.size() && isDigit(text[next]) && next - first < 4)
            power = power * 10 + (text[next++] - '0');
        if (next == first || (next < text.size() && (isDigit(text[next]) || isLetter(text[next]))))
            return at;
        mpz_class scale;
        mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(power));
        if (negative)
            token.value /= scale;
        else
            token.value *= scale;
        token.places = int(std::max(0L, token.places + (negative ? power : -power)));
        return next;
    }

    /// What the braces at `at` hold; `after` is set behind them.
    std::string_view group(std::string_view text, size_t at, size_t& after)
    {
        int depth = 0;
        for (size_t i = at; i < text.size(); ++i) {
            if (text[i] == '\\') {
                ++i;
                continue;
            }
            depth += (text[i] == '{') - (text[i] == '}');
            if (depth == 0) {
                after = i + 1;
                return text.substr(at + 1, i - at - 1);
            }
        }
        fail("syntax", "A brace is not closed.");
        after = text.size();
        return {};
    }

    size_t command(std::string_view text, size_t at, int level)
    {
        size_t next = at + 1;
        if (next >= text.size()) {
            fail("bad_command", "The answer ends with a backslash.");
            return next;
        }
        if (text[next] == '\\') {
            if (!m_hasRows && next + 1 < text.size() && isLetter(text[next + 1]))
                return next; // "\\frac" of a text that was escaped twice
            push(TokenKind::Row, "\\\\");
            return next + 1;
        }
        if (!isLetter(text[next])) {
            switch (text[next]) {
            case '{':
            case '}':
                sign(text.substr(at, 2));
                break;
            case '%':
                sign("%");
                break;
            case '!':
            case '$':
            case '(':
            case ')':
            case '[':
            case ']':
                break; // narrower space, currency, the marks of a formula
            case ',':
            case ';':
            case ':':
            case ' ':
            case '\n':
                m_blank = true;
                break;
            case '|':
                sign("|");
                break;
            default:
                fail("bad_command",
                    "The answer holds a command that is not read: \"" + std::string(text.substr(at, 2)) + "\".");
            }
            return next + 1;
        }
        while (next < text.size() && isLetter(text[next]))
            ++next;
        const std::string_view name = text.substr(at + 1, next - at - 1);
        size_t open = next;
        while (open < text.size() && isSpace(text[open]))
            ++open;
        const bool braced = open < text.size() && text[open] == '{';
        if (name == "begin" || name == "end") {
            size_t after = next;
            if (!braced) {
                fail("syntax", "\\begin and \\end need a name in braces.");
                return next;
            }
            push(name == "begin" ? TokenKind::Begin : TokenKind::End, group(text, open, after));
            if (name == "begin" && m_tokens.back().text == "array" && after < text.size() && text[after] == '{')
                group(text, after, after); // how the columns are set
            return after;
        }
        if (isTextCommand(name) && braced) {
            size_t after = next;
            words(group(text, open, after), name, level);
            return after;
        }
        if (isIgnoredCommand(name)) {
            m_blank = m_blank || name == "quad" || name == "qquad";
            const bool delimiter = name == "left" || name == "right";
            return delimiter && open < text.size() && text[open] == '.' ? open + 1 : next;
        }
        if (const Spelling* known = findCommand(name)) {
            push(*known);
            return next;
        }
        fail("bad_command",
            "The answer holds a command that is not read: \"\\" + std::string(name.substr(0, 40)) + "\".");
        return next;
    }

    /// The inside of \text{…}, \mathrm{…}, …: a number or formula in another type face, or words.
    void words(std::string_view content, std::string_view command, int level)
    {
        const size_t first = content.find_first_not_of(" \t\n\r~,");
        if (first == std::string_view::npos) {
            if (content.find(',') != std::string_view::npos)
                sign(",");
            m_blank = true;
            return;
        }
        std::string_view core = content.substr(first);
        core = core.substr(0, core.find_last_not_of(" \t\n\r~,") + 1);
        const bool face
            = command.substr(0, 4) == "math" || command == "operatorname" || command == "boldsymbol" || command == "bm";
        if (const Spelling* word = findWord(core, false, command == "operatorname" || face)) {
            push(*word);
            return;
        }
        const bool number = core.find_first_of("0123456789") != std::string_view::npos
            && core.find_first_not_of("0123456789.,+-*/^()$ ") == std::string_view::npos;
        const bool formula = face && core.find_first_of("\\^_{+-=0123456789") != std::string_view::npos;
        const bool variable = face && core.size() == 1 && isLetter(core[0]) && measureOfLetter(core[0]) == 0;
        if ((number || formula || variable) && command != "mathbb") {
            if (level > 16)
                fail("too_deep", "Type faces are nested too deeply.");
            else
                scan(core, level + 1);
            return;
        }
        if (command == "mathbb" && core == "R")
            push(TokenKind::Name, "reals");
        else
            push(TokenKind::Text, core);
    }

    /// Upright letters that are units after a number: \mathrm{m}.
    static int measureOfLetter(char c)
    {
        return std::string_view("mgshlLNJWV").find(c) != std::string_view::npos ? 1 : 0;
    }

    std::string_view m_text;
    bool m_latex, m_hasRows;
    std::vector<Token> m_tokens;
    bool m_blank = false;
    int m_brackets = 0;
    Error m_error;
};

} // namespace

Result<std::vector<Token>> lex(std::string_view text, Notation notation) { return Lexer(text, notation).run(); }

} // namespace aha::math
