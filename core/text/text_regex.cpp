#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/text/text_regex.h"

#include <pcre2.h>

#include <string>

namespace aha {

namespace {

constexpr uint32_t kMatchLimit = 5'000'000, kDepthLimit = 1'000'000, kHeapLimitKb = 64 << 10;
constexpr size_t kJitStackBytes = 16 << 20;

std::string reason(int code)
{
    PCRE2_UCHAR text[256] = {};
    pcre2_get_error_message(code, text, sizeof text);
    return reinterpret_cast<const char*>(text);
}

pcre2_code* codeOf(const std::shared_ptr<void>& p) { return static_cast<pcre2_code*>(p.get()); }

} // namespace

Result<TextRegex> TextRegex::compile(std::string_view pattern)
{
    const std::unique_ptr<pcre2_compile_context, void (*)(pcre2_compile_context*)> context(
        pcre2_compile_context_create(nullptr), [](pcre2_compile_context* c) { pcre2_compile_context_free(c); });
    if (!context)
        throw std::bad_alloc();
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context.get(), 64);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
        PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE, &error, &offset, context.get());
    if (!code)
        return Error { "tokenizer_unsupported", "The regular expression does not compile: " + reason(error) + ".", "" };
    TextRegex regex;
    regex.m_code.reset(code, [](void* p) { pcre2_code_free(static_cast<pcre2_code*>(p)); });
    PCRE2_SIZE size = 0;
    pcre2_pattern_info(code, PCRE2_INFO_SIZE, &size);
    if (size > 1 << 20)
        return Error { "tokenizer_unsupported", "The regular expression needs more than 1 MB once compiled.", "" };
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE); // where it fails, the interpreter matches
    return regex;
}

TextRegex::Matcher::Matcher(const TextRegex& regex)
    : m_regex(&regex)
{
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    m_data.reset(data, [](void* p) { pcre2_match_data_free(static_cast<pcre2_match_data*>(p)); });
    m_context.reset(context, [](void* p) { pcre2_match_context_free(static_cast<pcre2_match_context*>(p)); });
    if (!data || !context)
        throw std::bad_alloc();
    pcre2_set_match_limit(context, kMatchLimit);
    pcre2_set_depth_limit(context, kDepthLimit);
    pcre2_set_heap_limit(context, kHeapLimitKb);
}

bool TextRegex::Matcher::find(std::string_view text, size_t from, size_t& begin, size_t& end)
{
    auto* data = static_cast<pcre2_match_data*>(m_data.get());
    auto* context = static_cast<pcre2_match_context*>(m_context.get());
    const auto match = [&] {
        return pcre2_match(codeOf(m_regex->m_code), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
            PCRE2_NO_UTF_CHECK, data, context);
    };
    int code = match();
    if (code == PCRE2_ERROR_JIT_STACKLIMIT && !m_stack) {
        pcre2_jit_stack* stack = pcre2_jit_stack_create(64 << 10, kJitStackBytes, nullptr);
        m_stack.reset(stack, [](void* p) { pcre2_jit_stack_free(static_cast<pcre2_jit_stack*>(p)); });
        pcre2_jit_stack_assign(context, nullptr, stack);
        code = match();
    }
    if (code == PCRE2_ERROR_NOMATCH)
        return false;
    if (code < 0)
        throw Failure({ "tokenizer_regex_limit",
            "The tokenizer's regular expression gave up on a text of " + std::to_string(text.size())
                + " bytes: " + reason(code) + ".",
            "Shorten the text, or use a tokenizer with a simpler expression." });
    const PCRE2_SIZE* found = pcre2_get_ovector_pointer(data);
    begin = found[0];
    end = found[1];
    return true;
}

} // namespace aha
