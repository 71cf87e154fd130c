// judgeCountdown: the answer tags, then the expression between them.

#include "core/tasks/answer_tags.h"
#include "core/tasks/countdown.h"
#include "core/tasks/number_expression.h"

namespace aha {

Judgement judgeCountdown(const CountdownItem& item, std::string_view completion)
{
    const AnswerTags tags = readAnswerTags(completion);
    Judgement judgement;
    judgement.format = tags.format ? 1 : 0;
    judgement.reason = tags.reason;
    judgement.explanation = tags.explanation;
    if (!tags.reason.empty())
        return judgement;
    AnswerCheck check = checkExpression(item.numbers, item.target, tags.answer);
    judgement.verdict = check.verdict;
    judgement.accuracy = check.verdict == Verdict::Correct ? 1 : 0;
    judgement.reason = std::move(check.reason);
    judgement.explanation = std::move(check.explanation);
    judgement.extracted = std::string(tags.answer);
    judgement.begin = size_t(tags.answer.data() - completion.data());
    judgement.end = judgement.begin + tags.answer.size();
    judgement.normalForm = std::move(check.normalForm);
    return judgement;
}

} // namespace aha
