#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/store/text_pattern.h"

#include "core/store/required_text.h"

#include <pcre2.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <string>

namespace aha {

namespace {

constexpr size_t kJitStackBytes = 8 << 20;
constexpr size_t kShort = 2048; ///< bytes: PCRE2's own limits end a match in these
constexpr uint32_t kOptions
    = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
constexpr uint32_t kDepthLimit = 100'000, kHeapLimitKb = 64 << 10;
constexpr std::string_view kInvalid = "pattern_invalid: ", kCostly = "pattern_costly: ";

/// What a connection knows of the search that is going on.
struct Search {
    std::string words;
    sqlite3_int64 number = 0;
    std::optional<Result<TextPattern>> pattern; ///< of `words`
    std::chrono::nanoseconds spent {};
};

void fail(sqlite3_context* context, std::string_view kind, const std::string& sentence)
{
    sqlite3_result_error(context, (std::string(kind) + sentence).c_str(), -1);
}

void textMatches(sqlite3_context* context, int, sqlite3_value** values)
{
    if (sqlite3_value_type(values[0]) == SQLITE_NULL)
        return sqlite3_result_null(context);
    auto& search = *static_cast<Search*>(sqlite3_user_data(context));
    const auto* pattern = static_cast<const char*>(sqlite3_value_blob(values[1]));
    const std::string_view words(pattern ? pattern : "", size_t(sqlite3_value_bytes(values[1])));
    if (!search.pattern || search.words != words) {
        search.words = words;
        search.pattern = TextPattern::compile(words);
    }
    if (const sqlite3_int64 number = sqlite3_value_int64(values[2]); search.number != number) {
        search.number = number;
        search.spent = {};
    }
    if (!*search.pattern)
        return fail(context, kInvalid, search.pattern->error().message);
    const auto* text = static_cast<const char*>(sqlite3_value_blob(values[0]));
    const auto begin = std::chrono::steady_clock::now();
    const TextPattern::Answer answer = (*search.pattern)->in(text ? text : "", size_t(sqlite3_value_bytes(values[0])));
    search.spent += std::chrono::steady_clock::now() - begin;
    if (answer == TextPattern::Answer::TooCostly)
        return fail(context, kCostly,
            "The pattern runs away: on one of the traces it needs more than " + std::to_string(TextPattern::kMatchLimit)
                + " tries.");
    if (search.spent > std::chrono::seconds(TextPattern::kSearchSeconds))
        return fail(context, kCostly,
            "The pattern took longer than " + std::to_string(TextPattern::kSearchSeconds) + " s and was stopped.");
    sqlite3_result_int(context, answer == TextPattern::Answer::Yes);
}

/// Before each item of the pattern: PCRE2's match limit counts anew at every place of the text, and compiled to machine
/// code does not count repetitions of one character at all.
int countTry(pcre2_callout_block*, void* left)
{
    auto& tries = *static_cast<uint64_t*>(left);
    return tries-- == 0 ? PCRE2_ERROR_MATCHLIMIT : 0;
}

std::shared_ptr<void> codeOf(pcre2_code* compiled)
{
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE); // where it fails, the interpreter matches
    return { compiled, [](void* p) { pcre2_code_free(static_cast<pcre2_code*>(p)); } };
}

} // namespace

Result<TextPattern> TextPattern::compile(std::string_view pattern)
{
    int code = 0;
    PCRE2_SIZE offset = 0;
    const auto compiledWith = [&](uint32_t options) {
        return pcre2_compile(
            reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &code, &offset, nullptr);
    };
    pcre2_code* compiled = compiledWith(kOptions);
    if (!compiled) {
        PCRE2_UCHAR words[256] = {};
        pcre2_get_error_message(code, words, sizeof words);
        size_t character = 1; // people count characters, not bytes
        for (size_t i = 0; i < offset && i < pattern.size(); ++i)
            character += (static_cast<unsigned char>(pattern[i]) & 0xC0) != 0x80;
        return Error { "pattern_invalid",
            "The pattern is not valid at character " + std::to_string(character) + ": "
                + reinterpret_cast<const char*>(words) + ".",
            "" };
    }
    TextPattern made;
    for (const std::string& text : requiredTexts(pattern))
        made.m_required.emplace_back(text);
    made.m_code = codeOf(compiled);
    pcre2_code* counting = compiledWith(kOptions | PCRE2_AUTO_CALLOUT);
    if (!counting)
        throw std::bad_alloc(); // the pattern itself is valid
    made.m_counting = codeOf(counting);
    made.m_tries = std::make_shared<uint64_t>(0);
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    pcre2_jit_stack* stack = pcre2_jit_stack_create(64 << 10, kJitStackBytes, nullptr);
    made.m_data.reset(data, [](void* p) { pcre2_match_data_free(static_cast<pcre2_match_data*>(p)); });
    made.m_context.reset(context, [](void* p) { pcre2_match_context_free(static_cast<pcre2_match_context*>(p)); });
    made.m_stack.reset(stack, [](void* p) { pcre2_jit_stack_free(static_cast<pcre2_jit_stack*>(p)); });
    if (!data || !context)
        throw std::bad_alloc();
    pcre2_set_match_limit(context, kMatchLimit);
    pcre2_set_depth_limit(context, kDepthLimit);
    pcre2_set_heap_limit(context, kHeapLimitKb);
    pcre2_jit_stack_assign(context, nullptr, stack);
    pcre2_set_callout(context, countTry, made.m_tries.get());
    return made;
}

bool TextPattern::mayMatch(const char* text, size_t size) const
{
    return m_required.empty() || std::any_of(m_required.begin(), m_required.end(), [&](const TextMatch& required) {
        return required.in(text, size);
    });
}

TextPattern::Answer TextPattern::in(const char* text, size_t size)
{
    if (!mayMatch(text, size))
        return Answer::No;
    *m_tries = kMatchLimit + kTriesPerByte * size;
    const auto* compiled = static_cast<pcre2_code*>((size <= kShort ? m_code : m_counting).get());
    const int code = pcre2_match(compiled, reinterpret_cast<PCRE2_SPTR>(text), size, 0, 0,
        static_cast<pcre2_match_data*>(m_data.get()), static_cast<pcre2_match_context*>(m_context.get()));
    return code >= 0 ? Answer::Yes : code == PCRE2_ERROR_NOMATCH ? Answer::No : Answer::TooCostly;
}

void addTextPattern(sqlite3* database)
{
    sqlite3_create_function_v2(database, "text_matches", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
        new Search, &textMatches, nullptr, nullptr, [](void* made) { delete static_cast<Search*>(made); });
}

std::optional<Error> patternProblem(std::string_view message)
{
    if (message.starts_with(kInvalid))
        return Error { "pattern_invalid", std::string(message.substr(kInvalid.size())),
            "Plain text is found as it is written with the button .* switched off." };
    if (message.starts_with(kCostly))
        return Error { "pattern_costly", std::string(message.substr(kCostly.size())),
            "Write it without a repetition inside a repetition, such as (a+)+, or search fewer steps." };
    return std::nullopt;
}

} // namespace aha
