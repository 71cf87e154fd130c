#include "core/tasks/tagged_answer.h"

#include "core/tasks/answer_tags.h"

#include <utility>

namespace aha {

Judgement judgeTaggedAnswer(std::string_view completion, size_t maxCharacters,
    const std::function<Result<AnswerCheck>(std::string_view answer)>& check)
{
    const AnswerTags tags = readAnswerTags(completion, maxCharacters);
    Judgement judgement;
    judgement.format = tags.format ? 1 : 0;
    judgement.reason = tags.reason;
    judgement.explanation = tags.explanation;
    if (!tags.reason.empty())
        return judgement;
    Result<AnswerCheck> checked = check(tags.answer);
    if (!checked)
        return { Verdict::InfraError, 0, 0, "bad_item", checked.error().message, "" };
    judgement.verdict = checked->verdict;
    judgement.accuracy = checked->verdict == Verdict::Correct ? 1 : 0;
    judgement.reason = std::move(checked->reason);
    judgement.explanation = std::move(checked->explanation);
    judgement.extracted = std::string(tags.answer);
    judgement.begin = size_t(tags.answer.data() - completion.data());
    judgement.end = judgement.begin + tags.answer.size();
    judgement.normalForm = std::move(checked->normalForm);
    return judgement;
}

} // namespace aha
