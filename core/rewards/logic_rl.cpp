#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/rewards/logic_rl.h"

#include "core/rewards/text_words.h"

#include <pcre2.h>

#include <memory>

namespace aha {

namespace {

constexpr size_t kNone = std::string_view::npos;

bool eachTagOnceInOrder(std::string_view text)
{
    size_t last = 0;
    for (const std::string_view tag : { "<think>", "</think>", "<answer>", "</answer>" }) {
        const size_t at = text.find(tag);
        if (at == kNone || at < last || text.find(tag, at + 1) != kNone)
            return false;
        last = at;
    }
    return true;
}

/// First role that the text gives to `name`; empty for none.
std::string roleOf(std::string_view answer, std::string_view name)
{
    std::string literal; // \Q…\E with every \E inside taken apart
    for (const char c : name)
        literal += c == '\\' ? std::string("\\E\\\\\\Q") : std::string(1, c);
    const std::string pattern = "\\b\\Q" + literal + "\\E\\b\\s+is\\s+a\\s+\\b(knight|knave)\\b";
    int error = 0;
    PCRE2_SIZE offset = 0;
    const std::unique_ptr<pcre2_code, void (*)(pcre2_code*)> code(
        pcre2_compile(PCRE2_SPTR(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &error,
            &offset, nullptr),
        pcre2_code_free);
    if (!code)
        return {};
    const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> match(
        pcre2_match_data_create_from_pattern(code.get(), nullptr), pcre2_match_data_free);
    if (pcre2_match(code.get(), PCRE2_SPTR(answer.data()), answer.size(), 0, 0, match.get(), nullptr) < 2)
        return {};
    const PCRE2_SIZE* at = pcre2_get_ovector_pointer(match.get());
    return lowerCase(answer.substr(at[2], at[3] - at[2]));
}

} // namespace

LogicRlScore logicRlScore(
    std::string_view completion, const std::vector<std::string>& names, const std::vector<std::string>& roles)
{
    LogicRlScore score;
    if (!eachTagOnceInOrder(completion))
        return score;
    score.format = 1;
    const size_t begin = completion.find("<answer>") + 8;
    const std::string_view answer = stripText(completion.substr(begin, completion.find("</answer>") - begin));
    const std::string lower = lowerCase(answer);
    if (answer.empty() || names.empty() || countOf(lower, "knight") + countOf(lower, "knave") != names.size())
        return score;
    std::vector<std::string> read;
    for (const std::string& name : names)
        if (read.push_back(roleOf(answer, name)); read.back().empty())
            return score;
    score.answer = read == roles ? 2 : -1.5;
    score.roles = std::move(read);
    return score;
}

} // namespace aha
