#pragma once
// A compiled regular expression over hostile text: PCRE2 with UTF, UCP and JIT, bounded in steps and memory.

#include "core/base/result.h"

#include <memory>
#include <string_view>

namespace aha {

/// Immutable and thread-safe; matching state is in a Matcher, one per thread and use.
class TextRegex {
public:
    /// `pattern` in PCRE2's syntax. Errors: tokenizer_unsupported, with PCRE2's reason.
    static Result<TextRegex> compile(std::string_view pattern);

    class Matcher {
    public:
        explicit Matcher(const TextRegex& regex);
        /// The first match in `text` (valid UTF-8) at or after `from`. Throws Failure (tokenizer_regex_limit) when the
        /// expression needs more steps or memory than any sane one does.
        bool find(std::string_view text, size_t from, size_t& begin, size_t& end);

    private:
        const TextRegex* m_regex;
        std::shared_ptr<void> m_data, m_context, m_stack;
    };

private:
    std::shared_ptr<void> m_code;
};

} // namespace aha
