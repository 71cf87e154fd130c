#include "core/tasks/gsm8k_answer.h"

#include "core/base/ascii.h"
#include "core/tasks/exact_answer.h"

#include <algorithm>

namespace aha {

namespace {

constexpr std::string_view kMark = "####", kBlank = " \t\r\n";
constexpr size_t kMaxToken = 120;

/// The number at the start of the line behind the mark, as it stands; empty when there is none or more than one.
std::string_view numberBehind(std::string_view text)
{
    std::string_view line = text.substr(0, text.find('\n'));
    line = line.substr(0, line.find("</answer>"));
    const size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos)
        return {};
    line.remove_prefix(begin);
    std::string_view token = line.substr(0, line.find_first_of(" \t\r"));
    const std::string_view rest = line.substr(token.size());
    if (std::any_of(rest.begin(), rest.end(), isDigit))
        return {};
    while (!token.empty() && (token.back() == '.' || token.back() == '%'))
        token.remove_suffix(1);
    return token;
}

/// As a number's normal form; empty when it is none: normalAnswer() leaves other text as words.
std::string numberOf(std::string_view token)
{
    std::string_view digits = token;
    if (!digits.empty() && (digits[0] == '-' || digits[0] == '+'))
        digits.remove_prefix(1);
    if (!digits.empty() && digits[0] == '$')
        digits.remove_prefix(1);
    const bool plain = !digits.empty() && token.size() <= kMaxToken && isDigit(digits[0])
        && std::all_of(digits.begin(), digits.end(), [](char c) { return isDigit(c) || c == ',' || c == '.'; });
    if (!plain)
        return {};
    const std::string number = normalAnswer((token[0] == '-' ? "-" : "") + std::string(digits));
    return number.find_first_of(",.") == std::string::npos ? number : std::string();
}

} // namespace

Judgement judgeGsm8k(std::string_view gold, std::string_view completion)
{
    const size_t mark = gold.rfind(kMark);
    if (mark != std::string_view::npos)
        gold.remove_prefix(mark + kMark.size());
    const size_t from = std::min(gold.find_first_not_of(kBlank), gold.size());
    const std::string right = numberOf(gold.substr(from, gold.find_last_not_of(kBlank) + 1 - from));
    if (right.empty())
        return { Verdict::InfraError, 0, 0, "bad_gold", "The row's answer is not a number.", "" };
    Judgement judgement;
    const auto refuse = [&](const char* reason, const char* words) {
        judgement.reason = reason;
        judgement.explanation = words;
        return judgement;
    };
    const size_t think = completion.rfind("</think>");
    if (think == std::string_view::npos && completion.find("<think>") != std::string_view::npos)
        return refuse("no_think_end", "The reasoning never ends: there is no </think>.");
    const size_t begin = think == std::string_view::npos ? 0 : think + 8;
    const size_t last = completion.rfind(kMark);
    if (last == std::string_view::npos || last < begin)
        return refuse("no_answer", "There is no \"####\" with the answer behind it.");
    const std::string_view behind = completion.substr(last + kMark.size());
    const size_t lineEnd = behind.find('\n');
    judgement.format = completion.find(kMark) == last
            && (lineEnd == std::string_view::npos
                || behind.find_first_not_of(kBlank, lineEnd) == std::string_view::npos)
        ? 1
        : 0;
    const std::string_view token = numberBehind(behind);
    judgement.normalForm = numberOf(token);
    if (judgement.normalForm.empty())
        return refuse("not_a_number", "Behind the last \"####\" stands not one number.");
    judgement.extracted = std::string(token);
    judgement.begin = size_t(token.data() - completion.data());
    judgement.end = judgement.begin + token.size();
    const bool isRight = judgement.normalForm == right;
    judgement.verdict = isRight ? Verdict::Correct : Verdict::Wrong;
    judgement.accuracy = isRight ? 1 : 0;
    judgement.reason = isRight ? "ok" : "wrong_value";
    judgement.explanation
        = "The answer is " + right + (isRight ? "." : ", not " + judgement.normalForm.substr(0, 60) + ".");
    return judgement;
}

} // namespace aha
