#include "core/tasks/choice_answer.h"

#include "core/tasks/exact_answer.h"
#include "core/tasks/strict_verdict.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxOptions = 10; // A to J
constexpr std::string_view kBlank = " \t\r\n";
constexpr size_t kMaxAnswer = 1000; // bytes that are looked at

std::string_view strip(std::string_view text)
{
    const size_t begin = text.find_first_not_of(kBlank);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

int letterOf(char c) { return c >= 'A' && c <= 'J' ? c - 'A' : c >= 'a' && c <= 'j' ? c - 'a' : -1; }

/// Takes off $…$, \boxed{…}, \text{…} and the like around all of it.
std::string_view unwrapped(std::string_view text)
{
    for (bool changed = true; changed;) {
        text = strip(text);
        changed = text.size() > 2 && text.front() == '$' && text.back() == '$';
        if (changed)
            text = text.substr(1, text.size() - 2);
        for (const std::string_view prefix : { "\\boxed{", "\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{" })
            if (text.size() > prefix.size() && text.substr(0, prefix.size()) == prefix && text.back() == '}') {
                text = text.substr(prefix.size(), text.size() - prefix.size() - 1);
                changed = true;
            }
    }
    return text;
}

/// "B", or "(B)", "B.", "B)", "B:", "(B)." with what stands behind it. "B Paris" may be a text that begins with a
/// letter.
struct Lettered {
    int letter = -1;
    std::string_view rest;
};
Lettered letterAtFront(std::string_view text)
{
    const bool open = !text.empty() && text[0] == '(';
    std::string_view rest = text.substr(open);
    const int letter = rest.empty() ? -1 : letterOf(rest[0]);
    if (letter < 0)
        return {};
    rest.remove_prefix(1);
    bool closed = false;
    if (open || (!rest.empty() && rest[0] == ')')) {
        if (rest.empty() || rest[0] != ')')
            return {};
        rest.remove_prefix(1);
        closed = true;
    }
    if (!rest.empty() && (rest[0] == '.' || rest[0] == ':')) {
        rest.remove_prefix(1);
        closed = true;
    }
    rest = strip(rest);
    return closed || rest.empty() ? Lettered { letter, rest } : Lettered {};
}

struct Choice {
    int option = -1;
    bool ambiguous = false;
};

Choice choiceOf(std::string_view answer, const std::vector<std::string>& options)
{
    if (answer.size() > kMaxAnswer)
        return {};
    const std::string_view text = unwrapped(answer);
    int byText = -1;
    const std::string normal = normalAnswer(text);
    for (size_t i = 0; i < options.size(); ++i)
        if (normalAnswer(options[i]) == normal) {
            if (byText >= 0)
                return { -1, true };
            byText = int(i);
        }
    const Lettered lettered = letterAtFront(text);
    if (lettered.letter < 0)
        return { byText };
    if (byText >= 0 && byText != lettered.letter)
        return { -1, true };
    if (!options.empty() && size_t(lettered.letter) >= options.size())
        return {};
    if (lettered.rest.empty() || byText >= 0)
        return { lettered.letter };
    // A letter with text behind it: the text must be that option's.
    if (!options.empty() && normalAnswer(options[size_t(lettered.letter)]) == normalAnswer(lettered.rest))
        return { lettered.letter };
    return { -1, true };
}

/// Boxes after the thoughts that do not all say `option`, or more than a few.
bool boxesDiffer(std::string_view tail, const std::vector<std::string>& options, int option)
{
    int boxes = 0;
    for (size_t at = tail.find("\\boxed{"); at != std::string_view::npos; at = tail.find("\\boxed{", at + 7))
        if (++boxes > 20 || choiceOf(boxedAt(tail.substr(0, at + kMaxAnswer), at), options).option != option)
            return true;
    return false;
}

} // namespace

std::vector<std::string> choiceOptions(const Json& options)
{
    std::vector<std::string> texts;
    const Json& list = options.is_object() && options.contains("text") ? options["text"] : options;
    if (!list.is_array() && !list.is_object())
        return {};
    for (const auto& entry : list.items())
        texts.push_back(entry.value().is_string() ? entry.value().get<std::string>() : entry.value().dump());
    if (texts.size() > size_t(kMaxOptions))
        texts.clear();
    return texts;
}

std::optional<int> choiceGold(const Json& gold, const Json& options)
{
    const std::vector<std::string> texts = choiceOptions(options);
    const int count = texts.empty() ? kMaxOptions : int(texts.size());
    if (gold.is_number_integer()) {
        const double number = gold.get<double>();
        return number >= 0 && number < count ? std::optional(gold.get<int>()) : std::nullopt;
    }
    if (!gold.is_string())
        return std::nullopt;
    const std::string text = gold.get<std::string>();
    if (options.is_object() && options.contains("label") && options["label"].is_array())
        for (size_t i = 0; i < options["label"].size() && i < texts.size(); ++i)
            if (options["label"][i] == text)
                return int(i);
    if (const int letter = text.size() == 1 ? letterOf(text[0]) : -1; letter >= 0 && letter < count)
        return letter;
    const Choice choice = choiceOf(text, texts);
    return choice.option >= 0 ? std::optional(choice.option) : std::nullopt;
}

Judgement judgeChoice(const Json& gold, const Json& options, std::string_view completion)
{
    const std::vector<std::string> texts = choiceOptions(options);
    const std::optional<int> right = choiceGold(gold, options);
    if (!right)
        return { Verdict::InfraError, 0, 0, "bad_gold", "The row's answer names none of its options.", "" };
    FoundAnswer found = findAnswer(completion);
    const size_t think = completion.rfind("</think>");
    const std::string_view tail = completion.substr(think == std::string_view::npos ? 0 : think + 8);
    const bool unthought = found.reason == "no_think_end" && completion.find("<think>") == std::string_view::npos;
    if (unthought)
        found.answer = lastBoxed(tail);
    const bool boxed = !found.tagged && !found.answer.empty();
    if (found.answer.empty() && (unthought || found.reason == "no_answer") && choiceOf(strip(tail), texts).option >= 0)
        found.answer = strip(tail);
    if (!found.answer.empty())
        found.reason.clear();
    Judgement judgement = foundJudgement(found, completion);
    if (found.answer.empty())
        return judgement;
    Choice choice = choiceOf(found.answer, texts);
    if (boxed && choice.option >= 0 && boxesDiffer(tail, texts, choice.option))
        choice = { -1, true };
    if (choice.option < 0) {
        judgement.reason = choice.ambiguous ? "ambiguous" : "not_a_choice";
        judgement.explanation = choice.ambiguous ? "The answer names more than one option."
                                                 : "The answer is neither one letter nor the text of an option.";
        return judgement;
    }
    judgement.normalForm = std::string(1, char('A' + choice.option));
    const bool isRight = choice.option == *right;
    judgement.verdict = isRight ? Verdict::Correct : Verdict::Wrong;
    judgement.accuracy = isRight ? 1 : 0;
    judgement.reason = isRight ? "ok" : "wrong_choice";
    judgement.explanation
        = std::string("The answer is ") + char('A' + *right) + (isRight ? "." : ", not " + judgement.normalForm + ".");
    return found.tagged ? strictVerdict(std::move(judgement), completion) : judgement;
}

} // namespace aha
