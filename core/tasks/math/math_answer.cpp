#include "core/tasks/math/math_answer.h"

#include "core/tasks/math/math_parser.h"
#include "core/tasks/math/text_scan.h"

namespace aha {

namespace {

std::string shortened(const std::string& text) { return text.size() <= 200 ? text : text.substr(0, 200) + "…"; }

Judgement unreadable(Verdict verdict, const std::string& reason, const std::string& explanation)
{
    Judgement judgement;
    judgement.verdict = verdict;
    judgement.reason = reason;
    judgement.explanation = explanation;
    return judgement;
}

/// The verdict on an answer that was read, against a gold that was.
void settle(Judgement& judgement, const math::Tree& gold, const math::Tree& answer, const MathRules& rules)
{
    const math::Comparison comparison = math::compareAnswers(gold, answer, rules);
    const std::string wanted = shortened(math::normalForm(gold));
    judgement.normalForm = math::normalForm(answer);
    judgement.reason = comparison.reason;
    const std::string given = shortened(judgement.normalForm);
    switch (comparison.likeness) {
    case math::Likeness::Equal:
        judgement.verdict = Verdict::Correct;
        judgement.accuracy = 1;
        judgement.explanation = "The answer is " + given + (given == wanted ? "." : ", which equals " + wanted + ".");
        return;
    case math::Likeness::Unknown:
        judgement.verdict = Verdict::Timeout;
        judgement.explanation
            = "Whether " + given + " equals " + wanted + " was not found out within the bounds of the work.";
        return;
    case math::Likeness::Different:
        judgement.verdict = Verdict::Wrong;
        judgement.explanation = comparison.reason == "undefined_value" ? "The answer " + given + " has no value."
            : comparison.reason == "wrong_unit" ? "The answer " + given + " is in another unit than " + wanted + "."
                                                : "The answer is " + given + ", not " + wanted + ".";
        return;
    }
}

} // namespace

Judgement judgeMath(std::string_view gold, std::string_view completion, Extraction extraction, const MathRules& rules)
{
    const Result<math::Found> wanted = math::findGold(gold);
    if (!wanted)
        return unreadable(Verdict::InfraError, "gold_unreadable",
            "The known answer cannot be read: " + wanted.error().sentence() + " Correct the row of the data set.");
    if (math::isUndefined(wanted->tree))
        return unreadable(Verdict::InfraError, "gold_unreadable",
            "The known answer " + shortened(wanted->text) + " has no value. Correct the row of the data set.");
    const Result<math::Found> given = math::findAnswer(completion, extraction);
    if (!given)
        return unreadable(Verdict::Malformed, given.error().code, given.error().sentence());
    Judgement judgement;
    judgement.format = 1;
    judgement.extracted = given->text;
    judgement.begin = given->begin;
    judgement.end = given->end;
    settle(judgement, wanted->tree, given->tree, rules);
    return judgement;
}

Judgement judgeMath(std::string_view gold, std::string_view completion, Extraction extraction)
{
    return judgeMath(gold, completion, extraction, {});
}

Judgement extractMath(std::string_view completion, Extraction extraction)
{
    const Result<math::Found> found = math::findAnswer(completion, extraction);
    if (!found)
        return unreadable(Verdict::Malformed, found.error().code, found.error().sentence());
    Judgement judgement = unreadable(Verdict::Correct, "ok", "An answer was found and read.");
    judgement.format = 1;
    judgement.extracted = found->text;
    judgement.begin = found->begin;
    judgement.end = found->end;
    judgement.normalForm = math::normalForm(found->tree);
    return judgement;
}

Judgement compareMath(std::string_view gold, std::string_view answer, const MathRules& rules)
{
    const Result<math::Tree> wanted = math::parseAnswer(gold, math::Notation::Latex);
    if (!wanted || math::isUndefined(*wanted))
        return unreadable(Verdict::InfraError, "gold_unreadable",
            wanted ? "The known answer has no value."
                   : "The known answer cannot be read: " + wanted.error().sentence());
    const Result<math::Tree> given = math::parseAnswer(answer, math::Notation::Latex);
    if (!given)
        return unreadable(Verdict::Malformed, given.error().code, given.error().sentence());
    Judgement judgement;
    judgement.format = 1;
    judgement.extracted = std::string(answer);
    judgement.end = answer.size();
    settle(judgement, *wanted, *given, rules);
    return judgement;
}

Judgement compareMath(std::string_view gold, std::string_view answer) { return compareMath(gold, answer, {}); }

std::string markedGold(std::string_view field)
{
    const std::string_view text = math::stripped(field);
    for (const std::string_view mark : { "$", "\\(", "\\[", "\\boxed", "answer", "Answer", "####" })
        if (text.find(mark) != std::string_view::npos)
            return std::string(field);
    if (text.empty() || text.find_first_not_of("0123456789.,+-%") == std::string_view::npos)
        return std::string(field);
    return "$" + std::string(text) + "$";
}

} // namespace aha
