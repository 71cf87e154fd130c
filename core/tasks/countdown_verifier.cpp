// judgeCountdown: the answer tags, then the expression between them.

#include "core/tasks/answer_tags.h"
#include "core/tasks/countdown.h"
#include "core/tasks/number_expression.h"
#include "core/tasks/tagged_answer.h"

namespace aha {

Judgement judgeCountdown(const CountdownItem& item, std::string_view completion)
{
    return judgeTaggedAnswer(completion, kMaxAnswer,
        [&](std::string_view answer) { return checkExpression(item.numbers, item.target, answer); });
}

} // namespace aha
