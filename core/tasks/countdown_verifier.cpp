// judgeCountdown: exact rationals, one pass, no recursion. The text is hostile: every bound below keeps the work
// linear.

#include "core/tasks/answer_tags.h"
#include "core/tasks/countdown.h"

#include <gmpxx.h>

#include <algorithm>

namespace aha {

namespace {

constexpr int kMaxDepth = 32;
constexpr std::string_view kBlank = " \t\r\n";

bool isDigit(char c) { return c >= '0' && c <= '9'; }

struct Token {
    char kind; // 'n' or the character itself
    std::string_view text;
};

/// Precedence-climbing with explicit stacks (shunting yard). Empty optional = division by zero somewhere.
struct Evaluated {
    bool wellFormed = false;
    std::optional<mpq_class> value;
};

Evaluated evaluate(const std::vector<Token>& tokens)
{
    std::vector<std::optional<mpq_class>> values;
    std::vector<char> operators;
    const auto rank = [](char op) { return op == '*' || op == '/' ? 2 : op == '(' ? 0 : 1; };
    const auto apply = [&] {
        const std::optional<mpq_class> right = values.back();
        values.pop_back();
        std::optional<mpq_class>& left = values.back();
        const char op = operators.back();
        operators.pop_back();
        if (!left || !right || (op == '/' && *right == 0))
            left.reset();
        else
            left = op == '+' ? mpq_class(*left + *right)
                : op == '-'  ? mpq_class(*left - *right)
                : op == '*'  ? mpq_class(*left * *right)
                             : mpq_class(*left / *right);
    };
    bool wantsOperand = true;
    for (const Token& token : tokens) {
        if (token.kind == 'n') {
            if (!wantsOperand)
                return {};
            values.emplace_back(mpq_class(mpz_class(std::string(token.text), 10)));
            wantsOperand = false;
        } else if (token.kind == '(') {
            if (!wantsOperand)
                return {};
            operators.push_back('(');
        } else if (token.kind == ')') {
            if (wantsOperand)
                return {};
            while (!operators.empty() && operators.back() != '(')
                apply();
            if (operators.empty())
                return {};
            operators.pop_back();
        } else {
            if (wantsOperand)
                return {};
            while (!operators.empty() && rank(operators.back()) >= rank(token.kind))
                apply();
            operators.push_back(token.kind);
            wantsOperand = true;
        }
    }
    if (wantsOperand)
        return {};
    while (!operators.empty()) {
        if (operators.back() == '(')
            return {};
        apply();
    }
    return { true, values.back() };
}

std::string listed(const std::vector<int64_t>& numbers)
{
    std::string text;
    for (int64_t number : numbers)
        text += (text.empty() ? "" : ", ") + std::to_string(number);
    return text;
}

} // namespace

Judgement judgeCountdown(const CountdownItem& item, std::string_view completion)
{
    const AnswerTags tags = readAnswerTags(completion);
    Judgement judgement;
    judgement.format = tags.format ? 1 : 0;
    const auto refuse = [&](const std::string& reason, const std::string& words, Verdict verdict = Verdict::Malformed) {
        judgement.verdict = verdict;
        judgement.reason = reason;
        judgement.explanation = words;
        return judgement;
    };
    if (!tags.reason.empty())
        return refuse(tags.reason, tags.explanation);
    const std::string_view answer = tags.answer;
    judgement.extracted = std::string(answer);
    for (const char c : answer)
        if (!isDigit(c) && std::string_view("+-*/() \t\r\n").find(c) == std::string_view::npos)
            return refuse("bad_character", "The answer holds something other than digits, + - * / and parentheses.");
    std::vector<Token> tokens;
    for (size_t at = 0; at < answer.size();) {
        if (kBlank.find(answer[at]) != std::string_view::npos) {
            ++at;
        } else if (isDigit(answer[at])) {
            size_t stop = at;
            while (stop < answer.size() && isDigit(answer[stop]))
                ++stop;
            tokens.push_back({ 'n', answer.substr(at, stop - at) });
            at = stop;
        } else {
            tokens.push_back({ answer[at], answer.substr(at, 1) });
            ++at;
        }
    }
    for (const Token& token : tokens)
        if (token.kind == 'n' && token.text.size() > 1 && token.text[0] == '0')
            return refuse("leading_zero", "The number " + std::string(token.text) + " starts with a zero.");
    int depth = 0, deepest = 0;
    for (const Token& token : tokens) {
        depth += (token.kind == '(') - (token.kind == ')');
        deepest = std::max(deepest, depth);
    }
    if (deepest > kMaxDepth)
        return refuse("too_deep", "More than 32 parentheses are open at once.");
    const Evaluated result = evaluate(tokens);
    if (!result.wellFormed)
        return refuse("syntax", "The answer is not an expression of numbers, + - * / and parentheses.");
    std::vector<std::string> used, given;
    for (const Token& token : tokens)
        if (token.kind == 'n')
            used.emplace_back(token.text);
    for (int64_t number : item.numbers)
        given.push_back(std::to_string(number));
    std::sort(used.begin(), used.end());
    std::sort(given.begin(), given.end());
    if (used != given)
        return refuse(
            "wrong_numbers", "The answer must use each of " + listed(item.numbers) + " exactly once.", Verdict::Wrong);
    if (!result.value)
        return refuse("division_by_zero", "The answer divides by zero.", Verdict::Wrong);
    if (*result.value != mpq_class(mpz_class(std::to_string(item.target))))
        return refuse("wrong_value",
            "The answer is " + result.value->get_str() + ", not " + std::to_string(item.target) + ".", Verdict::Wrong);
    judgement.verdict = Verdict::Correct;
    judgement.accuracy = 1;
    judgement.reason = "ok";
    judgement.explanation = "The answer is " + std::to_string(item.target) + " and uses every number once.";
    return judgement;
}

} // namespace aha
