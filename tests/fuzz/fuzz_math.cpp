// A gold, a line break, a completion: the verifier is total, finds places that exist, and "correct" is never a lie.

#include "core/tasks/math/evaluator.h"
#include "core/tasks/math/math_answer.h"
#include "core/tasks/math/math_parser.h"

#include <cstdlib>

using namespace aha;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const size_t line = std::min(all.find('\n'), all.size());
    const std::string_view gold = all.substr(0, line), completion = all.substr(std::min(line + 1, all.size()));
    for (const Extraction extraction : { Extraction::Open, Extraction::Boxed }) {
        const Judgement j = judgeMath(gold, completion, extraction);
        if ((j.verdict == Verdict::Correct) != (j.accuracy == 1) || (j.accuracy == 1) != (j.reason == "ok")
            || j.explanation.empty() || j.begin > j.end || j.end > completion.size())
            std::abort();
        if (j.accuracy == 1 && (j.begin == j.end || j.extracted.empty()))
            std::abort();
    }
    // An answer is what it is: what can be read and has a value equals itself, and only if that is found out.
    for (const math::Notation notation : { math::Notation::Latex, math::Notation::Plain }) {
        const Result<math::Tree> tree = math::parseAnswer(completion, notation);
        if (!tree)
            continue;
        if (math::normalForm(*tree).empty())
            std::abort();
        if (math::isExpression(*tree, tree->root) && !math::isUndefined(*tree)
            && math::compareAnswers(*tree, *tree, {}).likeness == math::Likeness::Different)
            std::abort();
    }
    return 0;
}
