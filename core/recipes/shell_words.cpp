#include "core/recipes/shell_words.h"

#include "core/base/ascii.h"
#include "core/recipes/recipe_text.h"

#include "core/base/utf8.h"

namespace aha {

namespace {

constexpr size_t kLongestWord = 1 << 16; // variables in variables would else grow without bound

using Variables = std::map<std::string, std::string, std::less<>>;

/// $((…)) of whole numbers: + - * / % and brackets. False when it is anything else.
class Arithmetic {
public:
    Arithmetic(std::string_view text, const Variables& variables)
        : m_text(text)
        , m_variables(variables)
    {
    }
    bool evaluate(int64_t& out) { return sum(out, 0) && (blanks(), m_at == m_text.size()); }

private:
    void blanks()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }
    bool sign(std::string_view any, char& found)
    {
        blanks();
        if (m_at == m_text.size() || any.find(m_text[m_at]) == std::string_view::npos)
            return false;
        found = m_text[m_at++];
        return true;
    }
    bool sum(int64_t& out, int depth)
    {
        if (depth > kMaxRecipeDepth || !product(out, depth))
            return false;
        for (char op = 0; sign("+-", op);) {
            int64_t right = 0;
            if (!product(right, depth)
                || (op == '+' ? __builtin_add_overflow(out, right, &out) : __builtin_sub_overflow(out, right, &out)))
                return false;
        }
        return true;
    }
    bool product(int64_t& out, int depth)
    {
        if (!factor(out, depth))
            return false;
        for (char op = 0; sign("*/%", op);) {
            int64_t right = 0;
            if (!factor(right, depth))
                return false;
            if (op == '*') {
                if (__builtin_mul_overflow(out, right, &out))
                    return false;
            } else if (right <= 0) { // shells refuse 0; -1 could overflow
                return false;
            } else {
                out = op == '/' ? out / right : out % right;
            }
        }
        return true;
    }
    bool factor(int64_t& out, int depth)
    {
        char bracket = 0;
        if (sign("(", bracket))
            return sum(out, depth + 1) && sign(")", bracket);
        const size_t from = m_at;
        while (m_at < m_text.size()
            && (isName(m_text[m_at]) || std::string_view("${}").find(m_text[m_at]) != std::string_view::npos))
            ++m_at;
        std::string name;
        for (const char c : m_text.substr(from, m_at - from))
            if (isName(c))
                name += c;
        const auto variable = m_variables.find(name);
        const nlohmann::ordered_json value = plainValue(variable == m_variables.end() ? name : variable->second);
        if (!value.is_number_integer())
            return false;
        out = value.get<int64_t>();
        return true;
    }

    std::string_view m_text;
    const Variables& m_variables;
    size_t m_at = 0;
};

class WordReader {
public:
    explicit WordReader(std::string_view text)
        : m_text(text)
    {
    }

    std::vector<ShellWord> words()
    {
        std::vector<ShellWord> found;
        bool starts = true;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == '\n' || c == ';' || c == '&' || c == '|') {
                starts = true;
                step();
            } else if (c == ' ' || c == '\t' || c == '\r') {
                step();
            } else if (c == '\\' && m_text.substr(m_at, 3).substr(1, 2) == "\r\n") {
                m_at += 2;
                step();
            } else if (c == '\\' && m_at + 1 < m_text.size() && m_text[m_at + 1] == '\n') {
                ++m_at;
                step();
            } else if (c == '#') {
                while (m_at < m_text.size() && m_text[m_at] != '\n')
                    ++m_at;
            } else {
                ShellWord word = this->word();
                word.startsCommand = starts;
                starts = starts && assign(word);
                if (!starts || !word.startsCommand)
                    found.push_back(std::move(word));
                else
                    starts = true; // NAME=value NAME=value command
                if (found.size() > 20 * kMaxRecipeSettings)
                    recipeFailure(m_line, "the script has too many words.", "Leave only the training command.");
            }
        }
        return found;
    }

private:
    void step()
    {
        if (m_text[m_at] == '\n')
            ++m_line;
        ++m_at;
    }

    /// NAME=value before a command: remembered.
    bool assign(const ShellWord& word)
    {
        if (word.text == "export")
            return true;
        size_t end = 0;
        while (end < word.text.size() && isName(word.text[end]))
            ++end;
        if (end == 0 || !isNameStart(word.text[0]) || end >= word.text.size() || word.text[end] != '=')
            return false;
        const std::string value = word.text.substr(end + 1);
        if (value.rfind('(', 0) != 0) // NAME=( … ): the words of a list stand for themselves
            m_variables[word.text.substr(0, end)] = value;
        return true;
    }

    ShellWord word()
    {
        ShellWord word;
        word.line = m_line;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '&' || c == '|')
                break;
            if (word.text.size() > kLongestWord)
                recipeFailure(word.line, "a word is too long.", "Write the values themselves.");
            if (c == '\'') {
                word.quoted = true;
                const size_t end = m_text.find('\'', m_at + 1);
                if (end == std::string_view::npos)
                    recipeFailure(m_line, "the quotes that open here are never closed.", "Close them.");
                for (step(); m_at < end; step())
                    word.text += m_text[m_at];
                step();
            } else if (c == '"') {
                word.quoted = true;
                doubleQuoted(word.text);
            } else if (c == '\\') {
                step();
                if (m_at < m_text.size()) {
                    if (m_text[m_at] != '\n')
                        word.text += m_text[m_at];
                    step();
                }
            } else if (c == '$') {
                variable(word.text);
            } else {
                word.text += c;
                step();
            }
        }
        word.text = validUtf8(word.text);
        return word;
    }

    void doubleQuoted(std::string& out)
    {
        const int64_t from = m_line;
        for (step(); m_at < m_text.size() && m_text[m_at] != '"';) {
            if (out.size() > kLongestWord)
                recipeFailure(from, "a word is too long.", "Write the values themselves.");
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size()) {
                step();
                if (std::string_view("\"\\$`\n").find(m_text[m_at]) == std::string_view::npos)
                    out += '\\';
                if (m_text[m_at] != '\n')
                    out += m_text[m_at];
                step();
            } else if (m_text[m_at] == '$') {
                variable(out);
            } else {
                out += m_text[m_at];
                step();
            }
        }
        if (m_at == m_text.size())
            recipeFailure(from, "the quotes that open here are never closed.", "Close them.");
        step();
    }

    /// The index after the bracket that closes the one at `open`; the text's end when none does.
    size_t closing(size_t open, char in, char out) const
    {
        int depth = 0;
        for (size_t i = open; i < m_text.size() && i < open + kLongestWord; ++i) {
            depth += m_text[i] == in ? 1 : m_text[i] == out ? -1 : 0;
            if (depth == 0)
                return i + 1;
        }
        return m_text.size();
    }

    void copyTo(size_t end, std::string& out)
    {
        for (; m_at < end; step())
            out += m_text[m_at];
    }

    /// $NAME, ${NAME}, ${NAME:-value}, $((…)); anything else stays as it stands.
    void variable(std::string& out)
    {
        const std::string_view rest = m_text.substr(m_at);
        if (rest.rfind("$((", 0) == 0) {
            const size_t end = closing(m_at + 1, '(', ')');
            const std::string_view inner = m_text.substr(m_at + 3, end - m_at >= 5 ? end - m_at - 5 : 0);
            int64_t value = 0;
            if (Arithmetic(inner, m_variables).evaluate(value)) {
                out += std::to_string(value);
                std::string passed;
                copyTo(end, passed);
            } else {
                copyTo(end, out);
            }
            return;
        }
        if (rest.rfind("$(", 0) == 0) {
            copyTo(closing(m_at + 1, '(', ')'), out);
            return;
        }
        const bool braced = rest.rfind("${", 0) == 0;
        size_t end = m_at + (braced ? 2 : 1);
        const size_t from = end;
        while (end < m_text.size() && isName(m_text[end]))
            ++end;
        const auto known = m_variables.find(m_text.substr(from, end - from));
        if (!braced) {
            if (known != m_variables.end()) {
                out += known->second;
                m_at = end;
            } else {
                copyTo(std::max(end, m_at + 1), out);
            }
            return;
        }
        const size_t close = closing(m_at + 1, '{', '}');
        std::string_view otherwise = m_text.substr(std::min(end, close), close > end ? close - end - 1 : 0);
        const bool hasDefault = otherwise.rfind(":-", 0) == 0;
        std::string passed;
        copyTo(close, passed);
        if (known != m_variables.end() && (otherwise.empty() || hasDefault)) {
            out += known->second;
        } else if (hasDefault) {
            otherwise.remove_prefix(2);
            if (otherwise.size() >= 2 && (otherwise[0] == '"' || otherwise[0] == '\'')
                && otherwise.back() == otherwise[0])
                otherwise = otherwise.substr(1, otherwise.size() - 2);
            out += otherwise;
        } else {
            out += passed;
        }
    }

    std::string_view m_text;
    size_t m_at = 0;
    int64_t m_line = 1;
    Variables m_variables;
};

} // namespace

std::vector<ShellWord> shellWords(std::string_view text) { return WordReader(text).words(); }

} // namespace aha
