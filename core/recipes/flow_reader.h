#pragma once
// Values in brackets, as JSON, Python and YAML write them: [1, 'a'], {"a": None}, name=value. One reader for all three:
// what they share is what recipes use.

#include "core/recipes/recipe_text.h"

namespace aha {

/// Reads a text from front to back. Throws Failure recipe_syntax with the line.
class FlowReader {
public:
    FlowReader(std::string_view text, int64_t firstLine)
        : m_text(text)
        , m_line(firstLine)
    {
    }

    /// Skips blanks, line ends and comments.
    void skip();
    bool done() const { return m_at >= m_text.size(); }
    char peek() const { return done() ? '\0' : m_text[m_at]; }
    void next();
    int64_t line() const { return m_line; }
    size_t position() const { return m_at; }

    nlohmann::ordered_json value() { return value(0); }
    /// A text in quotes, the reader standing on the first: '…', "…" or three of them.
    std::string quoted();
    /// key: value, … or key=value, … up to `close`, which is read too.
    std::vector<RecipeSetting> pairs(char close, int depth);

private:
    nlohmann::ordered_json value(int depth);
    std::string plain();
    std::string key();

    std::string_view m_text;
    size_t m_at = 0;
    int64_t m_line;
};

} // namespace aha
