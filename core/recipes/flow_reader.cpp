#include "core/recipes/flow_reader.h"

#include "core/base/utf8.h"

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr const char* kHint = "Correct that place.";

void appendEscape(std::string& out, char c)
{
    switch (c) {
    case 'n':
        out += '\n';
        break;
    case 't':
        out += '\t';
        break;
    case 'r':
        out += '\r';
        break;
    case '\n': // the text goes on in the next line
        break;
    default:
        out += c;
    }
}

} // namespace

void FlowReader::next()
{
    if (done())
        return;
    if (m_text[m_at] == '\n')
        ++m_line;
    ++m_at;
}

void FlowReader::skip()
{
    while (!done()) {
        const char c = peek();
        if (c == '#')
            while (!done() && peek() != '\n')
                next();
        else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\')
            next();
        else
            return;
    }
}

std::string FlowReader::quoted()
{
    const char quote = peek();
    const int64_t from = m_line;
    const bool tripled = m_text.substr(m_at, 3) == std::string(3, quote);
    for (int i = 0; i < (tripled ? 3 : 1); ++i)
        next();
    std::string out;
    while (!done()) {
        const char c = peek();
        if (c == quote && (!tripled || m_text.substr(m_at, 3) == std::string(3, quote))) {
            for (int i = 0; i < (tripled ? 3 : 1); ++i)
                next();
            if (quote == '\'' && !tripled && peek() == '\'') { // YAML's way to write one
                out += '\'';
                next();
                continue;
            }
            return validUtf8(out);
        }
        next();
        if (c != '\\' || done()) {
            out += c;
            continue;
        }
        const char escaped = peek();
        next();
        if (escaped != 'u') {
            appendEscape(out, escaped);
            continue;
        }
        uint32_t code = 0;
        for (int i = 0; i < 4; ++i) {
            const char digit = peek();
            if (std::isxdigit(static_cast<unsigned char>(digit)) == 0)
                recipeFailure(m_line, "\\u needs four hexadecimal digits.", kHint);
            code = code * 16 + uint32_t(digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
            next();
        }
        appendUtf8(out, code >= 0xD800 && code < 0xE000 ? U'\uFFFD' : char32_t(code));
    }
    recipeFailure(from, "the quotes that open here are never closed.", kHint);
}

std::string FlowReader::plain()
{
    const size_t from = m_at;
    int open = 0; // of a call such as torch.device("cuda"): kept as a text
    while (!done()) {
        const char c = peek();
        if (c == '(' || c == '[')
            ++open;
        if (open == 0
            && (c == ',' || c == ']' || c == '}' || c == ')' || c == '\n' || c == '{'
                || (c == '#' && m_at > from && m_text[m_at - 1] == ' ')))
            break;
        if (c == ':' && open == 0 && (m_at + 1 >= m_text.size() || m_text[m_at + 1] == ' '))
            break;
        if ((c == ')' || c == ']') && open > 0)
            --open;
        next();
    }
    std::string_view word = m_text.substr(from, m_at - from);
    while (!word.empty() && (word.back() == ' ' || word.back() == '\t' || word.back() == '\r'))
        word.remove_suffix(1);
    return std::string(word);
}

std::string FlowReader::key()
{
    if (peek() == '"' || peek() == '\'')
        return quoted();
    const size_t from = m_at;
    while (!done() && std::string_view(" \t\r\n=:,#()[]{}\"'").find(peek()) == std::string_view::npos)
        next();
    return validUtf8(m_text.substr(from, m_at - from));
}

std::vector<RecipeSetting> FlowReader::pairs(char close, int depth)
{
    const int64_t opened = m_line;
    std::vector<RecipeSetting> found;
    for (;;) {
        skip();
        if (done())
            recipeFailure(opened, "the bracket that opens here is never closed.", kHint);
        if (peek() == close) {
            next();
            return found;
        }
        RecipeSetting setting;
        setting.line = m_line;
        setting.key = key();
        skip();
        if (setting.key.empty() || (peek() != ':' && peek() != '='))
            recipeFailure(m_line,
                setting.key.empty() ? "a name is expected." : "\"" + shortText(setting.key) + "\" has no value.",
                "Settings are written name=value or \"name\": value.");
        next();
        skip();
        setting.value = value(depth + 1);
        found.push_back(std::move(setting));
        if (found.size() > kMaxRecipeSettings)
            recipeFailure(
                m_line, "there are more than " + std::to_string(kMaxRecipeSettings) + " settings.", "No recipe has.");
        skip();
        if (peek() == ',')
            next();
        else if (!done() && peek() != close)
            recipeFailure(m_line, "a comma or " + std::string(1, close) + " is expected.", kHint);
    }
}

Json FlowReader::value(int depth)
{
    if (depth > kMaxRecipeDepth)
        recipeFailure(
            m_line, "values are nested more than " + std::to_string(kMaxRecipeDepth) + " deep.", "No recipe is.");
    skip();
    const char c = peek();
    if (c == '"' || c == '\'') {
        std::string text = quoted();
        for (skip(); peek() == '"' || peek() == '\''; skip()) // Python joins neighbours
            text += quoted();
        return text;
    }
    if (c == '{') {
        next();
        Json object = Json::object();
        for (RecipeSetting& pair : pairs('}', depth))
            object[pair.key] = std::move(pair.value);
        return object;
    }
    if (c != '[' && c != '(') {
        const std::string word = plain();
        if (word.empty())
            recipeFailure(m_line, "a value is expected.", kHint);
        return plainValue(word);
    }
    const char close = c == '[' ? ']' : ')';
    const int64_t opened = m_line;
    next();
    Json list = Json::array();
    for (;;) {
        skip();
        if (done())
            recipeFailure(opened, "the bracket that opens here is never closed.", kHint);
        if (peek() == close) {
            next();
            return list;
        }
        list.push_back(value(depth + 1));
        skip();
        if (peek() == ',')
            next();
        else if (!done() && peek() != close)
            recipeFailure(m_line, "a comma or " + std::string(1, close) + " is expected.", kHint);
    }
}

} // namespace aha
