#pragma once
// Is this text one JSON value, and which keys does it have at the top? Without building the value: at import speed.

#include "core/base/json_depth.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace aha::data {

/// Strict RFC 8259 over bounded text: valid UTF-8, no NaN, no lone surrogates, no number beyond a double, no key twice
/// in one object, nesting up to kMaxJsonDepth. What it accepts, nlohmann's parser accepts (fuzz_jsonl holds them
/// together). Keeps its buffers between calls. Not thread-safe.
class JsonCheck {
public:
    struct Verdict {
        bool ok = true;
        size_t offset = 0; ///< of the fault, in bytes
        const char* code = ""; ///< row_not_json, row_encoding, row_duplicate_key, row_too_deep
        std::string message;
    };

    /// Checks `text` (white space around the value is allowed). On success isObject() and keys() describe it.
    Verdict check(std::string_view text);

    bool isObject() const { return m_isObject; }
    /// Keys of the top object in order, unescaped. Valid until the next check() and only while the checked text lives.
    const std::vector<std::string_view>& keys() const { return m_topKeys; }

private:
    bool value(int depth);
    bool object(int depth);
    bool array(int depth);
    bool string(std::string_view* raw, bool* escaped);
    bool number();
    bool literal(std::string_view word);
    bool fail(const char* code, std::string message);
    bool noKeyTwice(size_t first, size_t openedAt);
    void space();

    std::string_view m_text;
    size_t m_at = 0;
    bool m_isObject = false;
    Verdict m_verdict;
    std::vector<std::string_view> m_keys; ///< of all open objects
    std::vector<std::string_view> m_topKeys;
    std::deque<std::string> m_unescaped; ///< storage of keys that had escapes; does not move what it holds
    size_t m_unescapedUsed = 0;
    std::vector<std::string_view> m_sorted;
};

/// The string literal `raw` (without its quotes, already checked) as the text that it stands for.
std::string unescapeJson(std::string_view raw);

/// Appends `text` as a JSON string literal. Invalid UTF-8 is not mended: check with firstInvalidUtf8() before.
void appendJsonString(std::string& out, std::string_view text);

/// Offset of the first byte that is not part of valid UTF-8, or npos.
size_t firstInvalidUtf8(std::string_view text);

} // namespace aha::data
