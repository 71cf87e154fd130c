#include "core/tasks/row_verifier.h"

#include "core/tasks/answer_tags.h"
#include "core/tasks/choice_answer.h"
#include "core/tasks/countdown.h"
#include "core/tasks/exact_answer.h"
#include "core/tasks/gsm8k_answer.h"
#include "core/tasks/logic/knights_knaves.h"
#include "core/tasks/math/math_answer.h"
#include "core/tasks/strict_verdict.h"
#include "core/tasks/tagged_answer.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <utility>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

Judgement judgeRowCountdown(const Json& gold, std::string_view completion)
{
    const Result<CountdownItem> item = countdownItemFromJson(gold.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!item)
        return { Verdict::InfraError, 0, 0, "bad_item", item.error().message, "" };
    return strictVerdict(judgeCountdown(*item, completion), completion);
}

Judgement judgeRowKnights(const Json& gold, std::string_view completion)
{
    const auto check = [&](std::string_view answer) { return checkKnightsKnaves(gold, answer); };
    return strictVerdict(judgeTaggedAnswer(completion, kMaxKnightsAnswer, check), completion);
}

std::string textOf(const Json& gold)
{
    return gold.is_string() ? gold.get<std::string>() : gold.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Judgement judgeByLayout(const Json& gold, std::string_view completion)
{
    if (gold.is_object() && gold.contains("numbers") && gold.contains("target"))
        return judgeRowCountdown(gold, completion);
    if (gold.is_object() && gold.contains("names") && (gold.contains("statements") || gold.contains("solution")))
        return judgeRowKnights(gold, completion);
    return judgeExact(textOf(gold), completion);
}

/// A form without a verdict.
Judgement unjudged(const char* reason, const char* words, std::string_view completion)
{
    Judgement judgement;
    judgement.verdict = Verdict::Unjudged;
    judgement.accuracy = std::numeric_limits<double>::quiet_NaN();
    judgement.format = readAnswerTags(completion).format ? 1 : 0;
    judgement.reason = reason;
    judgement.explanation = words;
    return judgement;
}

} // namespace

Result<RowRules> rowRules(const DataConfig& config)
{
    constexpr std::pair<const char*, RowVerifier> names[] = { { "auto", RowVerifier::Auto },
        { "exact", RowVerifier::Exact }, { "math", RowVerifier::Math }, { "choice", RowVerifier::Choice },
        { "gsm8k", RowVerifier::Gsm8k }, { "code", RowVerifier::Code }, { "none", RowVerifier::None } };
    std::string known;
    for (const auto& [name, verifier] : names) {
        if (config.verifier == name)
            return RowRules { verifier, config.extraction == "open" };
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return Error { "verifier_unknown", "data.verifier is \"" + config.verifier + "\", which this build does not have.",
        "There are: " + known + "." };
}

Judgement judgeRow(const RowRules& rules, const Json& item, std::string_view completion)
{
    if (rules.verifier == RowVerifier::None)
        return unjudged("no_verifier", "Rows are not judged (data.verifier is none).", completion);
    const Json gold = item.is_object() ? item.value("gold", Json()) : Json();
    const Json options = item.is_object() ? item.value("options", Json()) : Json();
    if (gold.is_null())
        return unjudged("no_gold", "The row has no answer to compare with.", completion);
    switch (rules.verifier) {
    case RowVerifier::Math:
        return judgeMath(markedGold(textOf(gold)), completion, rules.open ? Extraction::Open : Extraction::Boxed);
    case RowVerifier::Choice:
        return judgeChoice(gold, options, completion);
    case RowVerifier::Gsm8k:
        return judgeGsm8k(textOf(gold), completion);
    case RowVerifier::Exact:
        return judgeExact(textOf(gold), completion);
    default:
        return judgeByLayout(gold, completion);
    }
}

} // namespace aha
