#include "core/tasks/exact_answer.h"

#include "core/base/ascii.h"
#include "core/tasks/answer_tags.h"
#include "core/tasks/strict_verdict.h"

#include <gmpxx.h>

#include <algorithm>
#include <optional>

namespace aha {

namespace {

constexpr size_t kMaxDigits = 100; // longer numbers compare as text
constexpr std::string_view kBlank = " \t\r\n";

std::string_view strip(std::string_view text)
{
    const size_t begin = text.find_first_not_of(kBlank);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

/// Digits at the front, with commas only where thousands have them; empty when there are none.
std::string takeDigits(std::string_view& text)
{
    std::string digits;
    size_t at = 0;
    while (at < text.size() && isDigit(text[at]))
        digits += text[at++];
    if (at > 0 && at <= 3)
        while (at + 3 < text.size() && text[at] == ',' && isDigit(text[at + 1]) && isDigit(text[at + 2])
            && isDigit(text[at + 3]) && (at + 4 == text.size() || !isDigit(text[at + 4]))) {
            digits += text.substr(at + 1, 3);
            at += 4;
        }
    text.remove_prefix(at);
    return digits;
}

/// [sign] digits [. digits]
std::optional<mpq_class> takeDecimal(std::string_view& text)
{
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    std::string digits = takeDigits(text);
    size_t places = 0;
    if (text.size() > 1 && text[0] == '.' && isDigit(text[1])) {
        text.remove_prefix(1);
        while (!text.empty() && isDigit(text[0])) {
            digits += text[0];
            text.remove_prefix(1);
            ++places;
        }
    }
    if (digits.empty() || digits.size() > kMaxDigits)
        return std::nullopt;
    mpz_class scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, places);
    mpq_class value(mpz_class(digits, 10), scale);
    value.canonicalize();
    return negative ? mpq_class(-value) : value;
}

bool take(std::string_view& text, std::string_view what)
{
    if (text.substr(0, what.size()) != what)
        return false;
    text.remove_prefix(what.size());
    return true;
}

std::optional<mpq_class> asNumber(std::string_view text)
{
    bool negative = false;
    std::optional<mpq_class> first, second;
    std::string_view rest = text;
    if (take(rest, "-\\") && (rest = text.substr(1), true))
        negative = true;
    if (take(rest, "\\dfrac{") || take(rest, "\\tfrac{") || take(rest, "\\frac{")) {
        first = takeDecimal(rest);
        if (!first || !take(rest, "}{"))
            return std::nullopt;
        second = takeDecimal(rest);
        if (!second || !take(rest, "}"))
            return std::nullopt;
    } else {
        first = takeDecimal(rest);
        if (first && take(rest, "/"))
            if (second = takeDecimal(rest); !second)
                return std::nullopt;
    }
    if (!first || !rest.empty() || (second && *second == 0))
        return std::nullopt;
    mpq_class value = second ? mpq_class(*first / *second) : *first;
    return negative ? mpq_class(-value) : value;
}

} // namespace

std::string_view boxedAt(std::string_view text, size_t at)
{
    const size_t begin = at + 7;
    int depth = 1;
    for (size_t i = begin; i < text.size(); ++i) {
        depth += (text[i] == '{') - (text[i] == '}');
        if (depth == 0)
            return strip(text.substr(begin, i - begin));
    }
    return {};
}

std::string_view lastBoxed(std::string_view text)
{
    const size_t at = text.rfind("\\boxed{");
    return at == std::string_view::npos ? std::string_view() : boxedAt(text, at);
}

std::string normalAnswer(std::string_view answer)
{
    std::string_view text = strip(answer);
    while (text.size() > 1 && text.front() == '$' && text.back() == '$')
        text = strip(text.substr(1, text.size() - 2));
    if (text.size() > 1 && text.back() == '.')
        text = strip(text.substr(0, text.size() - 1));
    std::string_view amount = text;
    if (take(amount, "\\$") || take(amount, "$"))
        if (const std::optional<mpq_class> value = asNumber(amount))
            return value->get_str();
    if (const std::optional<mpq_class> value = asNumber(text))
        return value->get_str();
    std::string words; // ASCII letters in lower case, one space between words
    for (const char c : text) {
        if (kBlank.find(c) != std::string_view::npos) {
            if (!words.empty() && words.back() != ' ')
                words += ' ';
        } else {
            words += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        }
    }
    return words;
}

FoundAnswer findAnswer(std::string_view completion)
{
    const AnswerTags tags = readAnswerTags(completion);
    FoundAnswer found { tags.answer, tags.reason.empty(), tags.format ? 1.0 : 0.0, tags.reason, tags.explanation };
    if (tags.reason == "no_answer")
        found.answer = lastBoxed(completion.substr(completion.rfind("</think>") + 8));
    if (!found.answer.empty())
        found.reason.clear();
    return found;
}

Judgement foundJudgement(const FoundAnswer& found, std::string_view completion)
{
    Judgement judgement;
    judgement.format = found.format;
    judgement.reason = found.reason;
    judgement.explanation = found.explanation;
    if (!found.answer.empty()) {
        judgement.extracted = std::string(found.answer);
        judgement.begin = size_t(found.answer.data() - completion.data());
        judgement.end = judgement.begin + found.answer.size();
    }
    return judgement;
}

Judgement judgeExact(std::string_view gold, std::string_view completion)
{
    const FoundAnswer found = findAnswer(completion);
    Judgement judgement = foundJudgement(found, completion);
    if (found.answer.empty())
        return judgement;
    judgement.normalForm = normalAnswer(found.answer);
    const bool right = judgement.normalForm == normalAnswer(gold);
    judgement.verdict = right ? Verdict::Correct : Verdict::Wrong;
    judgement.accuracy = right ? 1 : 0;
    judgement.reason = right ? "ok" : "wrong_value";
    judgement.explanation
        = std::string("The answer is ") + (right ? "" : "not ") + std::string(gold.substr(0, 200)) + ".";
    return found.tagged ? strictVerdict(std::move(judgement), completion) : judgement;
}

} // namespace aha
