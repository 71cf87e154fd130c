// A completion and a problem, parted by the first line break: the verifier is total, and "correct" is never a lie.

#include "core/tasks/countdown.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const size_t line = std::min(all.find('\n'), all.size());
    const std::string_view completion = all.substr(line);
    aha::CountdownItem item { { 3, 4, 5 }, 7 };
    if (const auto parsed = aha::countdownItemFromJson(std::string(all.substr(0, line))))
        item = *parsed;
    const aha::Judgement j = aha::judgeCountdown(item, completion);
    if ((j.verdict == aha::Verdict::Correct) != (j.accuracy == 1) || (j.accuracy == 1) != (j.reason == "ok")
        || j.explanation.empty())
        std::abort();
    if (j.accuracy == 1) // whatever is right uses every digit that was given
        for (const int64_t number : item.numbers)
            if (j.extracted.find(std::to_string(number)) == std::string::npos)
                std::abort();
    for (const aha::Equation& e : aha::findEquations(completion, item))
        if (e.begin >= e.end || e.end > completion.size())
            std::abort();
    return 0;
}
