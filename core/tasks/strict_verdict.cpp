#include "core/tasks/strict_verdict.h"

namespace aha {

namespace {

bool thinksNothing(std::string_view completion)
{
    std::string_view thought = completion.substr(0, completion.find("</think>"));
    if (const size_t open = thought.find("<think>"); open != std::string_view::npos)
        thought.remove_prefix(open + 7);
    return thought.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

Judgement strictVerdict(Judgement judgement, std::string_view completion)
{
    if (judgement.verdict != Verdict::Correct && judgement.verdict != Verdict::Wrong)
        return judgement;
    const char* words = judgement.format <= 0
        ? " Still malformed: the text is not one thought, </think> and one <answer>…</answer>."
        : thinksNothing(completion) ? " Still malformed: the thought is blank."
                                    : nullptr;
    if (words) {
        judgement.verdict = Verdict::Malformed;
        judgement.explanation += words;
    }
    return judgement;
}

} // namespace aha
