#pragma once
// Does a person's regular expression match a text? For searches over every trace: bounded, since patterns can take
// longer than anyone waits and texts are hostile.

#include "core/base/result.h"
#include "core/store/text_match.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

struct sqlite3;

namespace aha {

/// Perl's expressions (PCRE2) over UTF-8; invalid bytes match nothing. "." stays in its line, "^" and "$" are a line's
/// ends, case counts unless the pattern says (?i). A text that lacks what every match has (required_text.h) is answered
/// without PCRE2. Not thread-safe: one object a thread.
class TextPattern {
public:
    enum class Answer { No, Yes, TooCostly };
    static constexpr uint32_t kMatchLimit = 1'000'000; ///< of PCRE2, a text; and kTriesPerByte
    static constexpr uint64_t kTriesPerByte
        = 64; ///< items of the pattern that are tried in a text, for each byte of it
    static constexpr int kSearchSeconds = 10; ///< of matching, all texts of one search on one connection together

    /// Errors: pattern_invalid, which names the place.
    static Result<TextPattern> compile(std::string_view pattern);
    Answer in(const char* text, size_t size);

private:
    bool mayMatch(const char* text, size_t size) const;

    std::vector<TextMatch> m_required; ///< one of them stands in each match; empty: nothing is known
    std::shared_ptr<void> m_code, m_counting, m_data, m_context, m_stack;
    std::shared_ptr<uint64_t> m_tries; ///< that are left to a text
};

/// Makes the SQL function text_matches(text, pattern, search) known to a connection: 1, 0, or NULL for a NULL text.
/// `search` is any number that tells one search from the next: what its statements take is summed up, and the pattern
/// is compiled once for all of them. A pattern that is not valid or runs away ends the statement with a message that
/// patternProblem() knows.
void addTextPattern(sqlite3* database);

/// The error for a person when `message` of SQLite is one of text_matches(); nullopt for any other.
std::optional<Error> patternProblem(std::string_view message);

} // namespace aha
